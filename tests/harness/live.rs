//! The admin's stream of live news (server-sent events), read line by line.

use crate::wait::within;
use reqwest::Response;
use std::time::Duration;

/// An open stream.
pub struct Live {
    response: Response,
    pending: Vec<u8>,
}

impl Live {
    pub(crate) fn new(response: Response) -> Self {
        Self { response, pending: Vec::new() }
    }

    /// Waits for news of this name whose data satisfies, and gives the data.
    ///
    /// # Panics
    /// When the stream ends or nothing of the kind comes.
    pub async fn news(&mut self, name: &str, is_it: impl Fn(&str) -> bool) -> String {
        let looking = async {
            loop {
                let (found, data) = self.next().await.expect("live news go on");
                if found == name && is_it(&data) {
                    return data;
                }
            }
        };
        within(Duration::from_secs(30), &format!("news named {name}"), looking).await
    }

    /// The next event: name and data. None at the end.
    pub async fn next(&mut self) -> Option<(String, String)> {
        loop {
            if let Some(end) = find(&self.pending, b"\n\n") {
                let block: Vec<u8> = self.pending.drain(..end + 2).collect();
                if let Some(event) = parse(&String::from_utf8_lossy(&block)) {
                    return Some(event);
                }
                continue;
            }
            let chunk = self.response.chunk().await.ok()??;
            self.pending.extend_from_slice(&chunk);
        }
    }
}

fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len()).position(|window| window == needle)
}

fn parse(block: &str) -> Option<(String, String)> {
    let field = |name: &str| -> Vec<&str> {
        let lines = block.lines().filter_map(|line| line.strip_prefix(name));
        lines.map(|value| value.strip_prefix(' ').unwrap_or(value)).collect()
    };
    let name = field("event:").first().map(|&name| name.to_owned())?;
    Some((name, field("data:").join("\n")))
}

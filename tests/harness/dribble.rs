//! A text-generation server that speaks OpenAI's protocol and dribbles: one
//! word, then the next only when the scenario says so. Behind the real
//! binary, it makes "in the middle of a reply" a place one can stand at.

use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

const HEAD: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\
                    connection: close\r\n\r\n";
const STOP: &str = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n\
                    data: [DONE]\n\n";

/// The server; gone when dropped.
pub struct Dribble {
    /// Where it listens.
    pub address: SocketAddr,
    words: Arc<Semaphore>,
    serving: JoinHandle<()>,
}

impl Dribble {
    /// Answers every request with `text`, as far as words are allowed.
    ///
    /// # Panics
    /// When there is no free port.
    pub async fn start(text: &str) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let address = listener.local_addr().expect("its number");
        let words = Arc::new(Semaphore::new(0));
        let (allowed, text) = (Arc::clone(&words), text.to_owned());
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, text.clone(), Arc::clone(&allowed)));
            }
        });
        Self { address, words, serving }
    }

    /// Allows this many more words, to whoever asks.
    pub fn allow(&self, words: usize) {
        self.words.add_permits(words);
    }
}

impl Drop for Dribble {
    fn drop(&mut self) {
        self.serving.abort();
        self.words.close();
    }
}

async fn answer(mut stream: TcpStream, text: String, allowed: Arc<Semaphore>) {
    if read_request(&mut stream).await.is_none() || stream.write_all(HEAD.as_bytes()).await.is_err()
    {
        return;
    }
    for word in text.split_inclusive(' ') {
        let Ok(permit) = allowed.acquire().await else {
            return;
        };
        permit.forget();
        let content = serde_json::Value::from(word);
        let event = format!("data: {{\"choices\":[{{\"delta\":{{\"content\":{content}}}}}]}}\n\n");
        if stream.write_all(event.as_bytes()).await.is_err() {
            return;
        }
    }
    // The reader may be gone; then nobody misses the end.
    drop(stream.write_all(STOP.as_bytes()).await);
}

/// Reads a request to the end of its body.
async fn read_request(stream: &mut TcpStream) -> Option<()> {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let read = stream.read(&mut buffer).await.ok().filter(|read| *read > 0)?;
        request.extend_from_slice(&buffer[..read]);
        let text = String::from_utf8_lossy(&request).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length = head.to_lowercase().lines().find_map(|line| {
            line.strip_prefix("content-length:").and_then(|value| value.trim().parse().ok())
        });
        if body.len() >= length.unwrap_or(0) {
            return Some(());
        }
    }
}

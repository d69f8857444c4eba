//! Server-sent events from bytes that arrive in any cut. Only what chat servers use: `data:`
//! lines, one per event; everything else is skipped.

/// Longest line accepted; a token's event is a few hundred bytes.
const LONGEST_LINE: usize = 256 * 1024;

/// An event.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// The data of one event.
    Data(String),
    /// The end, as these servers mark it.
    Done,
}

/// A line that is too long or no UTF-8.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BadLine;

/// Collects bytes and gives out events.
#[derive(Debug, Default)]
pub(super) struct EventReader {
    line: Vec<u8>,
    ready: std::collections::VecDeque<Event>,
}

impl EventReader {
    /// Takes bytes in.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<(), BadLine> {
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(part);
            if self.line.len() > LONGEST_LINE {
                return Err(BadLine);
            }
            if self.line.ends_with(b"\n") {
                let line = std::mem::take(&mut self.line);
                self.take_line(&line)?;
            }
        }
        Ok(())
    }

    /// The next complete event.
    pub(super) fn next_event(&mut self) -> Option<Event> {
        self.ready.pop_front()
    }

    fn take_line(&mut self, line: &[u8]) -> Result<(), BadLine> {
        let line = std::str::from_utf8(line).map_err(|_| BadLine)?.trim_end();
        let Some(data) = line.strip_prefix("data:") else {
            return Ok(());
        };
        let data = data.trim_start();
        self.ready.push_back(match data {
            "[DONE]" => Event::Done,
            data => Event::Data(data.to_owned()),
        });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(bytes: &[u8], cut: usize) -> Vec<Event> {
        let mut reader = EventReader::default();
        for part in bytes.chunks(cut) {
            reader.push(part).expect("good lines");
        }
        std::iter::from_fn(|| reader.next_event()).collect()
    }

    proptest! {
        #[test]
        fn any_cut_gives_the_same_events(cut in 1usize..40) {
            let bytes = ": salut\r\nevent: x\ndata: {\"é\":1}\r\n\r\ndata:{}\n\ndata: [DONE]\n\n";
            let expected =
                vec![Event::Data("{\"é\":1}".into()), Event::Data("{}".into()), Event::Done];
            prop_assert_eq!(read(bytes.as_bytes(), cut), expected);
        }

        #[test]
        fn any_bytes_are_survived(bytes: Vec<u8>) {
            drop(EventReader::default().push(&bytes));
        }
    }

    #[test]
    fn a_line_without_end_is_refused() {
        let mut reader = EventReader::default();
        assert_eq!(reader.push(&vec![b'a'; LONGEST_LINE + 1]), Err(BadLine));
    }
}

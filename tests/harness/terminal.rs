//! The real binary at a terminal, where it asks and somebody types.

use crate::places;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// Longest wait for words on the screen.
const PATIENCE: Duration = Duration::from_secs(60);

/// A terminal in which one command runs.
pub struct Terminal {
    child: Child,
    keyboard: Option<ChildStdin>,
    output: Receiver<Vec<u8>>,
    /// Everything that was on the screen.
    screen: Vec<u8>,
}

impl Terminal {
    /// Runs a command of the binary with this configuration.
    ///
    /// # Panics
    /// When there is no `script`, which makes the terminal.
    #[must_use]
    pub fn run(config: &Path, arguments: &[&str]) -> Self {
        let binary = places::binary();
        let (binary, config) = (binary.to_string_lossy(), config.to_string_lossy());
        let words = [&binary, "--config", &config].into_iter().chain(arguments.iter().copied());
        let line: Vec<String> = words.map(|word| format!("'{word}'")).collect();
        let mut child = Command::new("script")
            .args(["--quiet", "--flush", "--return", "--command", &line.join(" "), "/dev/null"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("`script` is installed");
        let mut output = child.stdout.take().expect("its output");
        let (send, receive) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 1024];
            while let Ok(read @ 1..) = output.read(&mut buffer) {
                if send.send(buffer[..read].to_vec()).is_err() {
                    return;
                }
            }
        });
        let keyboard = child.stdin.take();
        Self { child, keyboard, output: receive, screen: Vec::new() }
    }

    /// Everything that was on the screen.
    #[must_use]
    pub fn screen(&self) -> String {
        String::from_utf8_lossy(&self.screen).into_owned()
    }

    /// Waits until the screen ends with these words, as a question does that
    /// waits for an answer.
    ///
    /// # Panics
    /// When it does not.
    pub fn asks(&mut self, question: &str) {
        let deadline = Instant::now() + PATIENCE;
        while !self.screen().ends_with(question) {
            let more = self.output.recv_timeout(deadline.saturating_duration_since(Instant::now()));
            self.screen
                .extend(more.unwrap_or_else(|_| panic!("no {question:?}: {}", self.screen())));
        }
    }

    /// Types a line.
    ///
    /// # Panics
    /// When nobody reads it.
    pub fn types(&mut self, line: &str) {
        let keyboard = self.keyboard.as_mut().expect("it runs");
        writeln!(keyboard, "{line}").expect("it is read");
    }

    /// Waits for the command's end; gives its exit status.
    ///
    /// # Panics
    /// When it does not end.
    pub fn ended(&mut self) -> Option<i32> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.output.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(more) => self.screen.extend(more),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("it does not end: {}", self.screen()),
            }
        }
        self.child.wait().expect("its status").code()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        drop(self.keyboard.take());
        // It may have ended by itself.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

//! Printing for people. A reader who closed the pipe is not an error.

use std::io::Write;

/// Prints one line to standard output.
pub fn say(line: impl std::fmt::Display) {
    drop(writeln!(std::io::stdout().lock(), "{line}"));
}

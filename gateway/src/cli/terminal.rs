//! Printing for people and asking them. A reader who closed the pipe is not an
//! error.

use std::io::{BufRead, IsTerminal, Read, Write};
use std::process::{Command, Stdio};

/// Longest secret that is read, in bytes.
const LONGEST_SECRET: u64 = 1_024;

/// Prints one line to standard output.
pub fn say(line: impl std::fmt::Display) {
    drop(writeln!(std::io::stdout().lock(), "{line}"));
}

/// Asks for a secret: a line typed at a terminal, not shown there, or all that
/// is piped in. Without line ends.
pub fn secret_line(prompt: &str) -> std::io::Result<String> {
    let mut text = String::new();
    let input = std::io::stdin();
    if !input.is_terminal() {
        input.take(LONGEST_SECRET).read_to_string(&mut text)?;
        return Ok(text.trim_end_matches(['\r', '\n']).to_owned());
    }
    let hidden = Hidden::begin();
    let warning = if hidden.is_some() { "" } else { "(what you type is shown) " };
    // The prompt goes where it does not mix with results.
    eprint!("{prompt}{warning}");
    let read = input.lock().take(LONGEST_SECRET).read_line(&mut text);
    if hidden.is_some() {
        eprintln!();
    }
    read?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

/// While it lives, the terminal does not show what is typed.
struct Hidden;

impl Hidden {
    /// `None` where the terminal cannot be told.
    fn begin() -> Option<Self> {
        stty("-echo").then_some(Self)
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        stty("echo");
    }
}

fn stty(mode: &str) -> bool {
    let told = Command::new("stty").arg(mode).stdout(Stdio::null()).stderr(Stdio::null()).status();
    told.is_ok_and(|status| status.success())
}

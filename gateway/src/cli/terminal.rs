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

/// Asks for a new secret: a line typed twice at a terminal, not shown there, or
/// all that is piped in. Without line ends; `None` when the second line is not
/// the first.
pub fn new_secret(prompt: &str, again: &str) -> std::io::Result<Option<String>> {
    let mut input = std::io::stdin();
    if !input.is_terminal() {
        let mut text = String::new();
        input.by_ref().take(LONGEST_SECRET).read_to_string(&mut text)?;
        return Ok(Some(without_end(&text)));
    }
    // Over both lines: who types the second one early must not show it.
    let hidden = Hidden::begin();
    let is_hidden = hidden.is_some();
    let secret = line(prompt, is_hidden)?;
    let is_same = line(again, is_hidden)? == secret;
    Ok(is_same.then_some(secret))
}

fn without_end(text: &str) -> String {
    text.trim_end_matches(['\r', '\n']).to_owned()
}

fn line(prompt: &str, is_hidden: bool) -> std::io::Result<String> {
    let mut text = String::new();
    let warning = if is_hidden { "" } else { "(what you type is shown) " };
    // The prompt goes where it does not mix with results.
    eprint!("{prompt}{warning}");
    let read = std::io::stdin().lock().take(LONGEST_SECRET).read_line(&mut text);
    if is_hidden {
        eprintln!();
    }
    read?;
    Ok(without_end(&text))
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

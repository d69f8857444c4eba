//! What somebody wrote themselves: without the letter they answer, without
//! their signature.
//!
//! Every mail program quotes in its own way, and translates it. What is cut is
//! cut by lines; when nothing would be left, nothing was written.

use crate::texts::Texts;

/// Lines an attribution ("Le …, … a écrit :") may be broken into.
const MOST_BROKEN: usize = 4;

/// Longest attribution, in letters.
const MOST_LETTERS: usize = 400;

/// "Wrote", at the end of an attribution.
const WROTE: [&str; 6] = ["a écrit :", "a écrit:", "wrote:", "wrote :", "a ecrit :", "a ecrit:"];

/// Beginnings of an attribution.
const ON: [&str; 3] = ["le ", "on ", "> le "];

/// First lines of a header block ("De : …", "Envoyé : …"), in pairs that stand
/// within a few lines of each other.
const HEADS: [(&str, &[&str]); 4] = [
    ("de :", &["envoyé :", "date :", "à :", "objet :"]),
    ("de:", &["envoyé:", "date:", "à:", "objet:"]),
    ("from:", &["sent:", "date:", "to:", "subject:"]),
    ("from :", &["sent :", "date :", "to :", "subject :"]),
];

/// Lines that begin the quoted letter or the program's own words.
const ENDS: [&str; 12] = [
    "-----message d'origine-----",
    "-----message d’origine-----",
    "-------- message d'origine --------",
    "-------- message d’origine --------",
    "-------- message original --------",
    "-----original message-----",
    "-------- original message --------",
    "---------- forwarded message",
    "---------- message transféré",
    "début du message transféré",
    "begin forwarded message",
    "________________________________",
];

/// What phones and programs put under a text.
const SIGNATURES: [&str; 12] = [
    "envoyé de mon iphone",
    "envoyé de mon ipad",
    "envoyé de mon mobile",
    "envoyé de mon téléphone",
    "envoyé depuis",
    "envoyé à partir de",
    "sent from my",
    "sent from outlook",
    "get outlook for",
    "télécharger outlook pour",
    "obtenir outlook pour",
    "yahoo mail :",
];

/// The text without quotes and signatures, trimmed.
#[must_use]
pub fn own_words(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace(['\u{a0}', '\u{202f}'], " ");
    let lines: Vec<&str> = text.lines().collect();
    let end = (0..lines.len()).find(|at| ends_here(&lines, *at)).unwrap_or(lines.len());
    let kept: Vec<&str> = lines
        .iter()
        .take(end)
        .filter(|line| !line.trim_start().starts_with('>'))
        .map(|line| line.trim_end())
        .collect();
    // Lines that quotes left between two paragraphs fall together.
    let mut own = String::new();
    for line in kept {
        if !(line.is_empty() && own.ends_with("\n\n")) {
            own.push_str(line);
            own.push('\n');
        }
    }
    own.trim().to_owned()
}

/// Whether what somebody wrote ends before this line.
fn ends_here(lines: &[&str], at: usize) -> bool {
    let Some(line) = lines.get(at) else { return false };
    // The two dashes of a signature end with a blank; programs eat it.
    if line.trim() == "--" {
        return true;
    }
    let low = line.trim().to_lowercase();
    // Outlook writes its address lines in bold, which plain text shows so.
    let low = low.replace('*', "");
    let begins = |list: &[&str]| list.iter().any(|start| low.starts_with(start));
    begins(&ENDS)
        || begins(&SIGNATURES)
        || is_marker(&low)
        || is_attribution(lines, at, &low)
        || is_head(lines, at, &low)
}

/// Our own "reply above this line", in any of our languages.
fn is_marker(low: &str) -> bool {
    ["fr", "en"].iter().any(|lang| {
        let marker = Texts::get(lang).common.above.as_str().to_lowercase();
        low.contains(&marker)
    })
}

/// "Le mar. 3 mars 2026 à 10:12, Atelier <…> a écrit :", maybe broken into
/// several lines.
fn is_attribution(lines: &[&str], at: usize, low: &str) -> bool {
    if !ON.iter().any(|start| low.starts_with(start)) {
        return false;
    }
    let mut whole = String::new();
    for line in lines.iter().skip(at).take(MOST_BROKEN) {
        let line = line.trim();
        if line.is_empty() {
            return false;
        }
        whole.push_str(&line.to_lowercase());
        if WROTE.iter().any(|wrote| whole.ends_with(wrote)) {
            // A sentence that happens to end so names no day and no address.
            return whole.contains(|c: char| c.is_ascii_digit() || c == '@');
        }
        if whole.chars().count() > MOST_LETTERS {
            return false;
        }
        whole.push(' ');
    }
    false
}

/// A block of "De : / Envoyé : / À : / Objet :" as Outlook writes it.
fn is_head(lines: &[&str], at: usize, low: &str) -> bool {
    HEADS.iter().any(|(first, others)| {
        let near = || {
            lines
                .iter()
                .skip(at + 1)
                .take(5)
                .map(|line| line.trim().to_lowercase().replace('*', ""))
        };
        low.starts_with(first)
            && near().filter(|line| others.iter().any(|other| line.starts_with(other))).count() >= 2
    })
}

#[cfg(test)]
mod tests;

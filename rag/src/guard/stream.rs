//! The guard as a filter over a stream of pieces.

use super::sentence;
use super::source::{Refusal, Sources};
use comptoir_text::fold;

/// A sentence longer than this is not read further (bytes).
const LONGEST: usize = 900;

/// Why a reply ended early.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stop {
    /// A sentence was not supported by the entries.
    Refused(Refusal),
    /// The model said that the entries do not hold the answer.
    Abstained,
}

/// What a push let through.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Passed {
    /// Verified text, ready to be shown; may be empty.
    pub text: String,
    /// Set once, when the reply must end here.
    pub stop: Option<Stop>,
}

/// Holds text back until it is verified. How the text is cut into pieces
/// changes nothing about what passes.
pub struct Guard {
    sources: Sources,
    held: String,
    stopped: bool,
    sentences: usize,
    used: Vec<usize>,
}

impl Guard {
    /// A guard over the cited entries.
    #[must_use]
    pub fn new(sources: Sources) -> Self {
        Self { sources, held: String::new(), stopped: false, sentences: 0, used: Vec::new() }
    }

    /// Takes the next piece and returns what may be shown now.
    pub fn push(&mut self, piece: &str) -> Passed {
        self.held.extend(piece.chars().filter(|c| visible(*c)));
        self.drain(false)
    }

    /// Ends the text: what is held is judged as it stands.
    pub fn finish(&mut self) -> Passed {
        self.drain(true)
    }

    /// Places of the entries that supported what was let through.
    #[must_use]
    pub fn used(&self) -> Vec<usize> {
        self.used.clone()
    }

    fn drain(&mut self, ended: bool) -> Passed {
        let mut passed = Passed::default();
        while !self.stopped {
            let Some(len) = sentence::end(&self.held, ended) else {
                if self.held.len() > LONGEST {
                    return self.halt(passed, Stop::Refused(Refusal::Form));
                }
                break;
            };
            let text: String = self.held.drain(..len).collect();
            if abstains(&text) {
                return self.halt(passed, Stop::Abstained);
            }
            if text.len() > LONGEST {
                return self.halt(passed, Stop::Refused(Refusal::Form));
            }
            match self.sources.check(&text) {
                Err(refusal) => return self.halt(passed, Stop::Refused(refusal)),
                Ok(Some(place)) if !self.used.contains(&place) => self.used.push(place),
                Ok(_) => {}
            }
            // The blank between two sentences goes out with the second.
            if self.sentences == 0 {
                passed.text.push_str(text.trim_start());
            } else {
                passed.text.push_str(&text);
            }
            self.sentences += 1;
        }
        passed
    }

    fn halt(&mut self, mut passed: Passed, stop: Stop) -> Passed {
        self.stopped = true;
        self.held.clear();
        passed.stop = Some(stop);
        passed
    }
}

/// Emphasis marks and invisible characters are dropped before anything is
/// read, so that they cannot split a figure in two.
fn visible(c: char) -> bool {
    !matches!(c, '*' | '`' | '#' | '_' | '\r'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{ad}')
        && (!c.is_control() || c == '\n')
}

/// The agreed word and the ways models say that they do not know.
const ABSTENTIONS: &[&str] = &[
    "absent",
    "ne figure pas",
    "n'est pas precis",
    "n'est pas mention",
    "n'est pas indiqu",
    "ne precise pas",
    "ne mentionne pas",
    "ne contient pas",
    "pas d'information",
    "pas cette information",
    "pas l'information",
    "aucune information",
    "je ne sais pas",
    "je ne dispose pas",
    "je n'ai pas",
    "je suis desole",
    "desole,",
    "not mentioned",
    "not specified",
    "no information",
    "not in the",
    "do not know",
    "don't know",
    "i'm sorry",
    "i am sorry",
    "does not mention",
    "no se menciona",
    "lo siento",
    "keine information",
    "tut mir leid",
];

fn abstains(text: &str) -> bool {
    let folded = fold(text).replace('’', "'");
    ABSTENTIONS.iter().any(|phrase| folded.contains(phrase))
}

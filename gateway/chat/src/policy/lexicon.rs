//! The lexicons: rules as data, one file per language, compiled in. Both are
//! always read, since visitors mix languages.

use super::pattern::{Groups, Match, Pattern, PatternError, Text};
use comptoir_text::fold;
use serde::Deserialize;
use std::sync::LazyLock;

/// What a rule found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    Gas,
    CarbonMonoxide,
    Fire,
    Water,
    Distress,
    OtherDanger,
    Explicit,
    Escalation,
    Complaint,
    Anger,
    Identity,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    groups: Groups,
    smalltalk: SmalltalkWords,
    rule: Vec<RawRule>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRule {
    kind: Kind,
    /// Name under which the owner can switch the rule off.
    word: Option<String>,
    /// One of these.
    when: Vec<String>,
    /// And one of these, anywhere in the message.
    #[serde(default)]
    with: Vec<String>,
    /// But none of these, anywhere in the message.
    #[serde(default)]
    unless: Vec<String>,
    /// Whether "not" before or inside the match undoes it.
    #[serde(default)]
    negatable: bool,
    /// Only when the message asks nothing.
    #[serde(default)]
    statement: bool,
}

/// Words of small talk, space-separated.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SmalltalkWords {
    /// Any of them makes a greeting.
    pub greeting: String,
    /// Any of them makes thanks.
    pub thanks: String,
    /// Any of them makes a goodbye.
    pub goodbye: String,
    /// May stand beside the others.
    pub filler: String,
    /// What a greeting is addressed to ("le robot"); goes with it.
    pub addressee: String,
    /// What may stand between the two ("le").
    pub link: String,
    /// May be left out at both ends of a request.
    pub polite: String,
    /// Yes.
    pub yes: String,
    /// No.
    pub no: String,
    /// May stand beside yes or no.
    pub reply: String,
    /// Undo what follows.
    pub negation: String,
    /// Begin a new thought: negation does not reach over them.
    pub subject: String,
}

impl SmalltalkWords {
    fn folded(mut self) -> Self {
        for list in [
            &mut self.greeting,
            &mut self.thanks,
            &mut self.goodbye,
            &mut self.filler,
            &mut self.addressee,
            &mut self.link,
            &mut self.polite,
            &mut self.yes,
            &mut self.no,
            &mut self.reply,
            &mut self.negation,
            &mut self.subject,
        ] {
            *list = fold(list);
        }
        self
    }
}

/// A compiled rule.
pub(super) struct Rule {
    pub kind: Kind,
    pub word: Option<String>,
    when: Vec<Pattern>,
    with: Vec<Pattern>,
    unless: Vec<Pattern>,
    negatable: bool,
    statement: bool,
}

/// All languages together.
pub(super) struct Lexicon {
    pub rules: Vec<Rule>,
    pub smalltalk: Vec<SmalltalkWords>,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum LexiconError {
    #[error("lexicon: {0}")]
    Parse(#[from] toml::de::Error),
    #[error("lexicon: {0}")]
    Pattern(#[from] PatternError),
}

const FILES: [&str; 2] = [include_str!("lexicon/fr.toml"), include_str!("lexicon/en.toml")];

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    Lexicon::read(&FILES).expect("the lexicons compiled in are valid; a test reads them")
});

impl Lexicon {
    /// The lexicons compiled in.
    pub(super) fn get() -> &'static Self {
        &LEXICON
    }

    fn read(files: &[&str]) -> Result<Self, LexiconError> {
        let mut all = Self { rules: Vec::new(), smalltalk: Vec::new() };
        for file in files {
            let File { groups, smalltalk, rule } = toml::from_str(file)?;
            all.smalltalk.push(smalltalk.folded());
            for raw in rule {
                all.rules.push(raw.compile(&groups)?);
            }
        }
        Ok(all)
    }

    /// Whether a word of one of the lists is `word`.
    pub(super) fn lists(&self, list: impl Fn(&SmalltalkWords) -> &str, word: &str) -> bool {
        self.smalltalk
            .iter()
            .any(|words| list(words).split_whitespace().any(|listed| listed == word))
    }
}

impl RawRule {
    fn compile(self, groups: &Groups) -> Result<Rule, PatternError> {
        let compile = |patterns: &[String]| -> Result<Vec<Pattern>, PatternError> {
            patterns.iter().map(|pattern| Pattern::compile(pattern, groups)).collect()
        };
        Ok(Rule {
            kind: self.kind,
            when: compile(&self.when)?,
            with: compile(&self.with)?,
            unless: compile(&self.unless)?,
            word: self.word,
            negatable: self.negatable,
            statement: self.statement,
        })
    }
}

impl Rule {
    /// The pattern that fires on a message, if the rule holds.
    pub(super) fn fires(&self, text: Text<'_>, asks: bool) -> Option<&Pattern> {
        if self.statement && asks {
            return None;
        }
        let counts = |hit: &Match| !(self.negatable && negated(text, hit));
        let fired = self.when.iter().find(|pattern| pattern.find(text).any(|hit| counts(&hit)))?;
        let held = self.with.is_empty() || any(&self.with, text);
        (held && !any(&self.unless, text)).then_some(fired)
    }
}

fn any(patterns: &[Pattern], text: Text<'_>) -> bool {
    patterns.iter().any(|pattern| pattern.find(text).next().is_some())
}

/// Whether a negation stands within the match or up to four words before it,
/// in the same clause and thought.
pub(super) fn negated(text: Text<'_>, hit: &Match) -> bool {
    let lexicon = Lexicon::get();
    let word = |at: usize| text.words.get(at);
    let negates =
        |at: &usize| word(*at).is_some_and(|word| lexicon.lists(|w| &w.negation, &word.text));
    if hit.skipped.iter().any(&negates) {
        return true;
    }
    let clause = word(hit.first).map(|word| word.clause);
    (0..hit.first)
        .rev()
        .take(4)
        .take_while(|at| {
            word(*at).is_some_and(|before| {
                Some(before.clause) == clause && !lexicon.lists(|w| &w.subject, &before.text)
            })
        })
        .any(|at| negates(&at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_are_valid() {
        let lexicon = Lexicon::read(&FILES).expect("valid files");
        assert!(lexicon.rules.len() > 40);
    }

    #[test]
    fn every_escalation_rule_has_a_name_to_switch_it_off() {
        let lexicon = Lexicon::read(&FILES).expect("valid files");
        for rule in &lexicon.rules {
            assert_eq!(
                rule.word.is_some(),
                rule.kind == Kind::Escalation,
                "{:?} {:?}",
                rule.kind,
                rule.word
            );
        }
    }

    #[test]
    fn an_unknown_kind_or_key_is_refused() {
        let broken = FILES[0].replacen("kind = \"gas\"", "kind = \"gaz\"", 1);
        assert!(Lexicon::read(&[&broken]).is_err());
    }
}

//! Greetings, thanks, goodbyes, yes and no: what needs no answer from the FAQ.

use super::lexicon::{Lexicon, SmalltalkWords};
use super::words::{Word, words};

/// Words that ask for nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Smalltalk {
    /// "Bonjour".
    Greeting,
    /// "Merci beaucoup".
    Thanks,
    /// "Bonne journée".
    Goodbye,
    /// "Vous êtes un robot ?": answered with the truth.
    Identity,
}

/// An answer to "would you like a person?".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum YesNo {
    /// Yes.
    Yes,
    /// No.
    No,
}

/// Reads a message that is nothing but yes or no.
#[must_use]
pub fn yes_or_no(message: &str) -> Option<YesNo> {
    let words = words(message);
    let lexicon = Lexicon::get();
    let any = |list: fn(&SmalltalkWords) -> &str| {
        words.iter().any(|word| lexicon.lists(list, &word.text))
    };
    let lists: [fn(&SmalltalkWords) -> &str; 6] =
        [|w| &w.yes, |w| &w.no, |w| &w.reply, |w| &w.negation, |w| &w.polite, |w| &w.thanks];
    let only = words.iter().all(|word| lists.iter().any(|list| lexicon.lists(list, &word.text)));
    if !only {
        None
    } else if any(|w| &w.no) || any(|w| &w.negation) {
        Some(YesNo::No)
    } else if any(|w| &w.yes) {
        Some(YesNo::Yes)
    } else {
        None
    }
}

/// Which words of a message are greeting or politeness, by index.
pub(super) fn fillers(words: &[Word]) -> Vec<bool> {
    let lexicon = Lexicon::get();
    words
        .iter()
        .map(|word| {
            lexicon.lists(|w| &w.greeting, &word.text) || lexicon.lists(|w| &w.polite, &word.text)
        })
        .collect()
}

/// The kind of small talk, when the message is nothing else.
pub(super) fn alone(words: &[Word]) -> Option<Smalltalk> {
    let lexicon = Lexicon::get();
    let is = |list: fn(&SmalltalkWords) -> &str, word: &Word| lexicon.lists(list, &word.text);
    let any = |list: fn(&SmalltalkWords) -> &str| words.iter().any(|word| is(list, word));
    let only = words.iter().all(|word| {
        is(|w| &w.greeting, word)
            || is(|w| &w.thanks, word)
            || is(|w| &w.goodbye, word)
            || is(|w| &w.filler, word)
            || is(|w| &w.addressee, word)
            || is(|w| &w.polite, word)
    });
    if !only {
        None
    } else if any(|w| &w.goodbye) && !any(|w| &w.thanks) {
        Some(Smalltalk::Goodbye)
    } else if any(|w| &w.thanks) {
        Some(Smalltalk::Thanks)
    } else if any(|w| &w.greeting) {
        Some(Smalltalk::Greeting)
    } else {
        None
    }
}

/// The message without the greeting it begins with ("Bonjour le robot, …").
pub(super) fn without_greeting<'a>(message: &'a str, words: &[Word]) -> &'a str {
    let lexicon = Lexicon::get();
    let mut begin =
        words.iter().take_while(|word| lexicon.lists(|w| &w.greeting, &word.text)).count();
    if begin == 0 {
        return message.trim();
    }
    begin += addressee(words.get(begin..).unwrap_or_default());
    match words.get(begin) {
        Some(first) => message.get(first.start..).unwrap_or(message).trim(),
        None => message.trim(),
    }
}

/// How many of the first words name whom the greeting is for.
fn addressee(words: &[Word]) -> usize {
    let lexicon = Lexicon::get();
    let links = words.iter().take_while(|word| lexicon.lists(|w| &w.link, &word.text)).count();
    match words.get(links) {
        // "Bonjour vous tous" is an address, "Bonjour, vous ouvrez" is not.
        Some(head)
            if lexicon.lists(|w| &w.addressee, &head.text)
                && (links > 0 || head.clause == 0 && head.text != "vous") =>
        {
            links + 1
        }
        Some(_) | None => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yes_and_no_alone() {
        for yes in ["Oui", "oui svp", "ok", "Oui, volontiers.", "yes please", "d'accord merci"] {
            assert_eq!(yes_or_no(yes), Some(YesNo::Yes), "{yes}");
        }
        for no in ["Non", "non merci", "no thanks", "nan ça ira"] {
            assert_eq!(yes_or_no(no), Some(YesNo::No), "{no}");
        }
        for other in ["oui mais combien ça coûte ?", "merci", "", "non non, je parlais du samedi"]
        {
            assert_eq!(yes_or_no(other), None, "{other}");
        }
    }

    #[test]
    fn small_talk_stands_alone_or_is_none() {
        let cases = [
            ("Bonjour !", Some(Smalltalk::Greeting)),
            ("salut ça va ?", Some(Smalltalk::Greeting)),
            ("Merci beaucoup, très clair, bonne soirée", Some(Smalltalk::Thanks)),
            ("Au revoir et bonne journée", Some(Smalltalk::Goodbye)),
            ("Thanks a lot", Some(Smalltalk::Thanks)),
            ("Bonjour, vous ouvrez quand ?", None),
            ("Merci de me donner vos tarifs", None),
        ];
        for (message, expected) in cases {
            assert_eq!(alone(&words(message)), expected, "{message}");
        }
    }

    #[test]
    fn a_greeting_in_front_is_dropped() {
        let cases = [
            ("Bonjour, vous ouvrez quand ?", "vous ouvrez quand ?"),
            ("bjr le robot, prix du ramonage", "prix du ramonage"),
            ("Hello there! Do you open on Mondays?", "Do you open on Mondays?"),
            ("Le ramonage, c'est combien ?", "Le ramonage, c'est combien ?"),
        ];
        for (message, rest) in cases {
            assert_eq!(without_greeting(message, &words(message)), rest);
        }
    }
}

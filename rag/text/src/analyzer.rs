//! From a text to the terms of the lexical index, the same for entries and
//! questions.

use crate::abbreviations::expansion;
use crate::stopwords::is_stopword;
use crate::{Lang, tokens};
use rust_stemmers::{Algorithm, Stemmer};

/// Turns texts of one language into index terms.
pub struct Analyzer {
    lang: Lang,
    stemmer: Option<Stemmer>,
}

impl Analyzer {
    /// An analyzer for `lang`. [`Lang::Other`] only folds and cuts.
    #[must_use]
    pub fn for_lang(lang: Lang) -> Self {
        let algorithm = match lang {
            Lang::Fr => Some(Algorithm::French),
            Lang::En => Some(Algorithm::English),
            Lang::Es => Some(Algorithm::Spanish),
            Lang::De => Some(Algorithm::German),
            Lang::Other => None,
        };
        Self { lang, stemmer: algorithm.map(Stemmer::create) }
    }

    /// The language this analyzer reads.
    #[must_use]
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// Folded, stemmed terms in the order of the text, repeats included.
    ///
    /// Stopwords are dropped, short forms (`rdv`) opened, compounds give
    /// their parts and their closed form (`chauffe-eau`: chauff, eau,
    /// chauffeeau), amounts give figure and currency (`45 €`: 45, euro).
    /// Negation is dropped too: terms find a subject, they prove nothing.
    #[must_use]
    pub fn terms(&self, text: &str) -> Vec<String> {
        let mut out = Vec::new();
        for token in tokens(text) {
            let word = calm(&token.text);
            match expansion(&word, self.lang) {
                Some(long) => {
                    for token in tokens(long) {
                        self.emit(&token.text, &mut out);
                    }
                }
                None => self.emit(&word, &mut out),
            }
        }
        out
    }

    /// `text` with its short forms written out and everything else untouched,
    /// for an embedding model that never saw `rdv`.
    #[must_use]
    pub fn expand(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut copied = 0;
        for token in tokens(text) {
            if let Some(long) = expansion(&calm(&token.text), self.lang) {
                out.push_str(&text[copied..token.start]);
                out.push_str(long);
                copied = token.end;
            }
        }
        out.push_str(&text[copied..]);
        out
    }

    fn emit(&self, token: &str, out: &mut Vec<String>) {
        if token.contains('@') || token.contains('/') {
            out.push(token.to_owned());
        } else if token.starts_with(|c: char| c.is_ascii_digit()) {
            push_number(token, out);
        } else if token.contains('-') {
            for part in token.split('-') {
                self.push_word(part, out);
            }
            let closed: String = token.split('-').collect();
            out.push(self.stem(&closed));
        } else {
            self.push_word(token, out);
        }
    }

    fn push_word(&self, word: &str, out: &mut Vec<String>) {
        if is_stopword(word, self.lang) {
            return;
        }
        let word = match self.lang {
            Lang::En => word.strip_suffix("'s").unwrap_or(word),
            Lang::Fr | Lang::Es | Lang::De | Lang::Other => word,
        };
        // A lone Latin letter is a list mark or half an elision.
        if word.is_empty() || (word.len() == 1 && self.stemmer.is_some()) {
            return;
        }
        out.push(self.stem(word));
    }

    fn stem(&self, word: &str) -> String {
        match &self.stemmer {
            Some(stemmer) => stemmer.stem(word).into_owned(),
            None => word.to_owned(),
        }
    }
}

fn push_number(token: &str, out: &mut Vec<String>) {
    let units = [('€', "euro"), ('$', "dollar"), ('£', "pound"), ('%', "%")];
    let found = units
        .iter()
        .find_map(|(symbol, name)| token.strip_suffix(*symbol).map(|figure| (figure, *name)));
    match found {
        Some((figure, name)) => out.extend([figure.to_owned(), name.to_owned()]),
        None => out.push(token.to_owned()),
    }
}

/// `alloooo` is `allo`: three or more of the same letter are one. Figures keep
/// theirs.
fn calm(word: &str) -> String {
    let chars: Vec<char> = word.chars().collect();
    let run = |at: usize| {
        let c = chars[at];
        let left = chars[..at].iter().rev().take_while(|x| **x == c).count();
        let right = chars[at..].iter().take_while(|x| **x == c).count();
        (left, left + right)
    };
    (0..chars.len())
        .filter(|&at| {
            let (position, length) = run(at);
            position == 0 || length < 3 || !chars[at].is_alphabetic() || word.starts_with("www.")
        })
        .map(|at| chars[at])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::Analyzer;
    use crate::Lang;

    fn french(text: &str) -> Vec<String> {
        Analyzer::for_lang(Lang::Fr).terms(text)
    }

    #[test]
    fn forms_of_one_word_meet() {
        for (a, b) in [
            ("réparations", "reparation"),
            ("Vos tarifs ?", "tarif"),
            ("les chaudières", "chaudiere"),
            ("des eaux usées", "eau usee"),
            ("installé", "installer"),
        ] {
            assert_eq!(french(a), french(b), "{a} / {b}");
        }
    }

    #[test]
    fn stopwords_and_politeness_are_dropped() {
        assert_eq!(french("Bonjour, je voudrais savoir s'il vous plaît"), Vec::<String>::new());
        assert_eq!(french("c quoi"), Vec::<String>::new());
        assert_eq!(french("C'est combien ?"), ["combien"]);
    }

    #[test]
    fn short_forms_are_opened() {
        assert_eq!(french("rdv"), french("rendez-vous"));
        assert_eq!(french("un pb de clim"), french("un problème de climatisation"));
        assert!(french("cb").contains(&"combien".to_owned()));
        assert_eq!(french("slttttt dispoooo"), french("disponible"));
    }

    #[test]
    fn compounds_match_with_and_without_hyphen() {
        let compound = french("chauffe-eau");
        for term in french("chauffe eau").iter().chain(&french("chauffeeau")) {
            assert!(compound.contains(term), "{term}");
        }
        assert!(french("e-mail").contains(&french("email")[0]));
    }

    #[test]
    fn amounts_match_in_every_writing() {
        assert_eq!(french("45 €"), ["45", "euro"]);
        assert_eq!(french("45 euros"), french("45€"));
        assert_eq!(french("à 9 heures"), french("9h00"));
    }

    #[test]
    fn addresses_stay_as_they_are() {
        assert_eq!(
            french("écrire à contact@exemple.fr, www.exemple.fr"),
            ["ecrir", "contact@exemple.fr", "www.exemple.fr"]
        );
    }

    #[test]
    fn other_languages_have_their_own_rules() {
        let english = Analyzer::for_lang(Lang::En);
        assert_eq!(english.terms("What's the plumber's price?"), ["plumber", "price"]);
        assert_eq!(english.terms("appt"), english.terms("appointments"));
        let other = Analyzer::for_lang(Lang::Other);
        assert_eq!(other.terms("Quanto costa il servizio"), ["quanto", "costa", "il", "servizio"]);
    }

    #[test]
    fn expanding_touches_nothing_else() {
        let analyzer = Analyzer::for_lang(Lang::Fr);
        assert_eq!(
            analyzer.expand("Un RDV pr l'évier, dispo ?"),
            "Un rendez-vous pour l'évier, disponible ?"
        );
        assert_eq!(analyzer.expand("À l’Étage"), "À l’Étage");
    }
}

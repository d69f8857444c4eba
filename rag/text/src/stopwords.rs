//! Words that say nothing about the subject, folded. Lists of our own, kept
//! short: the index weighs frequent words down by itself.
//!
//! `combien`, `quand`, `sans` and their like stay terms: in a firm's FAQ they
//! tell entries apart.

use crate::Lang;

/// Whether a folded token is dropped from the terms of `lang`.
pub(crate) fn is_stopword(token: &str, lang: Lang) -> bool {
    let lists: &[&str] = match lang {
        Lang::Fr => FRENCH,
        Lang::En => ENGLISH,
        Lang::Es => SPANISH,
        Lang::De => GERMAN,
        Lang::Other => return false,
    };
    lists.iter().any(|line| line.split(' ').any(|word| word == token))
}

const FRENCH: &[&str] = &[
    // Articles, contractions, elided forms.
    "le la les un une des du de au aux l d j m t s n c qu jusqu lorsqu puisqu quoiqu",
    // Pronouns and possessives.
    "je tu il elle on nous vous ils elles me te se moi toi lui leur leurs eux y en ce cet cette ces",
    "ceci cela ca celui celle ceux celles mon ma mes ton ta tes son sa ses notre nos votre vos",
    "qui que quoi dont quel quelle quels quelles lequel laquelle quelque quelques chose",
    // Prepositions and conjunctions.
    "a dans par pour sur avec et ou ni mais donc or car si comme alors aussi puis ainsi chez vers",
    // Verbs that carry no subject.
    "suis es est sommes etes sont etais etait etaient ete etre sera seront serait soit",
    "ai as avons avez ont avais avait avaient eu avoir aura aurait aurais",
    "fait fais faites font faire vais va vas allez vont aller",
    "peux peut pouvez peuvent pouvoir puis pourrais pourrait pourriez",
    "veux veut voulez vouloir voudrais voudrait aimerais aimerait souhaite souhaiterais souhaitez",
    "dois doit devez faut sais savoir",
    // Small words and politeness.
    "ne pas plus non oui tres bien la ici voici voila tout tous toute toutes meme",
    "bonjour bonsoir salut merci plait svp cordialement madame monsieur comment",
];

const ENGLISH: &[&str] = &[
    "the a an of to in on at by for with from as and or but if so than then",
    "i you he she it we they me him her us them my your his its our their this that these those",
    "who what which how there here",
    "am is are was were be been being do does did doing done have has had having",
    "can could may might must shall should will would",
    "i'm i'd i've i'll it's that's what's don't doesn't didn't can't won't isn't aren't you're we're",
    "not no yes very just also too please thanks thank hello hi like want need know",
];

const SPANISH: &[&str] = &[
    "el la los las un una unos unas de del al a en con por para y o pero si que se lo le les su sus",
    "mi mis tu tus yo usted ustedes nosotros ellos es son esta estan era ser estar he ha han hay",
    "no muy mas como cual cuales puedo puede quiero hola gracias favor buenos dias",
];

const GERMAN: &[&str] = &[
    "der die das den dem des ein eine einen einem einer und oder aber wenn dass ob zu im in an auf",
    "mit von bei fur aus nach ist sind war bin hat haben habe wird werden kann konnen ich du er sie",
    "es wir ihr mein meine sein ihre ihren nicht auch sehr wie was wer bitte danke hallo",
];

#[cfg(test)]
mod tests {
    use super::{ENGLISH, FRENCH, GERMAN, SPANISH, is_stopword};
    use crate::{Lang, fold};

    #[test]
    fn lists_are_folded_so_that_they_can_match() {
        for line in [FRENCH, ENGLISH, SPANISH, GERMAN].concat() {
            assert_eq!(fold(line), line);
            assert!(!line.contains("  "));
        }
    }

    #[test]
    fn words_that_tell_entries_apart_stay() {
        for word in ["combien", "quand", "sans", "prix", "dimanche", "eau"] {
            assert!(!is_stopword(word, Lang::Fr), "{word}");
        }
        assert!(is_stopword("vous", Lang::Fr));
        assert!(!is_stopword("vous", Lang::Other));
    }
}

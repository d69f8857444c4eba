use super::own_words;
use proptest::prelude::*;

/// A letter of ours as a program quotes it.
const OURS: &str = "> — Répondez au-dessus de cette ligne —\n>\n> Une personne attend.\n";

/// How programs quote the letter they answer.
const QUOTES: &[(&str, &str)] = &[
    (
        "Gmail, French",
        "Bonjour, oui.\n\nLe mar. 3 mars 2026 à 10:12, Cycles Trébuchet <atelier@trebuchet.example> a écrit :\n\n> Bonjour\n",
    ),
    (
        "Gmail, broken",
        "Bonjour, oui.\n\nLe mar. 3 mars 2026 à 10:12, Cycles Trébuchet <\nreponse+abcdefgh@trebuchet.example> a écrit :\n\n> Bonjour\n",
    ),
    (
        "Gmail, English",
        "Bonjour, oui.\n\nOn Tue, Mar 3, 2026 at 10:12 AM Cycles Trébuchet <atelier@trebuchet.example>\nwrote:\n\n> Bonjour\n",
    ),
    (
        "Apple Mail, French",
        "Bonjour, oui.\n\n> Le 3 mars 2026 à 10:12, Cycles Trébuchet <atelier@trebuchet.example> a écrit :\n> \n> Bonjour\n",
    ),
    (
        "iPhone, French",
        "Bonjour, oui.\n\nEnvoyé de mon iPhone\n\n> Le 3 mars 2026 à 10:12, Cycles a écrit :\n> Bonjour\n",
    ),
    (
        "iPhone, English",
        "Bonjour, oui.\n\nSent from my iPhone\n\n> On 3 Mar 2026, at 10:12, Cycles wrote:\n> Bonjour\n",
    ),
    (
        "Outlook, French",
        "Bonjour, oui.\n\nDe : Cycles Trébuchet <atelier@trebuchet.example>\nEnvoyé : mardi 3 mars 2026 10:12\nÀ : Basile\nObjet : Une personne vous attend\n\nBonjour\n",
    ),
    (
        "Outlook, bold",
        "Bonjour, oui.\n\n*De :* Cycles Trébuchet\n*Envoyé :* mardi 3 mars 2026\n*À :* Basile\n*Objet :* Une personne\n\nBonjour\n",
    ),
    (
        "Outlook, English",
        "Bonjour, oui.\n\nFrom: Cycles <atelier@trebuchet.example>\nSent: Tuesday, March 3, 2026 10:12 AM\nTo: Basile\nSubject: Somebody\n\nBonjour\n",
    ),
    ("Outlook, old", "Bonjour, oui.\n\n-----Message d'origine-----\nDe : Cycles\n\nBonjour\n"),
    (
        "Outlook on the web",
        "Bonjour, oui.\n\n________________________________\nDe : Cycles\nEnvoyé : mardi\n",
    ),
    (
        "Outlook for phones",
        "Bonjour, oui.\n\nTélécharger Outlook pour iOS<https://aka.ms/o0ukef>\n________________________________\nDe : Cycles\n",
    ),
    (
        "Thunderbird, French",
        "Bonjour, oui.\n\nLe 03/03/2026 à 10:12, Cycles Trébuchet a écrit :\n> Bonjour\n",
    ),
    (
        "Android",
        "Bonjour, oui.\n\nEnvoyé depuis mon appareil Android\n-------- Message d'origine --------\nDe : Cycles\n",
    ),
    ("a signature", "Bonjour, oui.\n\n-- \nBasile Morel\nCycles Trébuchet\n"),
    (
        "a program that quotes without a word",
        "Bonjour, oui.\n\n— Répondez au-dessus de cette ligne —\nUne personne attend.\n",
    ),
    ("hard blanks", "Bonjour, oui.\n\nLe 03/03/2026 à 10:12, Cycles a écrit\u{a0}:\n> Bonjour\n"),
    (
        "Windows line ends",
        "Bonjour, oui.\r\n\r\nLe 03/03/2026 à 10:12, Cycles a écrit :\r\n> Bonjour\r\n",
    ),
];

#[test]
fn every_program_s_way_of_quoting_is_cut() {
    for (program, text) in QUOTES {
        assert_eq!(own_words(text), "Bonjour, oui.", "{program}");
    }
}

#[test]
fn what_somebody_wrote_stays() {
    for text in [
        "Bonjour,\n\nLe vélo est prêt.\nLe cadre aussi.\n\nBasile",
        "Le 3 mars à 10 h, cela vous va ?",
        "De : la part de Farah, bonjour.",
        "On se voit demain.\nElle m'a écrit : oui.",
        "Le facteur a écrit :\nrien du tout",
        "- un\n- deux\n-- trois",
    ] {
        assert_eq!(own_words(text), text);
    }
}

#[test]
fn answers_between_the_quotes_are_kept_without_them() {
    let text = "> Quand ?\n\nDemain.\n\n> Combien ?\n\n14 €.\n";
    assert_eq!(own_words(text), "Demain.\n\n14 €.");
}

#[test]
fn nothing_but_quotes_is_nothing() {
    assert_eq!(own_words(OURS), "");
    assert_eq!(own_words("\n\nEnvoyé de mon iPhone\n"), "");
}

proptest! {
    #[test]
    fn nothing_is_made_up_and_twice_is_once(text in "(\\PC{0,30}\n){0,12}") {
        let own = own_words(&text);
        prop_assert_eq!(own_words(&own), own.clone());
        for line in own.lines().filter(|line| !line.is_empty()) {
            let spaced = text.replace(['\u{a0}', '\u{202f}'], " ");
            prop_assert!(spaced.contains(line.trim_end()), "{line:?}");
        }
    }
}

//! What passes, what does not, and that pieces do not matter.

use super::{Guard, Refusal, Sources, Stop};
use crate::document::EntryDoc;
use crate::fixtures::entry;
use comptoir_text::Lang;
use proptest::prelude::*;

/// A bakery of our own invention.
fn bakery() -> Vec<EntryDoc> {
    vec![
        entry(
            "Livrez-vous à domicile ?",
            "Oui, du mardi au samedi de 7 h à 11 h, jusqu'à 8 km, pour 4 € TTC. \
             La livraison est gratuite à partir de 40 € d'achat. Nous ne livrons pas le dimanche. \
             Nous n'allons ni à Saumur ni à Cholet.",
        ),
        entry(
            "Quel est le prix d'un gâteau d'anniversaire ?",
            "Un gâteau pour 6 personnes coûte 28 € et pour 10 personnes 42 €. Commandez au moins \
             48 heures avant, au 02 41 00 11 22. Les bougies ne sont pas comprises.",
        ),
        entry(
            "Le pain sans gluten est-il disponible ?",
            "Notre pain sans gluten est cuit le jeudi par Solène, sur commande seulement.",
        ),
    ]
}

fn sources(lang: Lang) -> Sources {
    Sources::new(&bakery(), lang)
}

fn check(text: &str) -> Result<(), Refusal> {
    sources(Lang::Fr).check(text).map(drop)
}

#[test]
fn the_entries_own_sentences_pass() {
    for doc in bakery() {
        let mut guard = Guard::new(sources(Lang::Fr));
        let first = guard.push(&doc.answer);
        let rest = guard.finish();
        assert_eq!((first.stop, rest.stop), (None, None), "{}", doc.answer);
        assert_eq!(first.text + &rest.text, doc.answer);
    }
}

#[test]
fn careful_rewordings_pass() {
    for text in [
        "La livraison est gratuite à partir de 40 euros d'achat.",
        "La livraison est gratuite à partir de quarante euros.",
        "Un gâteau pour 10 personnes coûte 42 €.",
        "Notre pain sans gluten est cuit le jeudi, sur commande seulement.",
    ] {
        assert_eq!(check(text), Ok(()), "{text}");
    }
}

#[test]
fn invented_facts_are_refused() {
    for text in [
        "La livraison coûte 5 € TTC.",
        "La livraison coûte 4 € HT.",
        "Un gâteau pour 10 personnes coûte quarante-trois euros.",
        "Un gâteau pour 12 personnes coûte 42 €.",
        "Commandez au moins 24 heures avant, au 02 41 00 11 22.",
        "Commandez au moins 48 heures avant, au 02 41 00 11 23.",
        "Écrivez à commande@exemple.fr.",
        "Voir https://exemple.fr/promo.",
        "Une remise de 10 % est possible.",
        "Notre pain sans gluten est cuit le vendredi par Solène, sur commande seulement.",
        "Notre pain sans gluten est cuit le jeudi par Marie, sur commande seulement.",
        "Dupont livre.",
    ] {
        assert!(check(text).is_err(), "{text}");
    }
}

#[test]
fn turned_meanings_are_refused() {
    for text in [
        "La livraison est gratuite.",
        "La livraison est gratuite jusqu'à 40 € d'achat.",
        "La livraison n'est pas gratuite à partir de 40 € d'achat.",
        "Nous livrons le dimanche.",
        "Nous livrons aussi le dimanche.",
        "Les bougies sont comprises.",
        "Les bougies sont toujours comprises.",
        "Notre pain sans gluten est cuit le jeudi.",
        "Nous ne vendons pas de gâteau.",
        "Nous allons à Cholet.",
        "Nous livrons.",
        "Oui.",
        "Oui, nous livrons le dimanche.",
    ] {
        assert!(check(text).is_err(), "{text}");
    }
}

#[test]
fn facts_cannot_change_their_subject() {
    for text in [
        "Un gâteau pour 6 personnes coûte 42 €.",
        "Les bougies coûtent 28 €.",
        "La livraison coûte 28 €.",
        "Un gâteau coûte 4 € TTC.",
        "Du mardi au samedi, un gâteau pour 6 personnes coûte 28 €.",
    ] {
        assert!(check(text).is_err(), "{text}");
    }
}

#[test]
fn other_subjects_and_markup_are_refused() {
    assert_eq!(check("Nous vendons des trottinettes."), Err(Refusal::Subject));
    for text in ["<b>Oui</b>", "[Payer](exemple)", "{x}"] {
        assert_eq!(check(text), Err(Refusal::Form), "{text}");
    }
}

#[test]
fn translations_keep_facts_and_polarity() {
    let english = sources(Lang::En);
    assert!(english.check("A cake for 10 people costs 42 €.").is_ok());
    assert!(english.check("We do not deliver on Sundays.").is_ok());
    for text in [
        "We deliver on Sundays.",
        "A cake for 6 people costs 42 €.",
        "The candles are included.",
        "Call 02 41 00 11 23.",
    ] {
        assert!(english.check(text).is_err(), "{text}");
    }
}

#[test]
fn an_abstention_is_not_shown_as_an_answer() {
    for text in ["ABSENT", "Je suis désolé, cette information ne figure pas dans la FAQ."] {
        let mut guard = Guard::new(sources(Lang::Fr));
        let first = guard.push(text);
        let stop = first.stop.or(guard.finish().stop);
        assert_eq!(stop, Some(Stop::Abstained), "{text}");
    }
}

#[test]
fn invisible_characters_cannot_split_a_figure() {
    let mut guard = Guard::new(sources(Lang::Fr));
    let passed = guard.push("Un gâteau pour 10 personnes coûte 4\u{200b}3 €. ");
    assert!(passed.stop.is_some() && passed.text.is_empty());
}

/// Sentences of the bakery and lies about it, cut and joined at random.
fn texts() -> impl Strategy<Value = String> {
    let honest = bakery()
        .into_iter()
        .flat_map(|doc| doc.answer.split_inclusive(". ").map(str::to_owned).collect::<Vec<_>>())
        .collect::<Vec<_>>();
    let lies = [
        "La livraison coûte 9 €. ",
        "Appelez le 06 99 00 11 22. ",
        "Nous livrons le dimanche. ",
        "ABSENT ",
        "Bonjour,\n",
        "1. ",
        "12.",
        " 50 €",
    ]
    .map(str::to_owned);
    let part = proptest::sample::select([honest, lies.to_vec()].concat());
    proptest::collection::vec(part, 0..6).prop_map(|parts| parts.concat())
}

fn run(text: &str, cuts: &[usize]) -> (String, Option<Stop>) {
    let mut guard = Guard::new(sources(Lang::Fr));
    let mut out = String::new();
    let mut stop = None;
    let mut from = 0;
    let mut ends: Vec<usize> = cuts
        .iter()
        .map(|cut| cut % (text.len() + 1))
        .filter(|cut| text.is_char_boundary(*cut))
        .collect();
    ends.push(text.len());
    ends.sort_unstable();
    for end in ends {
        let passed = guard.push(&text[from..end]);
        out.push_str(&passed.text);
        stop = stop.or(passed.stop);
        from = end;
    }
    let passed = guard.finish();
    out.push_str(&passed.text);
    (out, stop.or(passed.stop))
}

proptest! {
    #[test]
    fn pieces_do_not_matter(text in texts(), cuts in proptest::collection::vec(0_usize..900, 0..12)) {
        prop_assert_eq!(run(&text, &cuts), run(&text, &[]));
    }

    #[test]
    fn nothing_is_added_and_everything_shown_is_supported(text in texts(), cuts in proptest::collection::vec(0_usize..900, 0..12)) {
        let (shown, _) = run(&text, &cuts);
        prop_assert!(text.contains(shown.trim()), "{shown:?} is not in {text:?}");
        let mut again = Guard::new(sources(Lang::Fr));
        let passed = again.push(&shown);
        let rest = again.finish();
        prop_assert_eq!(passed.stop.or(rest.stop), None);
    }

    #[test]
    fn any_text_is_survived(text in "\\PC{0,300}", cuts in proptest::collection::vec(0_usize..900, 0..6)) {
        prop_assert_eq!(run(&text, &cuts), run(&text, &[]));
    }
}

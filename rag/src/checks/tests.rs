//! Verdicts and differences in an owner's terms.

use super::{Difference, Expected, Problem, Seen, Way, adapted, difference, facts_in_words};
use super::{problems, states};
use proptest::prelude::*;
use uuid::Uuid;

const ENTRY: Uuid = Uuid::from_u128(1);
const OTHER: Uuid = Uuid::from_u128(2);

fn seen(way: Way, entry: Uuid, text: &str) -> Seen {
    let cited = vec![(entry, "Combien coûte une visite ?".to_owned())];
    Seen { way, text: text.to_owned(), cited }
}

fn nothing() -> Seen {
    Seen { way: Way::Nothing, text: "La FAQ ne le dit pas.".to_owned(), cited: Vec::new() }
}

fn expecting(must: &[&str], must_not: &[&str]) -> Expected {
    let own = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect();
    Expected { entry: Some(ENTRY), must: own(must), must_not: own(must_not) }
}

#[test]
fn a_fact_is_a_fact_in_any_writing() {
    let text = "La visite coûte quatre-vingt-cinq euros TTC. Elle dure 1 h 30, sauf le dimanche.";
    for line in ["85 €", "85,00 euros", "85", "85 € TTC", "1h30", "sauf", "dimanche"] {
        assert!(states(text, line), "{line}");
    }
    for line in ["58 €", "85 € HT", "1 h 15", "lundi", "gratuit", "850"] {
        assert!(!states(text, line), "{line}");
    }
}

#[test]
fn what_is_negated_is_not_stated() {
    assert!(states("Le devis est gratuit.", "gratuit"));
    assert!(!states("Le devis n'est pas gratuit.", "gratuit"));
    assert!(states("Le devis n'est pas gratuit.", "pas gratuit"));
    assert!(!states("Le devis est gratuit.", "n'est pas gratuit"));
    assert!(states("Nous ne livrons pas. Le devis est gratuit.", "gratuit"));
}

#[test]
fn a_line_without_a_fact_stands_there_word_for_word() {
    let text = "Nous acceptons le chèque-vacances et la carte.";
    assert!(states(text, "cheque-vacances") && states(text, "La Carte"));
    assert!(!states(text, "chèque bancaire") && !states(text, ""));
}

#[test]
fn facts_are_named_in_the_words_of_the_text() {
    let text = "La visite coûte 85 €. Comptez 2 à 3 semaines, le mardi à 9 h 30 (sur devis).";
    let words: Vec<String> = facts_in_words(text).into_iter().map(|(_, words)| words).collect();
    assert_eq!(words, ["85 €", "2 à 3 semaines", "3 semaines", "mardi", "9 h 30", "sur devis"]);
}

#[test]
fn verdicts_name_everything_that_is_wrong() {
    let right = seen(Way::Answer, ENTRY, "La visite coûte 85 €.");
    assert_eq!(problems(&expecting(&["85 €"], &["gratuit"]), &right), []);
    let shown = seen(Way::Nearest, ENTRY, "La visite coûte 85 €.");
    assert_eq!(problems(&expecting(&["85 €"], &[]), &shown), [], "the visitor reads it");
    let wrong = seen(Way::Answer, OTHER, "La visite est gratuite : 95 €.");
    let found = problems(&expecting(&["85 €"], &["gratuite"]), &wrong);
    let title = "Combien coûte une visite ?".to_owned();
    assert_eq!(
        found,
        [
            Problem::OtherEntry { title: title.clone() },
            Problem::Lacks("85 €".to_owned()),
            Problem::States("gratuite".to_owned()),
        ]
    );
    assert_eq!(problems(&expecting(&[], &[]), &nothing()), [Problem::NotAnswered(Way::Nothing)]);
    let person = Expected { entry: None, ..expecting(&[], &[]) };
    assert_eq!(problems(&person, &nothing()), []);
    assert_eq!(problems(&person, &shown), [], "a person is offered beside it");
    assert_eq!(problems(&person, &right), [Problem::Answered { title }]);
}

#[test]
fn differences_are_what_a_visitor_would_notice() {
    let now = seen(Way::Answer, ENTRY, "La visite coûte 85 €, déplacement compris.");
    let dearer = seen(Way::Answer, ENTRY, "La visite coûte 95 €, déplacement compris.");
    let (before, after) = (vec!["85 €".to_owned()], vec!["95 €".to_owned()]);
    assert_eq!(difference(&now, &dearer), Some(Difference::Facts { before, after }));
    let said = seen(Way::Answer, ENTRY, "Comptez 85 euros la visite, déplacement compris.");
    assert_eq!(difference(&now, &said), Some(Difference::Words));
    assert_eq!(difference(&now, &now), None);
    let lost = difference(&now, &nothing());
    let (before, after) = (Way::Answer, Way::Nothing);
    assert_eq!(lost, Some(Difference::Way { before, after, title: None }));
    let other = seen(Way::Answer, OTHER, "La visite coûte 85 €, déplacement compris.");
    assert!(matches!(difference(&now, &other), Some(Difference::Entry { .. })));
}

#[test]
fn an_accepted_reply_is_right_from_then_on() {
    let before = seen(Way::Answer, ENTRY, "La visite coûte 85 €.");
    let after = seen(Way::Answer, ENTRY, "La visite coûte 95 €.");
    let old = expecting(&["85 €"], &["gratuit"]);
    let new = adapted(&old, Some(&before), &after);
    assert_eq!(new, expecting(&["95 €"], &["gratuit"]));
    let person = adapted(&old, Some(&before), &nothing());
    assert_eq!(person.entry, None);
    let answered = adapted(&Expected { entry: None, ..old }, None, &after);
    assert_eq!(answered.entry, Some(ENTRY));
}

fn any_seen() -> impl Strategy<Value = Seen> {
    let ways = [Way::Answer, Way::Clarify, Way::Nearest, Way::Nothing, Way::Person];
    let texts = [
        "La visite coûte 85 €.",
        "Gratuit le lundi, sauf jours fériés.",
        "Comptez 2 à 3 semaines.",
        "",
        "Ce n'est pas garanti.",
    ];
    (0..ways.len(), 0..texts.len(), 0..3u128).prop_map(move |(way, text, entry)| {
        let is_bare = matches!(ways[way], Way::Nothing | Way::Person);
        let cited = (!is_bare).then(|| (Uuid::from_u128(entry), "?".to_owned()));
        Seen { way: ways[way], text: texts[text].to_owned(), cited: cited.into_iter().collect() }
    })
}

proptest! {
    #[test]
    fn whatever_is_accepted_is_right_afterwards(
        before in any_seen(),
        after in any_seen(),
        must in proptest::sample::subsequence(vec!["85 €", "gratuit", "lundi", "2 semaines"], 0..4),
        must_not in proptest::sample::subsequence(vec!["85 €", "garanti", "férié"], 0..3),
        entry in proptest::option::of(0..3u128),
    ) {
        let expected = Expected { entry: entry.map(Uuid::from_u128), ..expecting(&must, &must_not) };
        let new = adapted(&expected, Some(&before), &after);
        prop_assert_eq!(problems(&new, &after), vec![]);
    }

    #[test]
    fn a_reply_never_differs_from_itself(seen in any_seen()) {
        prop_assert_eq!(difference(&seen, &seen), None);
    }

    #[test]
    fn any_text_is_read(text in "\\PC{0,200}", line in "\\PC{0,40}") {
        let _ = (states(&text, &line), facts_in_words(&text));
    }
}

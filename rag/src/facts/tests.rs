//! Ways to write a fact, and what must not be taken for one.

use super::{Amount, Claim, Fact, Mark, Tax, read};

fn claims(text: &str) -> Vec<Claim> {
    read(text, &|word| matches!(word, "le" | "la" | "nous" | "oui" | "du" | "appelez" | "the"))
}

fn facts(text: &str) -> Vec<Fact> {
    claims(text)
        .into_iter()
        .filter_map(|claim| match claim {
            Claim::Fact(fact) => Some(fact),
            Claim::Mark(_) => None,
        })
        .collect()
}

fn marks(text: &str) -> Vec<Mark> {
    claims(text)
        .into_iter()
        .filter_map(|claim| match claim {
            Claim::Mark(mark) => Some(mark),
            Claim::Fact(_) => None,
        })
        .collect()
}

fn euros(text: &str) -> Fact {
    Fact::Money { amount: Amount::parse(text).expect("an amount"), tax: None }
}

#[test]
fn one_price_in_every_writing() {
    for text in [
        "45 €",
        "45€",
        "45 euros",
        "45,00 €",
        "quarante-cinq euros",
        "Quarante cinq euros",
        "45\u{a0}EUR",
        "€45",
    ] {
        assert_eq!(facts(text), [euros("45")], "{text}");
    }
    assert_eq!(facts("1 200 €"), [euros("1200")]);
    assert_eq!(facts("1.200 €"), [euros("1200")]);
    assert_eq!(facts("59,40 €"), [euros("59.4")]);
    assert_eq!(facts("trois mille euros"), [euros("3000")]);
    assert_ne!(facts("45 €"), facts("54 €"));
}

#[test]
fn tax_wording_belongs_to_the_price() {
    let with = facts("45 € TTC").remove(0);
    let without = facts("45 € HT").remove(0);
    let bare = facts("45 €").remove(0);
    assert!(matches!(with, Fact::Money { tax: Some(Tax::With), .. }));
    assert!(with.supports(&bare) && !with.supports(&without) && !bare.supports(&with));
}

#[test]
fn hours_and_minutes() {
    let half_past = [Fact::Hour { hours: 9, minutes: 30 }];
    for text in ["9h30", "9 h 30", "09:30", "9 heures 30", "9:30 am"] {
        assert_eq!(facts(text), half_past, "{text}");
    }
    assert_eq!(facts("5 pm"), [Fact::Hour { hours: 17, minutes: 0 }]);
    assert_eq!(facts("midi"), [Fact::Hour { hours: 12, minutes: 0 }]);
    let range = facts("de 8 h à 12 h et de 13 h 30 à 17 h");
    assert_eq!(range.len(), 4);
    assert_eq!(range[2], Fact::Hour { hours: 13, minutes: 30 });
}

#[test]
fn ranges_share_their_unit() {
    let quantity = |n: u64, unit| Fact::Quantity { amount: Amount::whole(n), unit };
    assert_eq!(facts("2 à 3 semaines"), [quantity(2, "week"), quantity(3, "week")]);
    assert_eq!(facts("entre 15 et 30 km"), [quantity(15, "km"), quantity(30, "km")]);
    assert_eq!(facts("de 400 à 900 €"), [euros("400"), euros("900")]);
    assert_eq!(facts("deux ans"), facts("2 ans"));
    assert_eq!(facts("un mois"), [quantity(1, "month")]);
    assert_eq!(facts("8 jours ouvrés"), [quantity(8, "workday")]);
    assert_ne!(facts("8 jours"), facts("8 jours ouvrés"));
    assert_eq!(facts("20 m³"), facts("20 mètres cubes"));
}

#[test]
fn percentages_dates_and_days() {
    for text in ["5,5 %", "5,5%", "5.5 pour cent"] {
        assert_eq!(facts(text), [Fact::Percent(Amount::parse("5.5").expect("a number"))], "{text}");
    }
    let date = |year| Fact::Date { day: 12, month: 3, year };
    assert_eq!(facts("12 mars"), [date(None)]);
    assert_eq!(facts("12/03/2027"), [date(Some(2027))]);
    assert_eq!(facts("1er août"), [Fact::Date { day: 1, month: 8, year: None }]);
    assert_eq!(facts("le dimanche"), [Fact::Weekday(7)]);
    assert_eq!(facts("on Sundays"), [Fact::Weekday(7)]);
}

#[test]
fn ways_to_reach_somebody() {
    let phone = [Fact::Phone("0241000000".into())];
    for text in [
        "02 41 00 00 00",
        "02.41.00.00.00",
        "+33 2 41 00 00 00",
        "+33 (0)2 41 00 00 00",
        "0241000000",
    ] {
        assert_eq!(facts(text), phone, "{text}");
    }
    assert_eq!(facts("Appelez contact@exemple.fr."), [Fact::Email("contact@exemple.fr".into())]);
    assert_eq!(facts("la page https://www.exemple.fr/a/"), [Fact::Url("exemple.fr/a".into())]);
}

#[test]
fn names_are_capitals_inside_a_sentence() {
    assert_eq!(facts("Nous allons à Saumur"), [Fact::Name("saumur".into())]);
    assert_eq!(facts("Le devis"), []);
    assert_eq!(facts("Durand répare"), [Fact::Name("durand".into())]);
}

#[test]
fn small_words_turn_sentences() {
    assert_eq!(marks("Le devis n'est pas gratuit"), [Mark::Not, Mark::Free]);
    assert_eq!(marks("Il ne sort pas et ne rentre pas"), [Mark::Not, Mark::Not]);
    assert_eq!(marks("Aucun devis n'est payant"), [Mark::Not, Mark::Paid]);
    assert_eq!(marks("sans frais"), [Mark::Free]);
    assert_eq!(marks("à partir de 30 €, sauf le lundi"), [Mark::From, Mark::Except]);
    assert_eq!(
        marks("jusqu'à 15 km, sur devis au-delà"),
        [Mark::UpTo, Mark::OnQuote, Mark::MoreThan]
    );
    assert_eq!(marks("It isn't free"), [Mark::Not, Mark::Free]);
    assert_eq!(marks("N'hésitez pas à appeler, s'il vous plaît"), []);
    assert_eq!(marks("Y a-t-il un parking"), []);
    assert_eq!(marks("S'il pleut"), [Mark::If]);
}

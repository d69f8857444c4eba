//! Which of the three ways a question goes, from probabilities alone. Pure.

use crate::confidence::Thresholds;
use crate::document::EntryDoc;
use crate::facts::{self, Claim};
use comptoir_text::{Analyzer, Lang};
use std::collections::HashSet;
use std::sync::Arc;

/// An entry and the probability that it answers.
#[derive(Debug, Clone)]
pub struct Assessed {
    /// The entry.
    pub entry: Arc<EntryDoc>,
    /// 0 to 1, calibrated.
    pub probability: f32,
    /// It states a price that the question does not ask for whole: said behind
    /// its own question only, however likely, and no source to write from.
    pub quoted: bool,
}

/// What the reply is made of.
#[derive(Debug, Clone)]
pub enum Decision {
    /// The entries' own words, one entry per question asked.
    Verbatim(Vec<Arc<EntryDoc>>),
    /// The model writes from these, best first.
    Generate {
        /// What it may use.
        entries: Vec<Arc<EntryDoc>>,
        /// What is done when it fails or is refused.
        otherwise: Fallback,
    },
    /// Ask which of these is meant.
    Clarify(Vec<Arc<EntryDoc>>),
    /// One of these probably answers, and nobody can make sure: say what they
    /// hold, each behind its own question, and offer a person.
    Likely(Nearest),
    /// The subject is known, the answer is not: as before, saying so.
    NearMiss(Nearest),
    /// Nothing was found: offer a person.
    Nothing,
}

/// Entries of which one may be meant, best first.
#[derive(Debug, Clone, Default)]
pub struct Nearest {
    /// Said whole, each behind its own question.
    pub shown: Vec<Arc<EntryDoc>>,
    /// Named by their questions, to choose from.
    pub choices: Vec<Arc<EntryDoc>>,
}

/// What stands in for a generated reply.
#[derive(Debug, Clone)]
pub enum Fallback {
    /// The entry answers for certain: its own words, even when the model
    /// finds no answer in it.
    Known,
    /// It may not: what is nearest, as the answers to their own questions.
    Nearest(Nearest),
}

/// What else bears on the decision.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances {
    /// The model can write now.
    pub engine_ready: bool,
    /// The language of the question.
    pub lang: Lang,
    /// Answers longer than this (characters) are condensed by the model.
    pub long_answer: usize,
    /// Probabilities nearer than this are a tie.
    pub tie: f32,
}

/// Most entries the model writes from.
const SOURCES: usize = 3;
/// Most choices of a clarifying question, and most entries said or named as
/// the nearest. Among the best three the right entry is found far more often
/// than in the first place; see the README's table of answers.
const CHOICES: usize = 3;
/// An entry this much less likely than the best is named, not said.
const FAR: f32 = 0.25;

/// Decides. `assessed` is ordered by probability.
#[must_use]
pub fn decide(assessed: &[Assessed], at: Thresholds, now: Circumstances) -> Decision {
    let Some(best) = assessed.first() else {
        return Decision::Nothing;
    };
    if best.probability >= at.known && !best.quoted {
        return known(best, now);
    }
    if best.probability < at.near {
        return Decision::Nothing;
    }
    if best.probability < at.between {
        return Decision::NearMiss(nearest(assessed, at));
    }
    let close: Vec<&Assessed> = assessed
        .iter()
        .take(CHOICES)
        .filter(|a| a.probability >= at.between && best.probability - a.probability <= now.tie)
        .collect();
    if close.len() > 1 && close[1..].iter().all(|other| rivals(&best.entry, &other.entry)) {
        return Decision::Clarify(close.iter().map(|a| Arc::clone(&a.entry)).collect());
    }
    if !now.engine_ready || best.quoted {
        return Decision::Likely(nearest(assessed, at));
    }
    let entries = assessed
        .iter()
        .take(SOURCES)
        .filter(|a| a.probability >= at.between && !a.quoted)
        .map(|a| Arc::clone(&a.entry))
        .collect();
    Decision::Generate { entries, otherwise: Fallback::Nearest(nearest(assessed, at)) }
}

/// The entries that may have been meant: what is about as likely as the best
/// is said beside it, the rest named. What could be mistaken for the best is
/// only named: Saturday's price beside Sunday's is read as the answer.
fn nearest(assessed: &[Assessed], at: Thresholds) -> Nearest {
    let Some(best) = assessed.first() else {
        return Nearest::default();
    };
    let least = at.near.min(best.probability);
    let near = assessed.iter().take(CHOICES).filter(|a| a.probability >= least);
    let said = |a: &&Assessed| {
        a.entry.id == best.entry.id
            || a.probability >= best.probability * FAR && !rivals(&best.entry, &a.entry)
    };
    let (shown, choices): (Vec<&Assessed>, Vec<&Assessed>) = near.partition(said);
    let docs = |of: Vec<&Assessed>| of.into_iter().map(|a| Arc::clone(&a.entry)).collect();
    Nearest { shown: docs(shown), choices: docs(choices) }
}

fn known(best: &Assessed, now: Circumstances) -> Decision {
    let entry = &best.entry;
    let foreign = entry.lang != now.lang && now.lang != Lang::Other;
    let long = entry.answer.chars().count() > now.long_answer;
    if now.engine_ready && (foreign || long) {
        return Decision::Generate { entries: vec![Arc::clone(entry)], otherwise: Fallback::Known };
    }
    Decision::Verbatim(vec![Arc::clone(entry)])
}

/// Whether two entries could be mistaken for each other: their questions
/// share most words, their answers state different facts.
#[must_use]
pub fn rivals(a: &EntryDoc, b: &EntryDoc) -> bool {
    let words = |entry: &EntryDoc| -> HashSet<String> {
        Analyzer::for_lang(entry.lang).terms(&entry.question).into_iter().collect()
    };
    let (one, two) = (words(a), words(b));
    let shared = one.intersection(&two).count();
    let alike = shared * 2 >= one.len().min(two.len()).max(1) && shared > 0;
    let facts = |text: &str| -> HashSet<Claim> {
        facts::read(text, &|_| true).into_iter().filter(|c| matches!(c, Claim::Fact(_))).collect()
    };
    alike && facts(&a.answer) != facts(&b.answer)
}

#[cfg(test)]
mod tests {
    use super::{Assessed, Circumstances, Decision, Fallback, decide};
    use crate::confidence::Thresholds;
    use crate::fixtures::entry;
    use comptoir_text::Lang;
    use std::sync::Arc;

    const AT: Thresholds = Thresholds { known: 0.9, between: 0.5, near: 0.2 };
    const NOW: Circumstances =
        Circumstances { engine_ready: true, lang: Lang::Fr, long_answer: 600, tie: 0.1 };

    fn assessed(rows: &[(&str, &str, f32)]) -> Vec<Assessed> {
        rows.iter()
            .map(|(question, answer, probability)| Assessed {
                entry: Arc::new(entry(question, answer)),
                probability: *probability,
                quoted: false,
            })
            .collect()
    }

    #[test]
    fn a_sure_entry_is_given_in_its_own_words() {
        let hits = assessed(&[("Où êtes-vous ?", "À Angers.", 0.95)]);
        assert!(matches!(decide(&hits, AT, NOW), Decision::Verbatim(e) if e.len() == 1));
        let english = Circumstances { lang: Lang::En, ..NOW };
        assert!(matches!(
            decide(&hits, AT, english),
            Decision::Generate { otherwise: Fallback::Known, .. }
        ));
        let down = Circumstances { engine_ready: false, ..english };
        assert!(matches!(decide(&hits, AT, down), Decision::Verbatim(_)));
    }

    #[test]
    fn close_entries_with_other_facts_are_asked_about() {
        let hits = assessed(&[
            ("Tarif du déplacement en semaine ?", "30 €.", 0.62),
            ("Tarif du déplacement le dimanche ?", "80 €.", 0.58),
        ]);
        assert!(matches!(decide(&hits, AT, NOW), Decision::Clarify(e) if e.len() == 2));
        let same = assessed(&[
            ("Tarif du déplacement en semaine ?", "30 €.", 0.62),
            ("Tarif du déplacement le matin ?", "30 €.", 0.58),
        ]);
        assert!(matches!(decide(&same, AT, NOW), Decision::Generate { .. }));
    }

    #[test]
    fn without_an_engine_nothing_in_between_is_answered() {
        let down = Circumstances { engine_ready: false, ..NOW };
        let hits = assessed(&[("Où êtes-vous ?", "À Angers.", 0.7)]);
        assert!(matches!(decide(&hits, AT, down), Decision::Likely(_)));
    }

    #[test]
    fn a_price_of_something_else_is_neither_stated_nor_written_from() {
        let mut hits = assessed(&[
            ("Combien coûte un désembouage ?", "590 €.", 0.95),
            ("Vendez-vous des radiateurs ?", "Non.", 0.7),
        ]);
        hits[0].quoted = true;
        assert!(matches!(decide(&hits, AT, NOW), Decision::Likely(_)));
        hits.swap(0, 1);
        hits[1].probability = 0.6;
        let Decision::Generate { entries, .. } = decide(&hits, AT, NOW) else { panic!("written") };
        assert_eq!(entries.len(), 1, "the price is no source");
    }

    #[test]
    fn the_less_likely_the_less_is_said() {
        let near = assessed(&[("Où êtes-vous ?", "À Angers.", 0.3)]);
        assert!(matches!(decide(&near, AT, NOW), Decision::NearMiss(n) if n.shown.len() == 1));
        let more = assessed(&[
            ("Où êtes-vous ?", "À Angers.", 0.4),
            ("Où livrez-vous ?", "Ici.", 0.25),
            ("Où garer ?", "Là.", 0.05),
        ]);
        let Decision::NearMiss(nearest) = decide(&more, AT, NOW) else { panic!("near") };
        assert_eq!((nearest.shown.len(), nearest.choices.len()), (2, 0));
        let ahead = assessed(&[("Où ?", "À Angers.", 0.49), ("Quand ?", "Lundi.", 0.12)]);
        let at = Thresholds { near: 0.1, ..AT };
        let Decision::NearMiss(nearest) = decide(&ahead, at, NOW) else { panic!("near") };
        assert_eq!((nearest.shown.len(), nearest.choices.len()), (1, 1));
    }

    #[test]
    fn an_entry_that_could_be_mistaken_for_the_best_is_named_and_not_said() {
        let hits = assessed(&[
            ("Tarif du déplacement en semaine ?", "30 €.", 0.45),
            ("Tarif du déplacement le dimanche ?", "80 €.", 0.4),
            ("Où êtes-vous ?", "À Angers.", 0.4),
        ]);
        let Decision::NearMiss(nearest) = decide(&hits, AT, NOW) else { panic!("near") };
        let said: Vec<&str> = nearest.shown.iter().map(|entry| entry.answer.as_str()).collect();
        assert_eq!(said, ["30 €.", "À Angers."]);
        assert_eq!(nearest.choices.len(), 1);
    }

    #[test]
    fn what_is_hardly_likely_is_not_named_at_all() {
        let far = assessed(&[("Où êtes-vous ?", "À Angers.", 0.1)]);
        assert!(matches!(decide(&far, AT, NOW), Decision::Nothing));
        assert!(matches!(decide(&[], AT, NOW), Decision::Nothing));
    }
}

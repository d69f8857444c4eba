//! Questions that mean the same, so that an owner answers them once.
//!
//! Questions enter with vectors and words; groups of places leave, the largest
//! first. Two are alike that share what tells most in each, as far as meaning
//! and words agree. Complete linkage: everything in a group is near to everything else
//! in it, so that no chain of small steps joins two subjects. Questions with
//! different facts ("le dimanche", "en semaine") stay apart, however alike
//! they sound. The same questions give the same groups in whatever order they
//! come. Pure; it must never drop a question.

use crate::facts::{self, Claim};
use crate::knowledge::{Vector, cosine};
use comptoir_text::{Analyzer, Lang, fold, guess_lang};
use std::collections::{BTreeMap, BTreeSet};

/// Likeness from which two questions may be one.
pub const ALIKE: f32 = 0.4;
/// How much the words that two questions share count beside what the whole of
/// them means: embeddings take "a price" for the same whatever it is of.
const WORDS: f32 = 0.5;

/// One question.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The words.
    pub text: String,
    /// Their vector, of length one.
    pub vector: Vector,
    /// The content words, in the form they are compared in, and how much each
    /// tells.
    words: BTreeMap<String, f32>,
}

impl Asked {
    /// A question. `rarity` gives how much a word tells: what no entry speaks
    /// of tells most, and that is what gaps are about.
    pub fn new(text: String, vector: Vector, rarity: impl Fn(&str) -> f32) -> Self {
        let analyzer = Analyzer::for_lang(guess_lang(&text, Lang::Fr));
        let terms = analyzer.terms(&analyzer.expand(&text));
        let words = terms.into_iter().map(|term| (term.clone(), rarity(&term))).collect();
        Self { text, vector, words }
    }
}

/// Questions that mean the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Place of the question that stands for the others.
    pub best: usize,
    /// Places of all, the best one included, in the order they came.
    pub all: Vec<usize>,
}

/// Groups questions; see [`ALIKE`] for `alike`.
#[must_use]
pub fn group(questions: &[Asked], alike: f32) -> Vec<Group> {
    let keys: Vec<String> = questions.iter().map(|asked| fold(&asked.text)).collect();
    let claims: Vec<BTreeSet<String>> =
        questions.iter().map(|asked| facts_of(&asked.text)).collect();
    let likeness = |a: usize, b: usize| {
        if keys[a] == keys[b] {
            return 1.0;
        }
        let differ = !claims[a].is_empty() && !claims[b].is_empty() && claims[a] != claims[b];
        if differ {
            return -1.0;
        }
        let (one, two) = (&questions[a], &questions[b]);
        if !(tells(&one.words, &two.words) && tells(&two.words, &one.words)) {
            return 0.0;
        }
        let like = cosine(&one.vector, &two.vector);
        like * (1.0 - WORDS) + overlap(&one.words, &two.words) * WORDS
    };
    let mut pairs: Vec<(f32, usize, usize)> = Vec::new();
    for a in 0..questions.len() {
        for b in a + 1..questions.len() {
            let near = likeness(a, b);
            if near >= alike {
                pairs.push((near, a, b));
            }
        }
    }
    // By words where likeness is the same: the order they came in must not matter.
    let place = |&(_, a, b): &(f32, usize, usize)| {
        let (one, two) = (keys[a].as_str(), keys[b].as_str());
        if one <= two { (one, two) } else { (two, one) }
    };
    pairs.sort_by(|x, y| y.0.total_cmp(&x.0).then_with(|| place(x).cmp(&place(y))));
    let mut of: Vec<usize> = (0..questions.len()).collect();
    let mut members: Vec<Vec<usize>> = (0..questions.len()).map(|at| vec![at]).collect();
    for (_, a, b) in pairs {
        let (one, two) = (of[a], of[b]);
        let near = |x: &usize| members[two].iter().all(|y| likeness(*x, *y) >= alike);
        if one == two || !members[one].iter().all(near) {
            continue;
        }
        let joined = std::mem::take(&mut members[two]);
        for at in &joined {
            of[*at] = one;
        }
        members[one].extend(joined);
    }
    let mut out: Vec<Group> = members
        .into_iter()
        .filter(|all| !all.is_empty())
        .map(|mut all| {
            all.sort_unstable();
            Group { best: middle(&all, &keys, &likeness), all }
        })
        .collect();
    out.sort_by(|a, b| b.all.len().cmp(&a.all.len()).then_with(|| keys[a.best].cmp(&keys[b.best])));
    out
}

/// The question nearest to all others of its group.
fn middle(all: &[usize], keys: &[String], likeness: &impl Fn(usize, usize) -> f32) -> usize {
    let nearness = |at: usize| all.iter().map(|other| likeness(at, *other)).sum::<f32>();
    let by_nearness = all.iter().copied().max_by(|a, b| {
        // Of equals the first in the alphabet, then the first that came.
        nearness(*a)
            .total_cmp(&nearness(*b))
            .then_with(|| keys[*b].cmp(&keys[*a]))
            .then_with(|| b.cmp(a))
    });
    by_nearness.unwrap_or_default()
}

/// Whether `two` holds a word that tells most in `one`.
fn tells(one: &BTreeMap<String, f32>, two: &BTreeMap<String, f32>) -> bool {
    let most = one.values().copied().fold(0.0_f32, f32::max);
    one.iter().any(|(term, told)| *told >= most && two.contains_key(term))
}

/// Share of what two questions' words tell that both say, 0 to 1.
fn overlap(one: &BTreeMap<String, f32>, two: &BTreeMap<String, f32>) -> f32 {
    let both: f32 = one.iter().filter(|(term, _)| two.contains_key(*term)).map(|(_, t)| t).sum();
    let either = one.values().sum::<f32>() + two.values().sum::<f32>() - both;
    if either > 0.0 { both / either } else { 0.0 }
}

/// The facts of a question, without names: who asks is no other question.
fn facts_of(text: &str) -> BTreeSet<String> {
    let claims = facts::read(text, &|_| true);
    let told = claims.into_iter().filter_map(|claim| match claim {
        Claim::Fact(facts::Fact::Name(_)) | Claim::Mark(_) => None,
        Claim::Fact(fact) => Some(format!("{fact:?}")),
    });
    told.collect()
}

#[cfg(test)]
mod tests {
    use super::{Asked, Group, group};
    use crate::knowledge::Vector;
    use proptest::prelude::*;
    use std::sync::Arc;

    fn asked(text: &str, angle: f32) -> Asked {
        let vector: Vector = Arc::from(vec![angle.cos(), angle.sin()]);
        Asked::new(text.to_owned(), vector, |_| 1.0)
    }

    fn words(questions: &[Asked], groups: &[Group]) -> Vec<Vec<String>> {
        let text = |at: &usize| questions[*at].text.clone();
        groups
            .iter()
            .map(|group| {
                let mut all: Vec<String> = group.all.iter().map(text).collect();
                all.sort();
                all
            })
            .collect()
    }

    #[test]
    fn what_means_the_same_is_one_group_and_its_middle_stands_for_it() {
        let questions = [
            asked("tondeuses ?", -0.3),
            asked("vous vendez des tondeuses ?", 0.2),
            asked("vente de tondeuses", 0.4),
            asked("réparez-vous les montres ?", 1.4),
        ];
        let groups = group(&questions, 0.6);
        assert_eq!(groups.len(), 2);
        assert_eq!((groups[0].best, groups[0].all.clone()), (1, vec![0, 1, 2]));
        assert_eq!(groups[1].all, [3]);
    }

    const BEFORE: [&str; 14] = [
        "les", "des", "vos", "nos", "mes", "ces", "aux", "sur", "sous", "par", "pour", "avec",
        "sans", "chez",
    ];

    /// The same subject in other words and another direction.
    fn about(at: usize, angle: f32) -> Asked {
        asked(&format!("{} tondeuses", BEFORE[at]), angle)
    }

    #[test]
    fn small_steps_do_not_join_two_subjects() {
        let questions: Vec<Asked> =
            (0..8_u8).map(|n| about(n.into(), f32::from(n) * 0.3)).collect();
        let groups = group(&questions, 0.95);
        assert!(groups.iter().all(|group| group.all.len() <= 2), "{groups:?}");
        assert!(groups.iter().any(|group| group.all.len() == 2), "{groups:?}");
    }

    #[test]
    fn the_same_price_of_something_else_is_another_question() {
        let told = |term: &str| {
            if term.starts_with("tond") || term.starts_with("mont") { 3.0 } else { 0.5 }
        };
        let ask = |text: &str| Asked::new(text.to_owned(), Arc::from(vec![1.0, 0.0]), told);
        let questions = [
            ask("Combien coûte une tondeuse ?"),
            ask("Combien coûte une montre ?"),
            ask("quel est le prix des tondeuses"),
        ];
        let groups = group(&questions, super::ALIKE);
        assert_eq!(groups[0].all, [0, 2]);
        assert_eq!(groups[1].all, [1]);
    }

    #[test]
    fn other_facts_are_another_question() {
        let questions = [
            asked("Ouvert le dimanche ?", 0.0),
            asked("Ouvert le lundi ?", 0.01),
            asked("ouvert le DIMANCHE", 0.02),
            asked("Vous ouvrez ?", 0.03),
        ];
        let groups = group(&questions, 0.9);
        let apart = groups.iter().all(|group| !(group.all.contains(&0) && group.all.contains(&1)));
        assert!(apart, "{groups:?}");
        assert!(groups.iter().any(|group| group.all.contains(&0) && group.all.contains(&2)));
    }

    #[test]
    fn nothing_is_no_group() {
        assert_eq!(group(&[], 0.6), []);
    }

    proptest! {
        #[test]
        fn groups_hold_every_question_once_whatever_their_order(
            angles in proptest::collection::vec(0.0f32..3.0, 0..14),
            turn in 0usize..14,
        ) {
            let questions: Vec<Asked> =
                angles.iter().enumerate().map(|(n, angle)| about(n, *angle)).collect();
            let groups = group(&questions, 0.92);
            let mut places: Vec<usize> = groups.iter().flat_map(|group| group.all.clone()).collect();
            places.sort_unstable();
            prop_assert_eq!(places, (0..questions.len()).collect::<Vec<_>>());
            prop_assert!(groups.iter().all(|group| group.all.contains(&group.best)));
            let mut turned = questions.clone();
            if !turned.is_empty() {
                let by = turn % turned.len();
                turned.rotate_left(by);
            }
            let again = group(&turned, 0.92);
            prop_assert_eq!(words(&questions, &groups), words(&turned, &again));
        }
    }
}

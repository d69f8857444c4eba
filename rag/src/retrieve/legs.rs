//! The signals of one question on every candidate entry.

use super::query::Query;
use super::settings::RetrievalSettings;
use crate::RagError;
use crate::knowledge::{Knowledge, Known, SiteState};
use comptoir_index::{Field, Hit, Leg, SearchRequest, SiteId, Sparse, term_id};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// Likeness under which two words have nothing to do with each other.
const UNRELATED: f32 = 0.3;

/// What was measured for one entry. All are "more is better".
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Signals {
    /// Cosine with the best of question and alternatives.
    pub dense_question: f32,
    /// The same, less the entry's general nearness.
    pub dense_question_net: f32,
    /// Cosine with question and answer together.
    pub dense_whole: f32,
    /// Lexical score on questions and keywords.
    pub lexical_head: f32,
    /// Lexical score on everything.
    pub lexical_all: f32,
    /// Sum over the question's words of their likeness to the head's words.
    pub words: f32,
}

/// Scores every candidate that any leg of the index proposes.
pub(super) async fn score(
    knowledge: &Knowledge,
    settings: &RetrievalSettings,
    site: &SiteId,
    state: &SiteState,
    query: &Query,
) -> Result<BTreeMap<Uuid, Signals>, RagError> {
    let search = |fields: Vec<Field>, leg: Leg| {
        knowledge.index().search(SearchRequest {
            site: site.clone(),
            lang: None,
            fields,
            leg,
            limit: settings.limit,
        })
    };
    let dense = Leg::Dense(query.vector.to_vec());
    let sparse = Sparse::from_weights(query.terms.iter().map(|(t, w)| (term_id(t), *w)));
    let questions = vec![Field::Question, Field::Alternative];
    let (asked, whole, lexical) = futures::join!(
        search(questions, dense.clone()),
        search(vec![Field::Answer], dense),
        async {
            if sparse.is_empty() {
                Ok(Vec::new())
            } else {
                search(Vec::new(), Leg::Sparse(sparse.clone())).await
            }
        }
    );
    let (asked, whole, lexical) = (best(asked?), best(whole?), best(lexical?));
    let floor = |scores: &HashMap<Uuid, f32>| scores.values().copied().fold(1.0, f32::min);
    let (asked_floor, whole_floor) = (floor(&asked), floor(&whole));
    let mut out = BTreeMap::new();
    for id in asked.keys().chain(whole.keys()).chain(lexical.keys()) {
        let Some(known) = state.entries.get(id) else {
            continue;
        };
        out.entry(*id).or_insert_with(|| {
            let dense_question = asked.get(id).copied().unwrap_or(asked_floor);
            Signals {
                dense_question,
                dense_question_net: dense_question - settings.hub * known.hub,
                dense_whole: whole.get(id).copied().unwrap_or(whole_floor),
                lexical_head: state.head.score(&known.head, &query.terms),
                lexical_all: state.all.score(&known.all, &query.terms),
                words: words(query, known),
            }
        });
    }
    Ok(out)
}

/// The best point of every entry.
fn best(hits: Vec<Hit>) -> HashMap<Uuid, f32> {
    let mut out: HashMap<Uuid, f32> = HashMap::new();
    for hit in hits {
        let score = out.entry(hit.entry).or_insert(hit.score);
        *score = score.max(hit.score);
    }
    out
}

fn words(query: &Query, known: &Known) -> f32 {
    query
        .words
        .iter()
        .map(|word| {
            known
                .head_words
                .iter()
                .filter_map(|id| word.likeness.get(*id))
                .fold(0.0_f32, |best, likeness| best.max(*likeness))
        })
        .map(|likeness| (likeness.min(1.0) - UNRELATED).max(0.0))
        .sum()
}

//! What is known about one site's entries, as an immutable snapshot.

use super::bm25::{Bag, Bm25};
use super::vectors::{Vector, cosine, key};
use crate::confidence::sorted;
use crate::document::EntryDoc;
use comptoir_text::{Analyzer, Lang, tokens};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use uuid::Uuid;

/// Entries above which hub values are estimated on a sample.
const HUB_SAMPLE: usize = 1_500;
/// Neighbours that make a hub.
const HUB_NEIGHBOURS: usize = 5;
/// Most distinct words that are embedded per site.
pub(super) const MAX_WORDS: usize = 20_000;

/// One entry, analysed.
#[derive(Debug, Clone)]
pub struct Known {
    /// The entry.
    pub doc: Arc<EntryDoc>,
    /// Terms of questions and keywords.
    pub head: Bag,
    /// Terms of everything.
    pub all: Bag,
    /// The terms of the question and of every other phrasing, each list
    /// sorted and without repeats.
    pub phrasings: Vec<Vec<String>>,
    /// Words of questions and keywords, then the other words of the answer;
    /// indices into [`SiteState::words`].
    pub head_words: Vec<usize>,
    /// Words of the answer that are not in the head.
    pub answer_words: Vec<usize>,
    /// Mean likeness of the question to its nearest other questions: entries
    /// that are near to everything must not win for that reason.
    pub hub: f32,
}

/// A word of the site with its vector.
#[derive(Debug, Clone)]
pub struct Word {
    /// Folded.
    pub text: String,
    /// Its vector, when embedding words is affordable for this site.
    pub vector: Vector,
    /// Its place in the cache of vectors.
    pub(super) key: u128,
}

/// Everything retrieval needs besides the index.
#[derive(Debug, Clone, Default)]
pub struct SiteState {
    /// How far in the site's history this is.
    pub revision: i64,
    /// Live entries.
    pub entries: BTreeMap<Uuid, Known>,
    /// Statistics of the heads.
    pub head: Bm25,
    /// Statistics of whole entries.
    pub all: Bm25,
    /// Distinct words, in the order of first use.
    pub words: Vec<Word>,
    /// Synonyms, as stemmed terms.
    pub synonyms: Vec<Vec<String>>,
    /// The languages entries are written in, commonest first.
    pub langs: Vec<Lang>,
}

/// The texts of an entry that have a vector each.
pub(super) struct EntryTexts {
    pub(super) question: String,
    pub(super) alternatives: Vec<String>,
    /// Question and answer together: an answer alone often does not name its
    /// subject.
    pub(super) whole: String,
}

impl EntryTexts {
    pub(super) fn of(doc: &EntryDoc) -> Self {
        Self {
            question: doc.question.clone(),
            alternatives: doc.alternatives.clone(),
            whole: format!("{} {}", doc.question, doc.answer),
        }
    }

    pub(super) fn all(&self) -> Vec<String> {
        let mut out = vec![self.question.clone(), self.whole.clone()];
        out.extend(self.alternatives.iter().cloned());
        out
    }
}

/// Terms of the head: question, other phrasings, keywords.
pub(super) fn head_text(doc: &EntryDoc) -> String {
    let mut out = doc.question.clone();
    for text in doc.alternatives.iter().chain(&doc.keywords) {
        out.push_str(" \n ");
        out.push_str(text);
    }
    out
}

/// The content words of a text: folded, without stopwords and figures, with
/// the spelling they were found in.
#[must_use]
pub fn content_words(text: &str, analyzer: &Analyzer) -> Vec<(String, String)> {
    let mut out: Vec<(String, String)> = Vec::new();
    for token in tokens(text) {
        let plain = token.text.chars().all(|c| c.is_alphabetic() || c == '-');
        if !plain || token.text.chars().count() < 3 || analyzer.terms(&token.text).is_empty() {
            continue;
        }
        if !out.iter().any(|(word, _)| *word == token.text) {
            out.push((token.text, text[token.start..token.end].to_lowercase()));
        }
    }
    out
}

/// Collects the distinct words of all entries, so that they can be embedded.
#[derive(Default)]
pub(super) struct Vocabulary {
    index: HashMap<String, usize>,
    spelled: Vec<(String, String)>,
}

impl Vocabulary {
    pub(super) fn add(&mut self, text: &str, analyzer: &Analyzer) -> Vec<usize> {
        let mut out = Vec::new();
        for (word, spelling) in content_words(text, analyzer) {
            let next = self.spelled.len();
            let id = match self.index.get(&word) {
                Some(id) => *id,
                None if next < MAX_WORDS => {
                    self.index.insert(word.clone(), next);
                    self.spelled.push((word, spelling));
                    next
                }
                None => continue,
            };
            out.push(id);
        }
        out
    }

    /// Spellings, in order; what is embedded.
    pub(super) fn spellings(&self) -> Vec<String> {
        self.spelled.iter().map(|(_, s)| s.clone()).collect()
    }
}

impl SiteState {
    /// Builds a snapshot. `questions` holds each entry's question vector,
    /// `words` one vector per word of `vocabulary`.
    pub(super) fn build(
        revision: i64,
        parts: Vec<(Known, Vector)>,
        vocabulary: Vocabulary,
        words: Vec<Vector>,
        synonyms: &[Vec<String>],
    ) -> Self {
        let mut parts = parts;
        set_hubs(&mut parts);
        let mut langs: HashMap<Lang, usize> = HashMap::new();
        for (known, _) in &parts {
            *langs.entry(known.doc.lang).or_default() += 1;
        }
        let mut order: Vec<(Lang, usize)> = langs.into_iter().collect();
        order.sort_by_key(|(lang, count)| (std::cmp::Reverse(*count), *lang));
        let langs: Vec<Lang> = order.into_iter().map(|(lang, _)| lang).collect();
        let synonyms = stemmed(synonyms, &langs);
        Self {
            revision,
            head: Bm25::new(parts.iter().map(|(k, _)| &k.head), 0.4),
            all: Bm25::new(parts.iter().map(|(k, _)| &k.all), 0.5),
            words: vocabulary
                .spelled
                .into_iter()
                .zip(words)
                .map(|((text, spelling), vector)| Word { text, vector, key: key(&spelling) })
                .collect(),
            entries: parts.into_iter().map(|(k, _)| (k.doc.id, k)).collect(),
            synonyms,
            langs,
        }
    }

    /// The same entries with these synonyms; `None` when they are the same.
    pub(super) fn with_synonyms(&self, groups: &[Vec<String>]) -> Option<Self> {
        let synonyms = stemmed(groups, &self.langs);
        (synonyms != self.synonyms).then(|| Self { synonyms, ..self.clone() })
    }
}

/// Groups of synonyms as terms, in every language of the site.
fn stemmed(groups: &[Vec<String>], langs: &[Lang]) -> Vec<Vec<String>> {
    let analyzers: Vec<Analyzer> = langs.iter().map(|lang| Analyzer::for_lang(*lang)).collect();
    let terms = |word: &String| -> Vec<String> {
        analyzers.iter().flat_map(|analyzer| analyzer.terms(word)).collect()
    };
    groups.iter().map(|group| group.iter().flat_map(terms).collect()).collect()
}

fn set_hubs(parts: &mut [(Known, Vector)]) {
    let stride = (parts.len() / HUB_SAMPLE).max(1);
    let hubs: Vec<f32> = (0..parts.len())
        .map(|i| {
            let mut near: Vec<f32> = parts
                .iter()
                .enumerate()
                .step_by(stride)
                .filter(|(j, _)| *j != i)
                .map(|(_, (_, other))| cosine(&parts[i].1, other))
                .collect();
            near.sort_by(|a, b| b.total_cmp(a));
            near.truncate(HUB_NEIGHBOURS);
            let count = f32::from(u8::try_from(near.len()).unwrap_or(u8::MAX)).max(1.0);
            near.iter().sum::<f32>() / count
        })
        .collect();
    for ((known, _), hub) in parts.iter_mut().zip(hubs) {
        known.hub = hub;
    }
}

/// Analyses one entry.
pub(super) fn analyse(doc: EntryDoc, vocabulary: &mut Vocabulary) -> Known {
    let analyzer = Analyzer::for_lang(doc.lang);
    let head_text = head_text(&doc);
    let head_terms = analyzer.terms(&head_text);
    let all = Bag::new(head_terms.iter().cloned().chain(analyzer.terms(&doc.answer)));
    let phrasings = std::iter::once(&doc.question)
        .chain(&doc.alternatives)
        .map(|text| sorted(analyzer.terms(&analyzer.expand(text))))
        .collect();
    let head_words = vocabulary.add(&head_text, &analyzer);
    let answer_words = vocabulary
        .add(&doc.answer, &analyzer)
        .into_iter()
        .filter(|id| !head_words.contains(id))
        .collect();
    Known {
        head: Bag::new(head_terms),
        all,
        phrasings,
        head_words,
        answer_words,
        hub: 0.0,
        doc: Arc::new(doc),
    }
}

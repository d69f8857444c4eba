//! A question, analysed once for all legs.

use crate::RagError;
use crate::knowledge::{SiteState, Vector, Vectors, content_words, cosine};
use comptoir_text::{Analyzer, Lang, distance, fold, similar_token, tokens};

/// Longest question that is analysed (characters); the rest adds nothing.
const LONGEST: usize = 1_000;
/// Most words of a question that are compared one by one.
const MOST_WORDS: usize = 24;
/// What a mistyped or synonymous term counts.
const ONE_EDIT: f32 = 0.6;
const TWO_EDITS: f32 = 0.4;
const SYNONYM: f32 = 0.8;

/// One content word of the question.
#[derive(Debug, Clone)]
pub struct QueryWord {
    /// Its term in the site's index.
    pub term: Option<String>,
    /// Terms of the site that it stands for (itself, corrections, synonyms).
    pub matches: Vec<String>,
    /// Likeness to every word of the site, 1 when it is the word.
    pub likeness: Vec<f32>,
}

/// An analysed question.
#[derive(Debug, Clone)]
pub struct Query {
    /// The question with its short forms written out.
    pub plain: String,
    /// The embedding of the whole question.
    pub vector: Vector,
    /// Weighted terms, corrections and synonyms included.
    pub terms: Vec<(String, f32)>,
    /// Content words.
    pub words: Vec<QueryWord>,
    /// The language of the question.
    pub lang: Lang,
}

impl Query {
    /// Analyses `text` against what the site knows.
    ///
    /// # Errors
    /// When the embedder fails.
    pub async fn new(
        vectors: &Vectors,
        state: &SiteState,
        text: &str,
        lang: Lang,
    ) -> Result<Self, RagError> {
        let text: String = text.chars().take(LONGEST).collect();
        let analyzer = Analyzer::for_lang(lang);
        let plain = analyzer.expand(&text);
        let spelled = content_words(&plain, &analyzer);
        let mut texts = vec![plain.clone()];
        texts.extend(spelled.iter().take(MOST_WORDS).map(|(_, s)| s.clone()));
        let mut found = vectors.of_visitor(&texts).await?.into_iter();
        let vector = found.next().unwrap_or_else(|| std::sync::Arc::from(Vec::new()));
        let mut terms: Vec<(String, f32)> = Vec::new();
        let mut langs = state.langs.clone();
        if !langs.contains(&lang) {
            langs.push(lang);
        }
        for lang in &langs {
            for term in Analyzer::for_lang(*lang).terms(&plain) {
                for (term, weight) in known_terms(state, &term) {
                    match terms.iter_mut().find(|(known, _)| *known == term) {
                        Some((_, old)) => *old = old.max(weight),
                        None => terms.push((term, weight)),
                    }
                }
            }
        }
        let words = spelled
            .into_iter()
            .zip(found)
            .map(|((word, _), vector)| query_word(state, &langs, &word, &vector))
            .collect();
        Ok(Self { plain, vector, terms, words, lang })
    }

    /// Whether nothing was asked that could be looked up.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.vector.iter().all(|x| *x == 0.0) && self.terms.is_empty()
    }
}

fn query_word(state: &SiteState, langs: &[Lang], word: &str, vector: &[f32]) -> QueryWord {
    let own: Vec<String> =
        langs.iter().flat_map(|lang| Analyzer::for_lang(*lang).terms(word)).collect();
    let matches: Vec<String> =
        own.iter().flat_map(|term| known_terms(state, term)).map(|(term, _)| term).collect();
    QueryWord {
        term: own.iter().find(|t| state.all.knows(t)).or(own.first()).cloned(),
        matches,
        likeness: state
            .words
            .iter()
            .map(|known| if known.text == word { 1.0 } else { cosine(&known.vector, vector) })
            .collect(),
    }
}

/// The site's terms that a term of the question stands for.
fn known_terms(state: &SiteState, term: &str) -> Vec<(String, f32)> {
    let mut out = Vec::new();
    if state.all.knows(term) {
        out.push((term.to_owned(), 1.0));
    } else {
        let near = state.all.terms().filter(|known| similar_token(known, term));
        let near: Vec<(&str, usize)> =
            near.map(|known| (known, distance(known, term, 2).unwrap_or(2))).collect();
        let least = near.iter().map(|(_, edits)| *edits).min();
        for (known, edits) in near {
            if Some(edits) == least {
                let weight = if edits <= 1 { ONE_EDIT } else { TWO_EDITS };
                out.push((known.to_owned(), weight));
            }
        }
    }
    for group in state.synonyms.iter().filter(|g| g.iter().any(|t| t == term)) {
        for other in group.iter().filter(|t| *t != term) {
            out.push((other.clone(), SYNONYM));
        }
    }
    out
}

/// Words that continue rather than begin.
const OPENERS: &[&str] = &[
    "et",
    "mais",
    "ok",
    "alors",
    "sinon",
    "donc",
    "aussi",
    "ah",
    "oui",
    "non",
    "and",
    "but",
    "so",
    "what about",
    "how about",
    "y",
    "und",
    "pero",
];
/// Words that point back.
const POINTERS: &[&str] = &[
    "ca", "cela", "celui", "celle", "ceux", "celles", "il", "elle", "ils", "elles", "la", "le",
    "les", "lui", "y", "en", "it", "that", "this", "they", "them", "one",
];

/// Whether a question needs the turn before to be understood.
pub(super) fn leans_on_before(text: &str, query: &Query) -> bool {
    let folded = fold(text);
    let opened = OPENERS.iter().any(|word| {
        folded
            .strip_prefix(word)
            .is_some_and(|rest| rest.starts_with(|c: char| !c.is_alphanumeric()))
    });
    let few = query.words.len();
    let points_back = tokens(text).iter().any(|token| POINTERS.contains(&token.text.as_str()));
    few <= 1 || (opened && few <= 5) || (points_back && few <= 3)
}

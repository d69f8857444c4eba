//! What an import would do to the entries a site has: pure, and idempotent
//! once applied.
//!
//! A draft meets an existing entry by external id, else by its folded question
//! and language. An entry without external id is exported under its own id and
//! known by it again. A deleted entry is met by id only, and comes back then.
//! What a draft says nothing about (no category, no keywords, no alternative
//! phrasings) stays as it is: an import never empties a field.

use std::collections::{HashMap, HashSet};

use serde::Serialize;
use uuid::Uuid;

use crate::canon;
use crate::draft::Draft;
use crate::fields::{self, Field};
use crate::fold::fold;

/// An entry the site has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExistingEntry {
    /// Its own id.
    pub id: Uuid,
    /// The id an earlier import gave it.
    pub external_id: Option<String>,
    /// Its question.
    pub question: String,
    /// Its answer.
    pub answer: String,
    /// Its category.
    pub category: Option<String>,
    /// Its keywords.
    pub keywords: Vec<String>,
    /// Its alternative phrasings.
    pub alternatives: Vec<String>,
    /// Its language tag.
    pub lang: String,
    /// Whether visitors get answers from it.
    pub published: bool,
    /// Whether it was deleted; it still owns its external id.
    pub deleted: bool,
}

impl From<&ExistingEntry> for Draft {
    fn from(entry: &ExistingEntry) -> Self {
        Self {
            external_id: entry.external_id.clone(),
            question: entry.question.clone(),
            answer: entry.answer.clone(),
            category: entry.category.clone(),
            keywords: entry.keywords.clone(),
            alternatives: entry.alternatives.clone(),
            lang: Some(entry.lang.clone()),
            published: Some(entry.published),
            line: 0,
        }
    }
}

/// Why a draft is left out of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum SkipReason {
    /// An earlier draft of this import is the same entry: two pages may state
    /// one question, or two files be imported at once.
    Repeated {
        /// Line of the earlier draft, in its own file.
        first_line: u32,
    },
}

/// What happens to one draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Action {
    /// A new entry.
    Add,
    /// The target is changed in these fields.
    Change {
        /// In the order of [`Field`].
        fields: Vec<Field>,
    },
    /// The target was deleted and comes back as the draft says.
    Restore,
    /// The target says the same already.
    Same,
    /// Nothing.
    Skip {
        /// Why.
        reason: SkipReason,
    },
}

/// One draft and what happens to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlanRow {
    /// Line of the draft.
    pub line: u32,
    /// What happens.
    pub action: Action,
    /// The entry as it stands after the import: canonical, with the language
    /// filled in and whatever the file left unsaid taken from the target.
    pub draft: Draft,
    /// The entry it meets.
    pub target: Option<Uuid>,
}

/// How many rows of each kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// New entries, and deleted ones that come back.
    pub added: usize,
    /// Changed entries.
    pub changed: usize,
    /// Entries that stay as they are.
    pub same: usize,
    /// Drafts left out.
    pub skipped: usize,
}

/// What an import would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImportPlan {
    /// One row per draft, in order.
    pub rows: Vec<PlanRow>,
    /// Their counts.
    pub counts: Counts,
}

/// A language given as a tag or name, reduced to its primary tag.
#[must_use]
pub fn canonical_lang(raw: &str) -> Option<String> {
    fields::language(raw)
}

/// Compares drafts with a site's entries. `default_lang` is the site's
/// language, for drafts that name none.
#[must_use]
pub fn plan(existing: &[ExistingEntry], drafts: &[Draft], default_lang: &str) -> ImportPlan {
    let known: Vec<Known> = existing.iter().map(Known::from).collect();
    let mut matcher = Matcher::new(&known);
    let mut rows = Vec::with_capacity(drafts.len());
    let mut counts = Counts::default();
    for raw in drafts {
        let mut draft = canon::draft(raw);
        draft.lang.get_or_insert_with(|| default_lang.to_owned());
        let (action, target) = match matcher.place(&draft) {
            Place::Repeated { first_line } => {
                let reason = SkipReason::Repeated { first_line };
                (Action::Skip { reason }, None)
            }
            Place::New => (Action::Add, None),
            Place::Known(index) => {
                let action =
                    known.get(index).map_or(Action::Add, |entry| matcher.meet(entry, &mut draft));
                (action, existing.get(index).map(|entry| entry.id))
            }
        };
        match action {
            Action::Add | Action::Restore => counts.added += 1,
            Action::Change { .. } => counts.changed += 1,
            Action::Same => counts.same += 1,
            Action::Skip { .. } => counts.skipped += 1,
        }
        rows.push(PlanRow { line: draft.line, action, draft, target });
    }
    ImportPlan { rows, counts }
}

/// Where a draft belongs.
enum Place {
    New,
    Known(usize),
    Repeated { first_line: u32 },
}

/// An existing entry, canonical.
struct Known {
    draft: Draft,
    /// What an export calls it when it has no external id.
    own_id: String,
    deleted: bool,
}

impl From<&ExistingEntry> for Known {
    fn from(entry: &ExistingEntry) -> Self {
        let draft = canon::draft(&entry.into());
        Self { draft, own_id: entry.id.to_string(), deleted: entry.deleted }
    }
}

type QuestionKey = (String, Option<String>);

fn question_key(draft: &Draft) -> QuestionKey {
    (fold(&draft.question), draft.lang.clone())
}

/// An earlier draft of the same import.
#[derive(Clone, Copy)]
struct Earlier {
    line: u32,
    has_id: bool,
}

/// Finds the entry each draft meets, each entry at most once.
struct Matcher<'k> {
    known: &'k [Known],
    by_id: HashMap<&'k str, usize>,
    by_question: HashMap<QuestionKey, Vec<usize>>,
    taken: HashSet<usize>,
    ids: HashMap<String, u32>,
    questions: HashMap<QuestionKey, Earlier>,
}

impl<'k> Matcher<'k> {
    fn new(known: &'k [Known]) -> Self {
        let mut by_id = HashMap::new();
        let mut by_question: HashMap<QuestionKey, Vec<usize>> = HashMap::new();
        for (index, entry) in known.iter().enumerate() {
            if let Some(id) = &entry.draft.external_id {
                by_id.entry(id.as_str()).or_insert(index);
            }
            if !entry.deleted {
                by_question.entry(question_key(&entry.draft)).or_default().push(index);
            }
        }
        for (index, entry) in known.iter().enumerate() {
            if entry.draft.external_id.is_none() {
                by_id.entry(entry.own_id.as_str()).or_insert(index);
            }
        }
        Self {
            known,
            by_id,
            by_question,
            taken: HashSet::new(),
            ids: HashMap::new(),
            questions: HashMap::new(),
        }
    }

    fn place(&mut self, draft: &Draft) -> Place {
        if let Some(first_line) = self.repeats(draft) {
            return Place::Repeated { first_line };
        }
        let found = self.find(draft).filter(|index| self.taken.insert(*index));
        found.map_or(Place::New, Place::Known)
    }

    /// The line of an earlier draft that is the same entry. Drafts with two
    /// distinct ids are two entries even when they ask the same.
    fn repeats(&mut self, draft: &Draft) -> Option<u32> {
        let line = draft.line;
        let has_id = draft.external_id.is_some();
        let key = question_key(draft);
        let earlier = self.questions.get(&key).copied();
        let by_question = earlier.filter(|earlier| !(has_id && earlier.has_id));
        let by_id = draft.external_id.as_ref().and_then(|id| self.ids.get(id)).copied();
        let first_line = by_id.or(by_question.map(|earlier| earlier.line));
        if first_line.is_none() {
            self.questions.entry(key).or_insert(Earlier { line, has_id });
            self.ids.extend(draft.external_id.clone().map(|id| (id, line)));
        }
        first_line
    }

    /// By id; else by question, where a draft with an id only meets an entry
    /// that has none yet; else the deleted entry of this id. Somebody may have
    /// deleted an entry and written the question anew: it is not asked twice.
    fn find(&self, draft: &Draft) -> Option<usize> {
        let id = draft.external_id.as_deref();
        let by_id = id.and_then(|id| self.by_id.get(id)).copied();
        let is_deleted = |index: usize| self.known.get(index).is_some_and(|entry| entry.deleted);
        if by_id.is_some_and(|index| !is_deleted(index)) {
            return by_id;
        }
        let free = |index: &&usize| {
            let entry = self.known.get(**index);
            let adoptable =
                id.is_none() || entry.is_some_and(|entry| entry.draft.external_id.is_none());
            adoptable && !self.taken.contains(*index)
        };
        let candidates = self.by_question.get(&question_key(draft));
        candidates.and_then(|found| found.iter().find(free)).copied().or(by_id)
    }

    /// What happens to an entry that a draft meets.
    fn meet(&self, entry: &Known, draft: &mut Draft) -> Action {
        // An id that another entry answers to, its own included, is no news.
        let is_known = |id: &String| self.by_id.contains_key(id.as_str());
        if draft.external_id.as_ref().is_none_or(is_known) {
            draft.external_id.clone_from(&entry.draft.external_id);
        }
        let action = compare(&entry.draft, draft);
        if entry.deleted { Action::Restore } else { action }
    }
}

/// Fills what the draft leaves unsaid from the entry, then names the fields
/// that differ.
fn compare(entry: &Draft, draft: &mut Draft) -> Action {
    if draft.category.is_none() {
        draft.category.clone_from(&entry.category);
    }
    if draft.keywords.is_empty() {
        draft.keywords.clone_from(&entry.keywords);
    }
    if draft.alternatives.is_empty() {
        draft.alternatives.clone_from(&entry.alternatives);
    }
    draft.published = draft.published.or(entry.published);
    let checks = [
        (Field::ExternalId, draft.external_id != entry.external_id),
        (Field::Question, draft.question != entry.question),
        (Field::Answer, draft.answer != entry.answer),
        (Field::Category, draft.category != entry.category),
        (Field::Keywords, draft.keywords != entry.keywords),
        (Field::Alternatives, draft.alternatives != entry.alternatives),
        (Field::Lang, draft.lang != entry.lang),
        (Field::Published, draft.published != entry.published),
    ];
    let fields: Vec<Field> =
        checks.into_iter().filter(|(_, differs)| *differs).map(|(field, _)| field).collect();
    if fields.is_empty() { Action::Same } else { Action::Change { fields } }
}

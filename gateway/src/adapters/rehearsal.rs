//! The owner's rehearsals through the pipeline that serves visitors, on the
//! FAQ as it is and as it would be.

use super::answerer;
use super::entries::document;
use crate::courtesy::Visitors;
use async_trait::async_trait;
use comptoir_admin::{
    CheckDifference, CheckProblem, EntryChange, Rehearsal, RehearsalError, Rehearsed,
    RehearsedLine, Twin, Way,
};
use comptoir_chat::policy::{self, PolicySettings, Triage};
use comptoir_chat::wording;
use comptoir_engine::{EngineState, TextGenerator};
use comptoir_protocol::Route;
use comptoir_rag::SiteId as RagSite;
use comptoir_rag::checks::{self, Difference, Expected, Problem, Seen};
use comptoir_rag::document::EntryDoc;
use comptoir_rag::groups::{ALIKE, Asked, group};
use comptoir_rag::knowledge::cosine;
use comptoir_rag::pipeline::{Ask, Pipeline, Speaker, Turn};
use comptoir_storage::Storage;
use comptoir_storage::model::{
    Check, CheckCited, CheckContent, CheckSeen, CheckTurn, Entry, EntryId, Expectation, SiteId,
    SiteSettings,
};
use comptoir_text::Lang;
use std::sync::Arc;

/// Everybody's rehearsals are one client of the engine.
const CLIENT: u64 = u64::MAX;
/// Questions embedded at a time, so that what is done is kept when a page has
/// no patience left.
const CHUNK: usize = 16;
/// Likeness from which two questions are nearly the same.
const TWINS: f32 = 0.86;

/// Rehearses over the process's pipeline.
pub struct DeskRehearsal {
    storage: Arc<dyn Storage>,
    pipeline: Option<Pipeline>,
    engine: Arc<dyn TextGenerator>,
    visitors: Visitors,
}

impl DeskRehearsal {
    /// Rehearsals over this pipeline; without one they fail.
    #[must_use]
    pub fn new(
        storage: Arc<dyn Storage>,
        pipeline: Option<Pipeline>,
        engine: Arc<dyn TextGenerator>,
        visitors: Visitors,
    ) -> Self {
        Self { storage, pipeline, engine, visitors }
    }

    fn pipeline(&self) -> Result<&Pipeline, RehearsalError> {
        self.pipeline.as_ref().ok_or_else(|| RehearsalError("no embedding model".into()))
    }

    async fn settings(&self, site: &SiteId) -> Result<SiteSettings, RehearsalError> {
        let found = self.storage.site(site).await.map_err(failed)?;
        found.map(|site| site.settings).ok_or_else(|| RehearsalError("no such site".into()))
    }

    /// The model that can write now; empty without one.
    fn model(&self) -> String {
        match self.engine.status().state {
            EngineState::Ready => self.engine.model().name,
            EngineState::Loading { .. } | EngineState::Dead { .. } => String::new(),
        }
    }

    async fn ask(
        &self,
        pipeline: &Pipeline,
        site: &SiteId,
        settings: &SiteSettings,
        check: &Check,
    ) -> Result<CheckSeen, RehearsalError> {
        self.visitors.behind(|| ask(pipeline, site, settings, &check.content)).await
    }
}

#[async_trait]
impl Rehearsal for DeskRehearsal {
    async fn rehearse(
        &self,
        site: &SiteId,
        checks: &[Check],
        changes: &[EntryChange],
        told: &(dyn Fn(usize) + Send + Sync),
    ) -> Result<Rehearsed, RehearsalError> {
        let pipeline = self.pipeline()?;
        let settings = self.settings(site).await?;
        let name = RagSite::new(site.as_str());
        let docs: Vec<EntryDoc> = changes.iter().map(changed).collect();
        let now = pipeline.knowledge().drafted(&name, &[]).await.map_err(failed)?;
        let revision = now.state(&name).await.map_err(failed)?.revision;
        let now = pipeline.over(Arc::new(now));
        let then = if docs.is_empty() {
            now.clone()
        } else {
            let drafted = pipeline.knowledge().drafted(&name, &docs).await.map_err(failed)?;
            pipeline.over(Arc::new(drafted))
        };
        let model = self.model();
        let mut lines = Vec::with_capacity(checks.len());
        for (done, check) in checks.iter().enumerate() {
            told(done);
            let last = check.last.as_ref();
            let before = if docs.is_empty() {
                last.map(|last| last.seen.clone())
            } else {
                let fresh = last.filter(|last| last.revision == revision && last.model == model);
                match fresh {
                    Some(last) => Some(last.seen.clone()),
                    None => Some(self.ask(&now, site, &settings, check).await?),
                }
            };
            let after = self.ask(&then, site, &settings, check).await?;
            lines.push(line(check, before, after));
        }
        told(checks.len());
        Ok(Rehearsed { revision, model, lines })
    }

    fn adapted(&self, check: &Check, line: &RehearsedLine) -> CheckContent {
        let before = line.before.as_ref().map(seen);
        let new = checks::adapted(&expected(&check.content), before.as_ref(), &seen(&line.after));
        CheckContent {
            expects: new.entry.map_or(Expectation::Person, |id| Expectation::Entry(EntryId(id))),
            must: new.must,
            must_not: new.must_not,
            ..check.content.clone()
        }
    }

    async fn twin(
        &self,
        site: &SiteId,
        question: &str,
        except: Option<EntryId>,
    ) -> Result<Option<Twin>, RehearsalError> {
        if question.trim().is_empty() {
            return Ok(None);
        }
        let knowledge = self.pipeline()?.knowledge();
        let state = knowledge.state(&RagSite::new(site.as_str())).await.map_err(failed)?;
        let others = state.entries.values().map(|known| &known.doc);
        let others: Vec<&Arc<EntryDoc>> =
            others.filter(|doc| Some(EntryId(doc.id)) != except).collect();
        let questions: Vec<String> = others.iter().map(|doc| doc.question.clone()).collect();
        let vectors = knowledge.vectors();
        let asked = vectors.of_visitor(&[question.to_owned()]).await.map_err(failed)?;
        let known = vectors.of_entries(&questions, &|_| {}).await.map_err(failed)?;
        let Some(asked) = asked.first() else { return Ok(None) };
        let near = known.iter().map(|vector| cosine(vector, asked));
        let best = near.zip(&others).max_by(|(a, _), (b, _)| a.total_cmp(b));
        Ok(best
            .filter(|(likeness, _)| *likeness >= TWINS)
            .map(|(_, doc)| Twin { id: EntryId(doc.id), question: doc.question.clone() }))
    }

    async fn groups(
        &self,
        site: &SiteId,
        questions: &[String],
    ) -> Result<Vec<Vec<usize>>, RehearsalError> {
        let knowledge = self.pipeline()?.knowledge();
        let state = knowledge.state(&RagSite::new(site.as_str())).await.map_err(failed)?;
        let vectors = knowledge.vectors();
        let mut asked = Vec::with_capacity(questions.len());
        for chunk in questions.chunks(CHUNK) {
            let found = vectors.of_visitor(chunk).await.map_err(failed)?;
            asked.extend(chunk.iter().zip(found).map(|(text, vector)| {
                Asked::new(text.clone(), vector, |term| state.all.idf(term))
            }));
        }
        let groups = tokio::task::spawn_blocking(move || group(&asked, ALIKE)).await;
        let groups = groups.map_err(failed)?;
        let best_first = |group: comptoir_rag::groups::Group| {
            let others = group.all.into_iter().filter(|place| *place != group.best);
            std::iter::once(group.best).chain(others).collect()
        };
        Ok(groups.into_iter().map(best_first).collect())
    }
}

fn failed(error: impl std::error::Error + Send + Sync + 'static) -> RehearsalError {
    RehearsalError(Box::new(error))
}

/// An entry as it would be, as the pipeline reads it.
fn changed(change: &EntryChange) -> EntryDoc {
    match change {
        EntryChange::As(entry) => document(Entry::clone(entry)),
        EntryChange::Gone(id) => EntryDoc {
            id: id.0,
            version: 0,
            revision: 0,
            external_id: None,
            question: String::new(),
            alternatives: Vec::new(),
            answer: String::new(),
            category: None,
            keywords: Vec::new(),
            lang: Lang::Other,
            live: false,
        },
    }
}

/// One question, from routing to the words a visitor would read.
async fn ask(
    pipeline: &Pipeline,
    site: &SiteId,
    settings: &SiteSettings,
    content: &CheckContent,
) -> Result<CheckSeen, RehearsalError> {
    let bare = |route| CheckSeen { route, text: String::new(), cited: Vec::new() };
    let text = match policy::triage(&content.question, &PolicySettings::from(settings)) {
        Triage::Handover { .. } => return Ok(bare(Route::Handover)),
        Triage::Smalltalk(_) => return Ok(bare(Route::Smalltalk)),
        Triage::Ask { question } => question,
    };
    let turn = |turn: &CheckTurn| match turn {
        CheckTurn::Visitor(text) => Turn { speaker: Speaker::Visitor, text: text.clone() },
        CheckTurn::Bot(text) => Turn { speaker: Speaker::Assistant, text: text.clone() },
    };
    let ask = Ask {
        site: RagSite::new(site.as_str()),
        firm: settings.firm.clone(),
        text,
        lang: Lang::from_code(&content.lang),
        history: content.history.iter().map(turn).collect(),
        client: CLIENT,
        // Nobody waits: a test is of what is said.
        first_word: None,
    };
    let outcome = pipeline.outcome(ask).await.map_err(failed)?;
    let reply = answerer::reply(outcome);
    if reply.route == Route::Handover {
        return Ok(bare(Route::Handover));
    }
    let spoken = wording::spoken(&reply, &content.lang, &settings.firm);
    let cited = reply.citations.iter().filter_map(|cited| {
        let id = uuid::Uuid::try_parse(&cited.entry).ok()?;
        Some(CheckCited { entry: EntryId(id), title: cited.title.clone() })
    });
    Ok(CheckSeen { route: spoken.route, text: spoken.text, cited: cited.collect() })
}

/// What came of a question, compared and judged.
fn line(check: &Check, before: Option<CheckSeen>, after: CheckSeen) -> RehearsedLine {
    let expected = expected(&check.content);
    let (was, is) = (before.as_ref().map(seen), seen(&after));
    let was_right = was.as_ref().is_none_or(|was| checks::problems(&expected, was).is_empty());
    RehearsedLine {
        check: check.id,
        was_right,
        problems: checks::problems(&expected, &is).into_iter().map(problem).collect(),
        difference: was.and_then(|was| checks::difference(&was, &is)).map(difference),
        before,
        after,
    }
}

fn expected(content: &CheckContent) -> Expected {
    Expected {
        entry: match content.expects {
            Expectation::Entry(id) => Some(id.0),
            Expectation::Person => None,
        },
        must: content.must.clone(),
        must_not: content.must_not.clone(),
    }
}

fn seen(seen: &CheckSeen) -> Seen {
    let cited: Vec<_> =
        seen.cited.iter().map(|cited| (cited.entry.0, cited.title.clone())).collect();
    let way = match seen.route {
        Route::Answer => checks::Way::Answer,
        Route::Clarify => checks::Way::Clarify,
        Route::OfferHuman if cited.is_empty() => checks::Way::Nothing,
        Route::OfferHuman => checks::Way::Nearest,
        Route::Handover => checks::Way::Person,
        Route::Smalltalk => checks::Way::Courtesy,
    };
    Seen { way, text: seen.text.clone(), cited }
}

fn problem(problem: Problem) -> CheckProblem {
    match problem {
        Problem::NotAnswered(way) => CheckProblem::NotAnswered(self::way(way)),
        Problem::OtherEntry { title } => CheckProblem::OtherEntry(title),
        Problem::Answered { title } => CheckProblem::Answered(title),
        Problem::Lacks(fact) => CheckProblem::Lacks(fact),
        Problem::States(fact) => CheckProblem::States(fact),
    }
}

fn difference(difference: Difference) -> CheckDifference {
    match difference {
        Difference::Way { before, after, title } => {
            CheckDifference::Way { before: way(before), after: way(after), title }
        }
        Difference::Entry { title, before, after } => {
            CheckDifference::Entry { title, before, after }
        }
        Difference::Facts { before, after } => CheckDifference::Facts { before, after },
        Difference::Words => CheckDifference::Words,
    }
}

fn way(way: checks::Way) -> Way {
    match way {
        checks::Way::Answer => Way::Answer,
        checks::Way::Clarify => Way::Clarify,
        checks::Way::Nearest => Way::Nearest,
        checks::Way::Nothing => Way::Nothing,
        checks::Way::Person => Way::Person,
        checks::Way::Courtesy => Way::Courtesy,
    }
}

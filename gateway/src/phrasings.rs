//! Other ways to ask for published entries, collected while nobody waits: the
//! model is asked about entries that changed, and visitors who confirmed an
//! answer have shown how they ask. Owners decide on each.
//!
//! One task for all sites, one entry at a time, behind visitors and behind the
//! reading ahead; it rests as long as it worked. What it kept survives a
//! restart, so that nothing is asked twice. It must never change an entry.

use crate::courtesy::Visitors;
use crate::metrics::Metrics;
use comptoir_chat::policy::{self, PolicySettings, Triage};
use comptoir_engine::{Chunk, EngineState, FinishReason, GenerateRequest, TextGenerator};
use comptoir_protocol::{Event, NumberedEvent, Route, Seq};
use comptoir_rag::SiteId as RagSite;
use comptoir_rag::document::EntryDoc;
use comptoir_rag::phrasings;
use comptoir_rag::pipeline::Pipeline;
use comptoir_storage::Storage;
use comptoir_storage::model::{
    Confirmed, ConversationKey, EntryId, NewPhrasing, PhrasingId, PhrasingSource, Proposal, Site,
};
use futures::StreamExt;
use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Between two looks.
const INTERVAL: Duration = Duration::from_secs(2);
/// Verdicts younger than this may still be overtaken by an older one.
const SETTLED: SignedDuration = SignedDuration::from_secs(2);
/// Verdicts read at a time.
const VERDICTS: u32 = 50;
/// Entries of a site that the model is asked about, the latest changes first:
/// a large import must not keep a small machine busy for days.
const MOST_ENTRIES: usize = 300;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// What the task works with.
pub struct Collector {
    /// Rows.
    pub storage: Arc<dyn Storage>,
    /// Entries and retrieval.
    pub pipeline: Pipeline,
    /// The model; `None` when it must not be asked.
    pub engine: Option<Arc<dyn TextGenerator>>,
    /// Those who come first.
    pub visitors: Visitors,
    /// Knows what is left to be read ahead, which comes first, too: visitors
    /// gain more by it.
    pub metrics: Metrics,
}

/// Collects until told to stop.
pub async fn run(collector: Collector, stop: CancellationToken) {
    // Dropping a request in the middle cancels it.
    tokio::select! {
        () = collector.collect() => {}
        () = stop.cancelled() => {}
    }
}

impl Collector {
    async fn collect(&self) {
        // The revision of a site at which there was nothing left to ask.
        let mut settled: HashMap<String, i64> = HashMap::new();
        loop {
            let begun = Instant::now();
            if let Err(error) = self.look(&mut settled).await {
                tracing::warn!(error = &*error, "no phrasings can be collected");
            }
            tokio::time::sleep(INTERVAL.max(begun.elapsed())).await;
        }
    }

    async fn look(&self, settled: &mut HashMap<String, i64>) -> Result<(), Failure> {
        for site in self.storage.sites().await? {
            self.learn(&site).await?;
            let has_read = self.metrics.entries_to_read.get() == 0;
            let free = |engine: &&dyn TextGenerator| has_read && is_idle(*engine);
            let Some(engine) = self.engine.as_deref().filter(free) else {
                continue;
            };
            let state = self.pipeline.knowledge().state(&RagSite::new(site.id.as_str())).await?;
            if settled.get(site.id.as_str()) == Some(&state.revision) {
                continue;
            }
            if !self.ask(engine, &site).await? {
                settled.insert(site.id.as_str().to_owned(), state.revision);
            }
        }
        Ok(())
    }

    /// Asks the model about one entry. False when there is none left.
    async fn ask(&self, engine: &dyn TextGenerator, site: &Site) -> Result<bool, Failure> {
        let state = self.pipeline.knowledge().state(&RagSite::new(site.id.as_str())).await?;
        let shown: HashMap<EntryId, String> =
            self.storage.phrasing_digests(&site.id).await?.into_iter().collect();
        let mut docs: Vec<&Arc<EntryDoc>> =
            state.entries.values().map(|known| &known.doc).collect();
        docs.sort_by_key(|doc| std::cmp::Reverse(doc.revision));
        docs.truncate(MOST_ENTRIES);
        let is_new = |doc: &&Arc<EntryDoc>| {
            shown.get(&EntryId(doc.id)).is_none_or(|digest| *digest != phrasings::digest(doc))
        };
        let Some(doc) = docs.into_iter().find(is_new) else {
            return Ok(false);
        };
        let written = match phrasings::request(doc) {
            Some(request) => self.visitors.behind(|| write(engine, request.clone())).await,
            None => Some(String::new()),
        };
        // A model that failed is asked again, but not in a row.
        let Some(written) = written else { return Ok(false) };
        let mut proposal = Proposal {
            asked: Some((EntryId(doc.id), phrasings::digest(doc))),
            ..Proposal::default()
        };
        for text in phrasings::read(&written) {
            if self.is_fit(site, doc, &text).await? {
                proposal.phrasings.push(phrasing(doc, text, PhrasingSource::Model, None));
            }
        }
        tracing::debug!(site.id = %site.id, phrasings = proposal.phrasings.len(), "phrasings proposed");
        self.storage.propose(&site.id, &proposal, Timestamp::now()).await?;
        Ok(true)
    }

    /// Reads on in the visitors' verdicts.
    async fn learn(&self, site: &Site) -> Result<(), Failure> {
        let after = self.storage.verdicts_read(&site.id).await?;
        let before = Timestamp::now().checked_sub(SETTLED)?;
        let (confirmed, read) = self.storage.confirmed(&site.id, after, before, VERDICTS).await?;
        if read.is_none() {
            return Ok(());
        }
        let mut proposal = Proposal { read, ..Proposal::default() };
        for one in confirmed {
            proposal.phrasings.extend(self.learned(site, one).await?);
        }
        Ok(self.storage.propose(&site.id, &proposal, Timestamp::now()).await?)
    }

    /// How the visitor asked, when one entry answered and its owner may want to
    /// know.
    async fn learned(&self, site: &Site, one: Confirmed) -> Result<Option<NewPhrasing>, Failure> {
        let key = one.place.conversation;
        let Some((to, entry)) = self.event(key, one.message).await?.and_then(answer_of) else {
            return Ok(None);
        };
        let Some(question) = self.event(key, to).await?.and_then(|event| question_of(event, site))
        else {
            return Ok(None);
        };
        let state = self.pipeline.knowledge().state(&RagSite::new(site.id.as_str())).await?;
        let Some(known) = state.entries.get(&entry.0) else {
            return Ok(None);
        };
        let is_fit = self.is_fit(site, &known.doc, &question).await?;
        let source = PhrasingSource::Conversation;
        Ok(is_fit.then(|| phrasing(&known.doc, question, source, Some(key))))
    }

    async fn event(
        &self,
        key: ConversationKey,
        seq: Seq,
    ) -> Result<Option<NumberedEvent>, Failure> {
        let before = Seq(seq.0.saturating_sub(1));
        let found = self.storage.events(key, before, 1).await?;
        Ok(found.into_iter().find(|event| event.seq == seq))
    }

    async fn is_fit(&self, site: &Site, doc: &EntryDoc, text: &str) -> Result<bool, Failure> {
        if let Err(refusal) = phrasings::fits(doc, text) {
            tracing::trace!(?refusal, "a phrasing is not proposed");
            return Ok(false);
        }
        let name = RagSite::new(site.id.as_str());
        Ok(phrasings::leads_there(self.pipeline.knowledge(), &name, doc, text).await?)
    }
}

fn is_idle(engine: &dyn TextGenerator) -> bool {
    let status = engine.status();
    matches!(status.state, EngineState::Ready) && status.running + status.waiting == 0
}

/// What the model writes; `None` when it cannot.
async fn write(engine: &dyn TextGenerator, request: GenerateRequest) -> Option<String> {
    let mut generation = engine.generate(request).await.ok()?;
    let mut text = String::new();
    while let Some(chunk) = generation.next().await {
        match chunk.ok()? {
            Chunk::Text(piece) => text.push_str(&piece),
            Chunk::Done(finish) => {
                if finish.reason == FinishReason::Length {
                    // Half a line is no phrasing.
                    text.truncate(text.rfind('\n').unwrap_or(0));
                }
                return Some(text);
            }
        }
    }
    None
}

fn phrasing(
    doc: &EntryDoc,
    text: String,
    source: PhrasingSource,
    conversation: Option<ConversationKey>,
) -> NewPhrasing {
    let id = PhrasingId(Uuid::now_v7());
    NewPhrasing { id, entry: EntryId(doc.id), text, source, conversation }
}

/// The question a reply answers, and the one entry it rests on. A "yes" to
/// what was said as the nearest teaches most: the machine was not sure.
fn answer_of(event: NumberedEvent) -> Option<(Seq, EntryId)> {
    let Event::BotMessage { to, route, citations, .. } = event.event else {
        return None;
    };
    match route {
        Route::Answer | Route::OfferHuman => {}
        Route::Clarify | Route::Handover | Route::Smalltalk => return None,
    }
    let [cited] = citations.as_slice() else { return None };
    Some((to, EntryId(Uuid::try_parse(&cited.entry).ok()?)))
}

/// The visitor's question without greeting; none with personal data in it.
fn question_of(event: NumberedEvent, site: &Site) -> Option<String> {
    let Event::VisitorMessage { text, .. } = event.event else {
        return None;
    };
    let settings = PolicySettings::from(&site.settings);
    let Triage::Ask { question } = policy::triage(&text, &settings) else {
        return None;
    };
    let masked = policy::mask(&question);
    let plain = masked.split_whitespace().collect::<Vec<_>>().join(" ");
    (masked == question).then_some(plain)
}

#[cfg(test)]
mod tests {
    use super::{answer_of, question_of};
    use comptoir_protocol::{
        AnswerId, AnswerStatus, Citation, ClientId, Event, NumberedEvent, Route, Seq,
    };
    use comptoir_storage::model::{EntryId, Site, SiteId, SiteSettings};
    use uuid::Uuid;

    fn event(event: Event) -> NumberedEvent {
        NumberedEvent { seq: Seq(4), at: 0, event }
    }

    fn answered(route: Route, entries: &[u128]) -> NumberedEvent {
        let citation = |id: &u128| Citation {
            entry: Uuid::from_u128(*id).to_string(),
            version: 1,
            title: String::new(),
            text: String::new(),
        };
        event(Event::BotMessage {
            answer: AnswerId("a".to_owned()),
            to: Seq(3),
            text: "85 €.".to_owned(),
            lang: "fr".to_owned(),
            route,
            citations: entries.iter().map(citation).collect(),
            status: AnswerStatus::Complete,
            offers: Vec::new(),
        })
    }

    #[test]
    fn one_entry_answers_or_nothing_is_learned() {
        let entry = EntryId(Uuid::from_u128(5));
        assert_eq!(answer_of(answered(Route::Answer, &[5])), Some((Seq(3), entry)));
        assert_eq!(answer_of(answered(Route::Answer, &[5, 6])), None);
        assert_eq!(answer_of(answered(Route::OfferHuman, &[5])), Some((Seq(3), entry)));
        assert_eq!(answer_of(answered(Route::Clarify, &[5])), None);
        assert_eq!(answer_of(event(Event::BotResumed)), None);
    }

    #[test]
    fn a_question_with_personal_data_is_nobody_elses() {
        let site = Site {
            id: SiteId::parse("s").expect("a name"),
            settings: SiteSettings::default(),
            version: 1,
        };
        let asked = |text: &str| {
            let id = ClientId("c".to_owned());
            question_of(event(Event::VisitorMessage { id, text: text.to_owned() }), &site)
        };
        let plain = asked("Bonjour,  quel est le  prix ?").expect("a question");
        assert_eq!(plain, "quel est le prix ?");
        assert_eq!(asked("Quel est le prix ? 06 12 34 56 78"), None);
        assert_eq!(asked("merci"), None);
    }
}

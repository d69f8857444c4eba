//! Taking a test question from a conversation, from the gap list or from what
//! was just tried, in one click.

use super::edit::{LONGEST_QUESTION, one_line};
use crate::auth::{SafeForm, SignedIn};
use crate::deps::AdminDeps;
use crate::error::AdminError;
use axum::extract::State;
use axum::response::Redirect;
use comptoir_chat::policy::mask;
use comptoir_protocol::{Event, NumberedEvent, Route, Seq};
use comptoir_storage::model::{
    CheckContent, CheckId, CheckTurn, ConversationKey, EntryId, Expectation, GapId,
};
use serde::Deserialize;
use uuid::Uuid;

/// Turns before the question that are kept.
const MOST_TURNS: usize = 4;
/// Events of a conversation that are looked at.
const MOST_EVENTS: u32 = 1_000;

/// Where a test question is taken from.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct TakeForm {
    /// A conversation: its last question that the machine answered.
    conversation: Option<Uuid>,
    /// A question of the gap list.
    gap: Option<Uuid>,
    /// A question that was tried, and the entry that answered.
    question: String,
    entry: Option<Uuid>,
}

/// `POST /admin/checks/from`: one click makes a test question of what was
/// really asked; what came of it then is what is expected.
pub async fn take(
    State(deps): State<AdminDeps>,
    form: SafeForm<TakeForm>,
) -> Result<Redirect, AdminError> {
    let SafeForm { person, form } = form;
    let site = &person.agent.site;
    let content = if let Some(key) = form.conversation {
        from_conversation(&deps, &person, ConversationKey(key)).await?
    } else if let Some(id) = form.gap {
        deps.storage.gap(site, GapId(id)).await?.map(|gap| CheckContent {
            question: one_line(&gap.question),
            lang: gap.lang,
            ..CheckContent::default()
        })
    } else {
        let question: String =
            one_line(&mask(&form.question)).chars().take(LONGEST_QUESTION).collect();
        let expects = form.entry.map_or(Expectation::Person, |id| Expectation::Entry(EntryId(id)));
        let lang = person.agent.lang.clone();
        (!question.is_empty()).then(|| CheckContent {
            question,
            lang,
            expects,
            ..CheckContent::default()
        })
    };
    let content =
        content.ok_or_else(|| AdminError::NotFound { lang: person.agent.lang.clone() })?;
    let id = CheckId(deps.ids.uuid());
    deps.storage.create_check(site, id, &content, deps.clock.now()).await?;
    Ok(Redirect::to(&format!("/admin/checks/{}?made=true", id.0)))
}

async fn from_conversation(
    deps: &AdminDeps,
    person: &SignedIn,
    key: ConversationKey,
) -> Result<Option<CheckContent>, AdminError> {
    let conversation = deps.storage.conversation(key).await?;
    let ours = conversation.filter(|conversation| conversation.site == person.agent.site);
    let Some(conversation) = ours else {
        return Ok(None);
    };
    let from = Seq(conversation.last_seq.0.saturating_sub(u64::from(MOST_EVENTS)));
    let events = deps.storage.events(key, from, MOST_EVENTS).await?;
    Ok(asked(&events, &conversation.head.lang))
}

/// The last question that the machine replied to from the FAQ, with what it
/// rested on, and what was said before. Personal data is masked.
fn asked(events: &[NumberedEvent], lang: &str) -> Option<CheckContent> {
    let (to, route, cited) = events.iter().rev().find_map(|event| {
        let Event::BotMessage { to, route, citations, .. } = &event.event else {
            return None;
        };
        let from_faq = matches!(route, Route::Answer | Route::OfferHuman | Route::Clarify);
        from_faq.then(|| (*to, *route, citations.first()))
    })?;
    let at = events.iter().position(|event| event.seq == to)?;
    let Event::VisitorMessage { text, .. } = &events.get(at)?.event else {
        return None;
    };
    let cited = cited.filter(|_| route != Route::OfferHuman);
    let entry = cited.and_then(|cited| Uuid::try_parse(&cited.entry).ok());
    let turn = |event: &NumberedEvent| {
        if let Event::VisitorMessage { text, .. } = &event.event {
            return Some(CheckTurn::Visitor(mask(text)));
        }
        let Event::BotMessage { text, route, .. } = &event.event else {
            return None;
        };
        let from_faq = matches!(route, Route::Answer | Route::OfferHuman);
        from_faq.then(|| CheckTurn::Bot(mask(text)))
    };
    let mut history: Vec<CheckTurn> = events.iter().take(at).filter_map(turn).collect();
    history.drain(..history.len().saturating_sub(MOST_TURNS));
    Some(CheckContent {
        question: one_line(&mask(text)).chars().take(LONGEST_QUESTION).collect(),
        lang: lang.to_owned(),
        history,
        expects: entry.map_or(Expectation::Person, |id| Expectation::Entry(EntryId(id))),
        ..CheckContent::default()
    })
}

#[cfg(test)]
mod tests {
    use super::asked;
    use comptoir_protocol::{
        AnswerId, AnswerStatus, Citation, ClientId, Event, NumberedEvent, Route, Seq,
    };
    use comptoir_storage::model::{CheckTurn, EntryId, Expectation};
    use uuid::Uuid;

    fn said(seq: u64, text: &str) -> NumberedEvent {
        let event = Event::VisitorMessage { id: ClientId(seq.to_string()), text: text.to_owned() };
        NumberedEvent { seq: Seq(seq), at: 0, event }
    }

    fn answered(seq: u64, to: u64, route: Route, entry: Option<u128>) -> NumberedEvent {
        let citation = |id| Citation {
            entry: Uuid::from_u128(id).to_string(),
            version: 1,
            title: "t".to_owned(),
            text: "r".to_owned(),
        };
        let event = Event::BotMessage {
            answer: AnswerId(seq.to_string()),
            to: Seq(to),
            text: format!("réponse {seq}"),
            lang: "fr".to_owned(),
            route,
            citations: entry.map(citation).into_iter().collect(),
            status: AnswerStatus::Complete,
            offers: Vec::new(),
        };
        NumberedEvent { seq: Seq(seq), at: 0, event }
    }

    #[test]
    fn a_conversation_gives_its_last_answered_question_masked() {
        let events = [
            said(1, "Vous ouvrez quand ?"),
            answered(2, 1, Route::Answer, Some(5)),
            said(3, "Et le  lundi ? Mon numéro : 06 12 34 56 78"),
            answered(4, 3, Route::Answer, Some(6)),
            said(5, "merci"),
            answered(6, 5, Route::Smalltalk, None),
        ];
        let taken = asked(&events, "fr").expect("a question");
        assert_eq!(taken.question, "Et le lundi ? Mon numéro : [tel]");
        assert_eq!(taken.expects, Expectation::Entry(EntryId(Uuid::from_u128(6))));
        let before = [
            CheckTurn::Visitor("Vous ouvrez quand ?".to_owned()),
            CheckTurn::Bot("réponse 2".to_owned()),
        ];
        assert_eq!(taken.history, before);
        let unanswered = [said(1, "Et ça ?"), answered(2, 1, Route::OfferHuman, Some(9))];
        let taken = asked(&unanswered, "fr").expect("a question");
        assert_eq!(taken.expects, Expectation::Person);
        assert_eq!(asked(&[said(1, "seul")], "fr"), None);
    }
}

//! What a visitor is told who waits for a person: the truth about who is
//! there, in the visitor's language.

use super::draft::Draft;
use crate::api::Colleague;
use crate::policy::{Opening, Reopening, opening};
use comptoir_storage::model::Holder;

/// A person is called.
pub(super) fn passing(draft: &Draft<'_>) -> String {
    let first = draft.texts().handover.passing.fill(&[("team", team(draft))]);
    join(&[first, situation(draft, None)])
}

/// Another person is called because this one is gone.
pub(super) fn gone(draft: &Draft<'_>, name: &str) -> String {
    let first = draft.texts().handover.agent_gone.fill(&[("name", name)]);
    join(&[first, passing(draft)])
}

/// A person passes the conversation on.
pub(super) fn transferred(draft: &Draft<'_>, by: &str, to: Option<&Colleague>) -> String {
    let name = to.map_or_else(|| team(draft), |to| &to.name);
    let first = draft.texts().handover.transferred.fill(&[("name", by), ("to", name)]);
    join(&[first, situation(draft, to)])
}

/// Nobody came in time: people are called a second time.
pub(super) fn called_again(draft: &Draft<'_>) -> String {
    draft.texts().handover.called_again.fill(&[("team", team(draft))])
}

/// Nobody came then either.
pub(super) fn contact_asked(draft: &Draft<'_>) -> String {
    let texts = &draft.texts().handover;
    join(&[texts.nobody_came.as_str().to_owned(), texts.leave.as_str().to_owned()])
}

/// Who is there, when an answer comes, and how it comes when nobody is. A firm
/// that is closed promises its opening, even if somebody still has the page
/// open.
fn situation(draft: &Draft<'_>, to: Option<&Colleague>) -> String {
    let (site, texts) = (draft.cx.site, draft.texts());
    let away = match opening(&site.hours, draft.cx.now) {
        Opening::Closed { opens: Some(Reopening { local, today, .. }) } => {
            let (day, time) = (texts.time.day(local.date(), today), texts.time.time(local.time()));
            texts.handover.reopens.fill(&[("firm", &site.firm), ("day", &day), ("time", &time)])
        }
        Opening::Open if is_there(draft, to) => {
            let delay = texts.time.within(site.reply_minutes);
            return texts.handover.soon.fill(&[("delay", &delay)]);
        }
        Opening::Open | Opening::Closed { opens: None } => match to {
            Some(to) => texts.handover.away.fill(&[("name", &to.name)]),
            None => texts.handover.nobody.as_str().to_owned(),
        },
    };
    let reachable = draft.head.contact.is_some();
    let how = if reachable { &texts.handover.left } else { &texts.handover.leave };
    join(&[away, how.as_str().to_owned()])
}

/// Whether the colleague is there, or anybody but the person who lets go.
fn is_there(draft: &Draft<'_>, to: Option<&Colleague>) -> bool {
    let leaving = match draft.state.conversation.head.holder {
        Holder::Human { agent, .. } => Some(agent),
        Holder::Bot | Holder::Queued { .. } | Holder::Closed { .. } => None,
    };
    let mut staff = draft.cx.staff.iter();
    match to {
        Some(to) => staff.any(|agent| *agent == to.agent),
        None => staff.any(|agent| Some(*agent) != leaving),
    }
}

fn team<'a>(draft: &'a Draft<'_>) -> &'a str {
    let own = &draft.cx.site.team;
    if own.is_empty() { draft.texts().chat.team.as_str() } else { own }
}

fn join(sentences: &[String]) -> String {
    sentences.join(" ")
}

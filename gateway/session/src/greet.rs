//! The beginning of a connection: `hello`, then the conversation opened or
//! resumed.

use super::converse::{End, Incoming, Shared, receive, send};
use super::frames::{self, Said};
use super::line::Line;
use comptoir_chat::{ChatError, Joined, OpenRequest, Opened, Subscription};
use comptoir_protocol::{
    ByeCode, ConversationId, ErrorCode, Hello, PROTOCOL_VERSION, Resume, ServerFrame, Welcome,
};
use comptoir_storage::model::{ConversationKey, SiteId, VisitorKey};

/// Longest path of a page that is kept, in Unicode scalar values.
const MAX_PAGE_CHARS: usize = 300;

/// Who joined what, and what they will hear.
pub(super) struct Greeted {
    pub key: ConversationKey,
    pub visitor: VisitorKey,
    pub updates: Subscription,
}

/// Waits for `hello`, joins the conversation and welcomes the client.
pub(super) async fn greet(
    line: &mut impl Line,
    shared: &Shared,
    site: SiteId,
) -> Result<Greeted, End> {
    let hello = tokio::select! {
        biased;
        hello = tokio::time::timeout(shared.hello, first_frame(line)) => {
            hello.map_err(|_| End::Bye(ByeCode::Idle))??
        }
        () = shared.stop.cancelled() => return Err(End::Bye(ByeCode::Restart)),
    };
    if hello.v != PROTOCOL_VERSION {
        return Err(End::Refused(ErrorCode::UnsupportedVersion));
    }
    if hello.site != site.as_str() {
        return Err(End::Refused(ErrorCode::UnknownSite));
    }
    let (greeted, welcome) = join(shared, site, hello).await?;
    send(line, &ServerFrame::Welcome(Box::new(welcome))).await?;
    Ok(greeted)
}

async fn first_frame(line: &mut impl Line) -> Result<Hello, End> {
    loop {
        match receive(line).await? {
            Incoming::Text(text) => {
                return match frames::read(&text) {
                    Ok(Said::Hello(hello)) => Ok(hello),
                    Ok(Said::Action(_) | Said::Ping) => Err(End::Refused(ErrorCode::HelloExpected)),
                    Err((code, _)) => Err(End::Refused(code)),
                };
            }
            Incoming::Binary => return Err(End::Refused(ErrorCode::BadFrame)),
            Incoming::Control => {}
        }
    }
}

async fn join(shared: &Shared, site: SiteId, hello: Hello) -> Result<(Greeted, Welcome), End> {
    let lang = language(&hello.lang);
    let named = hello.conversation.as_ref().and_then(|id| id.0.parse().ok());
    let request = OpenRequest {
        site: site.clone(),
        token: hello.token.clone(),
        conversation: named.map(ConversationKey),
        lang: lang.clone(),
        page: hello.page.chars().take(MAX_PAGE_CHARS).collect(),
    };
    let opened = match by_letter(shared, &request).await? {
        Some(opened) => opened,
        None => shared.chat.open(request).await.map_err(refusal)?,
    };
    let held = hello.epoch.clone().map(|epoch| (epoch, hello.seq));
    let visitor = opened.visitor;
    let joined = shared.chat.join(opened.key, visitor, held).await.map_err(refusal)?;
    let card = shared.chat.site_card(&site, &lang).await.map_err(refusal)?;
    let Joined { conversation, state, resume, events, answering, updates } = joined;
    let fresh = opened.token.is_some() && events.is_empty();
    let welcome = Welcome {
        v: PROTOCOL_VERSION,
        site: card,
        token: opened.token,
        conversation: ConversationId(opened.key.to_string()),
        epoch: conversation.epoch.clone(),
        state,
        resume: if fresh { Resume::Fresh } else { resume },
        events,
        answering,
        notice_due: conversation.head.notice_due,
    };
    Ok((Greeted { key: opened.key, visitor, updates }, welcome))
}

/// The conversation that the link of a letter opens.
async fn by_letter(shared: &Shared, request: &OpenRequest) -> Result<Option<Opened>, End> {
    let ticket = request.token.as_deref().and_then(|token| shared.tickets.opens(token));
    let Some(key) = ticket else { return Ok(None) };
    shared.chat.open_by_ticket(request, key).await.map_err(refusal)
}

/// A BCP 47 primary tag, or French.
fn language(tag: &str) -> String {
    let primary = tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    let valid = (2..=3).contains(&primary.len()) && primary.bytes().all(|b| b.is_ascii_lowercase());
    if valid { primary } else { "fr".to_owned() }
}

fn refusal(error: ChatError) -> End {
    match error {
        ChatError::UnknownSite => End::Refused(ErrorCode::UnknownSite),
        ChatError::UnknownConversation | ChatError::NotYours => End::Refused(ErrorCode::NotYours),
        ChatError::Busy { .. }
        | ChatError::Stopping
        | ChatError::Closed
        | ChatError::NoticeRequired
        | ChatError::IdReused
        | ChatError::HeldBy { .. }
        | ChatError::NotPossible => End::Bye(ByeCode::Restart),
        ChatError::Storage(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "a visitor cannot join");
            // It passes: whoever comes back in a moment is served.
            End::Bye(ByeCode::Restart)
        }
    }
}

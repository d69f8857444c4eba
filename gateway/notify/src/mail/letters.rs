//! What the letters say.

use super::{Body, Letter, Transcript};
use crate::texts::Texts;
use comptoir_protocol::HandoverReason;
use comptoir_storage::model::NotificationKind;

/// What all letters of a conversation share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// Firm's name, shown as the sender.
    pub firm: String,
    /// To whom.
    pub to: String,
    /// Where an answer goes, when letters can come back.
    pub reply_to: Option<String>,
    /// Message id of this letter.
    pub id: String,
    /// Message id that groups the conversation.
    pub thread: String,
    /// Language of the reader.
    pub lang: String,
    /// Address of the conversation, for the button.
    pub link: String,
}

/// To a person of the firm who is needed; `settings` is the address of their
/// preferences.
#[must_use]
pub fn to_agent(
    envelope: Envelope,
    kind: NotificationKind,
    reason: Option<HandoverReason>,
    transcript: Transcript,
    settings: &str,
) -> Letter {
    let t = Texts::get(&envelope.lang);
    let (subject, intro) = match kind {
        NotificationKind::PersonCalled => (&t.agent.called_subject, &t.agent.called),
        NotificationKind::SecondCall => (&t.agent.again_subject, &t.agent.again),
        NotificationKind::VisitorWrote | NotificationKind::AgentAnswered => {
            (&t.agent.wrote_subject, &t.agent.wrote)
        }
    };
    let words =
        [("firm", envelope.firm.as_str()), ("reason", t.reason(reason)), ("settings", settings)];
    let can_answer = envelope.reply_to.is_some();
    let body = Body {
        lang: envelope.lang.clone(),
        above: can_answer.then(|| t.common.above.as_str().to_owned()),
        intro: vec![intro.fill(&words)],
        button: Some((t.agent.open.as_str().to_owned(), envelope.link.clone())),
        after: if can_answer { vec![t.agent.reply.as_str().to_owned()] } else { Vec::new() },
        transcript: Some(transcript),
        footer: vec![t.agent.footer.fill(&words)],
    };
    let subject = subject.fill(&words);
    letter(envelope, subject, body)
}

/// To a visitor whom `name` answered; the link is good until `date`.
#[must_use]
pub fn to_visitor(envelope: Envelope, name: &str, date: &str, transcript: Transcript) -> Letter {
    let t = Texts::get(&envelope.lang);
    let words = [("firm", envelope.firm.as_str()), ("name", name), ("date", date)];
    let can_answer = envelope.reply_to.is_some();
    let reply = can_answer.then(|| t.visitor.reply.fill(&words));
    let body = Body {
        lang: envelope.lang.clone(),
        above: can_answer.then(|| t.common.above.as_str().to_owned()),
        intro: vec![t.visitor.intro.fill(&words)],
        button: Some((t.visitor.open.as_str().to_owned(), envelope.link.clone())),
        after: [Some(t.visitor.open_until.fill(&words)), reply].into_iter().flatten().collect(),
        transcript: Some(transcript),
        footer: vec![t.visitor.footer.fill(&words)],
    };
    let subject = t.visitor.subject.fill(&words);
    letter(envelope, subject, body)
}

/// What is wrong with a letter that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// A colleague of this name has the conversation.
    Held(String),
    /// The conversation has ended; a person of the firm wrote.
    Closed,
    /// The conversation has ended; the visitor wrote.
    ClosedForVisitor,
    /// Attachments were left out.
    Attachments,
    /// There was nothing but attachments.
    OnlyAttachments,
}

/// A sentence to whoever wrote a letter that did not arrive as it was.
#[must_use]
pub fn back(envelope: Envelope, trouble: &Trouble) -> Letter {
    let t = Texts::get(&envelope.lang);
    let (sentence, name) = match trouble {
        Trouble::Held(name) => (&t.back.held, name.as_str()),
        Trouble::Closed => (&t.back.closed, ""),
        Trouble::ClosedForVisitor => (&t.back.closed_visitor, ""),
        Trouble::Attachments => (&t.back.attachments, ""),
        Trouble::OnlyAttachments => (&t.back.attachments_only, ""),
    };
    let words =
        [("firm", envelope.firm.as_str()), ("name", name), ("link", envelope.link.as_str())];
    let body =
        Body { lang: envelope.lang.clone(), intro: vec![sentence.fill(&words)], ..Body::default() };
    let subject = t.back.subject.fill(&words);
    letter(envelope, subject, body)
}

fn letter(envelope: Envelope, subject: String, body: Body) -> Letter {
    let Envelope { firm, to, reply_to, id, thread, .. } = envelope;
    Letter { from_name: firm, to, reply_to, id, thread, subject, body }
}

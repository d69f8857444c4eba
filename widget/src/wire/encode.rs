//! Client frames to JSON text.

use comptoir_protocol::{
    ClientFrame, ClientId, ContactChannel, ConversationId, Epoch, FeedbackValue, Hello,
};

use crate::prelude::*;

/// Writes one JSON object, member by member.
pub struct Object {
    out: String,
}

impl Default for Object {
    fn default() -> Self {
        Self::new()
    }
}

impl Object {
    /// An object without members.
    #[must_use]
    pub fn new() -> Self {
        Self { out: String::from("{") }
    }

    fn key(&mut self, key: &str) {
        if self.out.len() > 1 {
            self.out.push(',');
        }
        self.out.push('"');
        self.out.push_str(key);
        self.out.push_str("\":");
    }

    /// Adds a text member.
    pub fn text(&mut self, key: &str, value: &str) -> &mut Self {
        self.key(key);
        quote(&mut self.out, value);
        self
    }

    /// Adds a text member unless it is absent.
    pub fn maybe(&mut self, key: &str, value: Option<&str>) -> &mut Self {
        if let Some(value) = value {
            self.text(key, value);
        }
        self
    }

    /// Adds a number.
    pub fn number(&mut self, key: &str, value: u64) -> &mut Self {
        self.key(key);
        push_number(&mut self.out, value);
        self
    }

    /// Adds a boolean.
    pub fn flag(&mut self, key: &str, value: bool) -> &mut Self {
        self.raw(key, if value { "true" } else { "false" })
    }

    /// Adds a member that is JSON already.
    pub fn raw(&mut self, key: &str, value: &str) -> &mut Self {
        self.key(key);
        self.out.push_str(value);
        self
    }

    /// The finished text.
    #[must_use]
    pub fn end(mut self) -> String {
        self.out.push('}');
        self.out
    }
}

/// Appends `value` in decimal; `core::fmt` would bring kilobytes with it.
pub(crate) fn push_number(out: &mut String, value: u64) {
    if value >= 10 {
        push_number(out, value / 10);
    }
    out.push(char::from(b'0' + (value % 10) as u8));
}

/// A number in decimal.
pub(crate) fn digits(value: u64) -> String {
    let mut out = String::new();
    push_number(&mut out, value);
    out
}

fn quote(out: &mut String, value: &str) {
    out.push('"');
    for c in value.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            // The shell lets none of these in.
            c if c < ' ' => out.push(' '),
            c => out.push(c),
        }
    }
    out.push('"');
}

/// A client frame as the text of one WebSocket message.
#[must_use]
pub fn client_frame(frame: &ClientFrame) -> String {
    let mut json = Object::new();
    let o = &mut json;
    let mut t = |name, id: &ClientId| {
        o.text("t", name).text("id", id.as_str());
    };
    match frame {
        ClientFrame::Hello(h) => hello(o, h),
        ClientFrame::NoticeShown { version, lang } => {
            o.text("t", "notice_shown").text("version", version).text("lang", lang);
        }
        ClientFrame::Send { id, text } => {
            t("send", id);
            o.text("text", text);
        }
        ClientFrame::Human { id } => t("human", id),
        ClientFrame::Contact { id, channel, value } => {
            t("contact", id);
            o.text("channel", channel_name(*channel)).text("value", value);
        }
        ClientFrame::Feedback { id, message, value } => {
            let yes = matches!(value, FeedbackValue::Yes);
            t("feedback", id);
            o.number("message", message.0).text("value", if yes { "yes" } else { "no" });
        }
        ClientFrame::Typing { on } => {
            o.text("t", "typing").flag("on", *on);
        }
        ClientFrame::Read { seq } => {
            o.text("t", "read").number("seq", seq.0);
        }
        ClientFrame::Close { id } => t("close", id),
        ClientFrame::Ping => {
            o.text("t", "ping");
        }
    }
    json.end()
}

fn hello(o: &mut Object, h: &Hello) {
    o.text("t", "hello").number("v", u64::from(h.v)).text("site", &h.site);
    o.maybe("token", h.token.as_deref());
    o.maybe("conversation", h.conversation.as_ref().map(ConversationId::as_str));
    o.maybe("epoch", h.epoch.as_ref().map(Epoch::as_str));
    o.number("seq", h.seq.0).text("lang", &h.lang).text("page", &h.page);
}

fn channel_name(channel: ContactChannel) -> &'static str {
    match channel {
        ContactChannel::Email => "email",
        ContactChannel::Phone => "phone",
    }
}

//! The frame around every page, and how templates become responses.

use crate::auth::SignedIn;
use crate::deps::{AdminDeps, DownCause, EngineView};
use crate::error::AdminError;
use crate::texts::{Texts, fill};
use askama::Template;
use axum::response::Html;
use comptoir_storage::model::{GapStatus, Role};

/// Which entry of the navigation is lit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// Conversations.
    Inbox,
    /// Knowledge.
    Faq,
    /// Unanswered questions.
    Gaps,
    /// Settings.
    Settings,
    /// Being told outside the pages.
    Notifications,
}

/// What the frame shows.
pub struct Frame {
    /// Texts of the person's language.
    pub t: &'static Texts,
    /// Language tag of the page.
    pub lang: String,
    /// The person's first name.
    pub name: String,
    /// Whether owner's pages are shown.
    pub is_owner: bool,
    /// The session's secret that forms repeat.
    pub csrf: String,
    /// Whether the person wants to be shown as available.
    pub available: bool,
    /// Lit entry.
    pub tab: Tab,
    /// Conversations that wait for a person.
    pub waiting: u64,
    /// Unanswered questions.
    pub gaps: u64,
    /// What could not be delivered; for owners.
    pub undelivered: u64,
    /// A sentence on the model when it is not working as it should.
    pub engine_note: Option<String>,
}

impl Frame {
    /// The frame for a signed-in person.
    pub async fn new(deps: &AdminDeps, person: &SignedIn, tab: Tab) -> Result<Self, AdminError> {
        let agent = &person.agent;
        let t = Texts::get(&agent.lang);
        let (waiting, _) = deps.storage.inbox_counts(&agent.site, agent.id).await?;
        let gaps = deps.storage.count_gaps(&agent.site, GapStatus::Open).await?;
        let is_owner = agent.role == Role::Owner;
        let undelivered = match agent.role {
            Role::Owner => deps.storage.count_dead_notifications(&agent.site).await?,
            Role::Artisan => 0,
        };
        Ok(Self {
            t,
            lang: agent.lang.clone(),
            name: agent.name.clone(),
            is_owner,
            csrf: person.session.csrf.clone(),
            available: agent.available,
            tab,
            waiting,
            gaps,
            undelivered,
            engine_note: engine_note(t, &deps.system.engine()),
        })
    }

    /// Whether this entry of the navigation is lit; for templates.
    #[must_use]
    pub fn is(&self, tab: &str) -> bool {
        matches!(
            (self.tab, tab),
            (Tab::Inbox, "inbox")
                | (Tab::Faq, "faq")
                | (Tab::Gaps, "gaps")
                | (Tab::Settings, "settings")
                | (Tab::Notifications, "notifications")
        )
    }
}

fn engine_note(t: &Texts, engine: &EngineView) -> Option<String> {
    match engine {
        EngineView::Ready { .. } | EngineView::Off => None,
        EngineView::Loading { percent } => {
            Some(fill(&t.engine.loading, &[("percent", &percent.to_string())]))
        }
        EngineView::Down { cause } => {
            Some(fill(&t.engine.down, &[("reason", cause_in_words(t, *cause))]))
        }
    }
}

fn cause_in_words(t: &Texts, cause: DownCause) -> &str {
    match cause {
        DownCause::File => &t.engine.down_file,
        DownCause::Machine => &t.engine.down_machine,
        DownCause::Failed => &t.engine.down_failed,
        DownCause::Stopped => &t.engine.down_stopped,
        DownCause::Server => &t.engine.down_server,
    }
}

/// A page with one sentence.
#[derive(Template)]
#[template(path = "message.html")]
pub struct MessagePage<'a> {
    /// Texts.
    pub t: &'a Texts,
    /// Language tag of the page.
    pub lang: &'a str,
    /// The sentence.
    pub message: &'a str,
}

/// Renders a template.
///
/// # Errors
/// When rendering fails, which no template here can cause.
pub fn html(template: &impl Template) -> Result<Html<String>, AdminError> {
    Ok(Html(template.render()?))
}

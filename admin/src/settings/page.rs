//! The settings page: the firm's form, the line to paste, the people.

use super::firm::{FirmForm, form_of};
use crate::auth::{Owner, SignedIn};
use crate::deps::AdminDeps;
use crate::error::AdminError;
use crate::format::filled;
use crate::page::{Frame, Tab, html};
use crate::texts::{Texts, fill};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Html;
use comptoir_chat::policy::default_escalation_words;
use comptoir_storage::model::{Agent, PublicHolidays, Role, Site};
use comptoir_text::fold;
use serde::Deserialize;

/// Time zones proposed: France's, and its neighbours' that speak French.
const ZONES: [&str; 12] = [
    "Europe/Paris",
    "America/Guadeloupe",
    "America/Martinique",
    "America/Cayenne",
    "America/Miquelon",
    "Indian/Reunion",
    "Indian/Mayotte",
    "Pacific/Noumea",
    "Pacific/Tahiti",
    "Europe/Brussels",
    "Europe/Luxembourg",
    "Europe/Zurich",
];

/// The page.
#[derive(Template)]
#[template(path = "settings/page.html")]
pub struct SettingsPage {
    frame: Frame,
    form: FirmForm,
    days: Vec<(usize, String, String)>,
    /// Default escalation words, and whether each is muted.
    defaults: Vec<(&'static str, bool)>,
    zones: [&'static str; 12],
    /// Choices of public holidays: word, label, whether chosen.
    closures: [(&'static str, &'static str, bool); 3],
    snippet: String,
    people: Vec<Agent>,
    own_id: String,
    /// Somebody who could not be added as typed.
    pub newcomer: Newcomer,
    /// What went well.
    pub note: Option<String>,
    /// What did not.
    pub problem: Option<String>,
}

/// The form for a new person; a password is never shown again.
#[derive(Debug, Default)]
pub struct Newcomer {
    /// First name.
    pub name: String,
    /// E-mail.
    pub email: String,
    /// Whether an owner.
    pub is_owner: bool,
    /// What is wrong with it.
    pub problem: Option<String>,
}

impl SettingsPage {
    fn is_own(&self, agent: &Agent) -> bool {
        agent.id.0.to_string() == self.own_id
    }

    fn is_owner(&self, agent: &Agent) -> bool {
        agent.role == Role::Owner
    }

    /// The page around a form.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn new(
        deps: &AdminDeps,
        person: &SignedIn,
        form: FirmForm,
    ) -> Result<Self, AdminError> {
        let frame = Frame::new(deps, person, Tab::Settings).await?;
        let names = frame.t.settings.days.split_whitespace();
        let days = names
            .zip(form.days())
            .enumerate()
            .map(|(index, (name, hours))| (index, name.to_owned(), hours.to_owned()))
            .collect();
        let site = &person.agent.site;
        // The launcher is drawn before anything is asked of us: its colour travels along.
        let accent = deps.storage.site(site).await?.and_then(|site| site.settings.accent);
        let color = accent.map(|accent| format!(r#" data-color="{accent}""#)).unwrap_or_default();
        let base = deps.public_url.trim_end_matches('/');
        Ok(Self {
            snippet: format!(
                r#"<script src="{base}/widget.js" data-site="{site}"{color} async></script>"#
            ),
            people: deps.storage.agents(site).await?,
            own_id: person.agent.id.0.to_string(),
            defaults: defaults(&form.muted),
            zones: ZONES,
            closures: closures(frame.t, form.public_holidays),
            days,
            frame,
            form,
            newcomer: Newcomer::default(),
            note: None,
            problem: None,
        })
    }
}

/// What can be chosen about public holidays.
fn closures(
    t: &'static Texts,
    chosen: Option<PublicHolidays>,
) -> [(&'static str, &'static str, bool); 3] {
    let s = &t.settings;
    let choice =
        |word, label: &'static str, value| (word, label, chosen.unwrap_or_default() == value);
    [
        choice("france", &s.public_holidays_france, PublicHolidays::France),
        choice("alsace_moselle", &s.public_holidays_east, PublicHolidays::AlsaceMoselle),
        choice("open", &s.public_holidays_open, PublicHolidays::Open),
    ]
}

/// Default escalation words in order, each with whether it is among the muted.
pub fn defaults(muted: &[String]) -> Vec<(&'static str, bool)> {
    let muted: Vec<String> = muted.iter().map(|word| fold(word.trim())).collect();
    let words = default_escalation_words().into_iter();
    words.map(|word| (word, muted.contains(&fold(word)))).collect()
}

/// `?saved=…&fresh=…&added=…`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct SettingsQuery {
    saved: bool,
    fresh: bool,
    added: String,
}

/// `GET /admin/settings`
pub async fn show(
    Owner(person): Owner,
    State(deps): State<AdminDeps>,
    Query(query): Query<SettingsQuery>,
) -> Result<Html<String>, AdminError> {
    let t = Texts::get(&person.agent.lang);
    let site = site_of(&deps, &person).await?;
    let mut page = SettingsPage::new(&deps, &person, form_of(&site)).await?;
    page.note = if query.fresh {
        Some(t.setup.done.clone())
    } else if query.saved {
        Some(t.settings.saved.clone())
    } else {
        filled(&query.added).map(|name| fill(&t.settings.person_added, &[("name", &name)]))
    };
    html(&page)
}

/// The person's firm.
///
/// # Errors
/// When storage fails.
pub async fn site_of(deps: &AdminDeps, person: &SignedIn) -> Result<Site, AdminError> {
    let found = deps.storage.site(&person.agent.site).await?;
    found.ok_or_else(|| AdminError::NotFound { lang: person.agent.lang.clone() })
}

//! The firm's own settings, one form.

use super::fields;
use crate::auth::{Owner, SafeForm, SignedIn};
use crate::deps::AdminDeps;
use crate::error::AdminError;
use crate::format::{filled, items, lines};
use crate::page::{Frame, Tab, html};
use crate::texts::Texts;
use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use comptoir_storage::StorageError;
use comptoir_storage::model::{Agent, DayHours, Hours, Role, Site, SiteSettings};
use serde::Deserialize;

/// Questions proposed at most.
const MAX_QUICK_QUESTIONS: usize = 6;

/// What was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct FirmForm {
    version: i64,
    firm: String,
    phone: String,
    email: String,
    team: String,
    welcome: String,
    quick_questions: String,
    reply_minutes: u32,
    privacy_url: String,
    origins: String,
    escalation: String,
    synonyms: String,
    day0: String,
    day1: String,
    day2: String,
    day3: String,
    day4: String,
    day5: String,
    day6: String,
    holidays: String,
}

impl FirmForm {
    fn days(&self) -> [&str; 7] {
        [&self.day0, &self.day1, &self.day2, &self.day3, &self.day4, &self.day5, &self.day6]
    }
}

#[derive(Template)]
#[template(path = "settings/page.html")]
struct SettingsPage {
    frame: Frame,
    form: FirmForm,
    days: Vec<(usize, String, String)>,
    snippet: String,
    people: Vec<Agent>,
    own_id: String,
    note: Option<String>,
    problem: Option<String>,
}

impl SettingsPage {
    fn is_own(&self, agent: &Agent) -> bool {
        agent.id.0.to_string() == self.own_id
    }

    fn is_owner(&self, agent: &Agent) -> bool {
        agent.role == Role::Owner
    }
}

/// `?saved=…&fresh=…&added=…`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct SettingsQuery {
    saved: bool,
    fresh: bool,
    added: String,
    taken: bool,
}

/// `GET /admin/settings`
pub async fn show(
    Owner(person): Owner,
    State(deps): State<AdminDeps>,
    Query(query): Query<SettingsQuery>,
) -> Result<Html<String>, AdminError> {
    let t = Texts::get(&person.agent.lang);
    let site = site_of(&deps, &person).await?;
    let mut page = page(&deps, &person, form_of(&site)).await?;
    page.note = if query.fresh {
        Some(t.setup.done.clone())
    } else if query.saved {
        Some(t.settings.saved.clone())
    } else {
        filled(&query.added)
            .map(|name| crate::texts::fill(&t.settings.person_added, &[("name", &name)]))
    };
    page.problem = query.taken.then(|| t.settings.person_taken.clone());
    html(&page)
}

async fn site_of(deps: &AdminDeps, person: &SignedIn) -> Result<Site, AdminError> {
    let found = deps.storage.site(&person.agent.site).await?;
    found.ok_or_else(|| AdminError::NotFound { lang: person.agent.lang.clone() })
}

async fn page(
    deps: &AdminDeps,
    person: &SignedIn,
    form: FirmForm,
) -> Result<SettingsPage, AdminError> {
    let frame = Frame::new(deps, person, Tab::Settings).await?;
    let names = frame.t.settings.days.split_whitespace();
    let days = names
        .zip(form.days())
        .enumerate()
        .map(|(index, (name, hours))| (index, name.to_owned(), hours.to_owned()))
        .collect();
    let base = deps.public_url.trim_end_matches('/');
    let site = &person.agent.site;
    // The launcher is drawn before anything is asked of us: its colour travels along.
    let accent = deps.storage.site(site).await?.and_then(|site| site.settings.accent);
    let color = accent.map(|accent| format!(r#" data-color="{accent}""#)).unwrap_or_default();
    Ok(SettingsPage {
        snippet: format!(
            r#"<script src="{base}/widget.js" data-site="{site}"{color} async></script>"#
        ),
        people: deps.storage.agents(site).await?,
        own_id: person.agent.id.0.to_string(),
        days,
        frame,
        form,
        note: None,
        problem: None,
    })
}

fn form_of(site: &Site) -> FirmForm {
    let settings = site.settings.clone();
    let day =
        |index: usize| settings.hours.week.get(index).map(fields::day_text).unwrap_or_default();
    let holidays: Vec<String> = settings.hours.holidays.iter().map(ToString::to_string).collect();
    let synonyms: Vec<String> = settings.synonyms.iter().map(|group| group.join(", ")).collect();
    FirmForm {
        version: site.version,
        day0: day(0),
        day1: day(1),
        day2: day(2),
        day3: day(3),
        day4: day(4),
        day5: day(5),
        day6: day(6),
        firm: settings.firm,
        phone: settings.phone.unwrap_or_default(),
        email: settings.email.unwrap_or_default(),
        team: settings.team,
        welcome: settings.welcome,
        quick_questions: settings.quick_questions.join("\n"),
        reply_minutes: settings.reply_minutes,
        privacy_url: settings.privacy_url.unwrap_or_default(),
        origins: settings.allowed_origins.join("\n"),
        escalation: settings.escalation_words.join("\n"),
        synonyms: synonyms.join("\n"),
        holidays: holidays.join("\n"),
    }
}

/// `POST /admin/settings`
pub async fn save(
    State(deps): State<AdminDeps>,
    form: SafeForm<FirmForm>,
) -> Result<Response, AdminError> {
    let SafeForm { person, form } = form;
    if person.agent.role != Role::Owner {
        return Err(AdminError::OwnersOnly { lang: person.agent.lang });
    }
    let t = Texts::get(&person.agent.lang);
    let site = site_of(&deps, &person).await?;
    let settings = match settings(t, &form, &site.settings) {
        Ok(settings) => settings,
        Err(problem) => {
            let mut page = page(&deps, &person, form).await?;
            page.problem = Some(problem.to_owned());
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&page)?).into_response());
        }
    };
    let now = deps.clock.now();
    match deps.storage.update_site(&site.id, form.version, &settings, now).await {
        Ok(_) => {
            deps.chat.settings_changed(&site.id);
            Ok(Redirect::to("/admin/settings?saved=true").into_response())
        }
        Err(StorageError::StaleVersion { .. }) => {
            let mut page = page(&deps, &person, form_of(&site)).await?;
            page.problem = Some(t.settings.stale.clone());
            Ok((StatusCode::CONFLICT, html(&page)?).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// What was typed as settings, or what is wrong with it. What the form does
/// not show stays as it is.
fn settings<'t>(
    t: &'t Texts,
    form: &FirmForm,
    stored: &SiteSettings,
) -> Result<SiteSettings, &'t str> {
    let origins: Vec<String> =
        lines(&form.origins).iter().map(|o| o.trim_end_matches('/').to_owned()).collect();
    if !origins.iter().all(|origin| fields::is_origin(origin)) {
        return Err(&t.settings.bad_origin);
    }
    let week: Option<Vec<DayHours>> = form.days().into_iter().map(fields::day).collect();
    let week = week.ok_or(t.settings.bad_hours.as_str())?;
    let is_always_open = week.iter().all(|day| day.0.is_empty());
    let holidays = fields::dates(&form.holidays).ok_or(t.settings.bad_date.as_str())?;
    let firm = filled(&form.firm).ok_or(t.setup.empty.as_str())?;
    Ok(SiteSettings {
        firm,
        phone: filled(&form.phone),
        email: filled(&form.email),
        team: form.team.trim().to_owned(),
        welcome: form.welcome.trim().to_owned(),
        quick_questions: lines(&form.quick_questions)
            .into_iter()
            .take(MAX_QUICK_QUESTIONS)
            .collect(),
        allowed_origins: origins,
        escalation_words: lines(&form.escalation),
        reply_minutes: form.reply_minutes.clamp(1, 7 * 24 * 60),
        privacy_url: filled(&form.privacy_url),
        synonyms: lines(&form.synonyms).iter().map(|line| items(line)).collect(),
        hours: Hours {
            week: if is_always_open { Vec::new() } else { week },
            holidays,
            ..stored.hours.clone()
        },
        ..stored.clone()
    })
}

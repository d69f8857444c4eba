//! The page.

use super::failures::{FailureRow, row};
use crate::auth::SignedIn;
use crate::deps::AdminDeps;
use crate::error::AdminError;
use crate::format;
use crate::inbox::zone_of;
use crate::page::{Frame, Tab, html};
use crate::texts::fill;
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Html;
use comptoir_storage::model::{Agent, NotificationId, Page, Wishes};
use jiff::tz::TimeZone;
use serde::Deserialize;
use uuid::Uuid;

/// Failures shown at a time.
const PAGE_ROWS: u32 = 25;

/// A browser in the list.
struct DeviceRow {
    id: String,
    label: String,
    since: String,
}

/// A person in the owner's list.
struct MemberRow {
    id: String,
    name: String,
    devices: String,
    wishes: Wishes,
}

#[derive(Template)]
#[template(path = "notifications/page.html")]
struct NotificationsPage {
    frame: Frame,
    note: Option<String>,
    problem: Option<String>,
    push_key: String,
    /// Addresses of the person's browsers: the page looks for its own.
    endpoints: String,
    devices: Vec<DeviceRow>,
    wishes: Wishes,
    has_mail: bool,
    has_replies: bool,
    team: Vec<MemberRow>,
    version: i64,
    mails_visitors: bool,
    failures: Vec<FailureRow>,
    next: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
pub struct PageQuery {
    note: Option<String>,
    after: Option<Uuid>,
}

/// `GET /admin/notifications`
pub async fn show(
    person: SignedIn,
    State(deps): State<AdminDeps>,
    Query(query): Query<PageQuery>,
) -> Result<Html<String>, AdminError> {
    let frame = Frame::new(&deps, &person, Tab::Notifications).await?;
    let (t, agent) = (&frame.t.notifications, &person.agent);
    let zone = zone_of(&deps, agent).await?;
    let (note, problem) = match query.note.as_deref() {
        Some("saved") => (Some(t.saved.clone()), None),
        Some("retried") => (Some(t.retried.clone()), None),
        Some("dismissed") => (Some(t.dismissed_note.clone()), None),
        Some("stale") => (None, Some(t.stale.clone())),
        Some(_) | None => (None, None),
    };
    let own = deps.storage.devices(agent.id).await?;
    let since = |at| fill(&t.since, &[("date", &format::date(at, &zone))]);
    let devices = own.iter().map(|device| DeviceRow {
        id: device.id.0.to_string(),
        label: device.label.clone(),
        since: since(device.created_at),
    });
    let devices = devices.collect();
    let endpoints: Vec<&str> = own.iter().map(|device| device.endpoint.as_str()).collect();
    let site = deps.storage.site(&agent.site).await?;
    let (mut team, mut failures, mut next) = (Vec::new(), Vec::new(), None);
    if frame.is_owner {
        let people = deps.storage.agents(&agent.site).await?;
        team = members(&deps, &frame, agent, &people).await?;
        (failures, next) = failed(&deps, &frame, &people, &zone, query.after).await?;
    }
    let page = NotificationsPage {
        note,
        problem,
        push_key: deps.reach.push_key.to_string(),
        endpoints: endpoints.join(" "),
        devices,
        wishes: deps.storage.wishes(agent.id).await?,
        has_mail: deps.reach.has_mail,
        has_replies: deps.reach.has_replies,
        team,
        version: site.as_ref().map_or(0, |site| site.version),
        mails_visitors: site.is_some_and(|site| site.settings.mail_visitors),
        failures,
        next,
        frame,
    };
    html(&page)
}

/// Everybody else who works here.
async fn members(
    deps: &AdminDeps,
    frame: &Frame,
    own: &Agent,
    people: &[Agent],
) -> Result<Vec<MemberRow>, AdminError> {
    let t = &frame.t.notifications;
    let others = people.iter().filter(|agent| agent.disabled_at.is_none() && agent.id != own.id);
    let mut team = Vec::new();
    for agent in others {
        let devices = match deps.storage.devices(agent.id).await?.len() {
            0 => t.no_device_yet.clone(),
            1 => t.devices_of_one.clone(),
            number => fill(&t.devices_of, &[("n", &number.to_string())]),
        };
        let wishes = deps.storage.wishes(agent.id).await?;
        team.push(MemberRow {
            id: agent.id.0.to_string(),
            name: agent.name.clone(),
            devices,
            wishes,
        });
    }
    Ok(team)
}

/// What was not delivered, and the key of the next page.
async fn failed(
    deps: &AdminDeps,
    frame: &Frame,
    people: &[Agent],
    zone: &TimeZone,
    after: Option<Uuid>,
) -> Result<(Vec<FailureRow>, Option<String>), AdminError> {
    let site = people.first().map(|agent| agent.site.clone());
    let Some(site) = site else { return Ok((Vec::new(), None)) };
    // One more than is shown tells whether there is a next page.
    let page = Page { after: after.map(NotificationId), limit: PAGE_ROWS + 1 };
    let mut dead = deps.storage.dead_notifications(&site, page).await?;
    let is_more = dead.len() > PAGE_ROWS as usize;
    dead.truncate(PAGE_ROWS as usize);
    let next = is_more.then(|| dead.last().map(|last| last.id.0.to_string())).flatten();
    let now = deps.clock.now();
    let rows = dead.iter().map(|failed| {
        let at = failed.ended_at.unwrap_or(failed.created_at);
        row(frame.t, people, failed, format::when(frame.t, at, now, zone))
    });
    Ok((rows.collect(), next))
}

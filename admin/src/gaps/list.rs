//! The list, in groups of questions that mean the same.

use super::{ids, ids_text};
use crate::auth::{SafeForm, SignedIn};
use crate::deps::AdminDeps;
use crate::error::AdminError;
use crate::format;
use crate::inbox::zone_of;
use crate::page::{Frame, Tab, html};
use crate::texts::{Texts, fill};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::{Html, Redirect};
use comptoir_storage::model::{Entry, EntryId, Gap, GapId, GapKind, GapStatus, Page};
use comptoir_storage::search::fold;
use serde::Deserialize;
use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

/// Newest gaps that are looked at; the count of the rest is said.
const MOST: usize = 400;
/// Rows read at a time.
const PAGE_ROWS: u32 = 200;
/// Questions of a group that are shown.
const MOST_SHOWN: usize = 20;
/// How long grouping may hold the page up.
const PATIENCE: Duration = Duration::from_millis(1_500);

struct GroupRow {
    ids: String,
    first: String,
    question: String,
    lang: String,
    times: Option<String>,
    badly_rated: bool,
    when: String,
    conversation: String,
    others: Vec<Other>,
    nearest: Option<(String, String)>,
    draft: Option<String>,
}

struct Other {
    question: String,
    lang: String,
    conversation: String,
}

/// How the groups came about.
enum Grouping {
    Ready,
    Loading,
    Failed,
}

struct Groups {
    rows: Vec<GroupRow>,
    grouping: Grouping,
    more: Option<String>,
}

impl Groups {
    fn is_loading(&self) -> bool {
        matches!(self.grouping, Grouping::Loading)
    }

    fn is_failed(&self) -> bool {
        matches!(self.grouping, Grouping::Failed)
    }
}

#[derive(Template)]
#[template(path = "gaps/page.html")]
struct GapsPage {
    frame: Frame,
    groups: Groups,
    dismissed: Option<String>,
}

#[derive(Template)]
#[template(path = "gaps/groups.html")]
struct GroupsPart {
    frame: PartFrame,
    groups: Groups,
}

/// What the part needs of the frame.
struct PartFrame {
    t: &'static Texts,
    csrf: String,
}

/// `?dismissed=…`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct GapQuery {
    dismissed: String,
}

/// `GET /admin/gaps`
pub async fn page(
    person: SignedIn,
    State(deps): State<AdminDeps>,
    Query(query): Query<GapQuery>,
) -> Result<Html<String>, AdminError> {
    let frame = Frame::new(&deps, &person, Tab::Gaps).await?;
    let groups = load(&deps, &person).await?;
    let dismissed = format::filled(&ids_text(&ids(&query.dismissed)));
    html(&GapsPage { frame, groups, dismissed })
}

/// `GET /admin/gaps/groups`: for a page whose groups were not ready.
pub async fn part(
    person: SignedIn,
    State(deps): State<AdminDeps>,
) -> Result<Html<String>, AdminError> {
    let groups = load(&deps, &person).await?;
    let frame = PartFrame { t: Texts::get(&person.agent.lang), csrf: person.session.csrf.clone() };
    html(&GroupsPart { frame, groups })
}

async fn load(deps: &AdminDeps, person: &SignedIn) -> Result<Groups, AdminError> {
    let t = Texts::get(&person.agent.lang);
    let site = &person.agent.site;
    let gaps = newest(deps, person).await?;
    let open = deps.storage.count_gaps(site, GapStatus::Open).await?;
    let hidden = open.saturating_sub(gaps.len() as u64);
    let more = (hidden > 0).then(|| fill(&t.gaps.more, &[("n", &hidden.to_string())]));
    let questions: Vec<String> = gaps.iter().map(|gap| gap.question.clone()).collect();
    let grouped = deps.rehearsal.groups(site, &questions);
    let (places, grouping) = match tokio::time::timeout(PATIENCE, grouped).await {
        Ok(Ok(places)) => (places, Grouping::Ready),
        Ok(Err(error)) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "gaps are not grouped");
            (same_words(&questions), Grouping::Failed)
        }
        Err(_) => (Vec::new(), Grouping::Loading),
    };
    let near: Vec<EntryId> = gaps.iter().filter_map(|gap| gap.nearest).collect();
    let entries = deps.storage.entries_by_id(site, &near).await?;
    let zone = zone_of(deps, &person.agent).await?;
    let when = |gap: &Gap| format::when(t, gap.at, deps.clock.now(), &zone);
    let rows = places.iter().filter_map(|places| row(t, &gaps, places, &entries, &when)).collect();
    Ok(Groups { rows, grouping, more })
}

async fn newest(deps: &AdminDeps, person: &SignedIn) -> Result<Vec<Gap>, AdminError> {
    let mut gaps: Vec<Gap> = Vec::new();
    while gaps.len() < MOST {
        let page = Page { after: gaps.last().map(|gap| gap.id), limit: PAGE_ROWS };
        let more = deps.storage.gaps(&person.agent.site, GapStatus::Open, page).await?;
        let is_last = more.len() < PAGE_ROWS as usize;
        gaps.extend(more);
        if is_last {
            break;
        }
    }
    Ok(gaps)
}

/// Groups of the very same words: what is left without an embedder.
fn same_words(questions: &[String]) -> Vec<Vec<usize>> {
    let mut order: Vec<Vec<usize>> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    for (at, question) in questions.iter().enumerate() {
        let group = *known.entry(fold(question)).or_insert_with(|| {
            order.push(Vec::new());
            order.len() - 1
        });
        order[group].push(at);
    }
    order.sort_by_key(|group| std::cmp::Reverse(group.len()));
    order
}

/// One group. Its first place stands for the others; a visitor who asked twice
/// counts once.
fn row(
    t: &Texts,
    gaps: &[Gap],
    places: &[usize],
    entries: &[Entry],
    when: &dyn Fn(&Gap) -> String,
) -> Option<GroupRow> {
    let group: Vec<&Gap> = places.iter().filter_map(|place| gaps.get(*place)).collect();
    let best = *group.first()?;
    let latest = group.iter().max_by_key(|gap| (gap.at, gap.id)).copied()?;
    let times = group.iter().map(|gap| gap.conversation).collect::<BTreeSet<_>>().len();
    let mut seen = BTreeSet::from([fold(&best.question)]);
    let others = group.iter().filter(|gap| seen.insert(fold(&gap.question))).take(MOST_SHOWN);
    let nearest = group.iter().find_map(|gap| {
        let entry = entries.iter().find(|entry| Some(entry.id) == gap.nearest)?;
        let title = fill(&t.gaps.nearest, &[("question", &entry.content.question)]);
        Some((entry.id.0.to_string(), title))
    });
    Some(GroupRow {
        ids: ids_text(group.iter().map(|gap| &gap.id)),
        first: best.id.0.to_string(),
        question: best.question.clone(),
        lang: best.lang.clone(),
        times: (times > 1).then(|| fill(&t.gaps.times, &[("n", &times.to_string())])),
        badly_rated: group.iter().any(|gap| gap.kind == GapKind::BadlyRated),
        when: when(latest),
        conversation: latest.conversation.to_string(),
        others: others
            .map(|gap| Other {
                question: gap.question.clone(),
                lang: gap.lang.clone(),
                conversation: gap.conversation.to_string(),
            })
            .collect(),
        nearest,
        draft: group.iter().find_map(|gap| gap.entry).map(|entry| entry.0.to_string()),
    })
}

/// Gaps to act on.
#[derive(Debug, Deserialize)]
pub struct IdsForm {
    ids: String,
}

/// `POST /admin/gaps/dismiss`: undone by `reopen`.
pub async fn dismiss(
    State(deps): State<AdminDeps>,
    form: SafeForm<IdsForm>,
) -> Result<Redirect, AdminError> {
    let named = ids(&form.form.ids);
    settle(&deps, &form.person, &named, GapStatus::Dismissed).await?;
    Ok(Redirect::to(&format!("/admin/gaps?dismissed={}", ids_text(&named))))
}

/// `POST /admin/gaps/reopen`
pub async fn reopen(
    State(deps): State<AdminDeps>,
    form: SafeForm<IdsForm>,
) -> Result<Redirect, AdminError> {
    settle(&deps, &form.person, &ids(&form.form.ids), GapStatus::Open).await?;
    Ok(Redirect::to("/admin/gaps"))
}

async fn settle(
    deps: &AdminDeps,
    person: &SignedIn,
    ids: &[GapId],
    status: GapStatus,
) -> Result<(), AdminError> {
    Ok(deps.storage.settle_gaps(&person.agent.site, ids, status).await?)
}

#[cfg(test)]
mod tests {
    use super::same_words;

    #[test]
    fn without_meaning_only_the_same_words_are_one() {
        let asked = ["Vendez-vous ?", "et ça", "vendez-vous ?", "VENDEZ-VOUS ?", "Et ça"];
        let asked = asked.map(str::to_owned);
        assert_eq!(same_words(&asked), [vec![0, 2, 3], vec![1, 4]]);
        assert_eq!(same_words(&[]), Vec::<Vec<usize>>::new());
    }
}

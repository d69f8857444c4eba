//! What the language model is doing, for the owner: slots, queue, speed,
//! memory. Renews itself; works without scripts as a page to be reloaded.

use crate::auth::Owner;
use crate::deps::{AdminDeps, EngineFigures};
use crate::error::AdminError;
use crate::page::{Frame, Tab, html};
use crate::texts::{Texts, fill};
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Html;
use axum::routing::get;

/// Routes of the engine's page.
pub fn routes() -> Router<AdminDeps> {
    Router::new().route("/engine", get(page)).route("/engine/figures", get(figures))
}

/// A figure with its name.
#[derive(Debug, PartialEq, Eq)]
struct Line {
    name: &'static str,
    value: String,
}

/// Figures that belong together.
struct Group {
    title: &'static str,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "engine/page.html")]
struct EnginePage {
    frame: Frame,
    groups: Vec<Group>,
}

#[derive(Template)]
#[template(path = "engine/figures.html")]
struct FiguresPart {
    t: &'static Texts,
    /// Empty when the model is switched off.
    groups: Vec<Group>,
}

async fn page(
    Owner(person): Owner,
    State(deps): State<AdminDeps>,
) -> Result<Html<String>, AdminError> {
    let frame = Frame::new(&deps, &person, Tab::Settings).await?;
    let groups = FiguresPart::new(frame.t, &deps).groups;
    html(&EnginePage { frame, groups })
}

async fn figures(
    Owner(person): Owner,
    State(deps): State<AdminDeps>,
) -> Result<Html<String>, AdminError> {
    html(&FiguresPart::new(Texts::get(&person.agent.lang), &deps))
}

impl FiguresPart {
    fn new(t: &'static Texts, deps: &AdminDeps) -> Self {
        let groups = deps.system.figures().map(|found| groups(t, &found)).unwrap_or_default();
        Self { t, groups }
    }
}

fn groups(t: &'static Texts, found: &EngineFigures) -> Vec<Group> {
    let f = &t.figures;
    vec![
        Group { title: &f.now, lines: now(t, found) },
        Group { title: &f.since, lines: since(t, found) },
        Group { title: &f.memory, lines: memory(t, found) },
    ]
}

fn now(t: &'static Texts, found: &EngineFigures) -> Vec<Line> {
    let f = &t.figures;
    let speed = if found.tokens_per_second > 0.0 {
        fill(&f.speed_value, &[("n", &format!("{:.0}", found.tokens_per_second))])
    } else {
        f.speed_none.clone()
    };
    let waiting = if found.waiting == 0 {
        "0".to_owned()
    } else {
        let seconds = found.expected_wait_ms.div_ceil(1_000).to_string();
        fill(&f.waiting_value, &[("n", &found.waiting.to_string()), ("seconds", &seconds)])
    };
    let pair = |text: &str, of: (&str, usize), all: (&str, usize)| {
        fill(text, &[(of.0, &of.1.to_string()), (all.0, &all.1.to_string())])
    };
    let running = pair(&f.running_value, ("running", found.running), ("slots", found.slots));
    let context = pair(&f.context_value, ("used", found.context.0), ("total", found.context.1));
    vec![
        Line { name: &f.model, value: found.model.clone() },
        Line { name: &f.running, value: running },
        Line { name: &f.waiting, value: waiting },
        Line { name: &f.speed, value: speed },
        Line { name: &f.context, value: context },
        Line { name: &f.threads, value: found.threads.to_string() },
    ]
}

fn since(t: &'static Texts, found: &EngineFigures) -> Vec<Line> {
    let f = &t.figures;
    let (count, p50, p95) = found.first_word;
    let (count, hits, asked) =
        (count.to_string(), found.memo.0.to_string(), (found.memo.0 + found.memo.1).to_string());
    let first_word = if found.first_word.0 == 0 {
        f.first_word_none.clone()
    } else {
        let (p50, p95) = (seconds(t, p50), seconds(t, p95));
        fill(&f.first_word_value, &[("p50", &p50), ("p95", &p95), ("n", &count)])
    };
    let [all, refused, cancelled, late] = found.requests.map(|number| number.to_string());
    let blanks: [(&str, &str); 4] =
        [("all", &all), ("refused", &refused), ("cancelled", &cancelled), ("late", &late)];
    vec![
        Line { name: &f.first_word, value: first_word },
        Line { name: &f.requests, value: fill(&f.requests_value, &blanks) },
        Line { name: &f.known, value: share(t, &f.known_value, found.prompt_tokens) },
        Line { name: &f.guesses, value: share(t, &f.guesses_value, found.guesses) },
        Line { name: &f.memo, value: fill(&f.memo_value, &[("hits", &hits), ("n", &asked)]) },
    ]
}

fn memory(t: &'static Texts, found: &EngineFigures) -> Vec<Line> {
    let f = &t.figures;
    let (now, peak) = (megabytes(t, found.memory.0), megabytes(t, found.memory.1));
    let (count, memory, disk) = found.states;
    let (count, memory, disk) = (count.to_string(), megabytes(t, memory), megabytes(t, disk));
    let states: [(&str, &str); 3] = [("n", &count), ("memory", &memory), ("disk", &disk)];
    vec![
        Line { name: &f.process, value: fill(&f.process_value, &[("now", &now), ("peak", &peak)]) },
        Line { name: &f.states, value: fill(&f.states_value, &states) },
    ]
}

/// The second number as a share of the first.
fn share(t: &Texts, text: &str, (all, part): (u64, u64)) -> String {
    if all == 0 {
        return t.figures.none.clone();
    }
    let percent = (part.saturating_mul(100) / all).to_string();
    fill(text, &[("share", &percent), ("n", &all.to_string())])
}

/// Seconds with one decimal, with the language's own sign before it.
fn seconds(t: &Texts, millis: u64) -> String {
    let tenths = (millis + 50) / 100;
    let sign = if std::ptr::eq(t, Texts::get("en")) { "." } else { "," };
    format!("{}{sign}{}", tenths / 10, tenths % 10)
}

fn megabytes(t: &Texts, bytes: u64) -> String {
    fill(&t.figures.megabytes, &[("n", &(bytes / 1_000_000).to_string())])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(lang: &str, found: &EngineFigures) -> String {
        let t = Texts::get(lang);
        let part = FiguresPart { t, groups: groups(t, found) };
        part.render().unwrap()
    }

    #[test]
    fn an_engine_that_has_done_nothing_says_so_without_dividing_by_it() {
        let nothing = shown("fr", &EngineFigures::default());
        assert!(nothing.contains("aucune réponse rédigée encore"), "{nothing}");
        assert!(nothing.contains("rien encore"), "{nothing}");
    }

    #[test]
    fn figures_are_said_in_the_persons_language() {
        let found = EngineFigures {
            model: "Petit".into(),
            slots: 8,
            running: 3,
            waiting: 2,
            expected_wait_ms: 3_200,
            tokens_per_second: 31.6,
            prompt_tokens: (1_000, 870),
            guesses: (200, 150),
            first_word: (40, 440, 1_960),
            memo: (5, 45),
            memory: (1_900_000_000, 2_300_000_000),
            ..EngineFigures::default()
        };
        let french = shown("fr", &found);
        for words in
            ["3 sur 8", "environ 4 s", "0,4 s pour la moitié", "2,0 s", "87\u{a0}% de 1000"]
        {
            assert!(french.contains(words), "{words}: {french}");
        }
        let english = shown("en", &found);
        for words in ["3 of 8", "0.4 s for half", "75 % of 200", "5 of 50", "1900 MB"] {
            assert!(english.contains(words), "{words}: {english}");
        }
    }
}

//! Pages: schema.org questions as JSON-LD or microdata, `details`/`summary`,
//! definition lists. A question a page states twice, as data and on screen, is
//! read once, from the data.

mod linked_data;
mod page;
mod text;
mod walk;

use std::collections::HashSet;

use scraper::Html;

use crate::collect::{Collector, RawRow};
use crate::draft::SourceHint;
use crate::fold::fold;
use crate::limits;
use crate::lines::Lines;
use crate::lists::RawList;
use crate::markdown::is_generic_title;
use crate::note::{Problem, Severity};
use page::{Page, Shown};

pub(crate) use text::fragment_text;

pub(crate) fn read(source: &str, hint: &SourceHint, collector: &mut Collector) {
    if source.len() > limits::PAGE_BYTES {
        let (bytes, max) = (source.len(), limits::PAGE_BYTES);
        collector.skip(1, Problem::FileTooLarge { bytes, max });
        return;
    }
    let document = Html::parse_document(source);
    let mut page = Page::new(hint.base_url.as_ref());
    walk::walk(document.root_element(), &mut page);

    let mut places = Places::new(source);
    let mut scripts = Vec::new();
    for script in &page.scripts {
        let line = places.script_line();
        match linked_data::parse(script) {
            Ok(value) => scripts.push(value),
            Err(error) => {
                let detail = error.to_string();
                collector.note(line, Severity::Warning, Problem::BadJson { detail });
            }
        }
    }
    let mut known = HashSet::new();
    take_linked_data(&scripts, &page, hint, &mut places, &mut known, collector);
    places.rewind();
    for shown in std::mem::take(&mut page.shown) {
        let line = places.line_of(&shown.question);
        if known.contains(&fold(&shown.question)) {
            continue;
        }
        if !collector.admits_row(line) {
            return;
        }
        collector.row(shown_row(shown, line, page.lang.clone()));
    }
}

/// Reads a JSON file of schema.org data.
pub(crate) fn read_linked_data(text: &str, hint: &SourceHint, collector: &mut Collector) {
    match linked_data::parse(text) {
        Ok(value) => {
            let mut places = Places::new(text);
            let (page, mut known) = (Page::default(), HashSet::new());
            take_linked_data(&[value], &page, hint, &mut places, &mut known, collector);
        }
        Err(error) => {
            let detail = error.to_string();
            collector.skip(1, Problem::BadJson { detail });
        }
    }
}

fn take_linked_data(
    scripts: &[serde_json::Value],
    page: &Page<'_>,
    hint: &SourceHint,
    places: &mut Places<'_>,
    known: &mut HashSet<String>,
    collector: &mut Collector,
) {
    places.rewind();
    for found in linked_data::questions(scripts) {
        let line = places.line_of(&found.question);
        if !collector.admits_row(line) {
            return;
        }
        known.insert(fold(&crate::canon::line(&found.question)));
        collector.row(RawRow {
            line,
            question: Some(found.question),
            answer: found.answer,
            lang: found.lang.or_else(|| page.lang.clone()),
            base: hint.base_url.clone(),
            ..RawRow::default()
        });
    }
}

fn shown_row(shown: Shown, line: u32, lang: Option<String>) -> RawRow {
    RawRow {
        line,
        question: Some(shown.question),
        answer: Some(shown.answer),
        category: shown.category.filter(|category| !is_generic_title(category)),
        alternatives: RawList::Items(shown.alternatives),
        lang,
        ..RawRow::default()
    }
}

/// Lines of a page's parts. The parser keeps no positions, so the words are
/// looked for in the source, each from where the last were found; words that
/// stand there in another spelling get the line of the last ones.
struct Places<'s> {
    source: &'s str,
    lines: Lines,
    at: usize,
}

impl<'s> Places<'s> {
    fn new(source: &'s str) -> Self {
        let lines = Lines::of(source);
        Self { source, lines, at: 0 }
    }

    fn rewind(&mut self) {
        self.at = 0;
    }

    fn find(&mut self, needle: &str) -> bool {
        let rest = self.source.get(self.at..).unwrap_or_default();
        let found = rest.find(needle).filter(|_| !needle.is_empty());
        if let Some(offset) = found {
            self.at += offset + needle.len();
        }
        found.is_some()
    }

    fn line(&self) -> u32 {
        self.lines.at(self.at)
    }

    fn script_line(&mut self) -> u32 {
        self.find("ld+json");
        self.line()
    }

    /// The line of the first words, as written or as JSON escapes them.
    fn line_of(&mut self, words: &str) -> u32 {
        let start: String = words.chars().take(30).collect();
        let plain = start.split(['\'', '&', '"', '\n', '<']).next().unwrap_or_default();
        if !self.find(plain.trim()) {
            let escaped: String = plain.trim().chars().map(escape).collect();
            self.find(&escaped);
        }
        self.line()
    }
}

fn escape(character: char) -> String {
    if character.is_ascii() {
        return character.to_string();
    }
    let mut units = [0_u16; 2];
    let units = character.encode_utf16(&mut units);
    units.iter().map(|unit| format!("\\u{unit:04x}")).collect()
}

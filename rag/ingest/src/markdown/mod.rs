//! Markdown: headings as questions, or bold lines as questions.
//!
//! A heading is a theme when deeper headings follow it and it asks nothing, or
//! when the questions below it are bold lines; else it is a question and what
//! follows is its answer, headings below it that ask nothing included. The
//! theme nearest above a question is its category.

mod blocks;

use std::collections::VecDeque;

use serde_json::{Map, Value};

use crate::collect::Collector;
use crate::fold::fold;
use crate::json_row;
use crate::note::{Problem, Severity};
use blocks::{Block, Text, blocks};

pub(crate) use blocks::DATA_MARK;

/// A heading and what stands below it before the next.
#[derive(Default)]
struct Section {
    line: u32,
    level: u8,
    title: String,
    data: Option<Map<String, Value>>,
    body: Vec<(u32, Text)>,
}

impl Section {
    fn asks(&self) -> bool {
        self.title.trim_end().ends_with('?')
    }

    fn has_bold_questions(&self) -> bool {
        self.body.iter().any(|(_, text)| bold_question(text).is_some())
    }

    fn is_plain(&self) -> bool {
        self.data.is_none() && !self.asks() && !self.has_bold_questions()
    }
}

/// Whether a title only says that questions follow.
pub(crate) fn is_generic_title(title: &str) -> bool {
    matches!(
        fold(title).as_str(),
        "faq"
            | "foire aux questions"
            | "foire aux questions faq"
            | "questions frequentes"
            | "vos questions"
            | "vos questions frequentes"
            | "questions frequemment posees"
            | "questions reponses"
            | "questions et reponses"
            | "nos reponses a vos questions"
            | "frequently asked questions"
            | "questions and answers"
    )
}

pub(crate) fn read(text: &str, collector: &mut Collector) {
    let mut sections: VecDeque<Section> = sections(text).into();
    let mut themes: Vec<(u8, Option<String>)> = Vec::new();
    while let Some(mut section) = sections.pop_front() {
        let deeper = |next: &Section| next.level > section.level && section.level > 0;
        themes.retain(|(level, _)| *level < section.level);
        let has_children = sections.front().is_some_and(deeper);
        if section.data.is_none() && section.level > 0 && section.asks() {
            absorb(&mut section, &mut sections);
        }
        let empty = section.body.is_empty() && section.data.is_none();
        let is_theme = match (&section.data, section.asks()) {
            (Some(_), _) => false,
            (None, true) => empty && has_children,
            (None, false) => has_children || section.has_bold_questions(),
        };
        let category = themes.last().and_then(|(_, theme)| theme.clone());
        let admitted = if is_theme || section.level == 0 {
            let title = section.title.trim().to_owned();
            let named = section.level > 0 && !is_generic_title(&title);
            themes.push((section.level, named.then_some(title)));
            let category = themes.last().and_then(|(_, theme)| theme.clone());
            take_bold_questions(section.body, category.as_deref(), collector)
        } else {
            take_section(section, category, collector)
        };
        if !admitted {
            return;
        }
    }
}

/// Groups the blocks under their headings; the first section, of level 0,
/// holds what stands before any heading.
fn sections(text: &str) -> Vec<Section> {
    let mut sections = vec![Section::default()];
    for (line, block) in blocks(text) {
        match block {
            Block::Heading { level, text } => {
                sections.push(Section { line, level, title: text, ..Section::default() });
            }
            Block::Data(data) => {
                if let Some(section) = sections.last_mut().filter(|section| section.level > 0) {
                    section.data.get_or_insert(data);
                }
            }
            Block::Text(text) => {
                if let Some(section) = sections.last_mut().filter(|_| !text.text.trim().is_empty())
                {
                    section.body.push((line, text));
                }
            }
        }
    }
    sections
}

/// Takes the deeper sections that ask nothing into a question's answer.
fn absorb(section: &mut Section, sections: &mut VecDeque<Section>) {
    let level = section.level;
    while sections.front().is_some_and(|next| next.level > level && next.is_plain()) {
        let Some(part) = sections.pop_front() else {
            return;
        };
        let title = Text { text: part.title, gap: true, bold: 0 };
        section.body.push((part.line, title));
        section.body.extend(part.body);
    }
}

/// The question and the answer's first words of a paragraph that starts with
/// a question in bold.
fn bold_question(text: &Text) -> Option<(&str, &str)> {
    let (bold, rest) = text.text.split_at_checked(text.bold)?;
    let question = bold.trim().trim_end_matches([':', ' ', '\u{a0}', '\u{202f}']);
    let answer = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ':');
    question.ends_with('?').then_some((question, answer))
}

/// The bold questions of a section; false when the collector takes no more.
fn take_bold_questions(
    body: Vec<(u32, Text)>,
    category: Option<&str>,
    collector: &mut Collector,
) -> bool {
    let mut open: Option<(u32, String, String)> = None;
    let mut found = Vec::new();
    for (line, text) in body {
        if let Some((question, answer)) = bold_question(&text) {
            found.extend(open.replace((line, question.to_owned(), answer.to_owned())));
        } else if let Some((_, _, answer)) = &mut open {
            append(answer, &text);
        }
    }
    found.extend(open);
    found.into_iter().all(|(line, question, answer)| {
        let category = category.map(str::to_owned);
        take_row(line, Map::new(), question, answer, category, collector)
    })
}

fn take_section(section: Section, category: Option<String>, collector: &mut Collector) -> bool {
    let mut answer = String::new();
    // A heading that asks may hold a step in bold that asks: the writer decides.
    for (line, _) in section.body.iter().filter(|(_, text)| bold_question(text).is_some()) {
        collector.note(*line, Severity::Warning, Problem::QuestionInAnswer);
    }
    for (_, text) in &section.body {
        append(&mut answer, text);
    }
    let data = section.data.unwrap_or_default();
    take_row(section.line, data, section.title, answer, category, collector)
}

fn append(answer: &mut String, text: &Text) {
    if !answer.is_empty() {
        answer.push_str(if text.gap { "\n\n" } else { "\n" });
    }
    answer.push_str(&text.text);
}

/// Hands a row on; the data comment wins over the headings for the category.
fn take_row(
    line: u32,
    mut data: Map<String, Value>,
    question: String,
    answer: String,
    category: Option<String>,
    collector: &mut Collector,
) -> bool {
    if !collector.admits_row(line) {
        return false;
    }
    data.insert("question".to_owned(), Value::String(question));
    data.insert("answer".to_owned(), Value::String(answer));
    if !data.contains_key("category") {
        data.insert("category".to_owned(), category.map_or(Value::Null, Value::String));
    }
    json_row::take(&Value::Object(data), line, collector);
    true
}

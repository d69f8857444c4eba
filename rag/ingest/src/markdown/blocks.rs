//! Markdown into a flat sequence of headings, texts and entry data. Texts are
//! plain: list items start with `- `, links read `words (address)`, emphasis
//! leaves nothing. Whether two blocks are a line or a blank line apart is taken
//! from the source, so that a text keeps its shape.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use serde_json::{Map, Value};

use crate::html;
use crate::lines::Lines;
use crate::link;

/// What introduces the data of an entry in a comment, see [`crate::export`].
pub(crate) const DATA_MARK: &str = "<!-- comptoir ";

/// A top-level part of the document.
#[derive(Debug, PartialEq)]
pub(super) enum Block {
    Heading { level: u8, text: String },
    Data(Map<String, Value>),
    Text(Text),
}

/// A paragraph, list, table or quote.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Text {
    pub(super) text: String,
    /// Whether a blank line stands before it.
    pub(super) gap: bool,
    /// Bytes of `text` that were set in bold at its very start.
    pub(super) bold: usize,
}

/// The blocks of a document, each with its line.
pub(super) fn blocks(source: &str) -> Vec<(u32, Block)> {
    let mut writer = Writer::new(source);
    let parser = Parser::new_ext(source, Options::ENABLE_TABLES);
    for (event, range) in parser.into_offset_iter() {
        writer.event(event, range.start);
    }
    writer.blocks
}

/// What separates the next word from the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Pending {
    Nothing,
    Cell,
    Line,
    Paragraph,
}

struct Writer<'s> {
    source: &'s str,
    lines: Lines,
    blocks: Vec<(u32, Block)>,
    /// How many elements are open, and where the outermost begins.
    depth: u32,
    start: usize,
    out: String,
    bold: usize,
    pending: Pending,
    mark: String,
    lists: Vec<Option<u64>>,
    links: Vec<(usize, String)>,
    images_open: u32,
    raw_html: String,
}

impl<'s> Writer<'s> {
    fn new(source: &'s str) -> Self {
        Self {
            source,
            lines: Lines::of(source),
            blocks: Vec::new(),
            depth: 0,
            start: 0,
            out: String::new(),
            bold: 0,
            pending: Pending::Nothing,
            mark: String::new(),
            lists: Vec::new(),
            links: Vec::new(),
            images_open: 0,
            raw_html: String::new(),
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the parser's own enum: rules and extensions that are off leave nothing"
    )]
    fn event(&mut self, event: Event<'_>, at: usize) {
        match event {
            Event::Start(tag) => {
                if self.depth == 0 {
                    self.start = at;
                }
                self.depth += 1;
                self.open(tag, at);
            }
            Event::End(tag) => {
                self.close(tag);
                self.depth = self.depth.saturating_sub(1);
                if self.depth == 0 {
                    self.finish(tag);
                }
            }
            Event::Text(text) | Event::Code(text) => self.write(&text),
            Event::SoftBreak => self.write(" "),
            Event::HardBreak => self.write("\n"),
            Event::Html(html) => self.raw_html.push_str(&html),
            Event::InlineHtml(html) if html.to_ascii_lowercase().starts_with("<br") => {
                self.write("\n");
            }
            _ => {}
        }
    }

    /// Notes what separates a block starting at `at` from what came before.
    fn separate(&mut self, at: usize) {
        if self.out.is_empty() || !self.mark.is_empty() {
            return;
        }
        let apart = if self.gap_before(at) { Pending::Paragraph } else { Pending::Line };
        self.pending = self.pending.max(apart);
    }

    /// Whether the line above the one holding `at` is blank.
    fn gap_before(&self, at: usize) -> bool {
        let before = self.source.get(..at).unwrap_or_default();
        let Some(line_start) = before.rfind('\n') else {
            return false;
        };
        let above = before.get(..line_start).unwrap_or_default();
        let above = above.rsplit('\n').next().unwrap_or_default();
        above.trim_matches(|c: char| c.is_whitespace() || c == '>').is_empty()
    }

    fn write(&mut self, text: &str) {
        if self.images_open > 0 {
            return;
        }
        if !self.out.is_empty() {
            self.out.push_str(match self.pending {
                Pending::Nothing => "",
                Pending::Cell => " | ",
                Pending::Line => "\n",
                Pending::Paragraph => "\n\n",
            });
        }
        self.pending = Pending::Nothing;
        self.out.push_str(&std::mem::take(&mut self.mark));
        self.out.push_str(text);
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the parser's own enum: emphasis and the like only pass their text"
    )]
    fn open(&mut self, tag: Tag<'_>, at: usize) {
        match tag {
            Tag::Paragraph | Tag::CodeBlock(_) | Tag::BlockQuote(_) | Tag::Table(_) => {
                self.separate(at);
            }
            Tag::TableHead | Tag::TableRow => self.separate(at),
            Tag::TableCell if self.pending == Pending::Nothing && !self.out.is_empty() => {
                self.pending = Pending::Cell;
            }
            Tag::List(first) => {
                self.separate(at);
                self.lists.push(first);
            }
            Tag::Item => {
                // An empty item before this one leaves its mark behind.
                self.mark.clear();
                self.separate(at);
                self.mark = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        let mark = format!("{number}. ");
                        *number = number.saturating_add(1);
                        mark
                    }
                    Some(None) | None => "- ".to_owned(),
                };
            }
            Tag::Link { dest_url, .. } => {
                self.write("");
                self.links.push((self.out.len(), dest_url.into_string()));
            }
            Tag::Image { .. } => self.images_open += 1,
            _ => {}
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the parser's own enum: most ends need nothing"
    )]
    fn close(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::List(_) => {
                self.lists.pop();
            }
            TagEnd::Item => self.mark.clear(),
            TagEnd::Image => self.images_open = self.images_open.saturating_sub(1),
            TagEnd::Strong if self.depth == 2 && self.bold == 0 => self.close_bold(),
            TagEnd::Link => self.close_link(),
            TagEnd::HtmlBlock if self.depth > 1 => {
                let text = html::fragment_text(&std::mem::take(&mut self.raw_html), None);
                self.write(&text);
            }
            _ => {}
        }
    }

    /// Bold counts when nothing but its opening marks stands before it.
    fn close_bold(&mut self) {
        let block = self.source.get(self.start..).unwrap_or_default();
        if block.trim_start().starts_with(['*', '_']) && self.bold == 0 {
            self.bold = self.out.len();
        }
    }

    fn close_link(&mut self) {
        let Some((start, target)) = self.links.pop() else {
            return;
        };
        let words = self.out.get(start..).unwrap_or_default();
        let shown = link::as_text(words, &target, None);
        if self.out.is_char_boundary(start) {
            self.out.truncate(start);
        }
        self.out.push_str(&shown);
    }

    /// Turns the closed outermost element into a block.
    fn finish(&mut self, tag: TagEnd) {
        let line = self.lines.at(self.start);
        let gap = self.gap_before(self.start);
        let mut text = std::mem::take(&mut self.out);
        let bold = std::mem::take(&mut self.bold);
        let raw_html = std::mem::take(&mut self.raw_html);
        self.pending = Pending::Nothing;
        self.mark.clear();
        if let TagEnd::Heading(level) = tag {
            let level = level as u8;
            self.blocks.push((line, Block::Heading { level, text }));
            return;
        }
        if tag == TagEnd::HtmlBlock {
            if let Some(data) = data(&raw_html) {
                self.blocks.push((line, Block::Data(data)));
                return;
            }
            text = html::fragment_text(&raw_html, None);
        }
        self.blocks.push((line, Block::Text(Text { text, gap, bold })));
    }
}

/// The data comment of an entry.
fn data(raw_html: &str) -> Option<Map<String, Value>> {
    let body = raw_html.trim().strip_prefix(DATA_MARK)?.strip_suffix("-->")?;
    serde_json::from_str(body.trim()).ok()
}

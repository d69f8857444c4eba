//! What a page says outside its JSON-LD: `details`/`summary`, definition
//! lists whose terms are questions, schema.org microdata; and the JSON-LD
//! scripts themselves, to be read elsewhere. Menus and footers are left out.

use scraper::ElementRef;
use url::Url;

use super::text::text_of;
use super::walk::Visitor;

/// A question found in the page's elements.
#[derive(Debug, Default)]
pub(super) struct Shown {
    pub(super) question: String,
    pub(super) answer: String,
    pub(super) category: Option<String>,
    pub(super) alternatives: Vec<String>,
}

/// An open `details`.
struct Details {
    /// Its summary, read once another `details` turns up inside: it is then a
    /// theme, not a question.
    theme: Option<String>,
}

/// Reads a page in one pass.
#[derive(Default)]
pub(super) struct Page<'p> {
    base: Option<&'p Url>,
    pub(super) lang: Option<String>,
    /// Texts of the JSON-LD scripts, in order.
    pub(super) scripts: Vec<String>,
    pub(super) shown: Vec<Shown>,
    heading: Option<String>,
    headings_open: u32,
    details: Vec<Details>,
    lists_open: u32,
    /// Entries of the open definition list, the last one still growing.
    terms: Vec<Shown>,
    /// The open microdata question and how many of them are open.
    item: Shown,
    items_open: u32,
}

impl<'p> Page<'p> {
    /// A page not yet read, at `base`.
    pub(super) fn new(base: Option<&'p Url>) -> Self {
        Self { base, ..Self::default() }
    }

    fn words(&self, element: ElementRef<'_>) -> String {
        text_of(element, self.base, None)
    }

    /// Inside something already read as a whole.
    fn is_inside(&self) -> bool {
        self.items_open > 0
    }

    fn open_details(&mut self, element: ElementRef<'_>) {
        if self.is_inside() {
            return;
        }
        if let Some(outer) = self.details.last_mut().filter(|outer| outer.theme.is_none()) {
            let outer_element = element.ancestors().filter_map(ElementRef::wrap);
            let mut outer_element = outer_element.filter(|e| e.value().name() == "details");
            let summary = outer_element.next().and_then(summary_of);
            let words = summary.map(|summary| text_of(summary, self.base, None));
            outer.theme = Some(words.unwrap_or_default());
        }
        self.details.push(Details { theme: None });
    }

    fn close_details(&mut self, element: ElementRef<'_>) {
        if self.is_inside() {
            return;
        }
        let Some(closed) = self.details.pop() else {
            return;
        };
        let Some(summary) = summary_of(element).filter(|_| closed.theme.is_none()) else {
            return;
        };
        let theme = self.details.last().and_then(|outer| outer.theme.clone());
        self.shown.push(Shown {
            question: self.words(summary),
            answer: text_of(element, self.base, Some("summary")),
            category: theme.or_else(|| self.heading.clone()),
            alternatives: Vec::new(),
        });
    }

    /// Definition lists count where nothing else reads them.
    fn reads_terms(&self) -> bool {
        self.lists_open == 1 && self.details.is_empty() && !self.is_inside()
    }

    fn close_term(&mut self, element: ElementRef<'_>) {
        let words = self.words(element);
        // Several terms before one definition are one question in several
        // wordings.
        match self.terms.last_mut().filter(|term| term.answer.is_empty()) {
            Some(term) => term.alternatives.push(words),
            None => self.terms.push(Shown {
                question: words,
                category: self.heading.clone(),
                ..Shown::default()
            }),
        }
    }

    fn close_definition(&mut self, element: ElementRef<'_>) {
        let words = self.words(element);
        if let Some(term) = self.terms.last_mut() {
            if !term.answer.is_empty() {
                term.answer.push('\n');
            }
            term.answer.push_str(&words);
        }
    }

    /// A list none of whose terms asks anything is no FAQ.
    fn close_list(&mut self) {
        let terms = std::mem::take(&mut self.terms);
        if terms.iter().any(|term| term.question.ends_with('?')) {
            self.shown.extend(terms);
        }
    }

    fn close_item_part(&mut self, element: ElementRef<'_>, property: &str) {
        let words = self.words(element);
        let slot = match property {
            "name" => &mut self.item.question,
            "text" => &mut self.item.answer,
            _ => return,
        };
        if slot.is_empty() {
            *slot = words;
        }
    }
}

fn summary_of(details: ElementRef<'_>) -> Option<ElementRef<'_>> {
    details.child_elements().find(|child| child.value().name() == "summary")
}

fn is_item(element: ElementRef<'_>) -> bool {
    let kind = element.attr("itemtype").unwrap_or_default();
    kind.ends_with("schema.org/Question")
}

fn is_heading(name: &str) -> bool {
    matches!(name, "h1" | "h2" | "h3" | "h4")
}

impl Visitor for Page<'_> {
    fn open(&mut self, element: ElementRef<'_>) -> bool {
        let name = element.value().name();
        if is_item(element) {
            self.items_open += 1;
        }
        match name {
            "html" => self.lang = element.attr("lang").map(str::to_owned),
            "script" => {
                let kind = element.attr("type").unwrap_or_default();
                if kind.to_ascii_lowercase().contains("ld+json") {
                    self.scripts.push(element.text().collect());
                }
                return false;
            }
            "nav" | "footer" | "style" | "template" | "noscript" | "svg" => return false,
            "details" => self.open_details(element),
            "dl" => self.lists_open += 1,
            _ if is_heading(name) => self.headings_open += 1,
            _ => {}
        }
        true
    }

    fn close(&mut self, element: ElementRef<'_>) {
        let name = element.value().name();
        match name {
            "details" => self.close_details(element),
            "dt" if self.reads_terms() => self.close_term(element),
            "dd" if self.reads_terms() => self.close_definition(element),
            "dl" => {
                if self.reads_terms() {
                    self.close_list();
                }
                self.lists_open = self.lists_open.saturating_sub(1);
            }
            _ if is_heading(name) => {
                self.headings_open = self.headings_open.saturating_sub(1);
                if self.headings_open == 0 && !self.is_inside() && self.details.is_empty() {
                    self.heading = Some(self.words(element)).filter(|words| !words.is_empty());
                }
            }
            _ => {}
        }
        if self.items_open == 1
            && let Some(property) = element.attr("itemprop")
        {
            self.close_item_part(element, property);
        }
        if is_item(element) {
            self.items_open = self.items_open.saturating_sub(1);
            if self.items_open == 0 {
                let mut item = std::mem::take(&mut self.item);
                item.category.clone_from(&self.heading);
                self.shown.push(item);
            }
        }
    }

    fn text(&mut self, _text: &str) {}
}

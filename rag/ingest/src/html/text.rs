//! HTML into the plain text of an answer: paragraphs, lines, `- ` items,
//! table rows as `a | b`, links as `words (address)`. Scripts, styles, forms
//! and pictures leave nothing.

use scraper::{ElementRef, Html};
use url::Url;

use super::walk::{Visitor, walk};
use crate::clean;
use crate::link;

/// The text of an HTML fragment.
pub(crate) fn fragment_text(html: &str, base: Option<&Url>) -> String {
    let fragment = Html::parse_fragment(html);
    text_of(fragment.root_element(), base, None)
}

/// The text of an element, without its descendants named `without`.
pub(super) fn text_of(
    element: ElementRef<'_>,
    base: Option<&Url>,
    without: Option<&str>,
) -> String {
    let mut writer = Writer {
        base,
        without,
        out: String::new(),
        pending: Pending::Nothing,
        mark: String::new(),
        lists: Vec::new(),
        links: Vec::new(),
    };
    walk(element, &mut writer);
    clean::block(&writer.out)
}

/// What separates the next word from the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Pending {
    Nothing,
    Space,
    Cell,
    Line,
    Paragraph,
}

impl Pending {
    const fn text(self) -> &'static str {
        match self {
            Self::Nothing => "",
            Self::Space => " ",
            Self::Cell => " | ",
            Self::Line => "\n",
            Self::Paragraph => "\n\n",
        }
    }
}

/// An open list: `None` for bullets, else the number of the next item.
type List = Option<u32>;

struct Writer<'w> {
    base: Option<&'w Url>,
    without: Option<&'w str>,
    out: String,
    pending: Pending,
    /// The mark of a list item whose first word has not come yet.
    mark: String,
    lists: Vec<List>,
    /// Open links: where their words begin, and their target.
    links: Vec<(usize, String)>,
}

impl Writer<'_> {
    fn separate(&mut self, by: Pending) {
        // Paragraphs within an item do not tear the list apart.
        let by = if self.lists.is_empty() { by } else { by.min(Pending::Line) };
        self.pending = self.pending.max(by);
    }

    /// Writes what separates, then the item mark.
    fn settle(&mut self) {
        if !self.out.is_empty() {
            self.out.push_str(self.pending.text());
        }
        self.pending = Pending::Nothing;
        self.out.push_str(&std::mem::take(&mut self.mark));
    }

    fn open_item(&mut self) {
        self.separate(Pending::Line);
        self.mark = match self.lists.last_mut() {
            Some(Some(number)) => {
                let mark = format!("{number}. ");
                *number = number.saturating_add(1);
                mark
            }
            Some(None) | None => "- ".to_owned(),
        };
    }

    fn close_link(&mut self) {
        let Some((start, target)) = self.links.pop() else {
            return;
        };
        let words = self.out.get(start..).unwrap_or_default();
        let shown = link::as_text(words, &target, self.base);
        if self.out.is_char_boundary(start) {
            self.out.truncate(start);
        }
        self.out.push_str(&shown);
    }
}

/// How an element is set apart from its neighbours.
fn separation(name: &str) -> Option<Pending> {
    match name {
        "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "blockquote" | "table" | "pre"
        | "section" | "article" | "hr" | "ul" | "ol" | "dl" => Some(Pending::Paragraph),
        "div" | "br" | "tr" | "dt" | "dd" | "address" | "figure" | "main" | "details"
        | "summary" | "li" => Some(Pending::Line),
        "td" | "th" => Some(Pending::Cell),
        _ => None,
    }
}

impl Visitor for Writer<'_> {
    fn open(&mut self, element: ElementRef<'_>) -> bool {
        let name = element.value().name();
        if self.without == Some(name) {
            return false;
        }
        match name {
            "script" | "style" | "template" | "noscript" | "svg" | "head" | "iframe" | "form"
            | "button" | "select" | "textarea" | "object" => return false,
            "li" => self.open_item(),
            "a" => {
                self.settle();
                let target = element.attr("href").unwrap_or_default();
                self.links.push((self.out.len(), target.to_owned()));
            }
            _ => {
                if let Some(by) = separation(name) {
                    self.separate(by);
                }
            }
        }
        match name {
            "ul" => self.lists.push(None),
            "ol" => {
                let first = element.attr("start").and_then(|start| start.parse().ok());
                self.lists.push(Some(first.unwrap_or(1)));
            }
            _ => {}
        }
        true
    }

    fn close(&mut self, element: ElementRef<'_>) {
        let name = element.value().name();
        if self.without == Some(name) {
            return;
        }
        match name {
            "a" => self.close_link(),
            "ul" | "ol" => {
                self.lists.pop();
            }
            "li" => self.mark.clear(),
            _ => {}
        }
        if name != "br"
            && let Some(by) = separation(name)
        {
            self.separate(by);
        }
    }

    fn text(&mut self, text: &str) {
        for character in text.chars() {
            if character.is_whitespace() {
                self.pending = self.pending.max(Pending::Space);
                continue;
            }
            if self.pending != Pending::Nothing || !self.mark.is_empty() {
                self.settle();
            }
            self.out.push(character);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::fragment_text;

    #[test]
    fn paragraphs_lists_and_breaks_keep_their_lines() {
        let html = "<p>Nous passons&nbsp;:</p><ul><li><p>le matin</p></li><li> le <b>soir</b> </li></ul>\
                    <ol start=3><li>trois<li>quatre</ol>Fin<br>de\n page";
        let expected =
            "Nous passons :\n\n- le matin\n- le soir\n\n3. trois\n4. quatre\n\nFin\nde page";
        assert_eq!(fragment_text(html, None), expected);
    }

    #[test]
    fn links_tables_and_scripts() {
        let html = "Voir <a href='https://a.example/x'>la page</a>.<script>x()</script>\
                    <table><tr><th>Jour<th>Prix<tr><td>samedi<td>95 €</table>";
        assert_eq!(
            fragment_text(html, None),
            "Voir la page (https://a.example/x).\n\nJour | Prix\nsamedi | 95 €"
        );
    }

    #[test]
    fn depth_beyond_any_stack_is_read() {
        let html = "<div>".repeat(20_000) + "au fond";
        assert_eq!(fragment_text(&html, None), "au fond");
    }
}

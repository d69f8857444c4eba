//! Depth-first over a parsed page without recursion: pages from elsewhere can
//! be nested deeper than any stack.

use scraper::ElementRef;

/// Sees a subtree in document order.
pub(super) trait Visitor {
    /// An element begins; false leaves its children out.
    fn open(&mut self, element: ElementRef<'_>) -> bool;
    /// An element ends; called for each one opened.
    fn close(&mut self, element: ElementRef<'_>);
    /// A piece of text.
    fn text(&mut self, text: &str);
}

/// Shows `root` and everything below it to the visitor.
pub(super) fn walk(root: ElementRef<'_>, visitor: &mut impl Visitor) {
    let start = *root;
    let mut node = start;
    loop {
        let descend = match ElementRef::wrap(node) {
            Some(element) => visitor.open(element),
            None => {
                if let Some(text) = node.value().as_text() {
                    visitor.text(text);
                }
                false
            }
        };
        if let Some(child) = node.first_child().filter(|_| descend) {
            node = child;
            continue;
        }
        loop {
            if let Some(element) = ElementRef::wrap(node) {
                visitor.close(element);
            }
            if node.id() == start.id() {
                return;
            }
            if let Some(next) = node.next_sibling() {
                node = next;
                break;
            }
            let Some(parent) = node.parent() else { return };
            node = parent;
        }
    }
}

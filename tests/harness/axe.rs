//! Accessibility rules (axe-core) on whatever the browser shows.

use crate::browser::Browser;
use crate::places;
use serde_json::{Value, json};

/// WCAG 2.2 levels A and AA, and the French RGAA 4.
const RULES: [&str; 6] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "RGAAv4"];

/// Violations on the current page, shadow trees included: rule, help, and the
/// elements.
///
/// # Panics
/// When the rules are not installed.
pub async fn violations(browser: &Browser) -> Vec<String> {
    let path = places::browser_tools().join("node_modules/axe-core/axe.min.js");
    let rules = std::fs::read_to_string(&path).unwrap_or_else(|_| {
        panic!("{} is missing: run `cargo xtask test` once, it fetches axe-core", path.display())
    });
    browser.js::<Value>(&rules, &[]).await;
    let run = "const done = arguments[arguments.length - 1];
        axe.run(document, { runOnly: { type: 'tag', values: arguments[0] } }).then(
          (found) => done(found.violations.map((rule) =>
            `${rule.id}: ${rule.help} — ${rule.nodes.map((node) => node.html).join(' ')}`)),
          (broken) => done([`axe failed: ${broken}`]));";
    let found = browser.js_async(run, &[json!(RULES)]).await;
    serde_json::from_value(found).expect("a list of texts")
}

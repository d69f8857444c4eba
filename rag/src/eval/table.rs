//! The figures as a table for people.

use super::metrics::Metrics;
use super::rows::RouteName;
use std::fmt::Write as _;

const ROUTES: [RouteName; 5] = [
    RouteName::Answer,
    RouteName::Clarify,
    RouteName::OfferHuman,
    RouteName::Handover,
    RouteName::Smalltalk,
];

/// Renders `metrics` as Markdown.
#[must_use]
pub fn table(metrics: &Metrics) -> String {
    let mut out = String::new();
    let [one, three, five] = metrics.recall;
    // Writing to a string cannot fail.
    let _ = writeln!(
        out,
        "| labelled | R@1 | R@3 | R@5 | MRR |\n|---|---|---|---|---|\n\
         | {} | {one:.3} | {three:.3} | {five:.3} | {:.3} |\n",
        metrics.labelled, metrics.reciprocal_rank
    );
    out.push_str("| kind | questions |");
    for route in ROUTES {
        let _ = write!(out, " {} |", route.as_str());
    }
    out.push_str(" cited right/wrong | must | must_not broken |\n|---|---|");
    out.push_str(&"---|".repeat(ROUTES.len() + 3));
    out.push('\n');
    for (kind, count) in &metrics.kinds {
        let _ = write!(out, "| {kind} | {} |", count.questions);
        for route in ROUTES {
            let _ = write!(out, " {} |", count.routes.get(&route).unwrap_or(&0));
        }
        let _ = writeln!(
            out,
            " {}/{} | {}/{} | {} |",
            count.cited_right,
            count.cited_wrong,
            count.must_met,
            count.with_must,
            count.must_not_broken
        );
    }
    out.push_str("\n| milliseconds | median | p99 |\n|---|---|---|\n");
    for (name, (median, worst)) in ["retrieve", "first text", "total"].iter().zip(metrics.times) {
        let _ = writeln!(out, "| {name} | {median} | {worst} |");
    }
    let _ = writeln!(out, "\nGenerated texts ended by the guard: {}", metrics.guarded);
    out
}

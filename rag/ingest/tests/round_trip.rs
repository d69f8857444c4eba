//! Properties: export and parse undo each other, a plan applied changes
//! nothing the second time, and no bytes make the parser panic.

use comptoir_ingest::{
    Action, Draft, ExistingEntry, ExportFormat, ImportPlan, PlanRow, SourceHint, export, fold,
    parse, plan, sitemap_urls,
};
use proptest::prelude::*;
use std::collections::HashSet;
use uuid::Uuid;

const FORMATS: [(ExportFormat, &str); 4] = [
    (ExportFormat::Csv, "faq.csv"),
    (ExportFormat::Json, "faq.json"),
    (ExportFormat::Jsonl, "faq.jsonl"),
    (ExportFormat::Markdown, "faq.md"),
];

/// Texts full of what formats use as signs.
fn tricky() -> impl Strategy<Value = String> {
    prop_oneof![
        "[-+*_#>|;,'\"=@:<&\\\\ \n0-9.a-cé?!~`\\[\\]()/{}\t]{0,60}",
        "(- [a-c*#?|]{0,4}\n{1,2}|[a-c]{1,3}[ \n]{1,2}|[0-9]\\. |# |> |<br> |&amp;|\\*\\*a\\*\\*){0,8}",
        "\\PC{0,40}",
        ".{0,40}",
    ]
}

fn item() -> impl Strategy<Value = String> {
    prop_oneof!["[a-cé |;,#'=\\-]{0,12}", "\\PC{0,12}"]
}

prop_compose! {
    fn any_draft()(
        external_id in proptest::option::of(item()),
        question in tricky(),
        answer in tricky(),
        category in proptest::option::of(prop_oneof![item(), Just("FAQ".to_owned()), Just("Tarifs ?".to_owned())]),
        keywords in proptest::collection::vec(item(), 0..4),
        alternatives in proptest::collection::vec(item(), 0..4),
        lang in proptest::option::of(Just("fr".to_owned())),
        published in proptest::option::of(any::<bool>()),
    ) -> Draft {
        let line = 0;
        Draft {
            external_id, question, answer, category, keywords, alternatives, lang, published, line,
        }
    }
}

fn without_line(draft: &Draft) -> Draft {
    Draft { line: 0, ..draft.clone() }
}

/// Drafts as a file would give them: canonical, no two alike.
fn canonical(raw: &[Draft]) -> Vec<Draft> {
    let json = export(ExportFormat::Json, raw);
    let parsed = parse(&json, &SourceHint::named("faq.json"));
    parsed.drafts.iter().map(without_line).collect()
}

/// The site after an import.
fn apply(existing: &[ExistingEntry], plan: &ImportPlan) -> Vec<ExistingEntry> {
    let mut entries = existing.to_vec();
    for PlanRow { action, draft, target, .. } in &plan.rows {
        let entry = |id| ExistingEntry {
            id,
            external_id: draft.external_id.clone(),
            question: draft.question.clone(),
            answer: draft.answer.clone(),
            category: draft.category.clone(),
            keywords: draft.keywords.clone(),
            alternatives: draft.alternatives.clone(),
            lang: draft.lang.clone().expect("a planned draft has a language"),
            published: draft.published.unwrap_or(true),
            deleted: false,
        };
        match action {
            Action::Add => entries.push(entry(Uuid::from_u128(entries.len() as u128 + 1))),
            Action::Change { .. } | Action::Restore => {
                let id = target.expect("a change has a target");
                let changed = entries.iter_mut().find(|entry| entry.id == id);
                *changed.expect("the target exists") = entry(id);
            }
            Action::Same | Action::Skip { .. } => {}
        }
    }
    entries
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn what_is_exported_is_read_back(raw in proptest::collection::vec(any_draft(), 1..5)) {
        let drafts = canonical(&raw);
        for (format, name) in FORMATS {
            let bytes = export(format, &drafts);
            let parsed = parse(&bytes, &SourceHint::named(name));
            let read: Vec<Draft> = parsed.drafts.iter().map(without_line).collect();
            let file = String::from_utf8_lossy(&bytes);
            prop_assert_eq!(&read, &drafts, "{:?}\n{}\n{:?}", format, file, parsed.notes);
        }
    }

    #[test]
    fn importing_twice_changes_nothing(
        first in proptest::collection::vec(any_draft(), 0..6),
        second in proptest::collection::vec(any_draft(), 0..6),
    ) {
        let start = apply(&[], &plan(&[], &canonical(&first), "fr"));
        // The second file meets entries of the first now and then.
        let mut drafts = canonical(&second);
        drafts.extend(canonical(&first).into_iter().map(|draft| Draft { external_id: None, ..draft }));
        let entries = apply(&start, &plan(&start, &drafts, "fr"));
        let again = plan(&entries, &drafts, "fr");
        prop_assert_eq!(again.counts.added + again.counts.changed, 0, "{:?}", again);
        let same: HashSet<_> = again.rows.iter().filter_map(|row| row.target).collect();
        prop_assert_eq!(same.len(), again.counts.same, "an entry is met at most once");
    }

    /// What a site exports, it knows again, entries without an id included.
    #[test]
    fn an_export_comes_back_as_the_same(raw in proptest::collection::vec(any_draft(), 0..6)) {
        let entries = apply(&[], &plan(&[], &canonical(&raw), "fr"));
        let drafts: Vec<Draft> = entries
            .iter()
            .map(|entry| Draft {
                external_id: entry.external_id.clone().or_else(|| Some(entry.id.to_string())),
                ..Draft::from(entry)
            })
            .collect();
        for (format, name) in FORMATS {
            let parsed = parse(&export(format, &drafts), &SourceHint::named(name));
            let again = plan(&entries, &parsed.drafts, "fr");
            prop_assert_eq!(again.counts.same, entries.len(), "{:?} {:?}", format, again);
        }
    }

    #[test]
    fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        for name in ["x", "x.csv", "x.json", "x.jsonl", "x.md", "x.html"] {
            let parsed = parse(&bytes, &SourceHint::named(name));
            prop_assert!(!parsed.drafts.is_empty() || !parsed.notes.is_empty());
        }
        let _ = sitemap_urls(&bytes);
    }

    #[test]
    fn any_mixture_of_signs_is_read(
        parts in proptest::collection::vec(prop_oneof![
            Just("question;réponse\n"), Just("\""), Just(";"), Just(","), Just("\n"), Just("[{"), Just("\"question\":\"a\""),
            Just("\"answer\":\"b\""), Just("}]"), Just("{\"faq\":["), Just("# a ?\n"), Just("**q ?**"), Just("- x\n"), Just("<details>"),
            Just("<summary>é ?"), Just("</details>"), Just("<dl><dt>"), Just("<dd>"), Just("<script type=application/ld+json>"),
            Just("{\"@type\":\"Question\",\"name\":\"n\"}"), Just("</script>"), Just("&nbsp;"), Just("<a href=x>"), Just("| a |\n|--|\n"),
            Just("<!-- comptoir {} -->\n"), Just("<urlset><loc>"), Just("\u{feff}"), Just("<li>"), Just("<ol start=9>"), Just("😀"),
        ], 0..40)
    ) {
        let text = parts.concat();
        for name in ["x", "x.csv", "x.json", "x.jsonl", "x.md", "x.html"] {
            let parsed = parse(text.as_bytes(), &SourceHint::named(name));
            for draft in &parsed.drafts {
                prop_assert!(!draft.question.is_empty() && !draft.answer.is_empty());
                prop_assert!(!fold(&draft.question).is_empty());
                prop_assert!(!draft.question.contains('\n'));
            }
            prop_assert_eq!(canonical(&parsed.drafts).len(), parsed.drafts.len());
        }
        let _ = sitemap_urls(text.as_bytes());
    }
}

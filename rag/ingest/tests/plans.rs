//! Import plans and exports by example.

use comptoir_ingest::{
    Action, Draft, ExistingEntry, ExportFormat, Field, SkipReason, export, plan,
};
use uuid::Uuid;

fn draft(id: Option<&str>, question: &str, answer: &str) -> Draft {
    Draft {
        external_id: id.map(str::to_owned),
        question: question.to_owned(),
        answer: answer.to_owned(),
        category: None,
        keywords: Vec::new(),
        alternatives: Vec::new(),
        lang: None,
        published: None,
        line: 1,
    }
}

fn entry(number: u128, id: Option<&str>, question: &str, answer: &str) -> ExistingEntry {
    ExistingEntry {
        id: Uuid::from_u128(number),
        external_id: id.map(str::to_owned),
        question: question.to_owned(),
        answer: answer.to_owned(),
        category: Some("Tarifs".to_owned()),
        keywords: vec!["prix".to_owned()],
        alternatives: Vec::new(),
        lang: "fr".to_owned(),
        published: true,
        deleted: false,
    }
}

#[test]
fn ids_then_questions_are_matched_and_silence_keeps_fields() {
    let existing = [
        entry(1, Some("a"), "Le devis est gratuit ?", "Oui"),
        entry(2, None, "Et le dimanche ?", "Non"),
        entry(3, Some("c"), "Autre ?", "Oui"),
    ];
    let drafts = [
        draft(Some("a"), "Le devis est-il gratuit ?", "Oui"),
        draft(None, "ET LE DIMANCHE", "Sur appel"),
        draft(Some("d"), "Et le dimanche ?", "Encore"),
        draft(None, "Autre ?", "Oui"),
        draft(Some("a"), "Répété", "x"),
    ];
    let plan = plan(&existing, &drafts, "fr");
    let met: Vec<Option<u128>> =
        plan.rows.iter().map(|row| row.target.map(|id| id.as_u128())).collect();
    assert_eq!(met, [Some(1), Some(2), None, Some(3), None]);
    let repeated = || Action::Skip { reason: SkipReason::Repeated { first_line: 1 } };
    let actions: Vec<Action> = plan.rows.iter().map(|row| row.action.clone()).collect();
    let expected = [
        Action::Change { fields: vec![Field::Question] },
        Action::Change { fields: vec![Field::Question, Field::Answer] },
        repeated(),
        Action::Same,
        repeated(),
    ];
    assert_eq!(actions, expected);
    let first = &plan.rows[0].draft;
    assert_eq!((first.category.as_deref(), first.keywords.len()), (Some("Tarifs"), 1));
    assert_eq!(first.lang.as_deref(), Some("fr"));
    let counts = plan.counts;
    assert_eq!((counts.added, counts.changed, counts.same, counts.skipped), (0, 2, 1, 2));
}

#[test]
fn an_entry_without_id_adopts_the_one_a_file_brings() {
    let existing = [entry(7, None, "Ouvert ?", "Oui")];
    let plan = plan(&existing, &[draft(Some("x"), "Ouvert ?", "Oui")], "fr");
    let fields = vec![Field::ExternalId];
    assert_eq!(plan.rows[0].action, Action::Change { fields });
    assert_eq!(plan.rows[0].target, Some(Uuid::from_u128(7)));
}

#[test]
fn an_entry_exported_under_its_own_id_is_known_again() {
    let existing = [entry(7, None, "Ouvert ?", "Oui")];
    let own = Uuid::from_u128(7).to_string();
    let same = plan(&existing, &[draft(Some(&own), "Ouvert ?", "Oui")], "fr");
    assert_eq!(same.rows[0].action, Action::Same);
    let changed = plan(&existing, &[draft(Some(&own), "Ouvert le lundi ?", "Oui")], "fr");
    assert_eq!(changed.rows[0].action, Action::Change { fields: vec![Field::Question] });
    assert_eq!(changed.rows[0].draft.external_id, None, "its own id is no other id");
}

#[test]
fn a_deleted_entry_comes_back_by_its_id_only() {
    let deleted = |number, id| ExistingEntry { deleted: true, ..entry(number, id, "Gaz ?", "Oui") };
    let existing = [deleted(1, Some("gaz")), deleted(2, None)];
    let by_id = plan(&existing, &[draft(Some("gaz"), "Gaz ?", "Oui")], "fr");
    assert_eq!(by_id.rows[0].action, Action::Restore);
    assert_eq!(by_id.rows[0].target, Some(Uuid::from_u128(1)));
    assert_eq!((by_id.counts.added, by_id.counts.same), (1, 0));
    let by_question = plan(&existing, &[draft(None, "Gaz ?", "Oui")], "fr");
    assert_eq!(by_question.rows[0].action, Action::Add);
}

#[test]
fn a_deleted_entry_stays_so_when_its_question_was_written_anew() {
    let deleted = ExistingEntry { deleted: true, ..entry(1, Some("gaz"), "Gaz ?", "Oui") };
    let existing = [deleted, entry(2, None, "Gaz ?", "Oui")];
    let plan = plan(&existing, &[draft(Some("gaz"), "Gaz ?", "Non")], "fr");
    assert_eq!(plan.rows[0].action, Action::Change { fields: vec![Field::Answer] });
    assert_eq!(plan.rows[0].target, Some(Uuid::from_u128(2)));
    assert_eq!(plan.rows[0].draft.external_id, None, "the id stays with the deleted entry");
}

#[test]
fn what_a_file_says_of_publication_counts_and_silence_keeps_it() {
    let existing = [ExistingEntry { published: false, ..entry(1, None, "Gaz ?", "Oui") }];
    let said = |published| Draft { published, ..draft(None, "Gaz ?", "Oui") };
    assert_eq!(plan(&existing, &[said(None)], "fr").rows[0].action, Action::Same);
    assert_eq!(plan(&existing, &[said(None)], "fr").rows[0].draft.published, Some(false));
    let published = plan(&existing, &[said(Some(true))], "fr");
    assert_eq!(published.rows[0].action, Action::Change { fields: vec![Field::Published] });
}

#[test]
fn a_draft_is_exported_as_one() {
    let entry = ExistingEntry { published: false, ..entry(1, None, "Gaz ?", "Oui") };
    for (format, name) in [
        (ExportFormat::Csv, "x.csv"),
        (ExportFormat::Json, "x.json"),
        (ExportFormat::Jsonl, "x.jsonl"),
        (ExportFormat::Markdown, "x.md"),
    ] {
        let bytes = export(format, &[Draft::from(&entry)]);
        let read = comptoir_ingest::parse(&bytes, &comptoir_ingest::SourceHint::named(name));
        assert_eq!(read.drafts[0].published, Some(false), "{name}");
        assert!(read.notes.is_empty(), "{name}: {:?}", read.notes);
    }
}

#[test]
fn the_same_question_in_another_language_is_another_entry() {
    let existing = [entry(1, None, "Contact ?", "Oui")];
    let english = Draft { lang: Some("en".to_owned()), ..draft(None, "Contact ?", "Yes") };
    assert_eq!(plan(&existing, &[english], "fr").counts.added, 1);
}

#[test]
fn spelling_that_nobody_sees_is_no_change() {
    let existing = [entry(1, None, "Le prix\u{a0}?", "45\u{202f}€ ")];
    assert_eq!(plan(&existing, &[draft(None, "Le prix ?", "45 €")], "fr").counts.same, 1);
}

fn sample() -> Vec<Draft> {
    let answer = "Gratuit :\n- *ici* ;\n- là.\n\n1. Oui";
    let entry = entry(1, Some("devis"), "Le devis ?", answer);
    let mut first = Draft { published: None, ..Draft::from(&entry) };
    first.alternatives = vec!["c gratuit, le devis ?".to_owned()];
    let second = draft(None, "Rien <d'autre> ?", "=non");
    vec![first, second]
}

fn exported(format: ExportFormat) -> String {
    String::from_utf8(export(format, &sample())).expect("exports are UTF-8")
}

#[test]
fn markdown_reads_well() {
    let expected = "# Tarifs\n\n## Le devis ?\n\n\
        <!-- comptoir {\"id\":\"devis\",\"lang\":\"fr\",\"keywords\":[\"prix\"],\"alternatives\":[\"c gratuit, le devis ?\"]} -->\n\n\
        Gratuit :\n- \\*ici\\* ;\n- là.\n\n1\\. Oui\n\n\
        ## Rien \\<d'autre\\> ?\n\n<!-- comptoir {\"category\":null} -->\n\n\\=non\n";
    assert_eq!(exported(ExportFormat::Markdown), expected);
}

#[test]
fn csv_opens_in_a_french_spreadsheet_and_runs_no_formula() {
    let expected = "\u{feff}identifiant;langue;catégorie;question;réponse;mots-clés;formulations\r\n\
        devis;fr;Tarifs;Le devis ?;\"Gratuit :\n- *ici* ;\n- là.\n\n1. Oui\";prix;c gratuit, le devis ? |\r\n\
        ;;;Rien <d'autre> ?;'=non;;\r\n";
    assert_eq!(exported(ExportFormat::Csv), expected);
}

#[test]
fn json_lines_hold_what_is_said_and_nothing_else() {
    let text = exported(ExportFormat::Jsonl);
    let last = text.lines().last().expect("two lines");
    assert_eq!(last, "{\"question\":\"Rien <d'autre> ?\",\"answer\":\"=non\"}");
}

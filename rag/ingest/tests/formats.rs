//! Every format on files of our own, as firms write them: what is read, on
//! which line, and what is said about the rest.

use comptoir_ingest::{Draft, Field, Format, Parsed, Problem, Severity, SourceHint, parse};

fn read(name: &str, text: &str) -> Parsed {
    parse(text.as_bytes(), &SourceHint::named(name))
}

fn pairs(parsed: &Parsed) -> Vec<(u32, &str, &str)> {
    parsed
        .drafts
        .iter()
        .map(|draft| (draft.line, draft.question.as_str(), draft.answer.as_str()))
        .collect()
}

/// Line, severity and code of every note.
fn notes(parsed: &Parsed) -> Vec<(u32, Severity, &'static str)> {
    let note = |note: &comptoir_ingest::RowNote| (note.line, note.severity, note.problem.code());
    parsed.notes.iter().map(note).collect()
}

mod csv {
    use super::*;

    #[test]
    fn a_latin1_spreadsheet_with_french_headers() {
        let mut bytes = Vec::new();
        for character in "Identifiant;Cat\u{e9}gorie;Question;R\u{e9}ponse;Mots-cl\u{e9}s;Variantes\r\n\
            t1;Tarifs;Quel est le prix d\u{92}un ramonage ?;65 \u{80} TTC,\u{a0}certificat compris.;ramonage, chemin\u{e9}e;co\u{fb}t ramonage | c cb le ramonage\r\n"
            .chars()
        {
            bytes.push(u8::try_from(u32::from(character)).expect("Latin-1 by construction"));
        }
        let parsed = parse(&bytes, &SourceHint::named("export.csv"));
        assert_eq!(parsed.format, Some(Format::Csv));
        assert!(parsed.notes.is_empty(), "{:?}", parsed.notes);
        let expected = Draft {
            external_id: Some("t1".into()),
            question: "Quel est le prix d’un ramonage ?".into(),
            answer: "65 € TTC, certificat compris.".into(),
            category: Some("Tarifs".into()),
            keywords: vec!["ramonage".into(), "cheminée".into()],
            alternatives: vec!["coût ramonage".into(), "c cb le ramonage".into()],
            lang: None,
            published: None,
            line: 2,
        };
        assert_eq!(parsed.drafts, [expected]);
    }

    #[test]
    fn quoted_line_ends_a_mark_and_english_headers() {
        let text = "\u{feff}id,question,answer,lang\n\
            a,\"Opening\nhours?\",\"Mon\r\n\r\n- \"\"8 to 12\"\"\",English\n\n\
            b,Where?,\"Angers, centre\",en-GB\n";
        let parsed = read("faq.csv", text);
        assert_eq!(
            pairs(&parsed),
            [(2, "Opening hours?", "Mon\n\n- \"8 to 12\""), (7, "Where?", "Angers, centre")]
        );
        assert!(parsed.drafts.iter().all(|draft| draft.lang.as_deref() == Some("en")));
    }

    #[test]
    fn bad_rows_are_noted_and_cost_nobody_else() {
        let long = "q".repeat(501);
        let text = format!(
            "Question;Réponse;Prix\nUn ?;oui;5\n;orpheline;\nDeux ?;;\nTrois ?;\"jamais fermé;\nQuatre ?;oui;;et la suite\n{long};non;\nUN ;encore;\nCinq ?;oui;\n"
        );
        let parsed = read("faq.csv", &text);
        let questions: Vec<&str> = parsed.drafts.iter().map(|d| d.question.as_str()).collect();
        assert_eq!(questions, ["Un ?", "Cinq ?"]);
        use Severity::{Info, Skipped};
        assert_eq!(
            notes(&parsed),
            [
                (1, Info, "unknown_column"),
                (3, Skipped, "missing_question"),
                (4, Skipped, "missing_answer"),
                (5, Skipped, "unbalanced_quote"),
                (6, Skipped, "too_many_cells"),
                (7, Skipped, "too_long"),
                (8, Skipped, "duplicate_question"),
            ]
        );
        assert_eq!(parsed.skipped(), 6);
    }

    #[test]
    fn a_file_without_the_two_columns_is_refused_as_a_whole() {
        let parsed = read("clients.csv", "Nom;Ville\nX;Angers\n");
        assert_eq!(notes(&parsed), [(1, Severity::Skipped, "missing_columns")]);
    }
}

mod json {
    use super::*;

    #[test]
    fn arrays_wrapped_or_not_give_rows_with_lines() {
        let rows = "[\n  {\"question\": \"A ?\", \"answer\": \"a\"},\n  7,\n  {\"Question\": \"B ?\", \"Réponse\": 12, \"mots_clés\": [\"x\", \"y|z\"]}\n]";
        let plain = read("faq.json", rows);
        let wrapped =
            read("faq.json", &format!("{{\"version\": 2, \"FAQ\": {rows}, \"autre\": [1]}}"));
        for parsed in [plain, wrapped] {
            assert_eq!(pairs(&parsed), [(2, "A ?", "a"), (4, "B ?", "12")]);
            assert_eq!(notes(&parsed), [(3, Severity::Skipped, "not_an_object")]);
            assert_eq!(parsed.drafts[1].keywords, ["x", "y/z"]);
        }
    }

    #[test]
    fn a_broken_element_costs_itself() {
        let text = "[{\"question\":\"A ?\",\"answer\":\"a\"},\n {\"question\":\"B ?\" \"answer\"},\n {\"question\":\"C ?\",\"answer\":\"c\"}]";
        let parsed = read("faq.json", text);
        assert_eq!(pairs(&parsed), [(1, "A ?", "a"), (3, "C ?", "c")]);
        assert_eq!(notes(&parsed), [(2, Severity::Skipped, "bad_json")]);
    }

    #[test]
    fn a_single_entry_and_an_empty_wrapper() {
        assert_eq!(read("un.json", "{\"question\":\"A ?\",\"answer\":\"a\"}").drafts.len(), 1);
        let empty = read("faq.json", "{\"entries\": []}");
        assert_eq!(notes(&empty), [(1, Severity::Skipped, "nothing_found")]);
    }

    #[test]
    fn lines_of_objects() {
        let text = "{\"id\":1,\"question\":\"A ?\",\"answer\":\"a\",\"alternatives\":\"x ; y\"}\n\nnon\n\
            {\"id\":2,\"question\":\"B ?\",\"answer\":[\"b\"]}\n{\"id\":1,\"question\":\"C ?\",\"answer\":\"c\"}\n\
            {\"id\":4,\"question\":\"A ?\",\"answer\":\"autre\",\"keywords\":{},\"lang\":\"??\"}\n";
        let parsed = read("faq.jsonl", text);
        assert_eq!(pairs(&parsed), [(1, "A ?", "a"), (6, "A ?", "autre")]);
        assert_eq!(parsed.drafts[0].alternatives, ["x", "y"]);
        use Severity::{Skipped, Warning};
        assert_eq!(
            notes(&parsed),
            [
                (3, Skipped, "bad_json"),
                (4, Skipped, "wrong_type"),
                (5, Skipped, "duplicate_id"),
                (6, Warning, "wrong_type"),
                (6, Warning, "value_dropped"),
                (6, Warning, "duplicate_question"),
            ]
        );
        let wrong = &parsed.notes[1].problem;
        assert_eq!(wrong, &Problem::WrongType { field: Field::Answer });
    }
}

mod markdown {
    use super::*;

    #[test]
    fn headings_as_questions_under_themes() {
        let text = "# Foire aux questions\n\nBienvenue.\n\n## Tarifs\n\n### Le devis est-il gratuit ?\n\n\
            Oui, **sous conditions** :\n- à moins de 20 km ;\n- sur [rendez-vous](https://a.example/rdv).\n\n\
            Sinon 40 €,\ndéduits ensuite.\n\n#### Comment l’obtenir\n\nPar téléphone.\n\n### Horaires\n8 h – 18 h  \nsauf dimanche\n\n## Vide ?\n";
        let parsed = read("faq.md", text);
        assert_eq!(
            pairs(&parsed),
            [
                (
                    7,
                    "Le devis est-il gratuit ?",
                    "Oui, sous conditions :\n- à moins de 20 km ;\n- sur rendez-vous (https://a.example/rdv).\n\nSinon 40 €, déduits ensuite.\n\nComment l’obtenir\n\nPar téléphone."
                ),
                (20, "Horaires", "8 h – 18 h\nsauf dimanche"),
            ]
        );
        assert!(parsed.drafts.iter().all(|draft| draft.category.as_deref() == Some("Tarifs")));
        assert_eq!(notes(&parsed), [(24, Severity::Skipped, "missing_answer")]);
    }

    #[test]
    fn bold_lines_as_questions() {
        let text = "## Chauffage\n\nQuelques mots.\n\n**Entretenez-vous le fioul ?**\nOui, chaque année.\n\n\
            Comptez 1 h.\n\n**Et le bois ?** : non.\n\n| Jour | Prix |\n|---|---|\n| samedi | 95 € |\n";
        let parsed = read("faq.md", text);
        assert_eq!(
            pairs(&parsed),
            [
                (5, "Entretenez-vous le fioul ?", "Oui, chaque année.\n\nComptez 1 h."),
                (10, "Et le bois ?", "non.\n\nJour | Prix\nsamedi | 95 €"),
            ]
        );
        assert_eq!(parsed.drafts[0].category.as_deref(), Some("Chauffage"));
    }

    #[test]
    fn a_bold_question_within_an_answer_is_told() {
        let text = "## Entretenez-vous le fioul ?\n\nOui.\n\n**Et le bois ?**\nNon.\n";
        let parsed = read("faq.md", text);
        let answer = "Oui.\n\nEt le bois ? Non.";
        assert_eq!(pairs(&parsed), [(1, "Entretenez-vous le fioul ?", answer)]);
        assert_eq!(notes(&parsed), [(5, Severity::Warning, "question_in_answer")]);
    }
}

mod html {
    use super::*;

    const PAGE: &str = r#"<!doctype html>
<html lang="fr-FR"><head><title>x</title>
<script type="application/ld+json">{"@context":"https://schema.org","@graph":[
  {"@type":"WebPage","mainEntity":{"@type":"FAQPage","mainEntity":[
    {"@type":"Question","name":"Prenez-vous la carte&nbsp;?","acceptedAnswer":{"@type":"Answer","text":"<p>Oui.</p><ul><li>Visa</li><li>CB</li></ul><a href='/paiement'>D\u00e9tails</a>"}},
    {"@type":"Question","name":"\u00cates-vous assur\u00e9s ?","acceptedAnswer":[{"text":"Oui, en d\u00e9cennale."}]},
    {"@type":"Question","name":"Sans réponse ?"}
]}}]}</script>
<script type="application/ld+json">{ cassé }</script>
<script type="application/ld+json">[{"@type":"Question","name":"Et ailleurs ?","suggestedAnswer":{"text":"Non"}}]</script>
</head><body><nav><details><summary>Menu</summary>Accueil</details></nav>
<h2>Paiement</h2>
<details><summary>Prenez-vous la carte ?</summary>Oui (à l'écran).</details>
<details>
  <summary>En plusieurs fois ?</summary><p>Oui, dès <b>300 €</b>.</p></details>
<details><summary>Les garanties</summary>
  <details><summary>Les pièces ?</summary>2 ans</details></details>
<h2>Divers</h2>
<dl><dt>Où ?</dt><dt>À quelle adresse ?</dt><dd>Angers</dd><dd>et autour</dd></dl>
<dl><dt>Téléphone</dt><dd>01</dd></dl>
<div itemscope itemtype="https://schema.org/Question"><h3 itemprop="name">Depuis quand ?</h3>
<div itemprop="acceptedAnswer"><div itemprop="text">2009.</div></div></div>
</body></html>"#;

    #[test]
    fn linked_data_first_then_what_is_shown() {
        let hint = SourceHint {
            content_type: Some("text/html; charset=utf-8".into()),
            base_url: "https://a.example/faq".parse().ok(),
            ..SourceHint::default()
        };
        let parsed = parse(PAGE.as_bytes(), &hint);
        assert_eq!(
            pairs(&parsed),
            [
                (
                    5,
                    "Prenez-vous la carte ?",
                    "Oui.\n\n- Visa\n- CB\n\nDétails (https://a.example/paiement)"
                ),
                (6, "Êtes-vous assurés ?", "Oui, en décennale."),
                (10, "Et ailleurs ?", "Non"),
                (15, "En plusieurs fois ?", "Oui, dès 300 €."),
                (17, "Les pièces ?", "2 ans"),
                (19, "Où ?", "Angers\net autour"),
                (21, "Depuis quand ?", "2009."),
            ]
        );
        let category = |index: usize| parsed.drafts[index].category.as_deref();
        assert_eq!(
            [category(0), category(3), category(4), category(6)],
            [None, Some("Paiement"), Some("Les garanties"), Some("Divers")]
        );
        assert_eq!(parsed.drafts[5].alternatives, ["À quelle adresse ?"]);
        assert!(parsed.drafts.iter().all(|draft| draft.lang.as_deref() == Some("fr")));
        assert_eq!(
            notes(&parsed),
            [(7, Severity::Skipped, "missing_answer"), (9, Severity::Warning, "bad_json")]
        );
    }

    #[test]
    fn linked_data_alone_in_a_json_file() {
        let text = "{\"@type\":\"FAQPage\",\n\"mainEntity\":[{\"@type\":\"Question\",\"name\":\"A ?\",\"acceptedAnswer\":{\"text\":\"a\"}}]}";
        assert_eq!(pairs(&read("faq.json", text)), [(2, "A ?", "a")]);
    }
}

mod files {
    use super::*;

    #[test]
    fn what_cannot_be_used_is_said_in_one_note() {
        let code = |bytes: &[u8]| {
            let parsed = parse(bytes, &SourceHint::default());
            assert!(parsed.drafts.is_empty());
            parsed.notes.first().map(|note| note.problem.code())
        };
        assert_eq!(code(b" \n"), Some("empty_file"));
        assert_eq!(code(b"PK\x03\x04"), Some("not_text"));
        assert_eq!(code("Une lettre.".as_bytes()), Some("unknown_format"));
        assert_eq!(code(b"<urlset><url/></urlset>"), Some("is_sitemap"));
        assert_eq!(code(&vec![b'a'; 64 * 1024 * 1024 + 1]), Some("file_too_large"));
    }

    #[test]
    fn reading_stops_at_the_row_limit() {
        let mut text = String::from("question;réponse\n");
        for row in 0..200_002 {
            text.push_str(&format!("q{row};r\n"));
        }
        let parsed = read("faq.csv", &text);
        assert_eq!(parsed.drafts.len(), 200_000);
        assert_eq!(notes(&parsed), [(200_002, Severity::Skipped, "too_many_rows")]);
    }

    #[test]
    fn damaged_characters_are_pointed_at() {
        let mut bytes = "question;réponse\nGaranti ?;Oui, à côté\n".as_bytes().to_vec();
        bytes.extend(b"Cass\xff ?;oui\n");
        let parsed = parse(&bytes, &SourceHint::named("faq.csv"));
        assert_eq!(parsed.drafts.len(), 2);
        assert_eq!(notes(&parsed), [(3, Severity::Warning, "unreadable_characters")]);
    }
}

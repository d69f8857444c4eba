//! The command line, as an owner or operator types it.

use comptoir_tests::firm::Faq;
use comptoir_tests::{Process, run};
use serde_json::Value;

fn config(text: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let path = folder.path().join("comptoir.toml");
    std::fs::write(&path, text).expect("the file is written");
    let path = path.to_string_lossy().into_owned();
    (folder, path)
}

#[test]
fn a_right_configuration_is_said_to_be_right_and_printed_without_secrets() {
    let (_folder, path) = config(
        "[http]\nlisten = \"0.0.0.0:8081\"\n\n[database]\nurl = \"postgres://u:hunter2@h/d\"\n\n\
         [engine]\nkind = \"remote\"\nurl = \"http://h/v1\"\nmodel = \"m\"\napi_key = \"k3y\"\n",
    );
    let check = run(&["--config", &path, "config", "check"], "");
    assert_eq!(check.code, Some(0), "{}", check.stderr);
    assert!(check.stdout.contains("configuration: ok"));
    assert_eq!(check.stdout.matches("warning:").count(), 2, "{}", check.stdout);
    let print = run(&["--config", &path, "config", "print"], "");
    assert!(print.stdout.contains("0.0.0.0:8081"), "{}", print.stdout);
    assert!(!print.stdout.contains("hunter2") && !print.stdout.contains("k3y"));
}

#[test]
fn a_wrong_configuration_is_refused_with_the_key() {
    let cases = [
        ("[http]\nlissen = \"127.0.0.1:1\"\n", "lissen"),
        ("[engine]\nslots = 0\n", "slots"),
        ("[database]\nurl = \"mysql://h/d\"\n", "url"),
    ];
    for (text, key) in cases {
        let (_folder, path) = config(text);
        let check = run(&["--config", &path, "config", "check"], "");
        assert_eq!(check.code, Some(1), "{text}");
        assert!(
            check.stderr.starts_with("comptoir: ") && check.stderr.contains(key),
            "{}",
            check.stderr
        );
    }
    let missing = run(&["--config", "/nonexistent/comptoir.toml", "config", "check"], "");
    assert_eq!(missing.code, Some(1));
    assert!(missing.stderr.contains("does not exist"), "{}", missing.stderr);
}

#[test]
fn an_import_can_be_tried_repeated_and_taken_out_again() {
    let counter = Process::workshop("");
    let file = counter.folder().join("plus.csv");
    let rows = "question;reponse\nGravez-vous les cadres ?;Oui, pour 12 €.\n;rien\n\
                Quels sont vos horaires d'ouverture ?;Du lundi au jeudi.\n";
    std::fs::write(&file, rows).expect("the file is written");
    let file = file.to_string_lossy().into_owned();
    let dry = counter.command(&["faq", "import", "--site", "demo", "--dry-run", &file], "");
    assert!(dry.contains("line     2  add: Gravez-vous les cadres ?"), "{dry}");
    assert!(dry.contains("line     4  change answer"), "{dry}");
    assert!(dry.contains("1 to add, 1 to change, 0 already there, 1 skipped"), "{dry}");
    assert!(dry.contains("dry run: nothing was changed"), "{dry}");
    let done = counter.command(&["faq", "import", "--site", "demo", &file], "");
    assert!(done.contains("2 entries written"), "{done}");
    let again = counter.command(&["faq", "import", "--site", "demo", &file], "");
    assert!(again.contains("0 to add, 0 to change, 2 already there, 1 skipped"), "{again}");

    let out = counter.folder().join("tout.jsonl").to_string_lossy().into_owned();
    counter.command(&["faq", "export", "--site", "demo", &out], "");
    let text = std::fs::read_to_string(&out).expect("the export");
    assert_eq!(text.lines().count(), 9, "{text}");
    assert!(text.contains("Du lundi au jeudi."));

    let config = counter.config().to_string_lossy().into_owned();
    let wrong = run(&["--config", &config, "faq", "import", "--site", "autre", &file], "");
    assert_eq!(wrong.code, Some(1));
    assert!(wrong.stderr.contains("known sites: demo"), "{}", wrong.stderr);
}

#[test]
fn models_are_listed_with_their_state() {
    let counter = Process::workshop("");
    let list = counter.command(&["model", "list"], "");
    let line = |name: &str| list.lines().find(|line| line.contains(name)).map(str::to_owned);
    let embedder = line("use-multilingual-v3").expect("the default embedder");
    assert!(embedder.starts_with("* ") && !embedder.contains("not installed"), "{embedder}");
    assert!(line("qwen2.5-coder-1.5b-instruct").is_some(), "{list}");
    let unknown = counter.config().to_string_lossy().into_owned();
    let unknown = run(&["--config", &unknown, "model", "use", "n-existe-pas"], "");
    assert_eq!(unknown.code, Some(1));
    assert!(unknown.stderr.contains("n-existe-pas"), "{}", unknown.stderr);
}

#[test]
fn an_evaluation_gives_one_line_per_question_and_a_table() {
    let counter = Process::workshop("[engine]\nkind = \"off\"");
    let (questions, results) =
        (counter.folder().join("questions.jsonl"), counter.folder().join("results.jsonl"));
    let rows = "\
{\"id\":\"q1\",\"text\":\"Combien coûte la réparation d'une crevaison ?\",\"relevant\":[\"crevaison\"],\"must\":[\"14 €\"],\"must_not\":[\"22 €\"],\"kind\":\"answerable\"}
{\"id\":\"q2\",\"text\":\"Vendez-vous des tondeuses à gazon ?\",\"kind\":\"absent\"}
{\"id\":\"q3\",\"text\":\"je voudrais parler à quelqu'un\",\"kind\":\"wish\"}
{\"id\":\"q4\",\"text\":\"bonjour\",\"kind\":\"courtesy\"}
";
    std::fs::write(&questions, rows).expect("the questions");
    let faq = Faq::Workshop.path().expect("its file");
    let (faq, questions) = (faq.to_string_lossy(), questions.to_string_lossy());
    let out = results.to_string_lossy();
    let arguments = ["eval", "--faq", &faq, "--questions", &questions, "--out", &out];
    let table = counter.command(&arguments, "");
    assert!(table.contains("R@1") && table.contains("MRR"), "{table}");
    let lines = std::fs::read_to_string(&results).expect("the results");
    let lines: Vec<Value> =
        lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let field = |name: &str| -> Vec<String> {
        lines.iter().map(|line| line[name].as_str().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(field("id"), ["q1", "q2", "q3", "q4"]);
    assert_eq!(field("route"), ["answer", "offer_human", "handover", "smalltalk"]);
    assert_eq!(lines[0]["entries"][0]["id"], "crevaison");
    assert_eq!(lines[0]["citations"][0], "crevaison");
    assert!(lines[0]["text"].as_str().is_some_and(|text| text.contains("14 €")));
    assert!(lines[0]["ms"]["total"].is_number());
    let only: Vec<&str> = arguments.into_iter().chain(["--retrieval-only"]).collect();
    assert!(counter.command(&only, "").contains("R@1"));
}

#[test]
fn a_snippet_is_only_for_a_site_that_is_there_and_people_are_checked() {
    let counter = Process::workshop("");
    assert!(counter.command(&["site", "snippet", "demo"], "").contains("data-site=\"demo\""));
    let config = counter.config().to_string_lossy().into_owned();
    let unknown = run(&["--config", &config, "site", "snippet", "autre"], "");
    assert_eq!(unknown.code, Some(1));
    assert!(unknown.stderr.contains("there is no site autre"), "{}", unknown.stderr);
    for (email, name, said) in
        [("pas une adresse", "Léa", "not an e-mail"), ("lea@firme.example", " ", "--name")]
    {
        let add = ["people", "add", "--site", "demo", "--role", "artisan", "--email", email];
        let add: Vec<&str> =
            ["--config", &config].into_iter().chain(add).chain(["--name", name]).collect();
        let refused = run(&add, "un mot de passe assez long");
        assert_eq!(refused.code, Some(1));
        assert!(refused.stderr.contains(said), "{}", refused.stderr);
    }
}

#[test]
fn the_doctor_sees_what_would_keep_the_counter_closed_or_silent() {
    let counter = Process::workshop(
        "[engine]\nkind = \"remote\"\nurl = \"http://127.0.0.1:1/v1\"\nmodel = \"m\"",
    );
    let text = std::fs::read_to_string(counter.config()).expect("the configuration");
    let seen = |change: fn(String) -> String| {
        std::fs::write(counter.config(), change(text.clone())).expect("it is written");
        run(&["--config", &counter.config().to_string_lossy(), "doctor"], "")
    };
    let remote = seen(|text| text);
    assert_eq!(remote.code, Some(0), "{}", remote.stdout);
    assert!(remote.stdout.contains("warning  remote engine"), "{}", remote.stdout);
    let server = seen(|text| {
        text.replace("[index]\n", "[index]\nkind = \"server\"\nurl = \"http://127.0.0.1:1\"\n")
    });
    assert_eq!(server.code, Some(1), "{}", server.stdout);
    assert!(server.stdout.contains("FAILS    index server"), "{}", server.stdout);
    let embedder = seen(|text| text.replace("[models]\n", "[models]\nembedder = \"nope\"\n"));
    assert!(embedder.stdout.contains("embedder = \"nope\""), "{}", embedder.stdout);
    let language =
        seen(|text| text.replace("kind = \"remote\"", "").replace("[models]\n", BROKEN_LANGUAGE));
    assert!(language.stdout.contains("check [models] language"), "{}", language.stdout);
    assert!(remote.stdout.contains("warning  mail: no server"), "{}", remote.stdout);
    let mail =
        seen(|text| text + "[mail]\nhost = \"127.0.0.1\"\nport = 1\nfrom = \"a@b.example\"\n");
    assert_eq!(mail.code, Some(0), "{}", mail.stdout);
    assert!(mail.stdout.contains("warning  mail server: "), "{}", mail.stdout);
}

/// A model that is not where it is said to be.
const BROKEN_LANGUAGE: &str = "[models]\nlanguage = \"/nonexistent/model.gguf\"\n";

/// Nobody else can keep the counter open by sending half a request.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn half_a_request_does_not_keep_the_counter_open() {
    use std::io::Write as _;
    let mut counter = Process::workshop("[engine]\nkind = \"off\"");
    counter.start().await;
    let mut half = std::net::TcpStream::connect(counter.address).expect("a connection");
    half.write_all(b"GET /healthz HTTP/1.1\r\nHost: ").expect("half a request");
    assert_eq!(counter.stop().await, Some(0));
    drop(half);
}

#[test]
fn a_calibration_is_fitted_kept_and_used() {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let (faq, questions, out) = (at("faq.jsonl"), at("questions.jsonl"), at("calibration.json"));
    let rows: Vec<(&str, &str)> = vec![
        ("Réparez-vous les vélos électriques ?", "Oui, sauf la batterie."),
        ("Quels sont vos horaires ?", "Du mardi au samedi, de 9 h à 18 h."),
        ("Combien coûte une révision ?", "45 €."),
    ];
    let entry = |(at, (question, answer)): (usize, &(&str, &str))| {
        serde_json::json!({"id": format!("e{at}"), "question": question, "answer": answer})
            .to_string()
    };
    let asked = |(at, (question, _)): (usize, &(&str, &str))| {
        serde_json::json!({"id": at, "text": question, "relevant": [format!("e{at}")]}).to_string()
    };
    let lines = |rows: Vec<String>| rows.join("\n");
    std::fs::write(&faq, lines(rows.iter().enumerate().map(entry).collect())).expect("written");
    let asked: Vec<String> = rows.iter().enumerate().map(asked).collect();
    std::fs::write(&questions, lines(asked).replace("\"id\":", "\"name\":")).expect("written");
    let engine_off = "[engine]\nkind = \"off\"\n";
    let (_folder, path) = config(engine_off);
    let fit = ["calibrate", "--faq", &faq, "--questions", &questions, "--out", &out];
    let fitted = run(&[&["--config", &path], &fit[..]].concat(), "");
    assert_eq!(fitted.code, Some(0), "{}", fitted.stderr);
    assert!(fitted.stdout.contains("without the model: stated from"), "{}", fitted.stdout);
    let used = |calibration: &str| {
        let (_folder, path) =
            config(&format!("{engine_off}\n[models]\ncalibration = {calibration:?}\n"));
        run(&["--config", &path, "eval", "--faq", &faq, "--questions", &questions], "")
    };
    let evaluated = used(&out);
    assert_eq!(evaluated.code, Some(0), "{}", evaluated.stderr);
    let text = std::fs::read_to_string(&out).expect("the calibration");
    std::fs::write(&out, text.replace("use-multilingual", "another")).expect("written");
    let refused = used(&out);
    assert_eq!(refused.code, Some(1), "{}", refused.stdout);
    assert!(refused.stderr.contains("fitted for another"), "{}", refused.stderr);
}

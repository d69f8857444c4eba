//! Import and export through the pages.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use comptoir_tests::firm::{Faq, OWNER};
use comptoir_tests::{Answer, Desk, TestApp};

const FILE: &str = "question;réponse;catégorie\n\
    Réparez-vous les trottinettes ?;Oui, les trottinettes mécaniques seulement.;Atelier\n\
    ;une réponse sans question;Atelier\n\
    Faites-vous du gravage ?;Le gravage Bicycode coûte 12 €.;Atelier\n";

async fn check(desk: &Desk, file: &str) -> Answer {
    let field = ("file", Some("liste.csv"), file.as_bytes());
    desk.upload("/admin/faq/import", &[field]).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_says_what_it_would_do_and_then_does_it() {
    let app = TestApp::builder().faq(Faq::Empty).open().await;
    let desk = Desk::signed_in(&app.url(""), OWNER).await;
    let plan = check(&desk, FILE).await;
    assert_eq!(plan.status, 200);
    assert!(
        plan.shows("2 à ajouter · 0 à changer · 0 déjà là · 1 laissées de côté"),
        "{}",
        plan.body
    );
    assert!(plan.shows("Réparez-vous les trottinettes ?"));
    assert!(
        desk.get("/admin/faq").await.shows("Aucune réponse pour l'instant."),
        "a dry run wrote"
    );

    let content = plan.between("name=\"content\" value=\"", "\"").expect("the file travels along");
    let content = content.replace("&#43;", "+").replace("&#61;", "=");
    assert_eq!(STANDARD.decode(&content).expect("base64"), FILE.as_bytes());
    let fields: [(&str, Option<&str>, &[u8]); 3] = [
        ("file_name", None, b"liste.csv"),
        ("content", None, content.as_bytes()),
        ("publish", None, b"on"),
    ];
    let applied = desk.upload("/admin/faq/import/apply", &fields).await;
    assert_eq!(applied.status, 303, "{}", applied.body);
    let list = desk.get(applied.location().expect("the list")).await;
    assert!(list.shows("2 réponses importées."), "{}", list.body);
    assert!(list.shows("Publiée") && !list.shows("Brouillon</span> ·"));

    let again = check(&desk, FILE).await;
    assert!(again.shows("0 à ajouter · 0 à changer · 2 déjà là · 1 laissées de côté"));
    assert!(again.shows("Rien à importer : tout est déjà là."));
    let dearer = FILE.replace("12 €", "13 €");
    assert!(check(&desk, &dearer).await.shows("0 à ajouter · 1 à changer · 1 déjà là"));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_exported_can_be_imported_and_changes_nothing() {
    let app = TestApp::builder().open().await;
    let desk = Desk::signed_in(&app.url(""), OWNER).await;
    for (format, name) in
        [("csv", "faq.csv"), ("json", "faq.json"), ("jsonl", "faq.jsonl"), ("markdown", "faq.md")]
    {
        let file = desk.get(&format!("/admin/faq/export?as={format}")).await;
        assert_eq!(file.status, 200);
        assert!(file.body.contains("chèque-vacances"), "{format}");
        let field = ("file", Some(name), file.body.as_bytes());
        let plan = desk.upload("/admin/faq/import", &[field]).await;
        let nothing = "0 à ajouter · 0 à changer · 8 déjà là · 0 laissées de côté";
        assert!(plan.shows(nothing), "{format}: {:?}", plan.between("class=\"counts\">", "</p>"));
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_is_none_is_refused_in_words() {
    let app = TestApp::builder().faq(Faq::Empty).without_search().open().await;
    let desk = Desk::signed_in(&app.url(""), OWNER).await;
    let picture = ("file", Some("photo.png"), &[0x89, b'P', b'N', b'G', 0, 1, 2, 0xff][..]);
    let refused = desk.upload("/admin/faq/import", &[picture]).await;
    assert!(
        refused.shows("n'a pas pu être lu") || refused.shows("pas un fichier texte"),
        "{}",
        refused.body
    );
    app.stop().await;
}

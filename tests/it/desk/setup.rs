//! First run: from an empty database to a counter that answers.

use comptoir_tests::{Desk, TestApp, Visitor};

const FORM: [(&str, &str); 8] = [
    ("firm", "Atelier Brindille"),
    ("site", "brindille"),
    ("origin", "https://brindille.example"),
    ("phone", "01 99 00 77 31"),
    ("email_firm", "bonjour@brindille.example"),
    ("name", "Maëlle"),
    ("email", "Maelle@Brindille.example"),
    ("password", "une longue phrase secrète"),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_run_creates_owner_and_firm_and_shows_the_snippet() {
    let app = TestApp::builder().bare().open().await;
    let code = app.setup_code.clone().expect("a code for the terminal");
    let mut desk = Desk::visit(&app.url(""));
    assert_eq!(desk.get("/admin/login").await.location(), Some("/admin/setup"));
    let page = desk.get("/admin/setup").await;
    assert!(page.status == 200 && page.shows("Code d'installation") && !page.shows(&code));

    let with =
        |code: &'static str| FORM.iter().copied().chain([("code", code)]).collect::<Vec<_>>();
    let wrong = desk.post_as_is("/admin/setup", &with("devine")).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.shows("Ce code d'installation n'est pas le bon."));
    assert!(wrong.shows("Atelier Brindille") && !wrong.shows("une longue phrase secrète"));

    let right: Vec<(&str, &str)> = FORM.iter().copied().chain([("code", code.as_str())]).collect();
    let created = desk.post_as_is("/admin/setup", &right).await;
    assert_eq!((created.status, created.location()), (303, Some("/admin/settings?fresh=true")));
    desk.take_session(&created).await;
    let settings = desk.get("/admin/settings?fresh=true").await;
    assert!(settings.shows(&format!("{}/widget.js", app.url(""))), "{}", settings.body);
    assert!(settings.shows("data-site=\"brindille\""));
    assert!(settings.shows("Votre comptoir est ouvert."));

    let again = desk.post_as_is("/admin/setup", &right).await;
    assert_eq!((again.status, again.location()), (303, Some("/admin/login")));
    let mut elsewhere = Desk::visit(&app.url(""));
    let signed_in =
        elsewhere.sign_in("maelle@brindille.example", "une longue phrase secrète").await;
    assert_eq!(signed_in.status, 303);

    let mut visitor = Visitor::connect(app.address, "https://brindille.example", "brindille").await;
    assert_eq!(visitor.hello().await.site.firm, "Atelier Brindille");
    app.stop().await;
}

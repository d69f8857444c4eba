//! A person is needed: the truth about who is there, what becomes of the wait,
//! passing on, notes, drafts, the end and what comes after it.

use comptoir_protocol::{ClientFrame, ContactChannel, ConversationState, Event, ServerFrame};
use comptoir_storage::model::{Commit, ConversationKey, Holder, NewEvent};
use comptoir_tests::firm::{ARTISAN, SECOND};
use comptoir_tests::{Desk, TestApp, Visitor};
use jiff::{SignedDuration, Timestamp};

/// The sentence a visitor gets who asks for a person now.
async fn told(app: &TestApp) -> (Visitor, String) {
    let mut visitor = app.visitor().await;
    let id = visitor.fresh_id();
    visitor.put(&ClientFrame::Human { id }).await;
    let called = |e: &Event| matches!(e, Event::HandoverRequested { .. });
    let event = visitor.event("a person is called", called).await;
    let Event::HandoverRequested { text, .. } = event.event else { unreachable!("matched") };
    (visitor, text)
}

fn key(visitor: &Visitor) -> String {
    visitor.conversation.as_ref().expect("a conversation").0.clone()
}

/// A visitor whose conversation Basile has, and its key.
async fn with_basile(app: &TestApp, basile: &Desk) -> (Visitor, String) {
    let (mut visitor, _) = told(app).await;
    let key = key(&visitor);
    assert_eq!(basile.act(&key, "claim").await.status, 303);
    joins(&mut visitor, ARTISAN.name).await;
    (visitor, key)
}

async fn joins(visitor: &mut Visitor, who: &str) {
    let joins = |e: &Event| matches!(e, Event::AgentJoined { name } if name == who);
    visitor.event(&format!("{who} joins"), joins).await;
}

/// The conversation has waited for longer, as if the clock had moved; the
/// visitor's next words make its actor read it again.
async fn has_waited(app: &TestApp, visitor: &mut Visitor, minutes: i64) {
    let key = ConversationKey(key(visitor).parse().expect("an id"));
    let stored = app.storage.conversation(key).await.expect("read").expect("there");
    let mut head = stored.head.clone();
    let Holder::Queued { since, .. } = &mut head.holder else { panic!("not waiting: {head:?}") };
    *since -= SignedDuration::from_mins(minutes);
    let event = Event::NoticeShown { version: "1".to_owned(), lang: "fr".to_owned() };
    let commit = Commit {
        key,
        expected: stored.last_seq,
        events: vec![NewEvent { event, client_id: None }],
        base: stored.head.clone(),
        head,
        gaps: Vec::new(),
        notifications: Vec::new(),
        at: Timestamp::now(),
    };
    app.storage.commit(&commit).await.expect("committed");
    visitor.say("Il y a quelqu'un ?").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_visitor_is_told_whether_somebody_is_there() {
    let app = TestApp::builder().without_search().open().await;
    let (_, text) = told(&app).await;
    assert!(text.contains("Personne n’est là pour le moment. Laissez un numéro"), "{text}");
    let basile = Desk::signed_in(&app.url(""), ARTISAN).await;
    let (_, text) = told(&app).await;
    assert!(text.contains("Réponse habituelle : sous 15 minutes"), "{text}");

    let page = basile.get("/admin/inbox").await;
    assert!(page.body.contains("aria-pressed=\"true\""), "shown as available");
    let away = basile.post("/admin/available", &[("available", "false")]).await;
    assert_eq!(away.status, 303);
    assert!(basile.get("/admin/faq").await.shows("Absent"));
    let (_, text) = told(&app).await;
    assert!(text.contains("Personne n’est là"), "on the desk, but not for visitors: {text}");
    basile.post("/admin/available", &[("available", "true")]).await;
    let (_, text) = told(&app).await;
    assert!(text.contains("sous 15 minutes"), "{text}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_comes_so_the_firm_is_called_again_and_then_the_visitor_asked() {
    let app = TestApp::builder().without_search().open().await;
    let basile = Desk::signed_in(&app.url(""), ARTISAN).await;
    let (mut visitor, _) = told(&app).await;
    let key = key(&visitor);
    let mut live = basile.live(None).await;
    has_waited(&app, &mut visitor, 11).await;
    live.news("call", |conversation| conversation == key).await;
    let again = |e: &Event| matches!(e, Event::CalledAgain { .. });
    let event = visitor.event("the second call", again).await;
    let Event::CalledAgain { text } = event.event else { unreachable!("matched") };
    assert!(text.contains("Je relance l'atelier"), "{text}");
    let asked = |e: &Event| matches!(e, Event::ContactAsked { .. });
    visitor.event("the question for a way to answer", asked).await;
    let thread = basile.get(&format!("/admin/inbox/{key}")).await;
    assert!(thread.shows("prévenue une seconde fois"), "{}", thread.body);
    assert!(thread.shows("invité à laisser ses coordonnées"), "{}", thread.body);

    let (channel, value) = (ContactChannel::Phone, "02 41 00 00 00".to_owned());
    let id = visitor.fresh_id();
    visitor.put(&ClientFrame::Contact { id: id.clone(), channel, value }).await;
    visitor.acked(&id).await;
    visitor.come_back().await;
    let count = |is: &dyn Fn(&Event) -> bool| visitor.log.iter().filter(|e| is(&e.event)).count();
    assert_eq!((count(&again), count(&asked)), (1, 1), "each once");
    assert!(basile.get(&format!("/admin/inbox/{key}")).await.shows("02 41 00 00 00"));
    drop(live);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_conversation_is_passed_on_to_a_colleague_and_the_visitor_knows() {
    let app = TestApp::builder().without_search().open().await;
    let basile = Desk::signed_in(&app.url(""), ARTISAN).await;
    let farah = Desk::signed_in(&app.url(""), SECOND).await;
    let (mut visitor, key) = with_basile(&app, &basile).await;
    let page = basile.get(&format!("/admin/inbox/{key}")).await;
    let choice = page.between("name=\"to\" value=\"", "</button>").expect("a colleague");
    assert!(
        choice.contains("Farah <small>Disponible</small>"),
        "those who are there first: {choice}"
    );
    let to = choice.split('"').next().expect("an id");

    let path = format!("/admin/inbox/{key}/transfer");
    assert_eq!(farah.post(&path, &[("to", to)]).await.status, 409, "only who holds it");
    assert_eq!(basile.post(&path, &[("to", to), ("view", "mine")]).await.status, 303);
    let passed = |e: &Event| matches!(e, Event::Transferred { .. });
    let event = visitor.event("it is passed on", passed).await;
    let Event::Transferred { by, to: Some(to), text } = event.event else { panic!("to nobody") };
    assert_eq!((by.as_str(), to.as_str()), ("Basile", "Farah"));
    assert!(text.starts_with("Basile transmet votre conversation à Farah. Réponse habituelle"));
    assert_eq!(visitor.come_back().await.state, ConversationState::Queued);

    let rows = farah.get("/admin/inbox/rows?view=waiting").await;
    assert!(rows.shows("Transmise à vous"), "{}", rows.body);
    assert!(basile.get("/admin/inbox/rows?view=waiting").await.shows("Transmise à Farah"));
    assert_eq!(farah.act(&key, "claim").await.status, 303);
    joins(&mut visitor, "Farah").await;
    assert_eq!(farah.act(&key, "transfer").await.status, 303, "and back to all");
    let event =
        visitor.event("it is passed on", |e| matches!(e, Event::Transferred { to: None, .. }));
    assert!(matches!(event.await.event, Event::Transferred { by, .. } if by == "Farah"));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_note_reaches_colleagues_and_never_the_visitor() {
    let app = TestApp::builder().without_search().open().await;
    let basile = Desk::signed_in(&app.url(""), ARTISAN).await;
    let farah = Desk::signed_in(&app.url(""), SECOND).await;
    let (mut visitor, key) = with_basile(&app, &basile).await;
    let seq = visitor.last_seq();
    let mut live = farah.live(Some((&key, seq.0))).await;
    let secret = "Client pressé, le cadre est fendu.";
    let fields = [("id", "note-1"), ("text", secret)];
    let path = format!("/admin/inbox/{key}/note");
    assert_eq!(basile.post(&path, &fields).await.status, 303);
    assert_eq!(basile.post(&path, &fields).await.status, 303, "sent twice");
    live.news("row", |row| row.contains("Note de Basile") && row.contains(secret)).await;
    let page = farah.get(&format!("/admin/inbox/{key}")).await;
    assert_eq!(page.body.matches(secret).count(), 1, "kept once");
    assert!(page.body.contains("class=\"message private\""), "with a look of its own");

    assert_eq!(basile.reply(&key, "On regarde ça.").await.status, 303);
    visitor.event("the answer", |e| matches!(e, Event::AgentMessage { .. })).await;
    assert_eq!(visitor.last_seq().0, seq.0 + 1, "the note took no number");
    let welcome = visitor.come_back().await;
    let wire = format!("{welcome:?} {:?}", visitor.log);
    assert!(!wire.contains("cadre est fendu"), "{wire}");
    drop(live);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_question_to_a_person_is_drafted_for_them_alone() {
    let app = TestApp::builder().open().await;
    let basile = Desk::signed_in(&app.url(""), ARTISAN).await;
    let (mut visitor, key) = with_basile(&app, &basile).await;
    let mut live = basile.live(Some((&key, visitor.last_seq().0))).await;
    visitor.say("Combien coûte une réparation de crevaison ?").await;
    let draft = live.news("proposal", |part| part.contains("data-use")).await;
    assert!(draft.contains("14 €"), "{draft}");
    assert!(draft.contains("visible par l’équipe seulement"), "{draft}");
    // Set aside, asked for again, then answered: gone.
    assert_eq!(basile.act(&key, "withdraw").await.status, 303);
    live.news("proposal", str::is_empty).await;
    assert_eq!(basile.act(&key, "propose").await.status, 303);
    live.news("proposal", |part| part.contains("14 €")).await;
    assert_eq!(basile.reply(&key, "Quatorze euros.").await.status, 303);
    live.news("proposal", str::is_empty).await;

    let answer = |frame: &ServerFrame| {
        assert!(!matches!(frame, ServerFrame::Delta { .. }), "the visitor saw a draft");
        matches!(frame, ServerFrame::Event(e) if matches!(e.event, Event::AgentMessage { .. }))
            .then_some(())
    };
    visitor.until("the person's answer", answer).await;
    let said = visitor.log.iter().any(|e| matches!(e.event, Event::BotMessage { .. }));
    assert!(!said, "the machine said something: {:?}", visitor.log);
    drop(live);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_ends_with_an_outcome_and_a_late_answer_reaches_who_comes_back() {
    let app = TestApp::builder().without_search().open().await;
    let basile = Desk::signed_in(&app.url(""), ARTISAN).await;
    let (mut visitor, key) = with_basile(&app, &basile).await;
    visitor.say("Ma roue est-elle prête ?").await;
    let close = format!("/admin/inbox/{key}/close");
    assert_eq!(basile.post(&close, &[("outcome", "follow_up")]).await.status, 303);
    visitor.event("the end", |e| matches!(e, Event::Closed { .. })).await;
    let rows = basile.get("/admin/inbox/rows?view=closed").await;
    assert!(rows.shows("Conversation fermée · À recontacter"), "{}", rows.body);
    visitor.vanish();

    let refused = basile.reply(&key, "Votre roue est prête.").await;
    assert_eq!(refused.status, 409, "nothing is reopened by accident");
    assert!(refused.shows("Votre roue est prête."), "the text is not lost");
    assert_eq!(basile.act(&key, "reopen").await.status, 303);
    assert_eq!(basile.reply(&key, "Votre roue est prête.").await.status, 303);
    let welcome = visitor.come_back().await;
    assert_eq!(welcome.state, ConversationState::Human { name: "Basile".to_owned() });
    let late = |e: &Event| matches!(e, Event::AgentMessage { text, .. } if text.contains("prête"));
    assert!(visitor.log.iter().any(|e| late(&e.event)), "{:?}", visitor.log);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_comes_back_to_a_closed_conversation_may_ask_for_a_person_in_it() {
    let app = TestApp::builder().without_search().open().await;
    let basile = Desk::signed_in(&app.url(""), ARTISAN).await;
    let (mut visitor, first) = with_basile(&app, &basile).await;
    assert_eq!(basile.act(&first, "close").await.status, 303);
    visitor.event("the end", |e| matches!(e, Event::Closed { .. })).await;
    assert_eq!(visitor.come_back().await.state, ConversationState::Closed);
    let id = visitor.fresh_id();
    visitor.put(&ClientFrame::Human { id: id.clone() }).await;
    visitor.acked(&id).await;
    visitor.say("Ma roue se voile à nouveau.").await;
    assert_eq!(basile.list("waiting").await, [first.as_str()]);

    // One who began anew is followed there.
    assert_eq!(basile.act(&first, "close").await.status, 303);
    visitor.conversation = None;
    visitor.epoch = None;
    visitor.log.clear();
    let second = visitor.come_back().await.conversation.0;
    assert_ne!(second, first);
    let led = basile.act(&first, "reopen").await;
    assert_eq!(led.location(), Some(format!("/admin/inbox/{second}?view=waiting").as_str()));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn out_of_hours_the_firm_names_its_opening_and_a_delay_of_its_own() {
    let app = TestApp::builder().without_search().open().await;
    let owner = Desk::signed_in(&app.url(""), comptoir_tests::firm::OWNER).await;
    let site = app.storage.site(&app.site).await.expect("read").expect("there");
    let tomorrow =
        Timestamp::now().to_zoned(jiff::tz::TimeZone::get("Europe/Paris").expect("known"));
    let tomorrow = tomorrow.tomorrow().expect("a day").date();
    let day = format!("day{}", tomorrow.weekday().to_monday_zero_offset());
    let (version, origin) = (site.version.to_string(), app.origin());
    let fields = [
        ("version", version.as_str()),
        ("firm", "Cycles Trébuchet"),
        ("origins", origin.as_str()),
        ("reply_minutes", "15"),
        ("call_again_minutes", "20"),
        ("public_holidays", "open"),
        (day.as_str(), "08:30-12:00"),
    ];
    let saved = owner.post("/admin/settings", &fields).await;
    assert_eq!(saved.status, 303, "{}", saved.body);
    let (_, text) = told(&app).await;
    assert!(text.contains("Cycles Trébuchet rouvre demain à 8 h 30. Laissez un numéro"), "{text}");
    let page = owner.get("/admin/settings").await;
    assert!(
        page.body
            .contains("name=\"call_again_minutes\" required min=\"1\" max=\"10080\" value=\"20\"")
    );
    assert!(page.body.contains("<option value=\"open\" selected>"));
    let stored = app.storage.site(&app.site).await.expect("read").expect("there").settings;
    assert_eq!(stored.call_again_minutes, 20);
    app.stop().await;
}

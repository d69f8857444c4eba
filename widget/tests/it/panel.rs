//! What is on screen, and what the shell is told, through the one door.

use comptoir_protocol::{Citation, CloseReason, Event, Offer, Route, ServerFrame, examples};
use comptoir_widget::core::Now;
use comptoir_widget::driver::Driver;
use serde_json::json;

use crate::catalogs::joined;
use crate::flatten::flat;
use crate::gateway::Gateway;

struct Panel {
    driver: Driver,
    gateway: Gateway,
    parts: std::collections::BTreeMap<String, String>,
    log: Vec<String>,
    told: Vec<String>,
    ids: usize,
}

impl Panel {
    fn open() -> Self {
        Self::restored(&json!({}), Gateway::default())
    }

    fn restored(stored: &serde_json::Value, gateway: Gateway) -> Self {
        let mut page = json!({"site": "morin", "lang": "fr", "path": "/"});
        let stored = stored.as_object().expect("an object").clone();
        page.as_object_mut().expect("an object").extend(stored);
        let start = format!("{}\u{1f}{}", joined("fr"), flat(&page));
        let mut panel = Self {
            driver: Driver::new(&start),
            gateway,
            parts: std::collections::BTreeMap::new(),
            log: Vec::new(),
            told: Vec::new(),
            ids: 0,
        };
        panel.act("skeleton", "");
        panel.act("visible", "");
        panel.act("open", "");
        panel.act("opened", "");
        panel
    }

    fn act(&mut self, action: &str, value: &str) {
        self.ids += 1;
        let now = Now { mono: 0.0, wall: 0, dice: 0.5 };
        let out = self.driver.act(&format!("{action}\u{1f}{value}\u{1f}id{}", self.ids), now);
        for command in out.split('\u{1e}').skip(1) {
            let fields: Vec<&str> = command.split('\u{1f}').collect();
            match fields[..] {
                ["p", part, scene] => {
                    self.parts.insert(part.to_owned(), scene.to_owned());
                }
                ["l", scene] => self.log.push(scene.to_owned()),
                ["h"] => self.log.clear(),
                ["n"] => self.act("painted", ""),
                ["s", frame] => {
                    for frame in self.gateway.take(serde_json::from_str(frame).expect("a frame")) {
                        self.frame(&frame);
                    }
                }
                _ => self.told.push(command.to_owned()),
            }
        }
    }

    fn frame(&mut self, frame: &ServerFrame) {
        self.act("frame", &flat(&serde_json::to_value(frame).expect("plain data")));
    }

    fn commit(&mut self, event: Event) {
        let frame = self.gateway.commit(event);
        self.frame(&frame);
    }

    fn shows(&self, part: &str, text: &str) -> bool {
        self.parts.get(part).is_some_and(|scene| scene.contains(text))
    }

    fn saved(&self) -> serde_json::Value {
        let last = self.told.iter().rev().find_map(|c| c.strip_prefix("w\u{1f}"));
        serde_json::from_str(last.expect("saved before")).expect("plain data")
    }
}

fn answer(route: Route, offers: Vec<Offer>) -> Event {
    let example =
        examples::events().into_iter().find(|e| matches!(e.event, Event::BotMessage { .. }));
    let Event::BotMessage { answer, to, lang, status, .. } = example.expect("an example").event
    else {
        unreachable!("found as one")
    };
    Event::BotMessage {
        answer,
        to,
        lang,
        status,
        route,
        offers,
        text: "Le déplacement coûte 45 €.".into(),
        citations: vec![Citation {
            entry: "e1".into(),
            version: 1,
            title: "Quel prix ?".into(),
            text: "45 € dans un rayon de 20 km.".into(),
        }],
    }
}

#[test]
fn the_notice_stands_before_the_first_word_and_shortens_after_it() {
    let mut panel = Panel::open();
    assert!(panel.shows("notice", "Vous parlez à une IA de Chauffage Morin."));
    assert!(panel.gateway.told, "acknowledged once it was painted");
    assert!(panel.shows("next", "Quels tarifs ?"));
    panel.act("ask", "Quels tarifs ?");
    assert!(panel.shows("notice", "assistant automatique (IA)"));
    assert!(!panel.shows("next", "Quels tarifs ?"));
    assert!(panel.log[0].contains("Quels tarifs ?"), "{:?}", panel.log);
}

#[test]
fn an_answer_shows_its_sources_and_asks_for_a_verdict() {
    let mut panel = Panel::open();
    panel.act("send", "Combien ?");
    panel.commit(answer(Route::Answer, Vec::new()));
    let message = panel.log.last().unwrap();
    assert!(message.contains("Source : Quel prix ?") && message.contains("20 km"));
    assert!(message.contains("\u{2}lang=fr"), "in its own language");
    assert!(panel.shows("next", "data-do=yes") && panel.shows("next", "data-do=human"));
    panel.act("no", "3");
    assert!(panel.shows("next", "data-do=contact"), "not helpful: a person is offered");
}

#[test]
fn offers_become_buttons_and_calls_links() {
    let mut panel = Panel::open();
    panel.act("send", "Autre chose ?");
    let offers = vec![Offer::Human, Offer::Contact, Offer::Call { phone: "02 41 00 12 34".into() }];
    panel.commit(answer(Route::OfferHuman, offers));
    assert!(panel.shows("next", "data-do=human") && panel.shows("next", "href=tel:0241001234"));
    assert!(panel.shows("next", "data-do=yes"), "an entry was shown: it may be the answer");
    panel.act("yes", "3");
    assert!(!panel.shows("next", "data-do=yes") && panel.shows("next", "data-do=human"));
    let nothing = answer(Route::OfferHuman, vec![Offer::Human]);
    panel.act("send", "Et autre chose ?");
    panel.commit(without_citations(nothing));
    assert!(!panel.shows("next", "data-do=yes"), "there is nothing to judge");
}

fn without_citations(mut event: Event) -> Event {
    if let Event::BotMessage { citations, .. } = &mut event {
        citations.clear();
    }
    event
}

#[test]
fn numbers_to_call_in_danger_stand_out_and_can_be_called() {
    let mut panel = Panel::open();
    panel.act("send", "Ça sent le gaz");
    panel.commit(answer(Route::Handover, Vec::new()));
    let warning = panel.log.last().unwrap();
    assert!(warning.contains("class=t danger") && warning.contains('\u{7}'), "{warning:?}");
    panel.act("send", "Combien ?");
    panel.commit(answer(Route::Answer, Vec::new()));
    assert!(!panel.log.last().unwrap().contains("danger"));
}

#[test]
fn a_refused_contact_keeps_what_was_typed() {
    let mut panel = Panel::open();
    panel.act("contact", "");
    panel.act("email", "");
    panel.act("submit", "pas une adresse");
    assert!(
        panel.shows("next", "value=pas une adresse") && panel.shows("next", "aria-invalid=true")
    );
    assert!(panel.shows("next", "type=email"));
    panel.act("cancel", "");
    assert!(!panel.shows("next", "aria-invalid"));
}

#[test]
fn phone_and_email_are_always_in_the_menu() {
    let mut panel = Panel::open();
    panel.act("menu", "");
    assert!(panel.shows("head", "href=tel:0241001234"));
    assert!(panel.shows("head", "href=mailto:contact@morin.example"));
    panel.act("escape", "");
    assert!(!panel.shows("head", "href="), "escape closes the menu first");
    assert!(!panel.told.contains(&"o\u{1f}0".to_owned()));
    panel.act("escape", "");
    assert!(panel.told.contains(&"o\u{1f}0".to_owned()));
}

#[test]
fn every_step_of_a_wait_is_said_and_a_way_to_answer_offered() {
    let mut panel = Panel::open();
    panel.act("send", "Bonjour");
    panel.commit(Event::AgentJoined { name: "Basile".into() });
    assert!(!panel.shows("next", "data-do=contact"));
    let (by, to) = ("Basile".to_owned(), Some("Inès".to_owned()));
    let text = "Basile transmet votre conversation à Inès.".to_owned();
    panel.commit(Event::Transferred { by, to, text });
    assert!(panel.log.last().unwrap().contains("à Inès."));
    assert!(panel.shows("head", "En attente d’une personne"), "nobody has it yet");
    panel.commit(Event::CalledAgain { text: "Je relance.".into() });
    assert!(panel.log.last().unwrap().contains("Je relance."));
    panel.commit(Event::ContactAsked { text: "Laissez un numéro.".into() });
    assert!(panel.log.last().unwrap().contains("Laissez un numéro."));
    assert!(panel.shows("next", "data-do=contact"));
}

#[test]
fn a_closed_conversation_can_be_taken_up_with_a_person() {
    let mut panel = Panel::open();
    panel.act("send", "Bonjour");
    panel.commit(Event::Closed { reason: CloseReason::Agent });
    assert!(panel.shows("next", "data-do=begin") && panel.shows("next", "data-do=human"));
    panel.act("human", "");
    let saved = panel.saved();
    assert_eq!(saved["outbox"][0]["do"], "human", "in the same conversation: {saved}");
    assert_eq!(panel.log.len(), 2, "nothing was thrown away");
}

#[test]
fn text_never_becomes_structure() {
    let mut panel = Panel::open();
    let nasty = "<img src=x onerror=alert(1)>\u{1}script\u{2}onload=x\u{1e}g\u{1f}";
    let cleaned = crate::flatten::clean(nasty);
    panel.act("send", &cleaned);
    let frame = panel.gateway.commit(Event::AgentMessage {
        id: "x".into(),
        name: nasty.into(),
        text: nasty.into(),
    });
    panel.frame(&frame);
    assert_eq!(panel.log.len(), 2);
    for scene in &panel.log {
        assert!(!scene.contains("\u{1}img") && !scene.contains("\u{1}script"), "{scene}");
        assert!(scene.contains("<img src=x onerror=alert(1)>"), "shown as typed");
    }
    assert!(!panel.told.contains(&"g".to_owned()));
}

#[test]
fn what_was_not_sent_survives_a_reload() {
    let mut panel = Panel::open();
    panel.act("send", "Un");
    panel.act("lost", "");
    panel.act("send", "Deux");
    panel.act("human", "");
    panel.act("email", "a@exemple.fr");
    panel.act("submit", "a@exemple.fr");
    let saved = panel.saved();
    assert_eq!(saved["token"], "secret");
    assert_eq!(saved["live"], true);
    let kept: Vec<_> =
        saved["outbox"].as_array().unwrap().iter().map(|i| i["do"].clone()).collect();
    assert_eq!(kept, ["send", "human", "email"]);
    assert!(!saved.to_string().contains("Un"), "what the gateway has is not kept here");

    let mut again = Panel::restored(&saved, panel.gateway);
    assert!(again.log[0].contains("Un"), "the gateway has it");
    for item in saved["outbox"].as_array().unwrap() {
        again.act(item["do"].as_str().unwrap(), item["v"].as_str().unwrap());
    }
    assert!(again.gateway.messages().contains(&"Deux"), "{:?}", again.gateway.messages());
}

#[test]
fn a_conversation_of_another_day_says_so() {
    let mut panel = Panel::open();
    panel.act("send", "Bonjour");
    assert!(panel.log[0].starts_with("\u{1}p\u{2}class=day\u{5}d"), "{:?}", panel.log[0]);
}

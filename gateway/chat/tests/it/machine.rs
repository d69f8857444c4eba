//! Decisions, one by one, without a database.

use crate::support::{agent, answer, nothing_found, send};
use comptoir_chat::machine::{Context, Decision, Effect, Fresh, Input, Refusal, State, handle};
use comptoir_chat::{AgentAction, AnswerError, Reply, VisitorAction};
use comptoir_protocol::{
    AnswerId, AnswerStatus, ClientId, ContactChannel, Epoch, Event, FeedbackValue, HandoverReason,
    NumberedEvent, Offer, Route, Seq,
};
use comptoir_storage::model::{
    Conversation, ConversationHead, ConversationKey, DayHours, GapId, Holder, Hours, SiteId,
    SiteSettings, TokenHash,
};
use jiff::{SignedDuration, Timestamp};
use std::collections::VecDeque;
use uuid::Uuid;

/// A conversation without a database: carries out what the machine decides.
pub struct Table {
    pub state: State,
    pub site: SiteSettings,
    pub now: Timestamp,
    pub gaps: Vec<String>,
    pub calls: u32,
    ids: u64,
}

impl Table {
    /// A conversation in which the notice was shown.
    pub fn new() -> Self {
        let mut table = Self::unannounced();
        table.visitor(notice()).expect("the notice");
        table
    }

    pub fn unannounced() -> Self {
        let now: Timestamp = crate::support::NOW.parse().expect("an instant");
        let head = ConversationHead {
            holder: Holder::Bot,
            open_question: None,
            failures: 0,
            notice_due: true,
            contact: None,
            agents_read: Seq(0),
            visitor_read: Seq(0),
            lang: "fr".to_owned(),
        };
        let conversation = Conversation {
            key: ConversationKey(Uuid::nil()),
            site: SiteId::parse("atelier").expect("a name"),
            visitor: TokenHash([0; 32]),
            epoch: Epoch::from("e"),
            last_seq: Seq(0),
            head,
            page: "/".to_owned(),
            created_at: now,
            updated_at: now,
        };
        let state =
            State { conversation, recent: VecDeque::new(), holder_name: None, running: None };
        let site = SiteSettings {
            firm: "Atelier Vasseur".to_owned(),
            phone: Some("02 00 00 00 00".to_owned()),
            ..SiteSettings::default()
        };
        Self { state, site, now, gaps: Vec::new(), calls: 0, ids: 0 }
    }

    pub fn decide(&mut self, input: &Input) -> Result<Decision, Refusal> {
        self.ids += 1;
        let id = |kind: &str| AnswerId(format!("{kind}{}", self.ids));
        let cx = Context {
            now: self.now,
            site: &self.site,
            fresh: Fresh {
                reply: id("r"),
                answer: id("a"),
                gap: GapId(Uuid::from_u128(self.ids.into())),
            },
            resume_within: SignedDuration::from_mins(10),
        };
        handle(&self.state, input, &cx)
    }

    /// Decides and carries out; gives the appended events.
    pub fn apply(&mut self, input: &Input) -> Result<Vec<Event>, Refusal> {
        let decision = self.decide(input)?;
        let mut events: Vec<NumberedEvent> = Vec::new();
        let mut running = self.state.running.clone();
        if matches!(input, Input::Answered { .. } | Input::Failed { .. }) {
            running = None;
        }
        for effect in decision.effects {
            match effect {
                Effect::Append(new) => {
                    let seq = Seq(self.state.conversation.last_seq.0 + events.len() as u64 + 1);
                    events.push(NumberedEvent {
                        seq,
                        at: self.now.as_millisecond(),
                        event: new.event,
                    });
                }
                Effect::Keep(gap) => self.gaps.push(gap.question),
                Effect::Ask { answer, to, .. } => {
                    running =
                        Some(comptoir_chat::machine::Running { answer, to, shown: String::new() });
                }
                Effect::Cancel => running = None,
                Effect::Call => self.calls += 1,
            }
        }
        self.state.running = running;
        self.state.apply(&events, decision.head, self.now);
        Ok(events.into_iter().map(|logged| logged.event).collect())
    }

    pub fn visitor(&mut self, action: VisitorAction) -> Result<Vec<Event>, Refusal> {
        self.apply(&Input::Visitor(action))
    }

    pub fn says(&mut self, text: &str) -> Vec<Event> {
        let id = format!("c{}", self.ids);
        self.visitor(send(&id, text)).expect("said")
    }

    pub fn agent(
        &mut self,
        who: u128,
        name: &str,
        action: AgentAction,
    ) -> Result<Vec<Event>, Refusal> {
        self.apply(&Input::Agent(agent(who, name, action)))
    }

    pub fn answered(&mut self, reply: Reply) -> Vec<Event> {
        let answer = self.state.running.as_ref().expect("a running answer").answer.clone();
        self.apply(&Input::Answered { answer, reply }).expect("answered")
    }

    pub fn failed(&mut self) -> Vec<Event> {
        let answer = self.state.running.as_ref().expect("a running answer").answer.clone();
        let error = AnswerError::Unavailable("a secret detail".to_owned());
        self.apply(&Input::Failed { answer, error }).expect("failed")
    }

    pub fn show(&mut self, text: &str) {
        self.state.running.as_mut().expect("a running answer").shown.push_str(text);
    }

    pub fn holder(&self) -> Holder {
        self.state.conversation.head.holder
    }
}

pub fn notice() -> VisitorAction {
    VisitorAction::NoticeShown { version: "1".to_owned(), lang: "fr".to_owned() }
}

/// Names of events, for short expectations.
pub fn kinds(events: &[Event]) -> Vec<&'static str> {
    let kind = |event: &Event| match event {
        Event::NoticeShown { .. } => "notice",
        Event::VisitorMessage { .. } => "visitor",
        Event::BotMessage { .. } => "bot",
        Event::AgentMessage { .. } => "agent",
        Event::HandoverRequested { .. } => "handover",
        Event::AgentJoined { .. } => "joined",
        Event::BotResumed => "resumed",
        Event::ContactLeft { .. } => "contact",
        Event::Feedback { .. } => "feedback",
        Event::Closed { .. } => "closed",
    };
    events.iter().map(kind).collect()
}

fn handover_of(events: &[Event]) -> Option<(HandoverReason, &str)> {
    events.iter().find_map(|event| {
        let Event::HandoverRequested { reason, text } = event else {
            return None;
        };
        Some((*reason, text.as_str()))
    })
}

fn text_of(event: &Event) -> &str {
    let Event::BotMessage { text, .. } = event else { panic!("a bot message, not {event:?}") };
    text
}

#[test]
fn the_notice_comes_before_the_first_message() {
    let mut table = Table::unannounced();
    assert_eq!(table.visitor(send("1", "Bonjour")), Err(Refusal::NoticeRequired));
    assert_eq!(kinds(&table.visitor(notice()).expect("shown")), ["notice"]);
    assert_eq!(kinds(&table.visitor(notice()).expect("shown")), [""; 0]);
    assert_eq!(kinds(&table.says("Bonjour")), ["visitor", "bot"]);
}

#[test]
fn policy_speaks_before_the_faq_is_asked() {
    let cases = [
        ("je voudrais parler à quelqu'un", HandoverReason::ExplicitWish),
        ("c'est urgent", HandoverReason::EscalationWord),
        ("vous êtes des incapables", HandoverReason::Anger),
        ("votre technicien a cassé ma vasque", HandoverReason::Complaint),
    ];
    for (text, expected) in cases {
        let mut table = Table::new();
        let events = table.says(text);
        assert_eq!(kinds(&events), ["visitor", "handover"], "{text}");
        let (reason, said) = handover_of(&events).expect("a handover");
        assert_eq!(reason, expected, "{text}");
        assert!(said.contains("l'équipe") && said.contains("15 minutes"), "{said}");
        assert!(table.state.running.is_none());
        assert_eq!(table.calls, 1);
    }
}

#[test]
fn danger_shows_the_number_before_anything_else() {
    let mut table = Table::new();
    let events = table.says("ça sent le gaz dans la cave");
    assert_eq!(kinds(&events), ["visitor", "bot", "handover"]);
    assert!(text_of(&events[1]).contains("0 800 47 33 33"));
    assert_eq!(handover_of(&events).map(|(reason, _)| reason), Some(HandoverReason::Danger));
    // Still so while waiting.
    let events = table.says("maintenant il y a le feu");
    assert_eq!(kinds(&events), ["visitor", "bot"]);
    assert!(text_of(&events[1]).contains("18"));
}

#[test]
fn an_answer_is_asked_without_the_greeting_and_with_what_was_said() {
    let mut table = Table::new();
    table.says("Le ramonage, c'est combien ?");
    table.answered(answer("75 €."));
    let decision =
        table.decide(&Input::Visitor(send("9", "Bonjour, et le dimanche ?"))).expect("a decision");
    let asked = decision.effects.iter().find_map(|effect| {
        let Effect::Ask { question, .. } = effect else {
            return None;
        };
        Some(question)
    });
    let question = asked.expect("a question");
    assert_eq!(question.text, "et le dimanche ?");
    assert_eq!(question.history.len(), 2);
    assert_eq!(question.firm, "Atelier Vasseur");
}

#[test]
fn what_the_faq_lacks_is_said_kept_and_a_person_offered() {
    let mut table = Table::new();
    table.says("Posez-vous des bornes ? Mon mail : a@b.fr");
    let events = table.answered(nothing_found());
    let Event::BotMessage { text, offers, route, .. } = &events[0] else { panic!("{events:?}") };
    assert!(
        text.starts_with("Cette précision ne figure pas dans les informations de Atelier Vasseur.")
    );
    assert_eq!(*route, Route::OfferHuman);
    let call = Offer::Call { phone: "0200000000".to_owned() };
    assert_eq!(*offers, [Offer::Human, Offer::Contact, call]);
    assert_eq!(table.gaps, ["Posez-vous des bornes ? Mon mail : [email]"]);
    assert_eq!(kinds(&table.says("oui svp")), ["visitor", "handover"]);
    assert!(matches!(table.holder(), Holder::Queued { reason: HandoverReason::NothingFound, .. }));
}

#[test]
fn what_nobody_could_make_sure_of_is_given_without_denying_it() {
    let mut table = Table::new();
    table.says("C'est ouvert quand ?");
    let likely = Reply { route: Route::OfferHuman, reason: "likely", ..answer("De 8 h à 12 h.") };
    let events = table.answered(likely);
    let Event::BotMessage { text, offers, .. } = &events[0] else { panic!("{events:?}") };
    assert!(text.contains("De 8 h à 12 h.") && !text.contains("ne figure pas"), "{text}");
    assert!(offers.contains(&Offer::Human) && table.gaps.is_empty());
}

#[test]
fn a_need_found_by_meaning_calls_a_person_at_once() {
    let needs = |reason| Reply { route: Route::Handover, reason, ..nothing_found() };
    let mut table = Table::new();
    table.says("Vos chiffres ne collent pas avec ce qui était entendu");
    let events = table.answered(needs("complaint"));
    assert_eq!(kinds(&events), ["handover"]);
    assert_eq!(handover_of(&events).map(|(reason, _)| reason), Some(HandoverReason::Complaint));
    assert!(table.state.running.is_none() && table.gaps.is_empty());
    assert_eq!(table.calls, 1);

    let mut table = Table::new();
    table.says("une vapeur bizarre pique les yeux près du compteur");
    let events = table.answered(needs("gas"));
    assert_eq!(kinds(&events), ["bot", "handover"]);
    assert!(text_of(&events[0]).contains("0 800 47 33 33"));
    assert_eq!(handover_of(&events).map(|(reason, _)| reason), Some(HandoverReason::Danger));
}

#[test]
fn a_no_after_the_offer_is_no_question() {
    let mut table = Table::new();
    table.says("Posez-vous des bornes ?");
    table.answered(nothing_found());
    let events = table.says("non merci");
    assert_eq!(kinds(&events), ["visitor", "bot"]);
    assert!(table.state.running.is_none());
    // The offer is gone: a later yes is an ordinary message.
    assert_eq!(kinds(&table.says("oui")), ["visitor"]);
}

#[test]
fn a_near_miss_says_what_the_faq_does_say() {
    let mut table = Table::new();
    table.says("Le ramonage d'un poêle, combien ?");
    let reply = Reply {
        reason: "near_miss",
        text: Some("Le ramonage d'un conduit coûte 75 €.".to_owned()),
        ..nothing_found()
    };
    let events = table.answered(reply);
    let text = text_of(&events[0]);
    assert!(
        text.starts_with("Voici ce que") && text.contains("75 €") && text.contains("ne figure pas")
    );
}

#[test]
fn choices_are_offered_as_buttons() {
    let mut table = Table::new();
    table.says("le déplacement ?");
    let choices = vec!["En semaine ?".to_owned(), "Le dimanche ?".to_owned()];
    let reply = Reply { route: Route::Clarify, text: None, choices, ..answer("") };
    let events = table.answered(reply);
    let Event::BotMessage { offers, .. } = &events[0] else { panic!("{events:?}") };
    let asks = offers.iter().filter(|offer| matches!(offer, Offer::Ask { .. })).count();
    assert_eq!(asks, 2);
}

#[test]
fn an_error_is_an_apology_and_never_its_text() {
    let mut table = Table::new();
    table.says("Vous ouvrez quand ?");
    let events = table.failed();
    let text = text_of(&events[0]);
    assert!(text.contains("Je ne peux pas répondre") && !text.contains("secret"));
    table.says("Vous ouvrez quand ?");
    table.show("Nous ouvrons");
    let events = table.failed();
    let Event::BotMessage { text, status, .. } = &events[0] else { panic!("{events:?}") };
    assert!(text.starts_with("Nous ouvrons") && text.contains("interrompue"));
    assert_eq!(*status, AnswerStatus::Interrupted);
}

#[test]
fn the_third_failure_in_a_row_calls_a_person() {
    let mut table = Table::new();
    for _ in 0..2 {
        table.says("Posez-vous des bornes ?");
        assert_eq!(kinds(&table.answered(nothing_found())), ["bot"]);
    }
    table.says("Des bornes de recharge ?");
    let events = table.answered(nothing_found());
    assert_eq!(kinds(&events), ["bot", "handover"]);
    assert_eq!(
        handover_of(&events).map(|(reason, _)| reason),
        Some(HandoverReason::RepeatedFailure)
    );
}

#[test]
fn an_answer_without_protest_ends_a_row_of_failures() {
    let mut table = Table::new();
    for _ in 0..2 {
        table.says("Posez-vous des bornes ?");
        table.answered(nothing_found());
    }
    table.says("Vous ouvrez quand ?");
    table.answered(answer("À 8 h."));
    table.says("Posez-vous des bornes ?");
    assert_eq!(kinds(&table.answered(nothing_found())), ["bot"]);
    assert_eq!(table.state.conversation.head.failures, 1);
}

#[test]
fn verdicts_count_once_each_and_lead_to_a_person() {
    let mut table = Table::new();
    let mut outcome = Vec::new();
    for round in 0..3 {
        table.says("Vous ouvrez quand ?");
        table.answered(answer("À 8 h."));
        let message = table.state.conversation.last_seq;
        for again in 0..2 {
            let id = ClientId(format!("f{round}{again}"));
            let action = VisitorAction::Feedback { id, message, value: FeedbackValue::No };
            outcome.push(kinds(&table.visitor(action).expect("kept")).join(" "));
        }
    }
    assert_eq!(
        outcome,
        ["feedback", "feedback", "feedback bot", "feedback", "feedback handover", "feedback"]
    );
}

#[test]
fn feedback_on_anything_but_a_reply_is_refused() {
    let mut table = Table::new();
    table.says("Bonjour");
    for message in [Seq(0), Seq(1), Seq(2), Seq(99)] {
        let id = ClientId::from("f");
        let action = VisitorAction::Feedback { id, message, value: FeedbackValue::Yes };
        assert_eq!(table.visitor(action), Err(Refusal::NotPossible), "{message:?}");
    }
}

#[test]
fn questions_that_arrive_during_an_answer_are_answered_in_turn() {
    let mut table = Table::new();
    table.says("Vous ouvrez quand ?");
    assert_eq!(kinds(&table.says("Et le prix du ramonage ?")), ["visitor"]);
    assert_eq!(kinds(&table.says("Vous prenez les chèques ?")), ["visitor"]);
    for question in [2, 3, 4] {
        assert_eq!(table.state.conversation.head.open_question, Some(Seq(question)));
        assert_eq!(kinds(&table.answered(answer("Oui."))), ["bot"]);
    }
    assert_eq!(table.state.conversation.head.open_question, None);
    assert!(table.state.running.is_none());
}

#[test]
fn a_claim_stops_the_answer_and_the_machine_stays_silent() {
    let mut table = Table::new();
    table.says("Vous ouvrez quand ?");
    table.show("Nous ouvrons à");
    let stale = table.state.running.clone().expect("a running answer").answer;
    let events = table.agent(1, "Camille", AgentAction::Claim).expect("claimed");
    assert_eq!(kinds(&events), ["bot", "joined"]);
    assert!(matches!(&events[0], Event::BotMessage { status: AnswerStatus::Interrupted, .. }));
    // The answer that was under way comes too late.
    let late = table.apply(&Input::Answered { answer: stale, reply: answer("Trop tard.") });
    assert_eq!(late, Ok(Vec::new()));
    assert_eq!(kinds(&table.says("ça sent le gaz")), ["visitor"]);
    assert_eq!(kinds(&table.says("Bonjour")), ["visitor"]);
    let reply = AgentAction::Reply { id: ClientId::from("a1"), text: "J'arrive.".to_owned() };
    assert_eq!(kinds(&table.agent(1, "Camille", reply).expect("said")), ["agent"]);
}

#[test]
fn one_of_two_claims_wins_and_the_other_is_told_who() {
    let mut table = Table::new();
    table.visitor(VisitorAction::Human { id: ClientId::from("h") }).expect("asked");
    table.agent(1, "Camille", AgentAction::Claim).expect("claimed");
    assert_eq!(table.agent(1, "Camille", AgentAction::Claim), Ok(Vec::new()));
    let held = Err(Refusal::HeldBy { name: "Camille".to_owned() });
    for action in [
        AgentAction::Claim,
        AgentAction::Release,
        AgentAction::Close,
        AgentAction::Reply { id: ClientId::from("b"), text: "?".to_owned() },
    ] {
        assert_eq!(table.agent(2, "Inès", action), held);
    }
}

#[test]
fn a_return_to_the_machine_is_announced_and_the_notice_is_due_again() {
    let mut table = Table::new();
    table.visitor(VisitorAction::Human { id: ClientId::from("h") }).expect("asked");
    let reply = AgentAction::Reply { id: ClientId::from("a"), text: "Bonjour.".to_owned() };
    assert_eq!(kinds(&table.agent(1, "Camille", reply).expect("said")), ["joined", "agent"]);
    assert_eq!(
        kinds(&table.agent(1, "Camille", AgentAction::Release).expect("released")),
        ["resumed"]
    );
    assert_eq!(table.visitor(send("m", "Merci")), Err(Refusal::NoticeRequired));
    table.visitor(notice()).expect("shown");
    assert_eq!(kinds(&table.says("Merci")), ["visitor", "bot"]);
}

#[test]
fn out_of_hours_the_visitor_is_told_when_and_asked_for_a_way_to_answer() {
    let mut table = Table::new();
    let span = comptoir_storage::model::Span {
        from: jiff::civil::time(8, 0, 0, 0),
        to: jiff::civil::time(9, 0, 0, 0),
    };
    table.site.hours = Hours { week: vec![DayHours(vec![span]); 7], ..Hours::default() };
    let events = table.visitor(VisitorAction::Human { id: ClientId::from("h") }).expect("asked");
    let (reason, text) = handover_of(&events).expect("a handover");
    assert_eq!(reason, HandoverReason::Button);
    assert!(text.contains("rouvre demain à 8 h") && text.contains("Laissez un numéro"), "{text}");
    // The button again changes nothing.
    assert_eq!(table.visitor(VisitorAction::Human { id: ClientId::from("h2") }), Ok(Vec::new()));
}

#[test]
fn a_contact_left_with_the_machine_calls_a_person() {
    let mut table = Table::new();
    let action = VisitorAction::Contact {
        id: ClientId::from("k"),
        channel: ContactChannel::Email,
        value: "a@b.fr".to_owned(),
    };
    assert_eq!(kinds(&table.visitor(action).expect("kept")), ["contact", "handover"]);
    assert!(table.state.conversation.head.contact.is_some());
}

#[test]
fn a_closed_conversation_takes_nothing_more() {
    let mut table = Table::new();
    table.says("Vous ouvrez quand ?");
    let close = VisitorAction::Close { id: ClientId::from("x") };
    assert_eq!(kinds(&table.visitor(close.clone()).expect("closed")), ["closed"]);
    assert!(table.state.running.is_none());
    assert_eq!(table.visitor(close), Ok(Vec::new()));
    assert_eq!(table.visitor(send("y", "Encore une chose")), Err(Refusal::Closed));
    assert_eq!(table.agent(1, "Camille", AgentAction::Claim), Err(Refusal::Closed));
}

#[test]
fn after_a_restart_a_fresh_question_is_asked_again_and_an_old_one_goes_to_a_person() {
    let mut table = Table::new();
    table.says("Vous ouvrez quand ?");
    table.state.running = None;
    assert_eq!(table.apply(&Input::Resume), Ok(Vec::new()));
    assert!(table.state.running.is_some());
    table.state.running = None;
    table.now += SignedDuration::from_mins(11);
    let events = table.apply(&Input::Resume).expect("resumed");
    assert_eq!(handover_of(&events).map(|(reason, _)| reason), Some(HandoverReason::EngineDown));
    assert_eq!(table.state.conversation.head.open_question, None);
}

#[test]
fn a_stop_keeps_what_was_shown_and_leaves_the_question_open() {
    let mut table = Table::new();
    table.says("Vous ouvrez quand ?");
    table.show("Nous ouvrons");
    assert_eq!(kinds(&table.apply(&Input::Interrupt).expect("kept")), ["bot"]);
    assert_eq!(table.state.conversation.head.open_question, Some(Seq(2)));
    assert_eq!(table.apply(&Input::Resume), Ok(Vec::new()));
    assert_eq!(kinds(&table.answered(answer("À 8 h."))), ["bot"]);
}

#[test]
fn english_visitors_read_english() {
    let mut table = Table::new();
    table.state.conversation.head.lang = "en".to_owned();
    let events = table.says("I want to talk to a human");
    let (_, text) = handover_of(&events).expect("a handover");
    assert!(text.contains("the team") && text.contains("15 minutes"), "{text}");
}

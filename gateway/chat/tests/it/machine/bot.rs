//! The machine holds the conversation: what it says, and when it calls a person.

use super::{Table, handover_of, kinds, notice, text_of};
use crate::support::{answer, nothing_found, send};
use comptoir_chat::machine::{Effect, Input, Refusal};
use comptoir_chat::{Reply, VisitorAction};
use comptoir_protocol::{
    AnswerStatus, Citation, ClientId, ContactChannel, Event, FeedbackValue, HandoverReason, Offer,
    Route, Seq,
};
use comptoir_storage::model::Holder;
use jiff::SignedDuration;

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
        assert!(said.contains("l’équipe") && said.contains("15 minutes"), "{said}");
        assert!(table.state.running.is_none());
        assert_eq!(table.calls, 1);
    }
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
fn what_probably_answers_is_no_failure_until_the_visitor_says_so() {
    let mut table = Table::new();
    let likely = Reply { route: Route::OfferHuman, reason: "likely", ..answer("De 8 h à 12 h.") };
    for _ in 0..4 {
        table.says("C'est ouvert quand ?");
        assert_eq!(kinds(&table.answered(likely.clone())), ["bot"]);
    }
    assert_eq!(table.state.conversation.head.failures, 0);
    let near = Reply { reason: "near_miss", ..likely };
    for _ in 0..2 {
        table.says("C'est ouvert quand ?");
        assert_eq!(kinds(&table.answered(near.clone())), ["bot"]);
    }
    table.says("C'est ouvert quand ?");
    assert_eq!(kinds(&table.answered(near)), ["bot", "handover"]);
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
    let answer = "Le ramonage d'un conduit coûte 75 €.";
    let nearest = Citation {
        entry: "e".to_owned(),
        version: 1,
        title: "Combien coûte un ramonage ?".to_owned(),
        text: answer.to_owned(),
    };
    let reply = Reply {
        reason: "near_miss",
        text: Some(answer.to_owned()),
        citations: vec![nearest],
        choices: vec!["Ramonez-vous les inserts ?".to_owned()],
        ..nothing_found()
    };
    let events = table.answered(reply.clone());
    let text = text_of(&events[0]);
    assert!(text.starts_with("Je n’ai pas trouvé de réponse sûre"), "{text}");
    let Event::BotMessage { offers, .. } = &events[0] else { panic!("{events:?}") };
    assert!(matches!(offers[..2], [Offer::Ask { .. }, Offer::Human]), "{offers:?}");
    // The answer stands behind the question it was written for.
    assert!(text.ends_with(&format!("« Combien coûte un ramonage ? » : {answer}")), "{text}");
    table.says("Le ramonage d'un poêle, combien ?");
    let events = table.answered(Reply { reason: "likely", ..reply });
    let text = text_of(&events[0]);
    assert!(text.starts_with("Voici ce que"), "{text}");
    assert!(text.contains("« Combien coûte un ramonage ? »"), "{text}");
}

#[test]
fn several_entries_stand_each_behind_their_own_question() {
    let mut table = Table::new();
    table.says("Un ramonage samedi, c'est combien ?");
    let citation = |title: &str, text: &str| Citation {
        entry: title.to_owned(),
        version: 1,
        title: title.to_owned(),
        text: text.to_owned(),
    };
    let reply = Reply {
        reason: "likely",
        text: Some("75 €.\n\nOui, jusqu'à midi.".to_owned()),
        citations: vec![
            citation("Combien coûte un ramonage ?", "75 €."),
            citation("Venez-vous le samedi ?", "Oui, jusqu'à midi."),
        ],
        ..nothing_found()
    };
    let events = table.answered(reply);
    let text = text_of(&events[0]);
    let said = "« Combien coûte un ramonage ? » : 75 €.\n\n\
                « Venez-vous le samedi ? » : Oui, jusqu'à midi.";
    assert!(text.ends_with(said), "{text}");
}

#[test]
fn words_in_a_language_the_visitor_did_not_write_are_announced() {
    let mut table = Table::new();
    table.says("How much is a sweep?");
    let own_words = "Le ramonage d'un conduit coûte 75 €.";
    let reply =
        Reply { reason: "known_other_language", lang: "en".to_owned(), ..answer(own_words) };
    let events = table.answered(reply);
    let text = text_of(&events[0]);
    assert!(text.starts_with("Here is the firm’s answer"), "{text}");
    assert!(text.ends_with(own_words), "{text}");
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
fn what_the_faq_answered_and_did_not_help_is_kept_once_and_masked() {
    let mut table = Table::new();
    let cited = Citation {
        entry: "0191e2a4-0000-7000-8000-000000000005".to_owned(),
        version: 1,
        title: "Horaires".to_owned(),
        text: "À 8 h.".to_owned(),
    };
    table.says("Vous ouvrez quand ? 06 12 34 56 78");
    table.answered(Reply { citations: vec![cited], ..answer("À 8 h.") });
    let message = table.state.conversation.last_seq;
    for (id, value) in [("a", FeedbackValue::No), ("b", FeedbackValue::No)] {
        let action = VisitorAction::Feedback { id: ClientId::from(id), message, value };
        table.visitor(action).expect("kept");
    }
    assert_eq!(table.gaps, ["Vous ouvrez quand ? [tel]"]);
    // What had nothing to say is in the list already.
    table.says("Posez-vous des bornes ?");
    table.answered(nothing_found());
    let (id, message) = (ClientId::from("c"), table.state.conversation.last_seq);
    let action = VisitorAction::Feedback { id, message, value: FeedbackValue::No };
    table.visitor(action).expect("kept");
    assert_eq!(table.gaps.len(), 2);
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

use super::*;
use comptoir_chat::policy::Reopening;
use comptoir_storage::model::WaitStep;
use jiff::civil::date;
use proptest::prelude::*;
use uuid::Uuid;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn agent(number: u128) -> AgentId {
    AgentId(Uuid::from_u128(number))
}

fn person(number: u128) -> Person {
    Person {
        id: agent(number),
        wishes: Wishes::default(),
        devices: vec![
            DeviceId(Uuid::from_u128(number * 10)),
            DeviceId(Uuid::from_u128(number * 10 + 1)),
        ],
        is_present: false,
        is_active: true,
    }
}

fn scene(kind: NotificationKind, holder: Holder) -> Scene {
    Scene {
        kind,
        holder,
        is_unread_by_people: true,
        is_unread_by_visitor: true,
        was_told: false,
        contact: Some(Contact {
            channel: ContactChannel::Email,
            value: "lise@example.org".to_owned(),
        }),
    }
}

fn queued(reason: HandoverReason) -> Holder {
    Holder::Queued { since: NOW, reason, step: WaitStep::Called, wanted: None }
}

fn held(number: u128) -> Holder {
    Holder::Human { agent: agent(number), since: NOW, reason: HandoverReason::Button }
}

fn house() -> House {
    House { opening: Opening::Open, has_mail: true, mails_visitors: true }
}

fn opens(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).expect("a time")
}

fn closed() -> House {
    let local = date(1970, 1, 1).at(8, 0, 0, 0);
    let opens = Reopening { at: opens(8 * 3_600), local, today: local.date() };
    House { opening: Opening::Closed { opens: Some(opens) }, ..house() }
}

fn told(plan: &Plan) -> Vec<(Target, i64)> {
    match plan {
        Plan::Tell(list) => list.iter().map(|(target, at)| (*target, at.as_second())).collect(),
        Plan::Later(at) => panic!("later: {at}"),
    }
}

fn mailbox(number: u128) -> Target {
    Target::Mailbox { agent: agent(number) }
}

#[test]
fn a_call_goes_to_all_who_are_away_by_all_their_ways() {
    let here = Person { is_present: true, ..person(2) };
    let gone = Person { is_active: false, ..person(3) };
    let people = [person(1), here, gone];
    let call = scene(NotificationKind::PersonCalled, queued(HandoverReason::Button));
    let list = told(&plan(&call, &house(), &people, NOW));
    assert_eq!(list.len(), 3, "two devices and a mailbox: {list:?}");
    assert!(list.contains(&(mailbox(1), 0)));
    // The second call rings at the desks, too.
    let second = Scene { kind: NotificationKind::SecondCall, ..call };
    assert_eq!(told(&plan(&second, &house(), &people, NOW)).len(), 6);
}

#[test]
fn wishes_choose_the_ways() {
    let call = scene(NotificationKind::PersonCalled, queued(HandoverReason::Button));
    let wishes = |push, email| Wishes { push, email, quiet: true };
    for (wishes, has_mail, ways) in [
        (wishes(true, true), true, 3),
        (wishes(true, false), true, 2),
        (wishes(false, true), true, 1),
        (wishes(false, true), false, 0),
        (wishes(false, false), true, 0),
    ] {
        let people = [Person { wishes, ..person(1) }];
        let list = told(&plan(&call, &House { has_mail, ..house() }, &people, NOW));
        assert_eq!(list.len(), ways, "{wishes:?}, mail: {has_mail}");
    }
}

#[test]
fn quiet_people_are_told_at_opening_except_of_danger() {
    let loud = Person { wishes: Wishes { quiet: false, ..Wishes::default() }, ..person(2) };
    let people = [person(1), loud];
    let call = |reason| scene(NotificationKind::PersonCalled, queued(reason));
    let list = told(&plan(&call(HandoverReason::Button), &closed(), &people, NOW));
    assert!(list.contains(&(mailbox(1), 8 * 3_600)) && list.contains(&(mailbox(2), 0)));
    let list = told(&plan(&call(HandoverReason::Danger), &closed(), &people, NOW));
    assert!(list.iter().all(|(_, at)| *at == 0), "{list:?}");
    // The firm never opens again: a letter, and no noise.
    let undated = House { opening: Opening::Closed { opens: None }, ..house() };
    let list = told(&plan(&call(HandoverReason::Button), &undated, &people[..1], NOW));
    assert_eq!(list, [(mailbox(1), 0)]);
}

#[test]
fn who_is_written_to_is_told_once_an_absence() {
    let wrote = scene(NotificationKind::VisitorWrote, held(1));
    let people = [person(1), person(2)];
    assert_eq!(told(&plan(&wrote, &house(), &people, NOW)).len(), 3);
    let again = Scene { was_told: true, ..wrote.clone() };
    assert_eq!(told(&plan(&again, &house(), &people, NOW)), []);
    let read = Scene { is_unread_by_people: false, ..wrote.clone() };
    assert_eq!(told(&plan(&read, &house(), &people, NOW)), []);
    // At the desk, but in another conversation: they may still leave.
    let here = [Person { is_present: true, ..person(1) }];
    assert_eq!(plan(&wrote, &house(), &here, NOW), Plan::Later(opens(60)));
}

#[test]
fn an_answer_is_mailed_if_the_visitor_has_not_seen_it() {
    let answered = scene(NotificationKind::AgentAnswered, held(1));
    assert_eq!(told(&plan(&answered, &house(), &[], NOW)), [(Target::Visitor, 0)]);
    let phone = Contact { channel: ContactChannel::Phone, value: "0600000000".to_owned() };
    for other in [
        Scene { is_unread_by_visitor: false, ..answered.clone() },
        Scene { contact: None, ..answered.clone() },
        Scene { contact: Some(phone), ..answered.clone() },
    ] {
        assert_eq!(told(&plan(&other, &house(), &[], NOW)), [], "{other:?}");
    }
    let shy = House { mails_visitors: false, ..house() };
    assert_eq!(told(&plan(&answered, &shy, &[], NOW)), []);
    // Without a mail server the promise is broken, and the owner must see it.
    let no_mail = House { has_mail: false, ..house() };
    assert_eq!(told(&plan(&answered, &no_mail, &[], NOW)).len(), 1);
}

fn any_person() -> impl Strategy<Value = Person> {
    (1u128..6, any::<[bool; 5]>(), 0usize..3).prop_map(|(number, flags, devices)| {
        let [push, email, quiet, is_present, is_active] = flags;
        let mut person = person(number);
        person.devices.truncate(devices);
        Person { wishes: Wishes { push, email, quiet }, is_present, is_active, ..person }
    })
}

fn any_scene() -> impl Strategy<Value = Scene> {
    let kind = prop_oneof![
        Just(NotificationKind::PersonCalled),
        Just(NotificationKind::SecondCall),
        Just(NotificationKind::VisitorWrote),
        Just(NotificationKind::AgentAnswered),
    ];
    let holder = prop_oneof![
        Just(Holder::Bot),
        Just(queued(HandoverReason::Button)),
        Just(queued(HandoverReason::Danger)),
        (1u128..6).prop_map(held),
    ];
    (kind, holder, any::<[bool; 4]>()).prop_map(|(kind, holder, flags)| {
        let [is_unread_by_people, is_unread_by_visitor, was_told, left] = flags;
        let whole = scene(kind, holder);
        let contact = whole.contact.clone().filter(|_| left);
        Scene { is_unread_by_people, is_unread_by_visitor, was_told, contact, ..whole }
    })
}

proptest! {
    #[test]
    fn nobody_is_told_who_does_not_want_it_or_need_it(
        scene in any_scene(),
        people in prop::collection::vec(any_person(), 0..6),
        has_mail: bool,
        is_closed: bool,
    ) {
        let house = House { has_mail, ..if is_closed { closed() } else { house() } };
        let Plan::Tell(list) = plan(&scene, &house, &people, NOW) else { return Ok(()) };
        for (target, at) in list {
            let agent = match target {
                Target::Device { agent, .. } | Target::Mailbox { agent } => Some(agent),
                Target::Visitor => None,
            };
            prop_assert!(is_wanted(&scene, agent), "{:?}", target);
            let Some(agent) = agent else { continue };
            let is_right = |person: &Person| {
                let wants = match target {
                    Target::Device { device, .. } => {
                        person.wishes.push && person.devices.contains(&device)
                    }
                    Target::Mailbox { .. } => person.wishes.email && has_mail,
                    Target::Visitor => false,
                };
                let is_time = at == NOW || (person.wishes.quiet && is_closed);
                person.id == agent && person.is_active && wants && is_time
            };
            prop_assert!(people.iter().any(is_right), "{:?} at {}", target, at);
        }
    }
}

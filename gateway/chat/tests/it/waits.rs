//! Waiting for a person on a real database: what is due is done once, whoever
//! sweeps and whatever dies.

use crate::support::{Counter, agent, limits, send, until};
use comptoir_chat::{AgentAction, Chat, Limits, VisitorAction};
use comptoir_protocol::{ClientId, Event, NumberedEvent};
use comptoir_storage::model::{AgentId, ConversationKey};
use comptoir_storage::{PeopleStore as _, SiteStore as _};
use std::time::Duration;
use uuid::Uuid;

const MINUTE: Duration = Duration::from_secs(60);

async fn asks(chat: &Chat, key: ConversationKey) {
    let human = VisitorAction::Human { id: ClientId::from("h") };
    chat.visitor(key, human).await.expect("asked");
}

fn again(event: &Event) -> bool {
    matches!(event, Event::CalledAgain { .. })
}

fn asked(event: &Event) -> bool {
    matches!(event, Event::ContactAsked { .. })
}

fn count(log: &[NumberedEvent], is: fn(&Event) -> bool) -> usize {
    log.iter().filter(|logged| is(&logged.event)).count()
}

#[tokio::test]
async fn who_is_really_there_decides_what_the_visitor_is_told() {
    let counter = Counter::new().await;
    let told = async || {
        let mut visitor = counter.visitor().await;
        asks(&counter.chat, visitor.key()).await;
        let called = |event: &Event| matches!(event, Event::HandoverRequested { .. });
        let seen = visitor.until(called).await;
        format!("{seen:?}")
    };
    assert!(told().await.contains("Personne n’est là"), "nobody has a page open");
    let camille = AgentId(Uuid::from_u128(1));
    let now = comptoir_chat::Clock::now(&counter.clock);
    counter.storage.touch_agent(camille, now).await.expect("seen");
    assert!(told().await.contains("sous 15 minutes"));
    counter.storage.set_available(camille, false).await.expect("away");
    assert!(told().await.contains("Personne n’est là"), "there, but not for visitors");
    counter.storage.set_available(camille, true).await.expect("back");
    counter.clock.advance(MINUTE + Duration::from_secs(1));
    assert!(told().await.contains("Personne n’est là"), "the page was closed a minute ago");
}

#[tokio::test]
async fn a_wait_goes_on_where_a_dead_process_left_it_and_each_step_is_taken_once() {
    let dead = Counter::new().await;
    let visitor = dead.visitor().await;
    asks(&dead.chat, visitor.key()).await;
    dead.clock.advance(5 * MINUTE);
    assert_eq!(dead.chat.attend_waiting().await.expect("swept"), 1);
    let mut joined = visitor.joins().await;
    if count(&joined.events, again) == 0 {
        until(&mut joined.updates, again).await;
    }
    // No farewell. The next process looks at what is stored.
    let next = dead.reborn();
    next.clock.advance(9 * MINUTE);
    assert_eq!(next.chat.attend_waiting().await.expect("swept"), 0, "called already");
    next.clock.advance(MINUTE);
    let joined = next.chat.join(visitor.key(), visitor.opened.visitor, None).await;
    let mut updates = joined.expect("join").updates;
    assert_eq!(next.chat.attend_waiting().await.expect("swept"), 1);
    until(&mut updates, asked).await;
    next.clock.advance(600 * MINUTE);
    assert_eq!(next.chat.attend_waiting().await.expect("swept"), 0);
    let log = next.log(visitor.key()).await;
    assert_eq!((count(&log, again), count(&log, asked)), (1, 1));
}

#[tokio::test]
async fn two_processes_that_sweep_at_the_same_moment_call_once() {
    let one = Counter::new().await;
    let mut visitor = one.visitor().await;
    asks(&one.chat, visitor.key()).await;
    let other = one.reborn();
    for counter in [&one, &other] {
        counter.clock.advance(6 * MINUTE);
    }
    let swept = tokio::join!(one.chat.attend_waiting(), other.chat.attend_waiting());
    assert!(swept.0.is_ok() && swept.1.is_ok());
    // Both actors have done what they were woken for once they answer.
    for counter in [&one, &other] {
        let read = agent(1, "Camille", AgentAction::Read { seq: comptoir_protocol::Seq(1) });
        counter.chat.agent(visitor.key(), read).await.expect("read");
    }
    assert_eq!(count(&one.log(visitor.key()).await, again), 1);
    visitor.says("m", "Toujours là ?").await;
    visitor.until(|event| matches!(event, Event::VisitorMessage { .. })).await;
}

#[tokio::test]
async fn the_sweep_looks_after_them_by_itself_and_a_claim_ends_it() {
    let limits = Limits { attend: Duration::from_millis(10), ..limits() };
    let counter = Counter::with(limits).await;
    let mut waits = counter.visitor().await;
    let taken = counter.visitor().await;
    for visitor in [&waits, &taken] {
        asks(&counter.chat, visitor.key()).await;
    }
    let claim = agent(1, "Camille", AgentAction::Claim);
    counter.chat.agent(taken.key(), claim).await.expect("claimed");
    counter.clock.advance(5 * MINUTE);
    waits.until(again).await;
    counter.clock.advance(5 * MINUTE);
    waits.until(asked).await;
    let log = counter.log(taken.key()).await;
    assert_eq!(count(&log, again), 0);
    counter.chat.visitor(taken.key(), send("m", "Bonjour")).await.expect("sent");
}

#[tokio::test]
async fn the_sweep_reaches_every_wait_past_those_of_a_closed_firm() {
    let counter = Counter::new().await;
    let site = counter.storage.site(&counter.site).await.expect("read").expect("there");
    let mut settings = site.settings.clone();
    settings.call_again_minutes = 10;
    let now = comptoir_chat::Clock::now(&counter.clock);
    counter.storage.update_site(&counter.site, 1, &settings, now).await.expect("changed");
    counter.chat.settings_changed(&counter.site);
    let mut visitors = Vec::new();
    for _ in 0..12 {
        let visitor = counter.visitor().await;
        asks(&counter.chat, visitor.key()).await;
        visitors.push(visitor);
        counter.clock.advance(MINUTE);
    }
    assert_eq!(counter.chat.attend_waiting().await.expect("swept"), 3, "those of ten minutes ago");
}

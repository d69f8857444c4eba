//! A clock that jumps: order comes from numbers, never from times.

use crate::support::{Counter, deps, is_bot, limits, send, until};
use comptoir_chat::{Chat, Clock, Deps};
use comptoir_protocol::Event;
use jiff::{Timestamp, ToSpan};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Hours from the true time, one after the other.
const JUMPS: [i64; 7] = [0, -24, 3, -87_600, 87_600, -1, 24];

/// Never tells the same time twice.
#[derive(Default)]
struct Jumping(AtomicUsize);

impl Clock for Jumping {
    fn now(&self) -> Timestamp {
        let turn = self.0.fetch_add(1, Ordering::SeqCst);
        let now: Timestamp = crate::support::NOW.parse().expect("an instant");
        now + JUMPS[turn % JUMPS.len()].hours()
    }
}

#[tokio::test]
async fn whatever_the_clock_says_nothing_is_lost_or_out_of_order() {
    let counter = Counter::new().await;
    let storage = Arc::clone(&counter.storage) as Arc<dyn comptoir_storage::Storage>;
    let deps =
        Deps { clock: Arc::new(Jumping::default()), ..deps(storage, &counter.answers, limits()) };
    let chat = Chat::new(deps);
    let opened = chat.open(counter.request()).await.expect("open");
    let mut tab = chat.join(opened.key, opened.visitor, None).await.expect("join").updates;
    chat.visitor(opened.key, crate::machine::notice()).await.expect("notice");
    for number in 0..JUMPS.len() {
        let text = format!("Vous ouvrez quand, question {number} ?");
        let asked = chat.visitor(opened.key, send(&text, &text)).await.expect("sent").seq;
        until(&mut tab, |event| matches!(event, Event::BotMessage { to, .. } if *to == asked))
            .await;
        let again = chat.visitor(opened.key, send(&text, &text)).await.expect("sent again").seq;
        assert_eq!(again, asked);
    }
    let log = counter.log(opened.key).await;
    let numbers: Vec<u64> = log.iter().map(|event| event.seq.0).collect();
    assert_eq!(numbers, (1..=numbers.len() as u64).collect::<Vec<_>>());
    assert_eq!(log.iter().filter(|event| is_bot(&event.event)).count(), JUMPS.len());
    // Whoever comes back gets the same log, in the same order.
    let again = chat.join(opened.key, opened.visitor, None).await.expect("join");
    assert_eq!(again.events, log);
}

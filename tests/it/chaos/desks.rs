//! Artisans who answer while the counter dies under them: each page that does
//! not come is asked for again, with the same id.

use super::crowd::Reply;
use comptoir_protocol::ClientId;
use comptoir_tests::Desk;
use comptoir_tests::firm::Person;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Replies before a conversation is given back to the machine.
const REPLIES: usize = 2;

/// Everybody at a desk.
pub(super) struct Desks {
    stop: watch::Sender<bool>,
    working: Vec<JoinHandle<Vec<Reply>>>,
}

impl Desks {
    /// People sign in and begin to work; the counters are taken in turns.
    pub(super) async fn open(counters: &[String], people: &[Person]) -> Self {
        let (stop, stopped) = watch::channel(false);
        let mut working = Vec::new();
        for (place, person) in people.iter().enumerate() {
            let desk = Desk::signed_in(&counters[place % counters.len()], *person).await;
            working.push(tokio::spawn(work(desk, person.name, stopped.clone())));
        }
        Self { stop, working }
    }

    /// Everybody ends what they do; gives what they were told is on disk.
    pub(super) async fn close(self) -> Vec<Reply> {
        self.stop.send_replace(true);
        let mut replies = Vec::new();
        for working in self.working {
            replies.extend(working.await.expect("nobody at a desk panics"));
        }
        replies
    }
}

/// Takes who waits longest, answers, gives the conversation back.
async fn work(desk: Desk, who: &'static str, mut stopped: watch::Receiver<bool>) -> Vec<Reply> {
    let mut told = Vec::new();
    let mut number = 0;
    while !*stopped.borrow_and_update() {
        let waiting = desk.try_list("waiting").await.unwrap_or_default();
        let Some(key) = waiting.into_iter().next() else {
            // Nobody waits, or nobody answers: look again soon.
            let pause = std::time::Duration::from_millis(50);
            drop(tokio::time::timeout(pause, stopped.changed()).await);
            continue;
        };
        for _ in 0..REPLIES {
            number += 1;
            let id = format!("{who}-{number}");
            if reply(&desk, &key, &id, &mut stopped).await {
                told.push(Reply { who, conversation: key.clone(), id: ClientId(id) });
            }
        }
        drop(desk.try_post(&format!("/admin/inbox/{key}/release"), &[]).await);
    }
    told
}

/// Sends a reply until somebody says that it is kept or refused.
async fn reply(desk: &Desk, key: &str, id: &str, stopped: &mut watch::Receiver<bool>) -> bool {
    loop {
        let fields = [("id", id), ("text", "Nous regardons cela.")];
        match desk.try_post(&format!("/admin/inbox/{key}/reply"), &fields).await {
            Some(answer) if answer.status == 303 => return true,
            // Refused: somebody else has it, or it ended.
            Some(answer) if answer.status == 409 => return false,
            Some(_) | None if *stopped.borrow() => return false,
            Some(_) | None => tokio::task::yield_now().await,
        }
    }
}

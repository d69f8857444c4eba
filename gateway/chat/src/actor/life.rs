//! The actor's life: obey, show the answer, rest, stop.

use super::answer::{AnswerRun, Step};
use super::private::Drafting;
use super::{Actor, Command};
use crate::hub::{Bell, World};
use crate::machine::Input;
use comptoir_storage::model::ConversationKey;
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio::time::Instant;

/// Starts the actor of a conversation. The task ends when it was idle for
/// long, or when the process stops.
pub(crate) fn spawn(
    key: ConversationKey,
    world: Arc<World>,
    mailbox: mpsc::Receiver<Command>,
    bell: Arc<Bell>,
) {
    let tracker = world.tracker.clone();
    tracker.spawn(run(Actor::new(key, world), mailbox, bell));
}

async fn run(mut actor: Actor, mut mailbox: mpsc::Receiver<Command>, bell: Arc<Bell>) {
    let (soft, hard) = (actor.world.soft.clone(), actor.world.hard.clone());
    let mut rest_at = Instant::now() + actor.world.limits.idle;
    loop {
        let stopping = soft.is_cancelled();
        if stopping && actor.answer.is_none() {
            break;
        }
        let answering = actor.answer.is_some();
        let drafting = actor.drafting.as_ref().is_some_and(Drafting::is_running);
        let look_again_at = actor.look_again_at;
        let renew_at = actor.renew_at;
        let Actor { answer, drafting: draft, .. } = &mut actor;
        tokio::select! {
            biased;
            () = hard.cancelled() => break,
            () = soft.cancelled(), if !stopping => {}
            command = mailbox.recv(), if !stopping => match command {
                Some(command) => {
                    actor.obey(command).await;
                    rest_at = Instant::now() + actor.world.limits.idle;
                }
                None => break,
            },
            () = until(renew_at), if answering => actor.renew_lease().await,
            seq = bell.rung(), if !stopping => actor.hear(seq).await,
            step = step(answer.as_mut()), if answering => {
                actor.step(step).await;
                rest_at = Instant::now() + actor.world.limits.idle;
            }
            step = step(draft.as_mut().and_then(Drafting::run)), if drafting => {
                actor.draft_step(step);
            }
            () = until(look_again_at), if !stopping => actor.recover().await,
            () = tokio::time::sleep_until(rest_at), if !answering => {
                if actor.audience.is_empty() && actor.world.retire(actor.key, &mut mailbox) {
                    // What came in at the last moment is still done.
                    while let Some(command) = mailbox.recv().await {
                        actor.obey(command).await;
                    }
                    break;
                }
                // Listeners stay connected; the state is read again when needed.
                actor.state = None;
                rest_at = Instant::now() + actor.world.limits.idle;
            }
        }
    }
    actor.finish().await;
}

/// Waits for a moment, for ever without one.
async fn until(moment: Option<Instant>) {
    match moment {
        Some(moment) => tokio::time::sleep_until(moment).await,
        None => std::future::pending().await,
    }
}

async fn step(run: Option<&mut AnswerRun>) -> Step {
    match run {
        Some(run) => run.step().await,
        None => std::future::pending().await,
    }
}

impl Actor {
    /// Keeps what was shown of a running answer; its question stays open.
    async fn finish(&mut self) {
        if self.answer.is_none() {
            return;
        }
        self.flush();
        if let Err(error) = self.decide(&Input::Interrupt).await {
            tracing::warn!(conversation.id = %self.key, error = %error, "cannot mark an answer as interrupted");
        }
        self.answer = None;
        self.settle_lease().await;
    }
}

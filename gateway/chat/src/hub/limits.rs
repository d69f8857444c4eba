//! How much of everything, and for how long.

use std::time::Duration;

/// Bounds of a [`crate::Chat`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Inputs that wait for one conversation; more are answered `Busy`.
    pub mailbox: usize,
    /// Conversations at work at once; more are answered `Busy`.
    pub awake: usize,
    /// Listeners of one conversation.
    pub subscribers: usize,
    /// Updates that wait for one listener; a slower one is let go.
    pub subscriber_queue: usize,
    /// News that wait for one reader of a site.
    pub news_queue: usize,
    /// Streamed text is collected this long before it is shown.
    pub delta_pace: Duration,
    /// Unchanged typing signals are passed on this often.
    pub typing: Duration,
    /// A conversation without input rests after this.
    pub idle: Duration,
    /// An answer that gives nothing for this long has failed.
    pub answer_silence: Duration,
    /// An answer that is not done after this has failed.
    pub answer_deadline: Duration,
    /// How long a question waits for a full engine queue.
    pub busy_patience: Duration,
    /// An unfinished question older than this goes to a person.
    pub resume_within: Duration,
    /// How long somebody may leave a message unread before they are told of it
    /// outside the pages.
    pub unread_for: Duration,
    /// How often unfinished questions are looked for.
    pub sweep: Duration,
    /// How often visitors who wait for a person are looked after.
    pub attend: Duration,
    /// How long a node that writes an answer keeps others from it after its
    /// last sign of life; it takes the lease again three times meanwhile.
    pub lease: Duration,
    /// How often a node looks for questions that no node answers.
    pub take_up: Duration,
    /// How long such a question is left to the node that has just stored it.
    pub courtesy: Duration,
    /// A conversation with the machine that nobody touches ends after this.
    pub silence: Duration,
    /// How long a site's settings are believed without news of a change.
    pub settings: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            mailbox: 32,
            awake: 20_000,
            subscribers: 32,
            subscriber_queue: 256,
            news_queue: 256,
            delta_pace: Duration::from_millis(40),
            typing: Duration::from_secs(1),
            idle: Duration::from_secs(5 * 60),
            answer_silence: Duration::from_secs(60),
            answer_deadline: Duration::from_secs(180),
            busy_patience: Duration::from_secs(30),
            resume_within: Duration::from_secs(10 * 60),
            unread_for: Duration::from_secs(60),
            sweep: Duration::from_secs(60),
            attend: Duration::from_secs(5),
            lease: Duration::from_secs(6),
            take_up: Duration::from_secs(1),
            courtesy: Duration::from_secs(2),
            silence: Duration::from_secs(24 * 60 * 60),
            settings: Duration::from_secs(30),
        }
    }
}

//! The connection, as far as decisions need it.

/// Where the connection stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Phase {
    /// None is wanted.
    #[default]
    Idle,
    /// A socket opens, or `hello` waits for its `welcome`.
    Connecting,
    /// Welcomed.
    Online,
    /// Lost; another attempt is due.
    Waiting,
    /// The gateway will not have this page; no further attempt.
    Refused,
}

/// The connection and its history.
#[derive(Debug, Clone, Default)]
pub struct Link {
    /// Where it stands.
    pub phase: Phase,
    /// Attempts failed since the connection last proved itself.
    pub attempts: u32,
    /// Monotonic milliseconds of the last frame heard.
    pub heard: f64,
    /// Whether the log was already asked for again from its present end, so
    /// that a gateway that skips numbers is not asked for ever.
    pub healed: bool,
}

impl Link {
    /// Whether the visitor should be told that the connection is down.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        match self.phase {
            Phase::Waiting => true,
            Phase::Connecting => self.attempts > 0,
            Phase::Idle | Phase::Online | Phase::Refused => false,
        }
    }
}

//! Who is really there: nobody is promised who has closed the page or gone to
//! lunch.

use comptoir_storage::model::{Agent, AgentId};
use jiff::{SignedDuration, Timestamp};

/// How long after the last sign of an open page somebody counts as there.
pub const PRESENT_WITHIN: SignedDuration = SignedDuration::from_mins(1);

/// Whether a person wants to be shown as available, has a page open and may
/// still sign in.
#[must_use]
pub fn is_really_available(agent: &Agent, now: Timestamp) -> bool {
    agent.available && agent.disabled_at.is_none() && is_present(agent, now)
}

/// Those of whom this is true.
#[must_use]
pub fn really_available(agents: &[Agent], now: Timestamp) -> Vec<AgentId> {
    agents.iter().filter(|agent| is_really_available(agent, now)).map(|agent| agent.id).collect()
}

/// A clock that was set back makes nobody absent.
fn is_present(agent: &Agent, now: Timestamp) -> bool {
    agent.seen_at.is_some_and(|seen| now.duration_since(seen) <= PRESENT_WITHIN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use comptoir_storage::model::{Role, SiteId};
    use uuid::Uuid;

    fn person() -> Agent {
        let at: Timestamp = "2026-03-03T09:00:00Z".parse().expect("an instant");
        Agent {
            id: AgentId(Uuid::nil()),
            site: SiteId::parse("atelier").expect("a name"),
            email: "a@example.org".to_owned(),
            name: "Camille".to_owned(),
            role: Role::Artisan,
            lang: "fr".to_owned(),
            password_hash: String::new(),
            available: true,
            seen_at: Some(at),
            disabled_at: None,
            created_at: at,
        }
    }

    #[test]
    fn a_wish_an_open_page_and_access_are_all_needed() {
        let seen = person().seen_at.expect("seen");
        let after = |seconds| seen + SignedDuration::from_secs(seconds);
        let there = |agent: &Agent, seconds| is_really_available(agent, after(seconds));
        assert!(there(&person(), 0) && there(&person(), 60));
        assert!(!there(&person(), 61), "the page is closed");
        assert!(there(&person(), -5), "the clock was set back");
        assert!(!there(&Agent { available: false, ..person() }, 0));
        assert!(!there(&Agent { seen_at: None, ..person() }, 0));
        assert!(!there(&Agent { disabled_at: Some(seen), ..person() }, 0));
        let absent = Agent { id: AgentId(Uuid::max()), available: false, ..person() };
        assert_eq!(really_available(&[person(), absent], after(0)), [person().id]);
    }
}

//! When something is to be done about a visitor who waits for a person.
//!
//! Everything follows from what is stored and the time: a restart, a second
//! node or a sweep that comes late change nothing but the moment.

use super::hours::open_between;
use comptoir_storage::model::{Holder, SiteSettings, WaitStep};
use jiff::{SignedDuration, Timestamp};

/// The next step of a wait, if it is time for it. Only opening time counts;
/// steps are taken one at a time, in order.
#[must_use]
pub fn due(holder: &Holder, site: &SiteSettings, now: Timestamp) -> Option<WaitStep> {
    let Holder::Queued { since, step, .. } = *holder else {
        return None;
    };
    let (next, delays) = match step {
        WaitStep::Called => (WaitStep::CalledAgain, 1),
        WaitStep::CalledAgain => (WaitStep::ContactAsked, 2),
        WaitStep::ContactAsked => return None,
    };
    let minutes = i64::from(site.call_again_minutes.max(1)).saturating_mul(delays);
    (open_between(&site.hours, since, now) >= SignedDuration::from_mins(minutes)).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::*;
    use comptoir_protocol::{CloseReason, HandoverReason};
    use comptoir_storage::model::{AgentId, DayHours, Hours, Span};
    use jiff::civil::time;
    use uuid::Uuid;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("an instant")
    }

    fn waiting(step: WaitStep) -> Holder {
        let (since, reason) = (at("2026-03-03T09:00:00Z"), HandoverReason::Button);
        Holder::Queued { since, reason, step, wanted: None }
    }

    #[test]
    fn each_step_has_its_time_and_comes_in_order() {
        let site = SiteSettings { call_again_minutes: 5, ..SiteSettings::default() };
        let due = |step, minute: &str| {
            due(&waiting(step), &site, at(&format!("2026-03-03T09:{minute}Z")))
        };
        assert_eq!(due(WaitStep::Called, "04:59"), None);
        assert_eq!(due(WaitStep::Called, "05:00"), Some(WaitStep::CalledAgain));
        assert_eq!(due(WaitStep::Called, "30:00"), Some(WaitStep::CalledAgain), "none is skipped");
        assert_eq!(due(WaitStep::CalledAgain, "09:59"), None);
        assert_eq!(due(WaitStep::CalledAgain, "10:00"), Some(WaitStep::ContactAsked));
        assert_eq!(due(WaitStep::ContactAsked, "59:00"), None, "nothing is done twice");
    }

    #[test]
    fn a_night_is_no_delay() {
        let day = Span { from: time(8, 0, 0, 0), to: time(10, 2, 0, 0) };
        let hours = Hours { week: vec![DayHours(vec![day]); 7], ..Hours::default() };
        let site = SiteSettings { hours, ..SiteSettings::default() };
        // Two minutes before the end of the day in Paris.
        let due = |now| due(&waiting(WaitStep::Called), &site, at(now));
        assert_eq!(due("2026-03-03T20:00:00Z"), None);
        assert_eq!(due("2026-03-04T07:02:59Z"), None);
        assert_eq!(due("2026-03-04T07:03:00Z"), Some(WaitStep::CalledAgain));
    }

    #[test]
    fn nobody_else_waits() {
        let (now, reason) = (at("2026-03-03T09:00:00Z"), HandoverReason::Button);
        let site = SiteSettings::default();
        let later = at("2027-03-03T09:00:00Z");
        let agent = AgentId(Uuid::nil());
        for holder in [
            Holder::Bot,
            Holder::Human { agent, since: now, reason },
            Holder::closed(CloseReason::Idle, now),
        ] {
            assert_eq!(due(&holder, &site, later), None);
        }
    }
}

//! The door: how many requests are let in, in all and per client. Everything behind it may rely
//! on these bounds, so nothing behind it needs to refuse or to grow.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::{ClientKey, EngineError};

/// The door. Cloning gives another handle to the same one.
#[derive(Debug, Clone)]
pub(crate) struct Admission(Arc<Mutex<Inside>>);

/// Bounds of the door.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    /// Requests worked on at once; those beyond wait.
    pub(crate) slots: usize,
    /// Requests that may wait.
    pub(crate) queue: usize,
    /// Requests of one client, running or waiting.
    pub(crate) per_client: usize,
}

#[derive(Debug)]
struct Inside {
    bounds: Bounds,
    requests: usize,
    clients: HashMap<ClientKey, usize>,
    refused: u64,
    /// A running mean of how long a request stays, in seconds.
    stay: f32,
}

/// Leave to be inside; dropping it leaves.
#[derive(Debug)]
pub(crate) struct Permit {
    door: Admission,
    client: ClientKey,
}

impl Admission {
    /// A door nobody has passed yet.
    pub(crate) fn new(bounds: Bounds) -> Self {
        let inside = Inside { bounds, requests: 0, clients: HashMap::new(), refused: 0, stay: 4.0 };
        Self(Arc::new(Mutex::new(inside)))
    }

    /// Lets a request in, or says how long the queue is.
    ///
    /// # Errors
    /// [`EngineError::Busy`].
    pub(crate) fn enter(&self, client: ClientKey) -> Result<Permit, EngineError> {
        let mut inside = self.lock();
        let own = inside.clients.get(&client).copied().unwrap_or(0);
        let Bounds { slots, queue, per_client } = inside.bounds;
        if inside.requests >= slots + queue || own >= per_client {
            inside.refused += 1;
            let position = (inside.requests + 1).saturating_sub(slots).max(1);
            return Err(EngineError::Busy { position, retry_after: inside.wait_for(position) });
        }
        inside.requests += 1;
        inside.clients.insert(client, own + 1);
        Ok(Permit { door: self.clone(), client })
    }

    /// How long a request made now would wait for its turn.
    pub(crate) fn expected_wait(&self) -> Duration {
        let inside = self.lock();
        match (inside.requests + 1).saturating_sub(inside.bounds.slots) {
            0 => Duration::ZERO,
            position => inside.wait_for(position),
        }
    }

    /// Takes note of how long a request stayed, for the next estimate.
    pub(crate) fn note_stay(&self, stay: Duration) {
        let mut inside = self.lock();
        inside.stay += 0.2 * (stay.as_secs_f32() - inside.stay);
    }

    /// Requests inside, and requests refused since the start.
    pub(crate) fn counts(&self) -> (usize, u64) {
        let inside = self.lock();
        (inside.requests, inside.refused)
    }

    /// Held for a few instructions only, never across an await; a panic elsewhere leaves plain
    /// counters, which are still right.
    fn lock(&self) -> MutexGuard<'_, Inside> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inside {
    fn wait_for(&self, position: usize) -> Duration {
        let turns = position as f32 / self.bounds.slots.max(1) as f32;
        Duration::from_secs_f32((turns * self.stay).clamp(1.0, 60.0))
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut inside = self.door.lock();
        inside.requests = inside.requests.saturating_sub(1);
        if let Some(own) = inside.clients.get_mut(&self.client) {
            *own -= 1;
            if *own == 0 {
                inside.clients.remove(&self.client);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn door(slots: usize, queue: usize, per_client: usize) -> Admission {
        Admission::new(Bounds { slots, queue, per_client })
    }

    #[test]
    fn a_full_house_says_busy_with_the_place_in_the_queue() {
        let door = door(1, 2, 9);
        let inside: Vec<_> = (0..3).map(|client| door.enter(ClientKey(client))).collect();
        assert!(inside.iter().all(Result::is_ok));
        match door.enter(ClientKey(9)) {
            Err(EngineError::Busy { position, retry_after }) => {
                assert_eq!(position, 3);
                assert!(retry_after >= Duration::from_secs(1));
            }
            other => panic!("not busy: {other:?}"),
        }
        drop(inside);
        assert!(door.enter(ClientKey(9)).is_ok());
        assert_eq!(door.counts(), (0, 1));
    }

    #[test]
    fn one_client_cannot_take_every_place() {
        let door = door(4, 4, 2);
        let _first = door.enter(ClientKey(1));
        let _second = door.enter(ClientKey(1));
        assert!(door.enter(ClientKey(1)).is_err());
        assert!(door.enter(ClientKey(2)).is_ok());
    }

    #[test]
    fn nobody_waits_while_a_slot_is_free() {
        let door = door(1, 3, 9);
        assert_eq!(door.expected_wait(), Duration::ZERO);
        let _inside = door.enter(ClientKey(1));
        let one = door.expected_wait();
        let _waiting = door.enter(ClientKey(2));
        assert!(one >= Duration::from_secs(1) && door.expected_wait() > one);
    }

    #[test]
    fn longer_stays_give_longer_waits() {
        let door = door(1, 0, 1);
        let _inside = door.enter(ClientKey(1));
        let wait = |door: &Admission| match door.enter(ClientKey(2)) {
            Err(EngineError::Busy { retry_after, .. }) => retry_after,
            other => panic!("not busy: {other:?}"),
        };
        let before = wait(&door);
        (0..10).for_each(|_| door.note_stay(Duration::from_secs(30)));
        assert!(wait(&door) > before);
    }
}

//! Places for visitors' connections, shared fairly by the sites: while there
//! is room everybody gets in; when it becomes scarce, a site that has its share
//! waits for those that have not.

use comptoir_storage::model::SiteId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Room is scarce when less than this part of all places is free.
const SCARCE: usize = 4;

/// All places.
#[derive(Debug)]
pub struct Places {
    most: usize,
    // A std lock: held for a lookup and a sum, never across an await.
    taken: Mutex<HashMap<SiteId, usize>>,
}

/// A taken place; free again when dropped.
#[derive(Debug)]
pub struct Place {
    places: Arc<Places>,
    site: SiteId,
}

impl Places {
    /// This many places, all free.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self { most, taken: Mutex::default() }
    }

    /// A place for a visitor of this site, if there is one.
    pub fn take(self: &Arc<Self>, site: &SiteId) -> Option<Place> {
        let mut taken = self.locked();
        let total = taken.values().sum();
        let own = taken.get(site).copied().unwrap_or(0);
        let sites = taken.len() + usize::from(own == 0);
        if !is_admitted(self.most, total, own, sites) {
            return None;
        }
        *taken.entry(site.clone()).or_default() += 1;
        drop(taken);
        Some(Place { places: Arc::clone(self), site: site.clone() })
    }

    fn locked(&self) -> MutexGuard<'_, HashMap<SiteId, usize>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.locked();
        if let Some(count) = taken.get_mut(&self.site) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.site);
            }
        }
    }
}

/// Whether one more of a site that has `own` of the `total` taken places gets
/// in, with `sites` present.
fn is_admitted(most: usize, total: usize, own: usize, sites: usize) -> bool {
    let free = most.saturating_sub(total);
    free > 0 && (own < most / sites.max(1) || free > most / SCARCE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(name: &str) -> SiteId {
        SiteId::parse(name).unwrap()
    }

    fn fill(places: &Arc<Places>, name: &str) -> Vec<Place> {
        std::iter::from_fn(|| places.take(&site(name))).collect()
    }

    #[test]
    fn one_site_alone_may_have_all_places() {
        let places = Arc::new(Places::new(10));
        let all = fill(&places, "a");
        assert_eq!(all.len(), 10);
        drop(all);
        assert_eq!(fill(&places, "a").len(), 10, "they are free again");
    }

    #[test]
    fn a_second_site_gets_its_share_of_what_becomes_free() {
        let places = Arc::new(Places::new(100));
        let mut first = fill(&places, "a");
        assert!(places.take(&site("b")).is_none(), "all are taken");
        first.truncate(90);
        let second = fill(&places, "b");
        assert_eq!(second.len(), 10);
        // The crowded site waits while the other has less than its share.
        first.truncate(80);
        assert!(places.take(&site("a")).is_none());
        assert!(places.take(&site("b")).is_some());
    }

    #[test]
    fn while_there_is_room_nobody_counts() {
        let places = Arc::new(Places::new(100));
        let _few = (places.take(&site("b")), places.take(&site("c")));
        // 25 of 100 must stay free beyond the share of a third.
        assert_eq!(fill(&places, "a").len(), 73);
    }
}

//! Questions the FAQ could not answer, or answered badly: grouped by meaning,
//! one click from becoming an entry.

mod draft;
mod list;

pub use draft::prefilled;

use crate::deps::AdminDeps;
use axum::Router;
use axum::routing::{get, post};
use comptoir_storage::model::GapId;
use uuid::Uuid;

/// Gaps of one group that are acted on at once.
const MOST_IDS: usize = 100;

/// Routes of the gap list.
pub fn routes() -> Router<AdminDeps> {
    Router::new()
        .route("/gaps", get(list::page))
        .route("/gaps/groups", get(list::part))
        .route("/gaps/dismiss", post(list::dismiss))
        .route("/gaps/reopen", post(list::reopen))
}

/// Ids of gaps as forms and addresses carry them, separated by commas.
#[must_use]
pub fn ids(text: &str) -> Vec<GapId> {
    let ids = text.split(',').filter_map(|id| Uuid::try_parse(id.trim()).ok());
    ids.take(MOST_IDS).map(GapId).collect()
}

/// The same the other way round.
#[must_use]
pub fn ids_text<'a>(ids: impl IntoIterator<Item = &'a GapId>) -> String {
    let ids = ids.into_iter().take(MOST_IDS);
    ids.map(|id| id.0.simple().to_string()).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::{MOST_IDS, ids, ids_text};
    use comptoir_storage::model::GapId;
    use uuid::Uuid;

    #[test]
    fn ids_travel_in_addresses_and_are_bounded() {
        let some = [GapId(Uuid::from_u128(1)), GapId(Uuid::from_u128(2))];
        assert_eq!(ids(&ids_text(&some)), some);
        assert_eq!(ids("x,,-1"), []);
        let many: Vec<GapId> = (0..300).map(|n| GapId(Uuid::from_u128(n))).collect();
        assert_eq!(ids(&ids_text(&many)).len(), MOST_IDS);
    }
}

//! The vector index: a port ([`VectorIndex`]), its values, and the contract
//! that every implementation is tested against ([`contract`]).
//!
//! Points come in as ready vectors (dense ones from an embedder, sparse ones
//! weighed by the caller from [`term_id`]s); hits go out as entry ids with
//! scores. The index is a cache: the database holds the truth, and anything
//! here may be wiped and rebuilt from it at any time ([`IndexStamp`] says when
//! that is due).
//!
//! This crate must never hold text of an entry, call a model, or know which
//! engine stands behind the port.

mod checks;
pub mod contract;
mod error;
mod hash;
mod port;
mod types;
mod versions;

pub use checks::{check_points, check_replacement};
pub use error::IndexError;
pub use hash::{point_id, term_id};
pub use port::VectorIndex;
pub use types::{
    Field, Hit, IndexStamp, Leg, MAX_ENTRY_POINTS, MAX_LIMIT, Point, SCHEMA_VERSION, SearchRequest,
    SiteId, Sparse,
};
pub use versions::settle;

//! Pure policies: whom something concerns, when, and what follows a failure.
//!
//! Facts, time and randomness enter as arguments; a decision leaves.

mod backoff;
mod plan;

pub use backoff::{MOST_ATTEMPTS, after};
pub use plan::{House, Person, Plan, Scene, is_wanted, plan};

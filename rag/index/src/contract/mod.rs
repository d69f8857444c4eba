//! What every [`VectorIndex`] must do, as functions that any test can run.
//!
//! An implementation hands in a [`Factory`]; [`run_all`] runs every case on a
//! fresh index and returns the failures by name, so that one broken case does
//! not hide the others.

mod atomic;
mod basics;
mod builders;
mod filters;
mod hygiene;
mod lexical;
mod replace;
mod volume;

use crate::{IndexError, VectorIndex};
use async_trait::async_trait;
use futures::future::BoxFuture;
use std::sync::Arc;

/// Makes indexes for the cases.
#[async_trait]
pub trait Factory: Send + Sync {
    /// An empty index, apart from all earlier ones.
    ///
    /// # Errors
    /// When it cannot be made; the case fails.
    async fn fresh(&self, dimensions: usize) -> Result<Arc<dyn VectorIndex>, IndexError>;

    /// Gives `index` up and opens the same storage again.
    ///
    /// # Errors
    /// When it cannot be opened; the case fails.
    async fn reopen(&self, index: Arc<dyn VectorIndex>)
    -> Result<Arc<dyn VectorIndex>, IndexError>;
}

/// Why a case failed.
#[derive(Debug)]
pub struct Failure(pub String);

impl From<IndexError> for Failure {
    fn from(error: IndexError) -> Self {
        Self(format!("unexpected error: {error}"))
    }
}

/// What a case comes to.
pub type Outcome = Result<(), Failure>;

type Case = (&'static str, for<'a> fn(&'a dyn Factory) -> BoxFuture<'a, Outcome>);

/// Fails the case with a message unless the condition holds.
macro_rules! ensure {
    ($condition:expr, $($message:tt)+) => {
        let holds: bool = $condition;
        if !holds {
            return Err($crate::contract::Failure(format!($($message)+)));
        }
    };
}
pub(crate) use ensure;

/// The cases by name.
const CASES: &[Case] = &[
    ("an empty index answers", |f| Box::pin(basics::empty(f))),
    ("search finds the nearest", |f| Box::pin(basics::nearest(f))),
    ("points may lack one vector", |f| Box::pin(basics::one_leg(f))),
    ("points survive reopening", |f| Box::pin(basics::reopening(f))),
    ("the stamp is kept and cleared", |f| Box::pin(basics::stamp(f))),
    ("sites are apart", |f| Box::pin(filters::sites(f))),
    ("languages and fields filter", |f| Box::pin(filters::languages_and_fields(f))),
    ("drafts are not found", |f| Box::pin(filters::drafts(f))),
    ("rare terms weigh more", |f| Box::pin(lexical::rare_terms(f))),
    ("terms must match", |f| Box::pin(lexical::must_match(f))),
    ("replacing leaves nothing old", |f| Box::pin(replace::nothing_old(f))),
    ("replacing twice is the same", |f| Box::pin(replace::idempotent(f))),
    ("a late old version is ignored", |f| Box::pin(replace::late_version(f))),
    ("replacing with nothing deletes", |f| Box::pin(replace::with_nothing(f))),
    ("replacing refuses foreign and too many points", |f| Box::pin(replace::refusals(f))),
    ("points are listed and removed by id", |f| Box::pin(replace::by_id(f))),
    ("deleting is limited to its target", |f| Box::pin(replace::deleting(f))),
    ("searches during a replace see one version", |f| Box::pin(atomic::one_version(f))),
    ("concurrent replaces keep the newest", |f| Box::pin(atomic::newest_wins(f))),
    ("wrong points are refused whole", |f| Box::pin(hygiene::wrong_points(f))),
    ("wrong queries are refused", |f| Box::pin(hygiene::wrong_queries(f))),
    ("odd names are only names", |f| Box::pin(hygiene::odd_names(f))),
    ("five thousand points in bounded time", |f| Box::pin(volume::five_thousand(f))),
];

/// Runs every case and returns `(name, reason)` for those that failed.
pub async fn run_all(factory: &dyn Factory) -> Vec<(&'static str, String)> {
    run_some(factory, |_| true).await
}

/// Runs the cases whose name is wanted, like [`run_all`].
pub async fn run_some(
    factory: &dyn Factory,
    wanted: impl Fn(&str) -> bool,
) -> Vec<(&'static str, String)> {
    let mut failures = Vec::new();
    for (name, case) in CASES.iter().filter(|(name, _)| wanted(name)) {
        if let Err(Failure(reason)) = case(factory).await {
            failures.push((*name, reason));
        }
    }
    failures
}

//! Checks that every implementation makes before it writes.

use crate::{IndexError, MAX_ENTRY_POINTS, Point, SiteId};
use uuid::Uuid;

/// Checks points for [`crate::VectorIndex::upsert`].
///
/// # Errors
/// The first invalid vector.
pub fn check_points(points: &[Point], dimensions: usize) -> Result<(), IndexError> {
    points.iter().try_for_each(|point| point.validate(dimensions))
}

/// Checks points for [`crate::VectorIndex::replace_entry`].
///
/// # Errors
/// Too many points, a point of another entry, or an invalid vector.
pub fn check_replacement(
    site: &SiteId,
    entry: Uuid,
    points: &[Point],
    dimensions: usize,
) -> Result<(), IndexError> {
    if points.len() > MAX_ENTRY_POINTS {
        return Err(IndexError::TooManyPoints { limit: MAX_ENTRY_POINTS, got: points.len() });
    }
    if points.iter().any(|point| point.entry != entry || point.site != *site) {
        return Err(IndexError::ForeignPoint);
    }
    check_points(points, dimensions)
}

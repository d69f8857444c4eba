//! Message catalogs: every sentence a person reads.
//!
//! What it is for: code names a sentence, the catalog of the reader's language
//! says it. French comes first and is the fallback. Catalogs are compiled in
//! and strict: a missing or unknown key is an error, which a test finds.
//!
//! How data enters and leaves: [`Catalog::get`] takes a language tag and gives
//! texts; [`Template::fill`] puts words into the braces. Crates with texts of
//! their own keep their own TOML files and read them with [`load`]; their tests
//! compare the languages with [`differences`].
//!
//! What it must never do: no decisions, no HTML, no clock.

mod catalog;
mod compare;
mod notice;
mod template;
mod time;

pub use catalog::{Bot, Catalog, Chat, Danger, Handover, Notice};
pub use compare::differences;
pub use notice::notice_version;
pub use template::Template;
pub use time::{Plural, TimeWords};

/// A catalog file that does not fit its type.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// Not TOML, or a key is missing, unknown or of the wrong kind.
    #[error("message catalog: {0}")]
    Parse(#[from] toml::de::Error),
}

/// Reads a catalog file. Meant for files compiled in with `include_str!`.
///
/// # Errors
/// When the file does not fit `T`; give `T` `deny_unknown_fields` throughout.
pub fn load<T: serde::de::DeserializeOwned>(toml: &str) -> Result<T, CatalogError> {
    Ok(toml::from_str(toml)?)
}

//! Small border types: names, paths and platforms that cannot be wrong.

use std::path::{Component, Path};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::catalogue::CatalogueError;

/// A name that is safe as a file name on every system: 1 to 80 characters of
/// `a-z`, `0-9`, `.`, `_`, `-`, beginning with a letter or digit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ModelName(String);

impl ModelName {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for ModelName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for ModelName {
    type Err = CatalogueError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        let fits = (1..=80).contains(&text.len())
            && text.starts_with(plain)
            && text.chars().all(|c| plain(c) || matches!(c, '.' | '_' | '-'));
        if fits { Ok(Self(text.to_owned())) } else { Err(CatalogueError::Name(text.to_owned())) }
    }
}

impl TryFrom<String> for ModelName {
    type Error = CatalogueError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<ModelName> for String {
    fn from(name: ModelName) -> Self {
        name.0
    }
}

/// A path below the store's folder: relative, without `..`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct RelativeFile(String);

impl RelativeFile {
    /// The path, to be joined to the store's folder.
    #[must_use]
    pub fn as_path(&self) -> &Path {
        Path::new(&self.0)
    }
}

impl TryFrom<String> for RelativeFile {
    type Error = CatalogueError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let normal = Path::new(&text).components().all(|part| matches!(part, Component::Normal(_)));
        if normal && !text.is_empty() { Ok(Self(text)) } else { Err(CatalogueError::Path(text)) }
    }
}

/// The operating system and processor an item is built for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Platform {
    /// Linux with the GNU C library on 64-bit x86.
    #[serde(rename = "linux-x86_64")]
    LinuxX86,
    /// Linux with the GNU C library on 64-bit ARM.
    #[serde(rename = "linux-aarch64")]
    LinuxArm,
    /// macOS on 64-bit ARM.
    #[serde(rename = "macos-aarch64")]
    MacArm,
}

impl Platform {
    /// The platform this program was built for, if the catalogue knows it.
    #[must_use]
    pub const fn here() -> Option<Self> {
        if cfg!(all(target_os = "linux", target_arch = "x86_64")) {
            Some(Self::LinuxX86)
        } else if cfg!(all(target_os = "linux", target_arch = "aarch64")) {
            Some(Self::LinuxArm)
        } else if cfg!(all(target_os = "macos", target_arch = "aarch64")) {
            Some(Self::MacArm)
        } else {
            None
        }
    }
}

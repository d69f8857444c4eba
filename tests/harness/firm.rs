//! The firms that scenarios play in: settings, people, entries.

use crate::places;
use comptoir_admin::{imports, password};
use comptoir_ingest::{SourceHint, parse};
use comptoir_storage::Storage;
use comptoir_storage::model::{AgentId, EntryStatus, NewAgent, Role, SiteId, SiteSettings};
use jiff::Timestamp;
use std::path::PathBuf;
use std::sync::OnceLock;
use uuid::Uuid;

/// Site of every scenario's firm.
pub const SITE: &str = "demo";

/// A question whose entry is so long that the model condenses it.
pub const LONG_QUESTION: &str = "Que comprend la révision complète ?";

/// What a faithful model makes of that entry.
pub const CONDENSED: &str = "La révision complète coûte 119 €. Le vélo est lavé, essayé sur 2 km et \
    rendu avec une fiche qui dit ce qui a été fait et ce qu'il faudra surveiller dans les mois \
    suivants. La révision est garantie 90 jours : un réglage qui bouge pendant ce temps est refait \
    gratuitement.";

/// Password of everybody.
pub const PASSWORD: &str = "un mot de passe long";

/// Somebody who can sign in.
#[derive(Debug, Clone, Copy)]
pub struct Person {
    /// E-mail to sign in with.
    pub email: &'static str,
    /// First name.
    pub name: &'static str,
    /// What the person may do.
    pub role: Role,
}

/// May do everything.
pub const OWNER: Person =
    Person { email: "odile@trebuchet.example", name: "Odile", role: Role::Owner };

/// Answers visitors.
pub const ARTISAN: Person =
    Person { email: "basile@trebuchet.example", name: "Basile", role: Role::Artisan };

/// Answers visitors too.
pub const SECOND: Person =
    Person { email: "farah@trebuchet.example", name: "Farah", role: Role::Artisan };

/// Which entries a counter begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Faq {
    /// None.
    Empty,
    /// The workshop's few entries; quick to index.
    Workshop,
    /// The demo firm's.
    Demo,
}

impl Faq {
    /// The file, if any.
    #[must_use]
    pub fn path(self) -> Option<PathBuf> {
        match self {
            Self::Empty => None,
            Self::Workshop => Some(places::root().join("tests/fixtures/faq.jsonl")),
            Self::Demo => Some(places::root().join("xtask/demo/faq.jsonl")),
        }
    }
}

/// The workshop's settings file.
#[must_use]
pub fn settings_file() -> PathBuf {
    places::root().join("tests/fixtures/firm.toml")
}

/// The workshop's settings, open for these pages.
///
/// # Panics
/// When the fixture cannot be read.
#[must_use]
pub fn settings(origins: &[String]) -> SiteSettings {
    let text = std::fs::read_to_string(settings_file()).expect("the firm's settings are there");
    let settings: SiteSettings = toml::from_str(&text).expect("the firm's settings are whole");
    SiteSettings { allowed_origins: origins.to_vec(), ..settings }
}

/// Short name of a site.
///
/// # Panics
/// When it is not a site's name.
#[must_use]
pub fn site(name: &str) -> SiteId {
    SiteId::parse(name).expect("a site's name")
}

/// Creates a person of a site.
///
/// # Panics
/// When the e-mail is taken.
pub async fn hire(storage: &dyn Storage, site: &SiteId, person: Person) -> AgentId {
    // Hashing is slow on purpose; one hash serves everybody.
    static HASH: OnceLock<String> = OnceLock::new();
    let hash = HASH.get_or_init(|| password::hash(PASSWORD).expect("a long password"));
    let agent = NewAgent {
        id: AgentId(Uuid::now_v7()),
        site: site.clone(),
        email: person.email.to_owned(),
        name: person.name.to_owned(),
        role: person.role,
        lang: "fr".to_owned(),
        password_hash: hash.clone(),
        created_at: Timestamp::now(),
    };
    storage.create_agent(&agent).await.expect("a new person").id
}

/// Imports a file the way desk and command do; gives how many were written.
///
/// # Panics
/// When the file cannot be read whole.
pub async fn stock(storage: &dyn Storage, site: &SiteId, faq: Faq) -> usize {
    let Some(path) = faq.path() else { return 0 };
    let bytes = std::fs::read(&path).expect("the FAQ file is there");
    let parsed = parse(&bytes, &SourceHint::named(&path.to_string_lossy()));
    assert!(parsed.notes.is_empty(), "{:?}", parsed.notes);
    let plan = imports::plan_import(storage, site, &parsed.drafts, "fr").await.expect("a plan");
    let (status, now) = (EntryStatus::Published, Timestamp::now());
    imports::apply_import(storage, site, &plan, status, None, now, Uuid::now_v7)
        .await
        .expect("the entries are written")
}

//! Sites, people and unanswered questions, as far as conversations ask.

use super::Disk;
use crate::artisan::Artisan;
use async_trait::async_trait;
use comptoir_storage::model::{
    Agent, AgentId, AgentSession, ConversationKey, EntryId, Gap, GapId, GapStatus, NewAgent,
    NewNote, Note, Page, Role, Site, SiteId, SiteSettings, TokenHash,
};
use comptoir_storage::{GapStore, NoteStore, PeopleStore, SiteStore, StorageError};
use jiff::Timestamp;
use uuid::Uuid;

impl Disk {
    /// The firm of the simulation: its site, and so many people.
    pub(crate) fn furnish(&self, people: usize) -> (SiteId, Vec<Artisan>) {
        let settings = SiteSettings {
            firm: "Atelier Vasseur".to_owned(),
            phone: Some("02 00 00 00 00".to_owned()),
            ..SiteSettings::default()
        };
        let Some(id) = SiteId::parse("atelier") else { panic!("not a site's name") };
        let site = Site { id: id.clone(), settings, version: 1 };
        self.tables().sites.insert(id.clone(), site);
        let artisans = ["Camille", "Inès"].iter().zip(1u128..).take(people);
        let artisans = artisans.map(|(name, number)| {
            let agent = Agent {
                id: AgentId(Uuid::from_u128(number)),
                site: id.clone(),
                email: format!("{number}@example.org"),
                name: (*name).to_owned(),
                role: Role::Artisan,
                lang: "fr".to_owned(),
                password_hash: String::new(),
                available: true,
                seen_at: None,
                disabled_at: None,
                created_at: Timestamp::UNIX_EPOCH,
            };
            self.tables().agents.insert(agent.id, agent.clone());
            Artisan::new(agent.id, agent.name)
        });
        (id.clone(), artisans.collect())
    }
}

#[async_trait]
impl SiteStore for Disk {
    async fn sites(&self) -> Result<Vec<Site>, StorageError> {
        self.read(|tables| tables.sites.values().cloned().collect()).await
    }

    async fn site(&self, id: &SiteId) -> Result<Option<Site>, StorageError> {
        self.read(|tables| tables.sites.get(id).cloned()).await
    }

    async fn create_site(
        &self,
        id: &SiteId,
        settings: &SiteSettings,
        _at: Timestamp,
    ) -> Result<Site, StorageError> {
        let site = Site { id: id.clone(), settings: settings.clone(), version: 1 };
        self.tables().sites.insert(id.clone(), site.clone());
        Ok(site)
    }

    async fn update_site(
        &self,
        id: &SiteId,
        _expected: i64,
        settings: &SiteSettings,
        at: Timestamp,
    ) -> Result<Site, StorageError> {
        self.create_site(id, settings, at).await
    }
}

#[async_trait]
impl PeopleStore for Disk {
    async fn create_agent(&self, new: &NewAgent) -> Result<Agent, StorageError> {
        let agent = Agent {
            id: new.id,
            site: new.site.clone(),
            email: new.email.clone(),
            name: new.name.clone(),
            role: new.role,
            lang: new.lang.clone(),
            password_hash: new.password_hash.clone(),
            available: true,
            seen_at: None,
            disabled_at: None,
            created_at: new.created_at,
        };
        self.tables().agents.insert(new.id, agent.clone());
        Ok(agent)
    }

    async fn has_agents(&self) -> Result<bool, StorageError> {
        self.read(|tables| !tables.agents.is_empty()).await
    }

    async fn agents(&self, site: &SiteId) -> Result<Vec<Agent>, StorageError> {
        self.read(|tables| {
            tables.agents.values().filter(|agent| agent.site == *site).cloned().collect()
        })
        .await
    }

    async fn agent(&self, id: AgentId) -> Result<Option<Agent>, StorageError> {
        self.read(|tables| tables.agents.get(&id).cloned()).await
    }

    async fn agent_by_email(&self, email: &str) -> Result<Option<Agent>, StorageError> {
        self.read(|tables| tables.agents.values().find(|agent| agent.email == email).cloned()).await
    }

    async fn set_password(&self, _id: AgentId, _hash: &str) -> Result<(), StorageError> {
        Err(super::unused::MISSING)
    }

    async fn set_available(&self, id: AgentId, available: bool) -> Result<(), StorageError> {
        if let Some(agent) = self.tables().agents.get_mut(&id) {
            agent.available = available;
        }
        Ok(())
    }

    async fn touch_agent(&self, id: AgentId, at: Timestamp) -> Result<(), StorageError> {
        if let Some(agent) = self.tables().agents.get_mut(&id) {
            agent.seen_at = agent.seen_at.max(Some(at));
        }
        Ok(())
    }

    async fn set_disabled(
        &self,
        id: AgentId,
        disabled_at: Option<Timestamp>,
    ) -> Result<(), StorageError> {
        if let Some(agent) = self.tables().agents.get_mut(&id) {
            agent.disabled_at = disabled_at;
        }
        Ok(())
    }

    async fn create_session(&self, _session: &AgentSession) -> Result<(), StorageError> {
        Err(super::unused::MISSING)
    }

    async fn session(
        &self,
        _token: TokenHash,
        _now: Timestamp,
    ) -> Result<Option<(AgentSession, Agent)>, StorageError> {
        Err(super::unused::MISSING)
    }

    async fn delete_session(&self, _token: TokenHash) -> Result<(), StorageError> {
        Err(super::unused::MISSING)
    }

    async fn purge_sessions(&self, _now: Timestamp) -> Result<u64, StorageError> {
        Err(super::unused::MISSING)
    }
}

#[async_trait]
impl NoteStore for Disk {
    async fn add_note(&self, _note: &NewNote) -> Result<Note, StorageError> {
        Err(super::unused::MISSING)
    }

    /// Nobody writes any here.
    async fn notes(
        &self,
        _site: &SiteId,
        _conversation: ConversationKey,
        _after: u64,
        _limit: u32,
    ) -> Result<Vec<Note>, StorageError> {
        Ok(Vec::new())
    }
}

#[async_trait]
impl GapStore for Disk {
    async fn gaps(
        &self,
        site: &SiteId,
        status: GapStatus,
        _page: Page<GapId>,
    ) -> Result<Vec<Gap>, StorageError> {
        self.read(|tables| {
            let own = |gap: &&Gap| gap.site == *site && gap.status == status;
            tables.gaps.iter().filter(own).cloned().collect()
        })
        .await
    }

    async fn gap(&self, _site: &SiteId, _id: GapId) -> Result<Option<Gap>, StorageError> {
        Err(super::unused::MISSING)
    }

    async fn count_gaps(&self, _site: &SiteId, _status: GapStatus) -> Result<u64, StorageError> {
        Err(super::unused::MISSING)
    }

    async fn set_gap_status(
        &self,
        _site: &SiteId,
        _id: GapId,
        _status: GapStatus,
    ) -> Result<(), StorageError> {
        Err(super::unused::MISSING)
    }

    async fn settle_gaps(
        &self,
        _site: &SiteId,
        _ids: &[GapId],
        _status: GapStatus,
    ) -> Result<(), StorageError> {
        Err(super::unused::MISSING)
    }

    async fn link_gaps(
        &self,
        _site: &SiteId,
        _ids: &[GapId],
        _entry: EntryId,
    ) -> Result<(), StorageError> {
        Err(super::unused::MISSING)
    }

    async fn gaps_of_entry(
        &self,
        _site: &SiteId,
        _entry: EntryId,
    ) -> Result<Vec<Gap>, StorageError> {
        Err(super::unused::MISSING)
    }
}

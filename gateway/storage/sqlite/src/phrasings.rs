//! Proposed phrasings of entries.

use crate::SqliteStorage;
use crate::error::{backend, violation};
use async_trait::async_trait;
use comptoir_storage::columns::{
    PhrasingRow, VerdictRow, count, entry_key, page_limit, phrasing_source_text,
    phrasing_status_text, plain, seq_column, verdict_place, verdicts,
};
use comptoir_storage::model::{
    Confirmed, EntryId, NewPhrasing, Phrasing, PhrasingId, PhrasingStatus, Proposal, SiteId,
    VerdictPlace,
};
use comptoir_storage::{PhrasingStore, StorageError, search};
use jiff::Timestamp;
use sqlx::{Sqlite, Transaction};

#[async_trait]
impl PhrasingStore for SqliteStorage {
    async fn phrasings(
        &self,
        site: &SiteId,
        entry: EntryId,
    ) -> Result<Vec<Phrasing>, StorageError> {
        let (site, entry) = (site.as_str(), entry.0.to_string());
        let rows = sqlx::query_as!(
            PhrasingRow,
            "SELECT id, site_id, entry_id, text, source, status, at FROM phrasings
            WHERE site_id = $1 AND entry_id = $2 ORDER BY at, id",
            site,
            entry,
        )
        .fetch_all(self.readers())
        .await
        .map_err(backend)?;
        rows.into_iter().map(Phrasing::try_from).collect()
    }

    async fn proposed_phrasings(&self, site: &SiteId) -> Result<Vec<(EntryId, u64)>, StorageError> {
        let site = site.as_str();
        let rows = sqlx::query!(
            r#"SELECT entry_id, count(*) AS "number!: i64" FROM phrasings
            WHERE site_id = $1 AND status = 'proposed' GROUP BY entry_id ORDER BY entry_id"#,
            site,
        )
        .fetch_all(self.readers())
        .await
        .map_err(backend)?;
        rows.into_iter()
            .map(|row| {
                Ok((entry_key("phrasings", &row.entry_id)?, count("phrasings", row.number)?))
            })
            .collect()
    }

    async fn propose(
        &self,
        site: &SiteId,
        proposal: &Proposal,
        at: Timestamp,
    ) -> Result<(), StorageError> {
        let mut tx = self.begin_write().await?;
        for phrasing in &proposal.phrasings {
            insert(&mut tx, site, phrasing, at).await?;
        }
        let name = site.as_str();
        if let Some((entry, digest)) = &proposal.asked {
            let entry = entry.0.to_string();
            sqlx::query!(
                "INSERT INTO phrasing_digests (entry_id, site_id, digest) VALUES ($1, $2, $3)
                ON CONFLICT (entry_id) DO UPDATE SET digest = excluded.digest",
                entry,
                name,
                digest,
            )
            .execute(&mut *tx)
            .await
            .map_err(|error| violation(error, "entry"))?;
        }
        if let Some(place) = proposal.read {
            let (when, number) = (place.at.as_millisecond(), seq_column(place.seq));
            let conversation = place.conversation.to_string();
            sqlx::query!(
                "INSERT INTO phrasing_cursors (site_id, at, conversation_id, seq) VALUES ($1, $2, $3, $4)
                ON CONFLICT (site_id) DO UPDATE SET
                    at = excluded.at, conversation_id = excluded.conversation_id, seq = excluded.seq",
                name,
                when,
                conversation,
                number,
            )
            .execute(&mut *tx)
            .await
            .map_err(|error| violation(error, "site"))?;
        }
        tx.commit().await.map_err(backend)
    }

    async fn set_phrasing_status(
        &self,
        site: &SiteId,
        id: PhrasingId,
        status: PhrasingStatus,
    ) -> Result<(), StorageError> {
        let (site, id, status) = (site.as_str(), id.0.to_string(), phrasing_status_text(status));
        let done = sqlx::query!(
            "UPDATE phrasings SET status = $3 WHERE site_id = $1 AND id = $2",
            site,
            id,
            status,
        )
        .execute(self.writer())
        .await
        .map_err(backend)?;
        if done.rows_affected() == 0 {
            return Err(StorageError::Missing { what: "phrasing" });
        }
        Ok(())
    }

    async fn phrasing_digests(
        &self,
        site: &SiteId,
    ) -> Result<Vec<(EntryId, String)>, StorageError> {
        let site = site.as_str();
        let rows =
            sqlx::query!("SELECT entry_id, digest FROM phrasing_digests WHERE site_id = $1", site)
                .fetch_all(self.readers())
                .await
                .map_err(backend)?;
        rows.into_iter()
            .map(|row| Ok((entry_key("phrasing_digests", &row.entry_id)?, row.digest)))
            .collect()
    }

    async fn verdicts_read(&self, site: &SiteId) -> Result<Option<VerdictPlace>, StorageError> {
        let site = site.as_str();
        let row = sqlx::query!(
            "SELECT at, conversation_id, seq FROM phrasing_cursors WHERE site_id = $1",
            site,
        )
        .fetch_optional(self.readers())
        .await
        .map_err(backend)?;
        row.map(|row| verdict_place(row.at, &row.conversation_id, row.seq)).transpose()
    }

    async fn confirmed(
        &self,
        site: &SiteId,
        after: Option<VerdictPlace>,
        before: Timestamp,
        limit: u32,
    ) -> Result<(Vec<Confirmed>, Option<VerdictPlace>), StorageError> {
        let (site, before, limit) = (site.as_str(), before.as_millisecond(), page_limit(limit));
        let at = after.map_or(i64::MIN, |place| place.at.as_millisecond());
        let conversation = after.map_or_else(String::new, |place| place.conversation.to_string());
        let number = after.map_or(0, |place| seq_column(place.seq));
        let rows = sqlx::query_as!(
            VerdictRow,
            "SELECT e.at, e.conversation_id, e.seq, e.payload FROM events e
            JOIN conversations c ON c.id = e.conversation_id
            WHERE c.site_id = $1 AND e.kind = 'feedback' AND e.at < $2
                AND (e.at, e.conversation_id, e.seq) > ($3, $4, $5)
            ORDER BY e.at, e.conversation_id, e.seq
            LIMIT $6",
            site,
            before,
            at,
            conversation,
            number,
            limit,
        )
        .fetch_all(self.readers())
        .await
        .map_err(backend)?;
        verdicts(rows)
    }
}

async fn insert(
    tx: &mut Transaction<'static, Sqlite>,
    site: &SiteId,
    phrasing: &NewPhrasing,
    at: Timestamp,
) -> Result<(), StorageError> {
    let (id, site, at) = (phrasing.id.0.to_string(), site.as_str(), at.as_millisecond());
    let (entry, source) = (phrasing.entry.0.to_string(), phrasing_source_text(phrasing.source));
    let (text, folded) = (plain(&phrasing.text), search::fold(&phrasing.text));
    let conversation = phrasing.conversation.map(|key| key.to_string());
    sqlx::query!(
        "INSERT INTO phrasings (id, site_id, entry_id, text, folded, source, status, conversation_id, at)
        VALUES ($1, $2, $3, $4, $5, $6, 'proposed', $7, $8) ON CONFLICT (entry_id, folded) DO NOTHING",
        id,
        site,
        entry,
        text,
        folded,
        source,
        conversation,
        at,
    )
    .execute(&mut **tx)
    .await
    .map(drop)
    .map_err(|error| violation(error, "entry"))
}

//! Lists of conversations for the people of the firm. One statement per
//! filter, so that each has its own index; pages are found by the key of the
//! last row seen.

use crate::error::backend;
use comptoir_storage::StorageError;
use comptoir_storage::columns::{count, page_limit};
use comptoir_storage::model::{
    AgentId, ConversationFilter, ConversationKey, ConversationSummary, Page, SiteId,
};
use sqlx::PgPool;

pub(super) async fn inbox(
    pool: &PgPool,
    site: &SiteId,
    filter: ConversationFilter,
    page: Page<ConversationKey>,
) -> Result<Vec<ConversationSummary>, StorageError> {
    let site = site.as_str();
    let (after, limit) = (page.after.map(|key| key.0.to_string()), page_limit(page.limit));
    let rows = match filter {
        ConversationFilter::Waiting => {
            select_summaries!(
            "WHERE c.site_id = $1 AND c.state = 'queued' AND ($2::text IS NULL OR (c.queued_at, c.id) >
                    (SELECT queued_at, id FROM conversations WHERE site_id = $1 AND id = $2))
                ORDER BY c.queued_at, c.id LIMIT $3",
            site,
            after,
            limit,
        )
            .fetch_all(pool)
            .await
        }
        ConversationFilter::Mine(me) => {
            let me = me.0.to_string();
            newest_summaries!("AND c.state = 'human' AND c.agent_id = $4", site, after, limit, me)
                .fetch_all(pool)
                .await
        }
        ConversationFilter::Open => {
            newest_summaries!(
                "AND c.state <> 'closed' AND (c.state <> 'bot' OR c.last_message_seq > 0)",
                site,
                after,
                limit,
            )
            .fetch_all(pool)
            .await
        }
        ConversationFilter::Closed => {
            newest_summaries!(
                "AND c.state = 'closed' AND (c.last_message_seq > 0 OR c.contact_value IS NOT NULL)",
                site,
                after,
                limit,
            )
            .fetch_all(pool)
            .await
        }
        ConversationFilter::All => {
            newest_summaries!(
                "AND (c.last_message_seq > 0 OR c.state NOT IN ('bot', 'closed')
                    OR (c.state = 'closed' AND c.contact_value IS NOT NULL))",
                site,
                after,
                limit,
            )
            .fetch_all(pool)
            .await
        }
    };
    rows.map_err(backend)?.into_iter().map(ConversationSummary::try_from).collect()
}

pub(super) async fn counts(
    pool: &PgPool,
    site: &SiteId,
    agent: AgentId,
) -> Result<(u64, u64), StorageError> {
    let (site, agent) = (site.as_str(), agent.0.to_string());
    let row = sqlx::query!(
        r#"SELECT
            (SELECT count(*) FROM conversations WHERE site_id = $1 AND state = 'queued') AS "waiting!",
            (SELECT count(*) FROM conversations WHERE site_id = $1 AND state = 'human' AND agent_id = $2)
                AS "mine!""#,
        site,
        agent,
    )
    .fetch_one(pool)
    .await
    .map_err(backend)?;
    Ok((count("conversations", row.waiting)?, count("conversations", row.mine)?))
}

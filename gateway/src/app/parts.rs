//! What the process is put together from, as the configuration names it.

use crate::config::Config;
use crate::wire;
use comptoir_embed::Embedder;
use comptoir_engine::TextGenerator;
use comptoir_index::VectorIndex;
use comptoir_storage::{Channel, Storage};
use std::sync::Arc;

/// The exchangeable parts.
pub struct Parts {
    /// Rows.
    pub storage: Arc<dyn Storage>,
    /// Between the gateways at one database; `None` where this is the only one.
    pub channel: Option<Arc<dyn Channel>>,
    /// Embedder and index; `None` when the embedder is not installed.
    pub search: Option<(Arc<dyn Embedder>, Arc<dyn VectorIndex>)>,
    /// Text generator.
    pub engine: Arc<dyn TextGenerator>,
}

impl Parts {
    /// The parts the configuration names.
    ///
    /// # Errors
    /// When database or index cannot be opened. Missing models are not errors.
    pub async fn open(config: &Config) -> anyhow::Result<Self> {
        let storage = wire::storage(config).await?;
        let channel = wire::channel(config)?;
        let store = wire::models(config)?;
        let engine = wire::engine(config, &store).await;
        let search = match wire::embedder(config, &store).await {
            Ok(embedder) => {
                let index = wire::index(config, embedder.as_ref()).await?;
                Some((embedder, index))
            }
            Err(error) => {
                tracing::error!(error = %format!("{error:#}"), "only people will answer");
                None
            }
        };
        Ok(Self { storage, channel, search, engine })
    }
}

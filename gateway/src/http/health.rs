//! `/healthz` (the process runs) and `/readyz` (it can serve).

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use comptoir_engine::{EngineState, TextGenerator};
use comptoir_rag::knowledge::Knowledge;
use comptoir_storage::Storage;
use serde::Serialize;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The parts whose state decides readiness.
pub struct Health {
    storage: Arc<dyn Storage>,
    engine: Arc<dyn TextGenerator>,
    knowledge: Option<Arc<Knowledge>>,
    knowledge_ready: AtomicBool,
}

impl Health {
    /// Nothing is ready yet.
    #[must_use]
    pub fn new(
        storage: Arc<dyn Storage>,
        engine: Arc<dyn TextGenerator>,
        knowledge: Option<Arc<Knowledge>>,
    ) -> Self {
        Self { storage, engine, knowledge, knowledge_ready: AtomicBool::new(false) }
    }

    /// The index holds all entries.
    pub fn set_knowledge_ready(&self) {
        self.knowledge_ready.store(true, Ordering::Release);
    }
}

/// What `/readyz` answers. The engine does not count: without it FAQ answers
/// and people still work, so the counter is open.
#[derive(Debug, Serialize)]
struct Readiness {
    ready: bool,
    database: bool,
    knowledge: bool,
    /// `idle`, or how far an indexing is.
    index: String,
    engine: String,
}

/// `GET /healthz`
pub async fn healthz() -> &'static str {
    "ok"
}

/// `GET /readyz`
pub async fn readyz(State(health): State<Arc<Health>>) -> Response {
    let database = health.storage.ping().await.is_ok();
    let knowledge = health.knowledge_ready.load(Ordering::Acquire);
    let engine = match health.engine.status().state {
        EngineState::Ready => "ready".to_owned(),
        EngineState::Loading { progress } => format!("loading {:.0} %", progress * 100.0),
        EngineState::Dead { .. } => "down".to_owned(),
    };
    let indexing = health.knowledge.as_ref().and_then(|knowledge| knowledge.indexing());
    let index =
        indexing.map_or_else(|| "idle".to_owned(), |percent| format!("indexing {percent} %"));
    let readiness = Readiness { ready: database && knowledge, database, knowledge, index, engine };
    let status = if readiness.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(readiness)).into_response()
}

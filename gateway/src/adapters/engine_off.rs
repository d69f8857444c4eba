//! A text generator that never writes: `[engine] kind = "off"`, or a model
//! that is not installed. Replies are then the FAQ's own words.

use async_trait::async_trait;
use comptoir_engine::{
    EngineError, EngineState, EngineStatus, GenerateRequest, Generation, ModelInfo, TextGenerator,
    Unavailable,
};

/// Never writes.
#[derive(Debug, Clone, Copy, Default)]
pub struct EngineOff;

#[async_trait]
impl TextGenerator for EngineOff {
    async fn generate(&self, _request: GenerateRequest) -> Result<Generation, EngineError> {
        Err(EngineError::Unavailable { reason: Unavailable::Stopped })
    }

    fn status(&self) -> EngineStatus {
        let state = EngineState::Dead { reason: Unavailable::Stopped };
        EngineStatus { state, ..EngineStatus::default() }
    }

    fn model(&self) -> ModelInfo {
        ModelInfo::default()
    }
}

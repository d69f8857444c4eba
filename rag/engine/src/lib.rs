//! Text generation on the firm's own machine.
//!
//! A caller hands chat messages to a [`TextGenerator`] and reads a [`Generation`], a stream of
//! text pieces that ends with the reason it ended. Behind the trait stand the local engine
//! ([`EngineHandle`]), an OpenAI-compatible server ([`remote`]) and scripted doubles
//! ([`scripted`]).
//!
//! The local engine is a short line of parts, each ignorant of the next one's types:
//! `admission` (bounded, says "busy" at the door), `scheduler` (pure: decides what one step
//! evaluates), `worker` (one thread that owns the model and turns), `states` (beginnings kept in
//! memory and on disk), `llama` (the only file that names llama.cpp). Text enters as [`ChatMessage`]s and leaves as [`Chunk`]s; message contents
//! are data and can never become control tokens.
//!
//! It must never: block a caller's thread, restart itself silently, give more than
//! [`REPLY_LIMIT`] tokens, log what anybody wrote, or abort the process for a file it was given.

mod admission;
mod config;
mod error;
mod generation;
pub mod gguf;
mod life;
mod llama;
pub mod machine;
mod memo;
mod memory;
mod pace;
pub mod probe;
pub mod remote;
mod request;
mod runtime;
mod sampling;
mod scheduler;
pub mod scripted;
mod states;
mod status;
mod stop;
mod supervisor;
mod template;
mod trial;
mod tuning;
mod utf8;
mod worker;

pub use config::{ContextMemory, EngineParams, StateParams, Threads};
pub use error::{EngineError, RemoteFault, StartError, Unavailable};
pub use generation::{Chunk, Finish, FinishReason, Generation, GenerationSender, Times};
pub use machine::{MachineProblem, MachineReport, Suggestion, check_machine};
pub use memo::Memo;
pub use memory::{MemoryEstimate, estimate_memory};
pub use request::{
    ChatMessage, ClientKey, GenerateRequest, REPLY_LIMIT, Role, Score, ScoreRequest, TextGenerator,
};
pub use status::{EngineState, EngineStatus, Latency, MemoCounts, ModelInfo, StoredStates, Totals};
pub use supervisor::EngineHandle;

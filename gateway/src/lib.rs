//! Composition root: the only crate that knows every other one.
//!
//! What it is for: reads the configuration, chooses backends (`wire`), joins
//! the conversation's ports to the FAQ pipeline (`adapters`), serves HTTP and
//! WebSockets (`http`, `ws`), and is the command line (`cli`).
//!
//! What it must never do: decide what a visitor reads. Conversations decide in
//! `comptoir-chat`, answers in `comptoir-rag`, words in `comptoir-messages`.

pub mod adapters;
pub mod app;
mod bus;
pub mod cli;
pub mod config;
pub mod courtesy;
mod follow;
pub mod http;
pub mod metrics;
mod phrasings;
pub mod reach;
pub mod telemetry;
mod warm;
pub mod wire;
pub mod ws;

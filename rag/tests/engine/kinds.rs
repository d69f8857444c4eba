//! What ways to keep context memory are worth: the same long prompt and reply with each, in turns.

use super::prompts::Prompts;
use super::run::{engine, timed};
use super::table::{Table, median};
use comptoir_engine::{ContextMemory, EngineHandle};
use std::time::Duration;

/// Turns.
const TURNS: usize = 3;

/// Adds a row for each.
pub async fn rows(table: &mut Table) {
    let prompts = Prompts::demo();
    let kinds = [
        ("half precision, by blocks", ContextMemory::Half),
        ("half precision, whole rows", ContextMemory::HalfPlain),
        ("eight bits, by blocks", ContextMemory::Eight),
    ];
    let mut engines: Vec<(&str, EngineHandle, Vec<f32>, Vec<f32>)> = Vec::new();
    for (name, kind) in kinds {
        let engine = engine(|params| {
            (params.memory, params.speculation, params.context) = (kind, false, 4096);
            // Every prompt is read whole.
            (params.prefixes, params.trial) = (0, Duration::ZERO);
        });
        engines.push((name, engine.await, vec![], vec![]));
    }
    for turn in 0..TURNS {
        for (_, engine, reading, writing) in &mut engines {
            let reply = timed(engine, prompts.request(turn, 3, 0)).await;
            reading.push(reply.finish.prompt_tokens as f32 / reply.first);
            writing.push(reply.speed());
        }
    }
    for (name, engine, reading, writing) in engines {
        let (reading, writing) = (median(reading), median(writing));
        let figure = format!("reads {reading:.1}, writes {writing:.1} tokens per second");
        table.say(&format!("context memory in {name}"), figure);
        engine.stop().await;
    }
}

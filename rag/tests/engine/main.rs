//! The engine beside llama.cpp's own server: same weights, same prompts from the demo firm's
//! entries, taken in turns on the same machine. Ignored by default: it takes long and means
//! something only where nothing else runs. `cargo xtask bench engine` runs it and prints one table.
//!
//! `COMPTOIR_BENCH_ROUNDS` (turns of each comparison) and `COMPTOIR_BENCH_PROMPTS` (replies
//! compared with plain greedy decoding) shorten it; the table says how many were run.

#![expect(clippy::print_stdout, reason = "figures for a person")]

mod cancel;
mod equal;
#[path = "../support/faq.rs"]
mod faq;
mod kinds;
mod machine;
mod peer;
mod prompts;
mod run;
mod speed;
mod table;

use std::path::PathBuf;
use table::Table;

/// Where models are pulled to.
fn models() -> PathBuf {
    let named = std::env::var_os("COMPTOIR_MODELS_DIR").map(PathBuf::from);
    named.expect("COMPTOIR_MODELS_DIR is set: run `cargo xtask bench engine`")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes many minutes; prints figures"]
async fn bench_of_the_engine_and_llama_cpps_server() {
    let mut table = Table::default();
    machine::bandwidth(&mut table);
    speed::rows(&mut table).await;
    kinds::rows(&mut table).await;
    equal::rows(&mut table).await;
    cancel::row(&mut table).await;
    machine::ceiling(&mut table);
    println!("\n{table}");
}

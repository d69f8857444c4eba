//! From the start to the first answers, and the memory it takes: the real
//! binary with the default model. `cargo xtask bench engine` prints the figures.

use comptoir_tests::firm::LONG_QUESTION;
use comptoir_tests::{Process, engines, until};
use std::io::Write as _;
use std::time::{Duration, Instant};

/// A figure as a row of the engine's table, also for the bench that follows.
fn row(what: &str, figure: &str, bound: &str, holds: bool) {
    let verdict = if holds { "holds" } else { "MISSED" };
    let bound = if bound.is_empty() { String::new() } else { format!("{bound}: {verdict}") };
    let line = format!("| {what} | {figure} | {bound} |\n");
    eprint!("{line}");
    if let Some(path) = std::env::var_os("COMPTOIR_BENCH_ROWS") {
        let file = std::fs::File::options().create(true).append(true).open(path);
        file.and_then(|mut file| file.write_all(line.as_bytes())).expect("the row is written");
    }
}

fn with_the_default_model() -> Process {
    let counter = Process::workshop("");
    let text = std::fs::read_to_string(counter.config()).expect("the configuration");
    let language = format!("[models]\nlanguage = {:?}\n", engines::model(engines::QWEN));
    std::fs::write(counter.config(), text.replace("[models]\n", &language)).expect("written");
    counter
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a bench: cargo xtask bench engine"]
async fn bench_of_starting() {
    let mut counter = with_the_default_model();
    for times in ["first", "second"] {
        let start = Instant::now();
        counter.start().await;
        let reply = counter.visitor().await.ask("Prix pour une crevaison").await;
        assert!(reply.text.contains("14 €"), "{}", reply.text);
        let took = start.elapsed().as_secs_f32();
        let what = format!("{times} start, until the first answer from the FAQ");
        row(&what, &format!("{took:.2} s"), "<= 3 s", took <= 3.0);
        counter.engine_ready().await;
        let reply = counter.visitor().await.ask(LONG_QUESTION).await;
        assert!(reply.text.contains("119 €"), "{}", reply.text);
        let took = start.elapsed().as_secs_f32();
        let what = format!("{times} start, until the first reply by the model");
        row(&what, &format!("{took:.2} s"), "", true);
        let all_read = async || {
            let numbers = comptoir_tests::Desk::visit(&counter.url("")).get("/metrics").await;
            numbers.body.contains("comptoir_entries_to_read 0").then_some(())
        };
        until(Duration::from_secs(600), "all entries are read ahead", all_read).await;
        let peak = counter.peak_memory() as f32 / 1e9;
        let what = format!("{times} start, most memory of the whole process");
        row(&what, &format!("{peak:.2} GB"), "<= 2.5 GB", peak <= 2.5);
        assert_eq!(counter.stop().await, Some(0));
    }
}

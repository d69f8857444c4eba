//! The real binary under load, killed where it stands, again and again. What
//! every visitor's widget was shown and told is then compared with the
//! database by the same checker as in the simulation.
//!
//! `cargo xtask bench chaos` runs the full size.

mod crowd;
mod desks;

use comptoir_simulation::check::check;
use comptoir_tests::firm::{ARTISAN, OWNER, SITE};
use comptoir_tests::{Caller, Door, Process, heavy, sockets, until};
use crowd::Crowd;
use desks::Desks;
use std::time::{Duration, Instant};

/// Broken promises shown when there are many.
const SHOWN: usize = 20;

/// Size of a scenario.
#[derive(Debug, Clone, Copy)]
struct Size {
    visitors: usize,
    messages_each: usize,
    kills: usize,
}

/// What CI has the time for.
const SMALL: Size = Size { visitors: 40, messages_each: 50, kills: 12 };

/// What a release is judged by.
const FULL: Size = Size { visitors: 200, messages_each: 100, kills: 100 };

/// A counter for a crowd from one address, in which only people answer: no
/// model has to be read after each kill.
fn counter() -> Process {
    let mut counter = Process::workshop("[engine]\nkind = \"off\"");
    for key in ["MESSAGES_PER_MINUTE", "CONNECTIONS_PER_MINUTE"] {
        counter.set(&format!("COMPTOIR_LIMITS__{key}"), "1000000");
    }
    let no_models = counter.folder().join("no-models").display().to_string();
    counter.set("COMPTOIR_MODELS__DIR", &no_models);
    counter.set("COMPTOIR_LOG__FILTER", "error");
    counter
}

async fn chaos_on_sqlite(size: Size) {
    let _turn = heavy().await;
    let mut counter = counter();
    counter.start().await;
    let door = Door::new(vec![counter.address], &format!("http://{}", counter.address), SITE);
    let mut crowd = Crowd::gather(size.visitors, &door).await;
    let desks = Desks::open(&[counter.url("")], &[OWNER, ARTISAN]).await;
    let begun = Instant::now();
    let mut away = Duration::ZERO;
    for (kill, share) in crowd::shares(size.visitors * size.messages_each, size.kills).enumerate() {
        crowd.write(share, kill);
        crowd.until_half_is_acknowledged(share).await;
        counter.kill();
        let killed = Instant::now();
        counter.start().await;
        away += killed.elapsed();
        crowd.wake();
    }
    let replies = desks.close().await;
    crowd.come_to_rest().await;
    let took = begun.elapsed();
    assert_eq!(counter.stop().await, Some(0), "{}", counter.log());
    let storage = crowd::storage(&counter.config()).await;
    let written = crowd.written();
    let history = crowd.history(storage.as_ref(), replies).await;
    eprintln!(
        "SQLite: {} visitors, {written} messages, {} acknowledgements, {} kills in {took:.0?}, \
         {:.0?} of it away; {} replies of artisans",
        size.visitors,
        history.acks.len(),
        size.kills,
        away,
        history.logs.values().map(crowd::replies).sum::<usize>(),
    );
    let faults = check(&history);
    for fault in faults.iter().take(SHOWN) {
        eprintln!("broken: {fault}");
    }
    assert!(faults.is_empty(), "{} promises were broken", faults.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_under_load_it_loses_doubles_and_disorders_nothing() {
    chaos_on_sqlite(SMALL).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "minutes: cargo xtask bench chaos"]
async fn bench_of_chaos_on_sqlite() {
    chaos_on_sqlite(FULL).await;
}

/// A restart with thousands online: everybody comes back by the widget's own
/// rules and misses nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a bench: cargo xtask bench delivery"]
async fn bench_of_a_reconnect_storm() {
    const CLIENTS: usize = 5_000;
    let _turn = heavy().await;
    sockets::allow(20_000);
    let mut counter = counter();
    counter.set("COMPTOIR_LIMITS__CONNECTIONS", "20000");
    counter.start().await;
    let door = Door::new(vec![counter.address], &format!("http://{}", counter.address), SITE);
    let crowd = Crowd::gather(CLIENTS, &door).await;
    counter.kill();
    let gone = async || crowd.online().eq(&0).then_some(());
    until(Duration::from_secs(30), "everybody notices", gone).await;
    counter.start().await;
    let back = Instant::now();
    let half = async || (crowd.online() >= CLIENTS / 2).then_some(());
    until(Duration::from_secs(120), "half of them are back", half).await;
    let half = back.elapsed();
    let all = async || (crowd.online() == CLIENTS).then_some(());
    until(Duration::from_secs(120), "everybody is back", all).await;
    eprintln!(
        "reconnect storm: {CLIENTS} clients after a restart, half are back after {half:.1?}, all \
         after {:.1?}",
        back.elapsed()
    );
    let screens = crowd.end().await;
    let odd: Vec<&String> = screens.iter().flat_map(|screen| &screen.odd).collect();
    assert!(odd.is_empty(), "{odd:?}");
    assert_eq!(counter.stop().await, Some(0), "{}", counter.log());
}

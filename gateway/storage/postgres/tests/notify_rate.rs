//! What telling other nodes costs, and how long it takes: the measurement the
//! bus was chosen by. `cargo xtask bench bus` prints it.
//!
//! Three ways side by side on one server that waits for its disk: commits that
//! tell nobody; commits that notify in their own transaction; commits whose
//! notes are sent on their own afterwards, in batches, as the gateway does.

use comptoir_storage::Channel as _;
use comptoir_storage_contract::postgres::ScratchServer;
use comptoir_storage_postgres::PostgresChannel;
use futures::future::join_all;
use sqlx::{AssertSqlSafe, PgPool};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

const WRITERS: usize = 16;
const EACH: usize = 100;

/// How commits tell of themselves.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    Silent,
    Inside,
    Beside,
}

struct Bench {
    pool: PgPool,
    channel: Arc<PostgresChannel>,
    begun: Instant,
}

impl Bench {
    async fn on(server: &ScratchServer) -> Self {
        let url = server.create_database("bench").await.expect("a database");
        let pool = sqlx::postgres::PgPoolOptions::new()
            .max_connections(u32::try_from(WRITERS).expect("few"))
            .connect(&url)
            .await
            .expect("connected");
        let table = "CREATE TABLE log (id bigserial PRIMARY KEY, text text NOT NULL)";
        sqlx::query(table).execute(&pool).await.expect("a table");
        let channel = Arc::new(PostgresChannel::new(&url).expect("a channel"));
        Self { pool, channel, begun: Instant::now() }
    }

    fn stamp(&self) -> String {
        self.begun.elapsed().as_nanos().to_string()
    }

    /// All writers commit; gives commits per second, and how long each note
    /// took from its commit to a listener.
    async fn run(&self, way: Way) -> (f64, Vec<Duration>) {
        let mut ear = self.channel.listen().await.expect("listens");
        let (notes, mut waiting) = mpsc::channel::<String>(4_096);
        let channel = Arc::clone(&self.channel);
        let sending = tokio::spawn(async move {
            let mut batch = Vec::new();
            while waiting.recv_many(&mut batch, 128).await > 0 {
                channel.send(&batch).await.expect("sent");
                batch.clear();
            }
        });
        let total = if way == Way::Silent { 0 } else { WRITERS * EACH };
        let listening = async {
            let mut times = Vec::with_capacity(total);
            while times.len() < total {
                let sent: u128 = ear.next().await.expect("heard").parse().expect("a time");
                let taken = self.begun.elapsed().as_nanos() - sent;
                times.push(Duration::from_nanos(u64::try_from(taken).expect("short")));
            }
            times
        };
        let start = Instant::now();
        let writing = async {
            join_all((0..WRITERS).map(|writer| self.write(way, writer, &notes))).await;
            start.elapsed()
        };
        let (taken, times) = tokio::join!(writing, listening);
        drop(notes);
        sending.await.expect("the sender ended");
        #[expect(clippy::cast_precision_loss, reason = "a figure to read")]
        let rate = (WRITERS * EACH) as f64 / taken.as_secs_f64();
        (rate, times)
    }

    async fn write(&self, way: Way, writer: usize, notes: &mpsc::Sender<String>) {
        for turn in 0..EACH {
            let mut tx = self.pool.begin().await.expect("begun");
            let text = format!("{writer}/{turn} {}", "x".repeat(200));
            let insert = sqlx::query("INSERT INTO log (text) VALUES ($1)").bind(text);
            insert.execute(&mut *tx).await.expect("inserted");
            if way == Way::Inside {
                let notify = format!("SELECT pg_notify('comptoir', '{}')", self.stamp());
                sqlx::query(AssertSqlSafe(notify)).execute(&mut *tx).await.expect("notified");
            }
            tx.commit().await.expect("committed");
            if way == Way::Beside {
                notes.send(self.stamp()).await.expect("the sender lives");
            }
        }
    }

    /// One note at a time, nothing else going on.
    async fn quiet(&self) -> Vec<Duration> {
        let mut ear = self.channel.listen().await.expect("listens");
        let mut times = Vec::new();
        for _ in 0..500 {
            let start = Instant::now();
            self.channel.send(&[self.stamp()]).await.expect("sent");
            ear.next().await.expect("heard");
            times.push(start.elapsed());
        }
        times
    }
}

fn quantiles(mut times: Vec<Duration>) -> String {
    times.sort_unstable();
    let at = |percent: usize| times[(times.len() - 1) * percent / 100].as_secs_f64() * 1e3;
    format!("p50 {:.2} ms, p99 {:.2} ms", at(50), at(99))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a bench: cargo xtask bench bus"]
async fn bench_of_the_bus() {
    let server = ScratchServer::start_with(&[]).expect("a server that waits for its disk");
    let bench = Bench::on(&server).await;
    eprintln!("a note by itself: {}", quantiles(bench.quiet().await));
    let (silent, _) = bench.run(Way::Silent).await;
    eprintln!("{WRITERS} writers, nobody told: {silent:.0} commits/s");
    let (inside, times) = bench.run(Way::Inside).await;
    eprintln!("notified in the transaction: {inside:.0} commits/s, heard {}", quantiles(times));
    let (beside, times) = bench.run(Way::Beside).await;
    eprintln!("told afterwards, in batches: {beside:.0} commits/s, heard {}", quantiles(times));
    let (start, many) = (Instant::now(), 20_000);
    let mut ear = bench.channel.listen().await.expect("listens");
    let batch: Vec<String> = (0..100).map(|number| number.to_string()).collect();
    let sending = async {
        for _ in 0..many / batch.len() {
            bench.channel.send(&batch).await.expect("sent");
        }
    };
    let hearing = async {
        for _ in 0..many {
            ear.next().await.expect("heard");
        }
    };
    tokio::join!(sending, hearing);
    #[expect(clippy::cast_precision_loss, reason = "a figure to read")]
    let rate = many as f64 / start.elapsed().as_secs_f64();
    eprintln!("notes alone, a hundred at a time: {rate:.0} notes/s");
    assert!(beside > 0.0 && silent > 0.0 && inside > 0.0);
}

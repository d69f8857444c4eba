//! Real text generation behind the counter, in process and on llama.cpp's own
//! server.

use comptoir_protocol::{AnswerStatus, Route};
use comptoir_tests::firm::LONG_QUESTION;
use comptoir_tests::{Process, TestApp, engines, heavy, root, until};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A model too small to be right: whatever it writes, what is kept is true.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_model_that_is_too_small_does_no_harm() {
    let _turn = heavy().await;
    let engine = engines::real(engines::SMOLLM).await;
    let app = TestApp::builder().engine(engine).open().await;
    let mut visitor = app.visitor().await;
    let reply = visitor.ask(LONG_QUESTION).await;
    assert_eq!((reply.route, reply.status), (Route::Answer, AnswerStatus::Complete));
    assert!(reply.text.contains("119"), "{}", reply.text);
    app.stop().await;
}

/// What libraries tell is for their developers; an owner reads the counter's
/// own words, unless something is wrong.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_is_the_counters_own() {
    let _turn = heavy().await;
    let mut counter = Process::workshop("[log]\nformat = \"json\"");
    let text = std::fs::read_to_string(counter.config()).expect("the configuration");
    let small = format!("[models]\nlanguage = {:?}\n", engines::model(engines::SMOLLM));
    std::fs::write(counter.config(), text.replace("[models]\n", &small)).expect("it is written");
    counter.start().await;
    counter.engine_ready().await;
    counter.visitor().await.ask(LONG_QUESTION).await;
    assert_eq!(counter.stop().await, Some(0));
    let log = counter.log();
    let mut ours = Vec::new();
    for line in log.lines() {
        let line: Value = serde_json::from_str(line).expect("JSON, line by line");
        let target = line["target"].as_str().unwrap_or_default();
        if target.starts_with("comptoir") {
            ours.push(line["fields"]["message"].as_str().unwrap_or_default().to_owned());
        } else {
            assert_ne!(line["level"], "INFO", "{line}");
            assert!(!target.starts_with("qdrant") && !target.starts_with("llama"), "{line}");
        }
    }
    for said in ["the counter is open", "engine.ready", "the counter is closed"] {
        assert!(ours.iter().any(|line| line == said), "{said}: {log}");
    }
}

/// llama.cpp's own server, from the package `xllamacpp`.
struct LlamaServer {
    child: Child,
    url: String,
}

/// Serves a model until its input closes; prints where.
const SERVE: &str = "import sys, xllamacpp
params = xllamacpp.CommonParams()
params.model.path = sys.argv[1]
params.hostnames = ['127.0.0.1']
params.port = 0
params.n_parallel = 2
params.n_ctx = 8192
params.n_gpu_layers = 0
server = xllamacpp.Server(params)
print('listening', server.listening_address, flush=True)
sys.stdin.read()";

impl LlamaServer {
    fn start() -> Self {
        let folder = std::env::var_os("COMPTOIR_XLLAMACPP").map_or_else(
            || comptoir_tests::browser_tools().with_file_name("xllamacpp"),
            PathBuf::from,
        );
        assert!(
            folder.join("xllamacpp").is_dir(),
            "{} is missing: run `python3 -m pip install --no-deps --target {0} \
             xllamacpp==2026.10.11549`, or name the folder in COMPTOIR_XLLAMACPP",
            folder.display()
        );
        let mut child = Command::new("python3")
            .args(["-c", SERVE])
            .arg(engines::model(engines::SMOLLM))
            .env("PYTHONPATH", &folder)
            .current_dir(root())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("python3 runs");
        let lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let mut addresses = lines
            .map_while(Result::ok)
            .filter_map(|line| line.strip_prefix("listening ").map(str::to_owned));
        let url = addresses.next().expect("the server says where it listens");
        Self { child, url }
    }
}

impl Drop for LlamaServer {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // It may have ended by itself.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_remote_server_writes_and_its_death_costs_no_answer() {
    let _turn = heavy().await;
    let server = tokio::task::spawn_blocking(LlamaServer::start).await.expect("a server");
    let extra =
        format!("[engine]\nkind = \"remote\"\nurl = \"{}/v1\"\nmodel = \"any\"", server.url);
    let mut counter = Process::workshop(&extra);
    counter.start().await;
    let mut visitor = counter.visitor().await;
    let reply = visitor.ask(LONG_QUESTION).await;
    assert!(reply.text.contains("119"), "{}", reply.text);
    assert_eq!(reply.status, AnswerStatus::Complete);

    drop(server);
    let mut later = counter.visitor().await;
    let reply = later.ask(LONG_QUESTION).await;
    assert_eq!(reply.route, Route::Answer);
    assert!(reply.text.contains("119 €") && reply.text.contains("90 jours"), "{}", reply.text);
    let pages = comptoir_tests::Desk::visit(&counter.url(""));
    let is_down =
        async || pages.get("/readyz").await.body.contains("\"engine\":\"down\"").then_some(());
    until(Duration::from_secs(20), "the owner can see that it is gone", is_down).await;
    assert_eq!(counter.stop().await, Some(0));
}

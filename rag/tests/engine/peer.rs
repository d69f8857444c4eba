//! llama.cpp's own server, from the package `xllamacpp`.

use comptoir_engine::remote::{RemoteGenerator, RemoteParams};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Serves a model until its input closes; prints where. As its authors set it up, but for the
/// number of visitors at once and the threads, which are those of the machine.
const SERVE: &str = "import os, sys, xllamacpp
params = xllamacpp.CommonParams()
params.model.path = sys.argv[1]
params.hostnames = ['127.0.0.1']
params.port = 0
params.n_parallel = 8
params.n_ctx = 8192
params.n_gpu_layers = 0
threads = len(os.sched_getaffinity(0))
params.cpuparams.n_threads = threads
params.cpuparams_batch.n_threads = threads
server = xllamacpp.Server(params)
print('listening', server.listening_address, flush=True)
sys.stdin.read()";

/// The server, until dropped.
pub struct Peer {
    child: Child,
    /// What asks it.
    pub generator: RemoteGenerator,
}

impl Peer {
    /// Starts it with a model.
    pub fn start(model: &Path) -> Self {
        let folder = std::env::var_os("COMPTOIR_XLLAMACPP").map(PathBuf::from);
        let folder = folder.expect("COMPTOIR_XLLAMACPP is set: run `cargo xtask bench engine`");
        let mut child = Command::new("python3")
            .args(["-c", SERVE])
            .arg(model)
            .env("PYTHONPATH", folder)
            // As it comes; ours is set for machines that do other work too.
            .env_remove("OMP_WAIT_POLICY")
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
        let mut params = RemoteParams::new(url.parse().expect("an address"), "any");
        params.silence = Duration::from_secs(600);
        Self { child, generator: RemoteGenerator::new(params).expect("an address") }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // It may have ended by itself.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

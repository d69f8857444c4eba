//! `comptoir serve`

use super::terminal::say;
use crate::app::App;
use crate::config::Config;
use anyhow::{Context, bail};
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::oneshot;

/// Serves until the first Ctrl-C or SIGTERM; a second one does not wait.
pub async fn run(config: &Config) -> anyhow::Result<()> {
    for warning in config.warnings() {
        tracing::warn!("{}", warning.0);
    }
    let listener = TcpListener::bind(config.http.listen).await.with_context(|| {
        format!("cannot listen on {}: is it in use? set [http] listen", config.http.listen)
    })?;
    let app = App::build(config).await?;
    if let Some(code) = app.setup_code() {
        let base = config.http.public_url.trim_end_matches('/');
        say(format_args!("First run. Open {base}/admin/setup?code={code}"));
    }
    let mut signals = Signals::listen().context("cannot listen to signals")?;
    tracing::info!(address = %config.http.public_url, "the counter is open");
    let (stop, stopped) = oneshot::channel::<()>();
    let insisted = async {
        signals.next().await;
        tracing::info!("stopping: running replies end, visitors are told to come back");
        drop(stop);
        signals.next().await;
    };
    tokio::select! {
        () = app.serve(listener, async { drop(stopped.await) }) => Ok(()),
        // What was committed is safe; unfinished questions are taken up by the next start.
        () = insisted => bail!("stopped at the second signal, without waiting"),
    }
}

/// Ctrl-C and SIGTERM.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    fn listen() -> std::io::Result<Self> {
        let interrupt = signal(SignalKind::interrupt())?;
        Ok(Self { interrupt, terminate: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

//! `comptoir serve`

use super::terminal::say;
use crate::app::App;
use crate::config::Config;
use anyhow::Context;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

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
    tracing::info!(address = %config.http.public_url, "the counter is open");
    app.serve(listener, stop_signal()).await
}

async fn stop_signal() {
    let terminated = async {
        match signal(SignalKind::terminate()) {
            Ok(mut stream) => {
                stream.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminated => {}
    }
    tracing::info!("stopping: running replies end, visitors are told to come back");
}

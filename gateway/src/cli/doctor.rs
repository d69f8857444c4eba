//! `comptoir doctor`: what is right, what is not, and what to do.

use super::terminal::say;
use crate::config::{Config, Engine, EngineKind, IndexKind};
use crate::http::WidgetFiles;
use crate::wire;
use comptoir_engine::machine::{MachineProblem, Suggestion, check_machine};
use comptoir_models::Store;
use comptoir_storage::Storage;
use std::sync::Arc;
use std::time::Duration;

/// Bytes in a gigabyte, as shown to people.
const GB: f64 = 1e9;

/// For a server to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Examines everything and fails if anything would keep the counter closed.
pub async fn run(config: &Config) -> anyhow::Result<()> {
    let mut closed = 0;
    for warning in config.warnings() {
        say(format_args!("warning  {}", warning.0));
    }
    match wire::storage(config).await {
        Ok(storage) => {
            say("ok       database");
            sites(&storage).await?;
            outbox(storage.as_ref()).await?;
            storage.close().await;
        }
        Err(error) => {
            closed += 1;
            say(format_args!("FAILS    database: {error:#}"));
        }
    }
    let store = wire::models(config)?;
    closed += search(config, &store).await;
    engine(config, &store).await;
    mail(config).await;
    match WidgetFiles::read(&config.http.widget_dir) {
        Ok(files) if files.is_built() => say("ok       widget"),
        Ok(_) | Err(_) => say(format_args!(
            "warning  widget: not built in {}; run `cargo xtask widget` or set [http] widget_dir",
            config.http.widget_dir.display()
        )),
    }
    if closed > 0 {
        anyhow::bail!("the counter cannot open as it is configured");
    }
    Ok(())
}

async fn sites(storage: &Arc<dyn Storage>) -> anyhow::Result<()> {
    let sites = storage.sites().await?;
    if sites.is_empty() {
        say("warning  no site yet: start the counter and open the first-run page it prints");
    }
    for site in sites {
        if site.settings.allowed_origins.is_empty() {
            say(format_args!(
                "warning  site {}: no allowed origin, so its widget shows nowhere (settings page)",
                site.id
            ));
        }
    }
    Ok(())
}

/// What could not be delivered.
async fn outbox(storage: &dyn Storage) -> anyhow::Result<()> {
    match storage.outbox_counts().await?.dead {
        0 => say("ok       notifications"),
        dead => say(format_args!(
            "warning  notifications: {dead} failed for good; see the page Notifications"
        )),
    }
    Ok(())
}

/// Greets the mail server and signs in; sends nothing.
async fn mail(config: &Config) {
    let checked = match crate::reach::smtp(&config.mail) {
        Ok(None) => {
            return say(
                "warning  mail: no server ([mail] host), so nobody is told by e-mail and late \
                 answers reach no visitor who has left",
            );
        }
        Ok(Some(smtp)) => smtp.check().await.map_err(anyhow::Error::from),
        Err(error) => Err(error),
    };
    match checked {
        Ok(()) => say("ok       mail server"),
        Err(error) => say(format_args!("warning  mail server: {error:#}: check [mail]")),
    }
}

/// Looks things up; counts what keeps the counter closed.
async fn search(config: &Config, store: &Store) -> usize {
    let embedder = match wire::embedder(config, store).await {
        Ok(embedder) => embedder,
        Err(error) => {
            say(format_args!("warning  embedding model: {error:#}. Until then only people answer"));
            return 0;
        }
    };
    say("ok       embedding model");
    if config.index.kind == IndexKind::Embedded {
        return 0;
    }
    match wire::reach_index(config, embedder.as_ref()).await {
        Ok(()) => {
            say("ok       index server");
            0
        }
        Err(error) => {
            say(format_args!("FAILS    index server: {error:#}"));
            1
        }
    }
}

/// Writes replies.
async fn engine(config: &Config, store: &Store) {
    match config.engine.kind {
        EngineKind::Local => language(config, store).await,
        EngineKind::Off => say("ok       engine: off, replies are the FAQ's own words"),
        EngineKind::Remote => match contact(&config.engine).await {
            Ok(()) => say("ok       remote engine"),
            Err(error) => say(format_args!(
                "warning  remote engine: {error:#}: check [engine] url and api_key. Until then \
                 replies are the FAQ's own words"
            )),
        },
    }
}

/// Asks the server for its models, as every OpenAI-compatible one can tell.
async fn contact(engine: &Engine) -> anyhow::Result<()> {
    let client = reqwest::Client::builder().timeout(PATIENCE).build()?;
    let mut request = client.get(format!("{}/models", engine.url.trim_end_matches('/')));
    if let Some(key) = &engine.api_key {
        request = request.bearer_auth(key.expose());
    }
    // Its address may hold a secret.
    let response = request.send().await.map_err(reqwest::Error::without_url)?;
    response.error_for_status().map_err(reqwest::Error::without_url)?;
    Ok(())
}

async fn language(config: &Config, store: &Store) {
    let file = match wire::language_model(config, store).await {
        Ok(file) => file,
        Err(error) => {
            say(format_args!(
                "warning  language model: {error}; {}. Until then replies are the FAQ's own words",
                other_model(config)
            ));
            return;
        }
    };
    let params = wire::engine_params(config, file.clone());
    match check_machine(&file, &params) {
        Ok(report) => say(format_args!(
            "ok       language model: {} cores, needs {:.1} GB of {:.1} GB free",
            report.cores,
            gigabytes(report.memory_needed.total()),
            gigabytes(report.memory_available),
        )),
        Err(problem) => {
            let advice = advice(&problem, other_model(config));
            say(format_args!("warning  language model: {advice}"));
        }
    }
}

/// Where another model comes from: the one in use is named by hand or pulled.
fn other_model(config: &Config) -> &'static str {
    match config.models.language {
        Some(_) => "check [models] language",
        None => "fetch it with `comptoir model pull`",
    }
}

/// The problem and the way out of it.
fn advice(problem: &MachineProblem, other_model: &str) -> String {
    match problem {
        MachineProblem::Processor { missing } => format!(
            "this processor lacks {}: use [engine] kind = \"remote\" or \"off\"",
            missing.join(", ")
        ),
        MachineProblem::Memory { needed, available, suggestion } => {
            let lack = format!(
                "needs {:.1} GB, {:.1} GB are free: ",
                gigabytes(*needed),
                gigabytes(*available)
            );
            lack + &match suggestion {
                Suggestion::SmallerContext { tokens } => {
                    format!("set [engine] context = {tokens}")
                }
                Suggestion::SmallerModel { bytes } => format!(
                    "choose a model of at most {:.1} GB (`comptoir model list`)",
                    gigabytes(*bytes)
                ),
            }
        }
        MachineProblem::Model(problem) => format!("{problem}: {other_model}"),
    }
}

#[expect(clippy::cast_precision_loss, reason = "shown with one decimal")]
fn gigabytes(bytes: u64) -> f64 {
    bytes as f64 / GB
}

//! `comptoir doctor`: what is right, what is not, and what to do.

use super::terminal::say;
use crate::config::{Config, EngineKind};
use crate::http::WidgetFiles;
use crate::wire;
use comptoir_engine::machine::{MachineProblem, Suggestion, check_machine};
use comptoir_models::Task;
use comptoir_storage::Storage;
use std::sync::Arc;

/// Bytes in a gigabyte, as shown to people.
const GB: f64 = 1e9;

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
            storage.close().await;
        }
        Err(error) => {
            closed += 1;
            say(format_args!("FAILS    database: {error:#}"));
        }
    }
    models(config).await?;
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

async fn models(config: &Config) -> anyhow::Result<()> {
    let store = wire::models(config)?;
    for task in [Task::Runtime, Task::Embedding] {
        match store.locate_current(task).await {
            Ok(_) => say(format_args!("ok       {}", task.as_str())),
            Err(error) => say(format_args!(
                "warning  {}: {error}; run `comptoir model pull`. Until then only people answer",
                task.as_str()
            )),
        }
    }
    if config.engine.kind != EngineKind::Local {
        return Ok(());
    }
    match wire::language_model(config, &store).await {
        Err(error) => say(format_args!(
            "warning  language model: {error}; run `comptoir model pull`. Until then replies are \
             the FAQ's own words"
        )),
        Ok(path) => {
            let params = wire::engine_params(config, path.clone());
            match check_machine(&path, &params) {
                Ok(report) => say(format_args!(
                    "ok       language model: {} cores, needs {:.1} GB of {:.1} GB free",
                    report.cores,
                    gigabytes(report.memory_needed.total()),
                    gigabytes(report.memory_available),
                )),
                Err(problem) => say(format_args!("warning  language model: {}", advice(&problem))),
            }
        }
    }
    Ok(())
}

/// The problem and the way out of it.
fn advice(problem: &MachineProblem) -> String {
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
        MachineProblem::Model(problem) => {
            format!("{problem}: fetch it again with `comptoir model pull`")
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "shown with one decimal")]
fn gigabytes(bytes: u64) -> f64 {
    bytes as f64 / GB
}

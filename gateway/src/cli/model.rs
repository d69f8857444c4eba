//! `comptoir model list | pull | verify | use | add`

use super::terminal::say;
use crate::config::Config;
use crate::wire;
use anyhow::anyhow;
use clap::Subcommand;
use comptoir_models::{
    CancellationToken, Event, ModelsError, Progress, Remedy, State, Store, Task, VerifyOutcome,
};
use indicatif::{HumanBytes, ProgressBar, ProgressStyle};
use std::sync::Mutex;

/// What to do with models.
#[derive(Debug, Subcommand)]
pub enum ModelCommand {
    /// Show the catalogue, what is installed and what is in use.
    List,
    /// Fetch, check and prepare; the defaults when no name is given.
    Pull {
        /// Name in the catalogue.
        name: Option<String>,
    },
    /// Check every byte of what is installed.
    Verify {
        /// Name; everything installed when absent.
        name: Option<String>,
    },
    /// Choose the model for its task.
    Use {
        /// Name in the catalogue or of an added file.
        name: String,
    },
    /// Add any GGUF by path (left where it is) or address (downloaded).
    Add {
        /// Path or http(s) address.
        source: String,
        /// Name to use it by; the file's when absent.
        #[arg(long)]
        name: Option<String>,
    },
}

/// Runs the command.
pub async fn run(command: ModelCommand, config: &Config) -> anyhow::Result<()> {
    let store = wire::models(config)?;
    let cancel = cancelled_by_ctrl_c();
    let outcome = match command {
        ModelCommand::List => list(&store),
        ModelCommand::Pull { name: Some(name) } => pull(&store, &name, &cancel).await,
        ModelCommand::Pull { name: None } => pull_defaults(&store, &cancel).await,
        ModelCommand::Verify { name } => verify(&store, name.as_deref(), &cancel).await,
        ModelCommand::Use { name } => store.use_model(&name).map(|task| {
            say(format_args!("{name} now serves {}", task.as_str()));
        }),
        ModelCommand::Add { source, name } => add(&store, &source, name.as_deref(), &cancel).await,
    };
    outcome.map_err(explained)
}

fn cancelled_by_ctrl_c() -> CancellationToken {
    let cancel = CancellationToken::new();
    let told = cancel.clone();
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            told.cancel();
        }
    });
    cancel
}

fn list(store: &Store) -> Result<(), ModelsError> {
    for line in store.list()? {
        let state = match line.state {
            State::Absent => "not installed".to_owned(),
            State::Partial { bytes } => format!("{} fetched", HumanBytes(bytes)),
            State::Unchecked => "not checked".to_owned(),
            State::Ready => "ready".to_owned(),
        };
        say(format_args!(
            "{} {:<42} {:<10} {:>11}  {state}",
            if line.current { "*" } else { " " },
            line.entry.name().as_str(),
            line.entry.task().as_str(),
            HumanBytes(line.entry.size()).to_string(),
        ));
    }
    say("* in use");
    Ok(())
}

async fn pull(store: &Store, name: &str, cancel: &CancellationToken) -> Result<(), ModelsError> {
    let path = store.pull(name, &Bar::default(), cancel).await?;
    say(format_args!("{name}: {}", path.display()));
    Ok(())
}

async fn pull_defaults(store: &Store, cancel: &CancellationToken) -> Result<(), ModelsError> {
    for task in Task::ALL {
        let current = store.current(task)?;
        pull(store, current.name.as_str(), cancel).await?;
    }
    Ok(())
}

async fn verify(
    store: &Store,
    name: Option<&str>,
    cancel: &CancellationToken,
) -> Result<(), ModelsError> {
    let names: Vec<String> = match name {
        Some(name) => vec![name.to_owned()],
        None => {
            let installed = store.list()?.into_iter().filter(|line| line.state != State::Absent);
            installed.map(|line| line.entry.name().as_str().to_owned()).collect()
        }
    };
    if names.is_empty() {
        say("nothing is installed: fetch the defaults with `comptoir model pull`");
    }
    let mut damaged = None;
    for name in names {
        match store.verify(&name, &Bar::default(), cancel).await {
            Ok(VerifyOutcome::Intact) => say(format_args!("{name}: intact")),
            Ok(VerifyOutcome::Absent) => say(format_args!("{name}: not installed")),
            Err(ModelsError::Cancelled) => return Err(ModelsError::Cancelled),
            Err(error) => {
                say(format_args!("{name}: DAMAGED; {}", advice(error.remedy(), &name)));
                // All are looked at; the first one is explained.
                damaged = damaged.or(Some(error));
            }
        }
    }
    damaged.map_or(Ok(()), Err)
}

async fn add(
    store: &Store,
    source: &str,
    name: Option<&str>,
    cancel: &CancellationToken,
) -> Result<(), ModelsError> {
    let name = name.map_or_else(|| name_of(source), str::to_owned);
    let added = store.add(source, &name, &Bar::default(), cancel).await?;
    say(format_args!("added {0}; choose it with `comptoir model use {0}`", added.name));
    Ok(())
}

/// The file's name without its ending and what an address adds, as a name may
/// be written.
fn name_of(source: &str) -> String {
    let path = match source.split_once("://") {
        Some((_, rest)) => rest.split(['?', '#']).next().unwrap_or(rest),
        None => source,
    };
    let file = path.rsplit(['/', '\\']).next().unwrap_or(path).to_lowercase();
    let name = file.strip_suffix(".gguf").unwrap_or(&file);
    name.replace(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')), "-")
}

/// What to do next about the model called `name`.
fn advice(remedy: Remedy, name: &str) -> String {
    let next = match remedy {
        Remedy::ChooseKnown => "see the names with `comptoir model list`",
        Remedy::ChooseOtherName => "choose another name",
        Remedy::Pull => return format!("fetch it with `comptoir model pull {name}`"),
        Remedy::AddAgain => {
            return format!("add it again with `comptoir model add SOURCE --name {name}`");
        }
        Remedy::CheckNetwork => {
            "connect this machine, or set HTTPS_PROXY and SSL_CERT_FILE; a file copied from \
             another machine can be added with `comptoir model add PATH`"
        }
        Remedy::TryAgain => "run the same command again: it goes on where it stopped",
        Remedy::FreeDisk => "free some disk space, or choose another folder in [models] dir",
        Remedy::Wait => "wait for the other download to end",
        Remedy::CheckPath => "check the path or address",
        Remedy::CheckFolder => "check that this user may write to the model folder",
        Remedy::Report => "this is a fault of the catalogue: please report it",
    };
    next.to_owned()
}

/// The error with its causes and what to do next.
#[expect(clippy::needless_pass_by_value, reason = "the shape `map_err` asks for")]
fn explained(error: ModelsError) -> anyhow::Error {
    let mut text = error.to_string();
    if let ModelsError::AllSourcesFailed { attempts, .. } = &error {
        for attempt in attempts {
            text.push_str(&format!("\n  {}: {}", attempt.label, attempt.error));
        }
    }
    let name = if let ModelsError::NotInstalled { name, .. }
    | ModelsError::Damaged { name, .. }
    | ModelsError::Changed { name, .. } = &error
    {
        name.as_str()
    } else {
        "NAME"
    };
    anyhow!("{text}\n{}", advice(error.remedy(), name))
}

/// A progress bar over the events of the store.
#[derive(Default)]
struct Bar(Mutex<Option<ProgressBar>>);

impl Bar {
    fn with(&self, total: Option<u64>, act: impl FnOnce(&ProgressBar)) {
        let mut slot = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let bar = slot.get_or_insert_with(|| {
            let style = "{msg:<28} [{bar:30}] {bytes}/{total_bytes} {bytes_per_sec} {eta}";
            let style = ProgressStyle::with_template(style)
                .unwrap_or_else(|_| ProgressStyle::default_bar())
                .progress_chars("=> ");
            ProgressBar::new(total.unwrap_or(0)).with_style(style)
        });
        if let Some(total) = total {
            bar.set_length(total);
        }
        act(bar);
    }
}

impl Progress for Bar {
    fn report(&self, event: &Event<'_>) {
        match event {
            Event::Started { name, total } => {
                self.with(*total, |bar| bar.set_message(name.to_string()));
            }
            Event::Source { label } => self.with(None, |bar| bar.println(format!("from {label}"))),
            Event::Advanced { done, total } => self.with(*total, |bar| bar.set_position(*done)),
            Event::Retrying { error } => {
                self.with(None, |bar| bar.println(format!("{error}; trying again")));
            }
            Event::SourceFailed { label, error } => {
                self.with(None, |bar| bar.println(format!("{label}: {error}")));
            }
            Event::Verifying { done, total } => self.with(Some(*total), |bar| {
                bar.set_message("verifying");
                bar.set_position(*done);
            }),
            Event::Preparing => self.with(None, |bar| bar.set_message("preparing")),
            Event::Finished { .. } => self.with(None, ProgressBar::finish_and_clear),
            // The store may learn to say more.
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_names_its_model_however_it_is_written() {
        for source in [
            "/models/Qwen-1B.GGUF",
            "Qwen-1B.gguf",
            "https://host.example/m/Qwen-1B.gguf?download=true",
            "https://host.example/m/qwen-1b.GGUF#top",
        ] {
            assert_eq!(name_of(source), "qwen-1b", "{source}");
        }
        assert_eq!(name_of("Some Model.gguf"), "some-model");
    }
}

//! Runs of test questions in the background, and the changes that wait for
//! them.
//!
//! One task per run; it ends by itself, by its limit, when it is cancelled, or
//! with the process. What a run found stays in memory for a while, bounded;
//! nothing is published by a run that found anything to tell.

use crate::faq::proposal::{Proposal, adapt};
use crate::rehearsal::{EntryChange, Rehearsal, RehearsalError, Rehearsed};
use comptoir_chat::Clock;
use comptoir_storage::model::{AgentId, Check, CheckContent, CheckId, CheckResult, SiteId};
use comptoir_storage::{Storage, StorageError};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::AbortHandle;
use uuid::Uuid;

/// Longest run; what is not known by then is said to be so.
const LIMIT: Duration = Duration::from_secs(600);
/// Runs remembered; the oldest is forgotten first.
const KEPT: usize = 64;

/// What a run is for.
#[derive(Debug, Clone)]
pub enum Purpose {
    /// A change waits for it.
    Publish(Box<Proposal>),
    /// The owner wants to know.
    Look,
    /// Questions an entry is being written for.
    Retest,
}

/// How far a run is.
#[derive(Debug, Clone)]
pub enum Progress {
    /// Questions are being asked.
    Running,
    /// All were asked; a change waits for a decision.
    Done(Arc<Rehearsed>),
    /// Nothing would change for any question, and the change was made; the
    /// page that shows it.
    Applied(String),
    /// The entry was changed by somebody else meanwhile.
    Conflict,
    /// The questions could not be asked.
    Failed,
    /// It took too long.
    Late,
    /// Somebody stopped it.
    Cancelled,
}

/// A run.
pub struct Run {
    /// Which.
    pub id: Uuid,
    /// Whose.
    pub site: SiteId,
    /// What it is for.
    pub purpose: Purpose,
    /// What is asked.
    pub checks: Vec<Check>,
    author: AgentId,
    done: AtomicUsize,
    is_decided: AtomicBool,
    progress: watch::Sender<Progress>,
    // A short lock, never held across an await.
    task: Mutex<Option<AbortHandle>>,
}

impl Run {
    /// Questions done so far.
    #[must_use]
    pub fn done(&self) -> usize {
        self.done.load(Ordering::Relaxed)
    }

    /// How far it is.
    #[must_use]
    pub fn progress(&self) -> Progress {
        self.progress.borrow().clone()
    }

    /// Waits for its end, at most this long.
    pub async fn wait(&self, limit: Duration) -> Progress {
        let mut seen = self.progress.subscribe();
        let ended = seen.wait_for(|progress| !matches!(progress, Progress::Running));
        let _ = tokio::time::timeout(limit, ended).await;
        self.progress()
    }

    /// Stops it, unless its change is being made already.
    pub fn cancel(&self) {
        let Some(task) = self.task().take() else { return };
        task.abort();
        self.progress.send_if_modified(|progress| {
            let is_running = matches!(progress, Progress::Running);
            if is_running {
                *progress = Progress::Cancelled;
            }
            is_running
        });
    }

    /// From here on it cannot be stopped: its change is made.
    fn settle(&self) {
        drop(self.task().take());
    }

    /// Whether its change may be made now: a second click changes nothing.
    #[must_use]
    pub fn decide(&self) -> bool {
        !self.is_decided.swap(true, Ordering::Relaxed)
    }

    /// Its change could not be made; it may be tried again.
    pub fn undecide(&self) {
        self.is_decided.store(false, Ordering::Relaxed);
    }

    /// Says that its change was made by hand.
    pub fn applied(&self, page: &str) {
        self.progress.send_replace(Progress::Applied(page.to_owned()));
    }

    fn task(&self) -> MutexGuard<'_, Option<AbortHandle>> {
        self.task.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a run works with.
#[derive(Clone)]
pub struct Tools {
    /// Asks the questions.
    pub rehearsal: Arc<dyn Rehearsal>,
    /// Rows.
    pub storage: Arc<dyn Storage>,
    /// The present.
    pub clock: Arc<dyn Clock>,
}

/// All runs of the process.
#[derive(Default)]
pub struct Runs {
    // A short lock, never held across an await.
    runs: Mutex<VecDeque<Arc<Run>>>,
}

impl Runs {
    /// Begins a run. One that the same person only wanted to look at, and that
    /// is still going on, gives way.
    pub fn begin(
        &self,
        tools: Tools,
        id: Uuid,
        (site, author): (&SiteId, AgentId),
        checks: Vec<Check>,
        (purpose, changes): (Purpose, Vec<EntryChange>),
    ) -> Arc<Run> {
        let run = Arc::new(Run {
            id,
            site: site.clone(),
            purpose,
            checks,
            author,
            done: AtomicUsize::new(0),
            is_decided: AtomicBool::new(false),
            progress: watch::Sender::new(Progress::Running),
            task: Mutex::default(),
        });
        let work = work(tools, Arc::clone(&run), author, changes);
        // Held meanwhile, so that the work cannot settle before it can be stopped.
        let mut task = run.task();
        *task = Some(tokio::spawn(work).abort_handle());
        drop(task);
        let mut runs = self.lock();
        let looks = |run: &Run| !matches!(run.purpose, Purpose::Publish(_));
        let same = |other: &&Arc<Run>| other.site == *site && other.author == author;
        if looks(&run) {
            runs.iter().filter(same).filter(|other| looks(other)).for_each(|other| other.cancel());
        }
        runs.push_back(Arc::clone(&run));
        while runs.len() > KEPT {
            if let Some(oldest) = runs.pop_front() {
                oldest.cancel();
            }
        }
        drop(runs);
        run
    }

    /// A run of this site.
    #[must_use]
    pub fn find(&self, site: &SiteId, id: Uuid) -> Option<Arc<Run>> {
        self.lock().iter().find(|run| run.id == id && run.site == *site).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Arc<Run>>> {
        self.runs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Runs {
    fn drop(&mut self) {
        for run in self.lock().iter() {
            run.cancel();
        }
    }
}

async fn work(tools: Tools, run: Arc<Run>, author: AgentId, changes: Vec<EntryChange>) {
    let told = |done: usize| run.done.store(done, Ordering::Relaxed);
    let asked = tools.rehearsal.rehearse(&run.site, &run.checks, &changes, &told);
    let end = match tokio::time::timeout(LIMIT, asked).await {
        Ok(Ok(rehearsed)) => ended(&tools, &run, author, rehearsed).await,
        Ok(Err(error)) => failed(&run, &error),
        Err(_) => Progress::Late,
    };
    run.progress.send_if_modified(|progress| {
        let is_running = matches!(progress, Progress::Running);
        if is_running {
            *progress = end;
        }
        is_running
    });
}

async fn ended(tools: &Tools, run: &Run, author: AgentId, rehearsed: Rehearsed) -> Progress {
    let quiet = rehearsed.lines.iter().all(|line| !line.is_broken() && line.difference.is_none());
    let rehearsed = Arc::new(rehearsed);
    let outcome = match &run.purpose {
        Purpose::Publish(proposal) if quiet => {
            run.settle();
            publish(tools, &run.site, author, proposal, &rehearsed, &[])
                .await
                .map(Progress::Applied)
        }
        Purpose::Publish(_) | Purpose::Retest => Ok(Progress::Done(rehearsed)),
        Purpose::Look => {
            let noted = note(tools, &run.site, &rehearsed, rehearsed.revision, &[]).await;
            noted.map(|()| Progress::Done(rehearsed))
        }
    };
    outcome.unwrap_or_else(|error| {
        let is_stale = matches!(error, StorageError::StaleVersion { .. });
        if is_stale { Progress::Conflict } else { failed(run, &RehearsalError(Box::new(error))) }
    })
}

fn failed(run: &Run, error: &RehearsalError) -> Progress {
    tracing::warn!(site.id = %run.site, error = error as &dyn std::error::Error,
        "the test questions could not be asked");
    Progress::Failed
}

/// Makes a change whose questions were asked, with the test questions that
/// its owner accepts to see changed, and keeps what they gave.
///
/// # Errors
/// When storage refuses the change.
pub async fn publish(
    tools: &Tools,
    site: &SiteId,
    author: AgentId,
    proposal: &Proposal,
    rehearsed: &Rehearsed,
    accepted: &[(CheckId, CheckContent)],
) -> Result<String, StorageError> {
    let now = tools.clock.now();
    let page = proposal.apply(tools.storage.as_ref(), site, author, now).await?;
    adapt(tools.storage.as_ref(), site, accepted, now).await?;
    // Only when nobody else changed anything meanwhile do these results speak
    // of what is published now.
    let revision = tools.storage.entry_revision(site).await?;
    if revision == rehearsed.revision.saturating_add(proposal.steps()) {
        let changed: Vec<CheckId> = accepted.iter().map(|(id, _)| *id).collect();
        note(tools, site, rehearsed, revision, &changed).await?;
    }
    Ok(page)
}

/// Keeps the results as those of a revision, but for some.
///
/// # Errors
/// When storage fails.
pub async fn note(
    tools: &Tools,
    site: &SiteId,
    rehearsed: &Rehearsed,
    revision: i64,
    except: &[CheckId],
) -> Result<(), StorageError> {
    let at = tools.clock.now();
    let lines = rehearsed.lines.iter().filter(|line| !except.contains(&line.check));
    let results: Vec<(CheckId, CheckResult)> = lines
        .map(|line| {
            let result = CheckResult {
                revision,
                model: rehearsed.model.clone(),
                is_right: line.problems.is_empty(),
                seen: line.after.clone(),
                at,
            };
            (line.check, result)
        })
        .collect();
    tools.storage.note_results(site, &results).await
}

//! The thread that owns the store, and the bounded way to it.

use crate::store::Store;
use comptoir_index::IndexError;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

/// Requests waiting at once. At a millisecond each the last one waits a
/// quarter of a second, which is when saying "busy" becomes kinder.
const QUEUE: usize = 256;

/// How long the thread is idle before it makes changes durable by itself.
const IDLE: Duration = Duration::from_secs(2);

type Job = Box<dyn FnOnce(&mut Store) + Send>;

/// A handle to the thread. Dropping it waits for the thread to finish.
pub(crate) struct Worker {
    jobs: Option<SyncSender<Job>>,
    admission: Arc<Semaphore>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    /// Starts the thread and waits until it has opened its store.
    pub(crate) fn start(
        open: impl FnOnce() -> Result<Store, IndexError> + Send + 'static,
    ) -> Result<Self, IndexError> {
        let (jobs, queue) = sync_channel(QUEUE);
        let (opened, outcome) = sync_channel(1);
        let thread =
            std::thread::Builder::new().name("comptoir-index".to_owned()).spawn(move || {
                match guarded(open) {
                    Ok(store) => {
                        let ready = opened.send(Ok(())).is_ok();
                        run(store, &queue, ready);
                    }
                    Err(error) => drop(opened.send(Err(error))),
                }
            })?;
        let worker = Self {
            jobs: Some(jobs),
            admission: Arc::new(Semaphore::new(QUEUE)),
            thread: Some(thread),
        };
        match outcome.recv() {
            Ok(Ok(())) => Ok(worker),
            Ok(Err(error)) => Err(error),
            Err(_) => Err(stopped()),
        }
    }

    /// A request that a visitor waits for: refused rather than queued long.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Store) -> Result<T, IndexError> + Send + 'static,
    ) -> Result<T, IndexError> {
        let permit =
            Arc::clone(&self.admission).try_acquire_owned().map_err(|_| IndexError::Busy)?;
        self.submit(permit, job).await
    }

    /// A request that must happen: waits for its turn.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Store) -> Result<T, IndexError> + Send + 'static,
    ) -> Result<T, IndexError> {
        let permit = Arc::clone(&self.admission).acquire_owned().await.map_err(|_| stopped())?;
        self.submit(permit, job).await
    }

    async fn submit<T: Send + 'static>(
        &self,
        permit: OwnedSemaphorePermit,
        job: impl FnOnce(&mut Store) -> Result<T, IndexError> + Send + 'static,
    ) -> Result<T, IndexError> {
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |store| {
            let outcome = attempt(store, job);
            drop(permit);
            // The caller may have gone; what was done stays done.
            drop(reply.send(outcome));
        });
        let jobs = self.jobs.as_ref().ok_or_else(stopped)?;
        // As many permits as places, so there is always one.
        jobs.try_send(job).map_err(|_| stopped())?;
        answer.await.map_err(|_| stopped())?
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the index thread ended in a panic");
        }
    }
}

/// Serves requests until every handle is gone.
fn run(mut store: Store, queue: &Receiver<Job>, mut open: bool) {
    while open {
        match queue.recv_timeout(IDLE) {
            Ok(job) => job(&mut store),
            Err(RecvTimeoutError::Timeout) => flush(&mut store),
            Err(RecvTimeoutError::Disconnected) => open = false,
        }
    }
    flush(&mut store);
    // Closing the engine can panic as well; it must not take the process.
    drop(guarded(move || {
        drop(store);
        Ok(())
    }));
}

fn flush(store: &mut Store) {
    if let Err(error) = attempt(store, Store::flush) {
        tracing::error!(%error, "the index could not be made durable");
    }
}

/// Runs a job; a panic ends the use of the engine, not of the process.
fn attempt<T>(
    store: &mut Store,
    job: impl FnOnce(&mut Store) -> Result<T, IndexError>,
) -> Result<T, IndexError> {
    catch_unwind(AssertUnwindSafe(|| job(store))).unwrap_or_else(|_| {
        store.distrust();
        Err(panicked())
    })
}

/// The engine panics on damaged files; that is an error like others here.
fn guarded<T>(work: impl FnOnce() -> Result<T, IndexError>) -> Result<T, IndexError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(panicked()))
}

fn panicked() -> IndexError {
    IndexError::Corrupt("the engine panicked".to_owned())
}

fn stopped() -> IndexError {
    IndexError::Unavailable("the index thread has stopped".to_owned())
}

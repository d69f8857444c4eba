//! A model behind somebody else's server: any that speaks OpenAI's `/v1/chat/completions` with
//! server-sent events (llama.cpp's, vLLM, and others).
//!
//! Each reply runs in its own task that reads the response and ends with it. When the reader
//! drops the stream, the task drops the response, which closes the connection: servers take that
//! as a cancel. Answers are bounded in size and in time; nothing of them is logged.

mod sse;
mod wire;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use futures::StreamExt;
use reqwest::{Client, RequestBuilder, Response, StatusCode, header};
use tokio::time::timeout;
use url::Url;

use crate::admission::{Admission, Bounds, Permit};
use crate::{
    Chunk, EngineError, EngineState, EngineStatus, Finish, FinishReason, GenerateRequest,
    Generation, GenerationSender, ModelInfo, REPLY_LIMIT, RemoteFault, TextGenerator, Times,
    Totals, Unavailable,
};

use sse::{Event, EventReader};

/// How to reach a server.
#[derive(Clone)]
pub struct RemoteParams {
    /// Address of the server, with or without `/v1`, such as `http://127.0.0.1:8080`.
    pub address: Url,
    /// Name of the model there.
    pub model: String,
    /// Key sent as a bearer token.
    pub key: Option<String>,
    /// Time to connect.
    pub connect: Duration,
    /// Longest silence, before the first word and between words.
    pub silence: Duration,
    /// Requests at once; more are told to come back.
    pub at_once: usize,
}

impl RemoteParams {
    /// The default settings for an address and a model's name.
    pub fn new(address: Url, model: impl Into<String>) -> Self {
        Self {
            address,
            model: model.into(),
            key: None,
            connect: Duration::from_secs(5),
            silence: Duration::from_secs(30),
            at_once: 16,
        }
    }
}

/// The key is a secret and is not shown.
impl std::fmt::Debug for RemoteParams {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("RemoteParams")
            .field("address", &self.address.as_str())
            .field("model", &self.model)
            .finish_non_exhaustive()
    }
}

/// Replies from a server.
pub struct RemoteGenerator {
    params: RemoteParams,
    client: Client,
    endpoint: Url,
    door: Admission,
    health: Arc<Mutex<Health>>,
}

/// What past requests say of the server.
#[derive(Debug, Default)]
struct Health {
    fault: Option<RemoteFault>,
    totals: Totals,
}

fn lock(health: &Mutex<Health>) -> MutexGuard<'_, Health> {
    health.lock().unwrap_or_else(PoisonError::into_inner)
}

impl RemoteGenerator {
    /// Prepares requests to a server; nothing is sent yet.
    ///
    /// # Errors
    /// [`RemoteFault::Address`] when the address cannot be one of an HTTP server.
    pub fn new(params: RemoteParams) -> Result<Self, RemoteFault> {
        if !matches!(params.address.scheme(), "http" | "https") {
            return Err(RemoteFault::Address);
        }
        // Somebody may have chosen already; then theirs is used.
        drop(rustls::crypto::ring::default_provider().install_default());
        let client = Client::builder()
            .connect_timeout(params.connect)
            .read_timeout(params.silence)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|_| RemoteFault::Address)?;
        let mut endpoint = params.address.clone();
        let path = endpoint.path().trim_end_matches('/').trim_end_matches("/v1").to_owned();
        endpoint.set_path(&format!("{path}/v1/chat/completions"));
        let door =
            Admission::new(Bounds { slots: params.at_once, queue: 0, per_client: params.at_once });
        Ok(Self { params, client, endpoint, door, health: Arc::default() })
    }

    fn request(&self, request: &GenerateRequest) -> RequestBuilder {
        let most = request.max_tokens.clamp(1, REPLY_LIMIT);
        let body = wire::Request::new(&self.params.model, request, most);
        let builder = self.client.post(self.endpoint.clone()).json(&body);
        match &self.params.key {
            Some(key) => builder.bearer_auth(key),
            None => builder,
        }
    }

    async fn open(&self, request: &GenerateRequest) -> Result<Response, EngineError> {
        let sent = timeout(request.deadline, self.request(request).send()).await;
        let response = sent
            .map_err(|_| EngineError::Deadline)?
            .map_err(|error| EngineError::from(fault_of(&error)))?;
        match response.status() {
            status if status.is_success() => Ok(response),
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                Err(EngineError::Busy { position: 1, retry_after: retry_after(&response) })
            }
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(RemoteFault::Refused.into()),
            status => Err(RemoteFault::Status(status.as_u16()).into()),
        }
    }

    fn note(&self, error: &EngineError) {
        if let EngineError::Unavailable { reason: Unavailable::Remote(fault) } = error {
            tracing::warn!(%fault, "engine.remote.failed");
            lock(&self.health).fault = Some(fault.clone());
        }
    }
}

fn retry_after(response: &Response) -> Duration {
    let seconds = response.headers().get(header::RETRY_AFTER);
    let seconds = seconds.and_then(|value| value.to_str().ok()?.trim().parse::<u64>().ok());
    Duration::from_secs(seconds.unwrap_or(5).clamp(1, 300))
}

fn fault_of(error: &reqwest::Error) -> RemoteFault {
    if error.is_timeout() && !error.is_connect() {
        RemoteFault::Silent
    } else if error.is_decode() {
        RemoteFault::Garbled
    } else {
        RemoteFault::Unreachable
    }
}

#[async_trait]
impl TextGenerator for RemoteGenerator {
    async fn generate(&self, request: GenerateRequest) -> Result<Generation, EngineError> {
        let accepted = Instant::now();
        if request.messages.is_empty() {
            return Err(EngineError::Invalid { what: "no message" });
        }
        let permit = self.door.enter(request.client)?;
        let response = self.open(&request).await.inspect_err(|error| self.note(error))?;
        let (out, generation) = Generation::channel();
        let left = request.deadline.saturating_sub(accepted.elapsed());
        let reading = Reading { out, accepted, health: Arc::clone(&self.health), _permit: permit };
        lock(&self.health).totals.requests += 1;
        tokio::spawn(reading.run(response, left));
        Ok(generation)
    }

    fn status(&self) -> EngineStatus {
        let (running, refused) = self.door.counts();
        let health = lock(&self.health);
        let state = match &health.fault {
            Some(fault) => EngineState::Dead { reason: Unavailable::Remote(fault.clone()) },
            None => EngineState::Ready,
        };
        EngineStatus {
            state,
            slots: self.params.at_once,
            capacity: self.params.at_once,
            running,
            totals: Totals { refused, ..health.totals },
            ..EngineStatus::default()
        }
    }

    fn model(&self) -> ModelInfo {
        ModelInfo { name: self.params.model.clone(), ..ModelInfo::default() }
    }
}

/// One reply being read.
struct Reading {
    out: GenerationSender,
    accepted: Instant,
    health: Arc<Mutex<Health>>,
    _permit: Permit,
}

/// What has been read of a reply.
#[derive(Default)]
struct Progress {
    reason: Option<FinishReason>,
    usage: wire::Usage,
    pieces: usize,
    first: Duration,
}

impl Reading {
    async fn run(self, response: Response, left: Duration) {
        let mut progress = Progress::default();
        let ended = tokio::select! {
            () = self.out.cancelled() => {
                lock(&self.health).totals.cancelled += 1;
                return;
            }
            ended = timeout(left, self.read(response, &mut progress)) => ended,
        };
        let item = match ended {
            Ok(Ok(())) => Ok(self.finish(&progress, progress.reason)),
            Ok(Err(fault)) => Err(fault),
            Err(_) if progress.pieces > 0 => {
                Ok(self.finish(&progress, Some(FinishReason::Deadline)))
            }
            Err(_) => Err(EngineError::Deadline),
        };
        let mut health = lock(&self.health);
        match &item {
            Ok(_) => {
                health.fault = None;
                health.totals.completed += 1;
                health.totals.completion_tokens += progress.pieces as u64;
            }
            Err(EngineError::Unavailable { reason: Unavailable::Remote(fault) }) => {
                health.fault = Some(fault.clone());
            }
            Err(_) => health.totals.late += 1,
        }
        drop(health);
        self.out.send(item);
    }

    /// Reads events until the reply's end. More pieces than a reply may have end it too: servers
    /// are not trusted to count.
    async fn read(&self, response: Response, progress: &mut Progress) -> Result<(), EngineError> {
        let mut body = response.bytes_stream();
        let mut events = EventReader::default();
        while let Some(bytes) = body.next().await {
            let bytes = bytes.map_err(|error| EngineError::from(fault_of(&error)))?;
            events.push(&bytes).map_err(|_| RemoteFault::Garbled)?;
            while let Some(event) = events.next_event() {
                match event {
                    Event::Done => return complete(progress),
                    Event::Data(data) => self.take(&data, progress)?,
                }
                if progress.pieces >= usize::from(REPLY_LIMIT) {
                    progress.reason = Some(FinishReason::Length);
                    return Ok(());
                }
            }
        }
        complete(progress)
    }

    fn take(&self, data: &str, progress: &mut Progress) -> Result<(), EngineError> {
        let piece: wire::Piece = serde_json::from_str(data).map_err(|_| RemoteFault::Garbled)?;
        if let Some(usage) = piece.usage {
            progress.usage = usage;
        }
        let Some(choice) = piece.choices.into_iter().next() else {
            return Ok(());
        };
        if let Some(reason) = choice.finish_reason.as_deref() {
            let length = reason == "length";
            progress.reason = Some(if length { FinishReason::Length } else { FinishReason::Stop });
        }
        let text = choice.delta.and_then(|delta| delta.content).unwrap_or_default();
        if !text.is_empty() {
            if progress.pieces == 0 {
                progress.first = self.accepted.elapsed();
            }
            progress.pieces += 1;
            self.out.send(Ok(Chunk::Text(text)));
        }
        Ok(())
    }

    fn finish(&self, progress: &Progress, reason: Option<FinishReason>) -> Chunk {
        let usage = &progress.usage;
        let total = self.accepted.elapsed();
        let first_token = if progress.pieces == 0 { total } else { progress.first };
        Chunk::Done(Finish {
            reason: reason.unwrap_or(FinishReason::Stop),
            prompt_tokens: usage.prompt_tokens,
            cached_tokens: usage.cached(),
            completion_tokens: usage.completion_tokens.max(progress.pieces),
            tokens: Vec::new(),
            margins: Vec::new(),
            times: Times { queued: Duration::ZERO, first_token, total },
        })
    }
}

/// A stream that ends without saying why the reply ended was cut.
fn complete(progress: &Progress) -> Result<(), EngineError> {
    if progress.reason.is_none() {
        return Err(RemoteFault::Garbled.into());
    }
    Ok(())
}

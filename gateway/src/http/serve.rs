//! Accepts connections and serves the router on them.
//!
//! As `axum::serve` does, but bounded: so many connections at once, and so
//! long for the head of a request. A client that dribbles a byte now and then
//! is let go; one beyond the bound waits in the kernel's queue.

use crate::config::Limits;
use axum::Router;
use axum::extract::{ConnectInfo, Request};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::future::Future;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::Service as _;

/// Most bytes of a request's head, and of what is buffered of its body.
const BUFFER: usize = 64 * 1024;

/// After an error of the listener itself, such as too many open files.
const PAUSE: Duration = Duration::from_millis(500);

/// A form must be sent and answered by then; imports read whole websites.
const FORM: Duration = Duration::from_secs(120);

/// How much is let in.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Connections at once; one that became a socket no longer counts.
    pub connections: usize,
    /// How long the head of a request may take, from the connection's start or
    /// the end of the request before.
    pub head: Duration,
}

impl Bounds {
    /// Pages, streams of the desk and handshakes under way; visitors' sockets
    /// are counted by themselves.
    const PAGES: usize = 1_024;

    /// As configured.
    #[must_use]
    pub fn of(limits: &Limits) -> Self {
        Self { connections: Self::PAGES, head: limits.handshake() }
    }
}

/// Serves until `shutdown` ends, then lets running requests end.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    bounds: Bounds,
    shutdown: impl Future<Output = ()>,
) {
    let places = Arc::new(Semaphore::new(bounds.connections));
    let (ending, tracker) = (CancellationToken::new(), TaskTracker::new());
    let mut shutdown = pin!(shutdown);
    loop {
        let accepting = async {
            // The semaphore is never closed.
            let place = Arc::clone(&places).acquire_owned().await.ok();
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            accepted = accepting => accepted,
            () = &mut shutdown => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let (router, ending) = (router.clone(), ending.clone());
                tracker.spawn(async move {
                    connection(stream, peer, router, bounds.head, ending).await;
                    drop(place);
                });
            }
            Err(error) => {
                tracing::warn!(error = %error, "a connection is not accepted");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    drop(listener);
    ending.cancel();
    tracker.close();
    tracker.wait().await;
}

async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    head: Duration,
    ending: CancellationToken,
) {
    // Frames are small and somebody waits for each.
    drop(stream.set_nodelay(true));
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().call(request)
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(head).max_buf_size(BUFFER);
    let served = http.serve_connection(TokioIo::new(stream), service).with_upgrades();
    let mut served = pin!(served);
    let mut is_ending = false;
    loop {
        tokio::select! {
            outcome = served.as_mut() => {
                if let Err(error) = outcome {
                    tracing::debug!(error = %error, "a connection ended early");
                }
                return;
            }
            () = ending.cancelled(), if !is_ending => {
                is_ending = true;
                served.as_mut().graceful_shutdown();
            }
        }
    }
}

/// Refuses a form whose sender dribbles: pages and streams take what they take.
pub(super) async fn in_time(request: Request, next: Next) -> Response {
    if request.method() == Method::GET || request.method() == Method::HEAD {
        return next.run(request).await;
    }
    match tokio::time::timeout(FORM, next.run(request)).await {
        Ok(response) => response,
        Err(_) => StatusCode::REQUEST_TIMEOUT.into_response(),
    }
}

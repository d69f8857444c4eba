//! A WebSocket that gives back what it hears, made exactly as the counter
//! makes its own: conformance and delivery are measured on it.

use axum::Router;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::routing::get;
use comptoir::ws::Shape;
use std::net::SocketAddr;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// The server; gone when dropped.
pub struct Echo {
    /// Where it listens, at `/`.
    pub address: SocketAddr,
    serving: JoinHandle<()>,
}

impl Echo {
    /// Sockets of this shape.
    ///
    /// # Panics
    /// When there is no free port.
    pub async fn start(shape: Shape) -> Self {
        let upgrade =
            move |socket: WebSocketUpgrade| async move { shape.of(socket).on_upgrade(echo) };
        let router = Router::new().route("/", get(upgrade));
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let address = listener.local_addr().expect("its number");
        let serving = tokio::spawn(async move {
            axum::serve(listener, router).await.expect("it serves until it is dropped");
        });
        Self { address, serving }
    }

    /// Address of the socket.
    #[must_use]
    pub fn url(&self) -> String {
        format!("ws://{}/", self.address)
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn echo(mut socket: WebSocket) {
    while let Some(Ok(message)) = socket.recv().await {
        let given_back = match message {
            Message::Text(_) | Message::Binary(_) => socket.send(message).await,
            // Answered by the library while it is read on.
            Message::Ping(_) | Message::Pong(_) | Message::Close(_) => Ok(()),
        };
        if given_back.is_err() {
            return;
        }
    }
}

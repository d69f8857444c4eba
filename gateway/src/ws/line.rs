//! A WebSocket as the line of a session.

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use comptoir_session::{Heard, Line, Lost};
use tokio_tungstenite::tungstenite::Error;

/// A visitor's socket.
pub(super) struct Socket(pub(super) WebSocket);

impl Line for Socket {
    async fn receive(&mut self) -> Heard {
        match self.0.recv().await {
            Some(Ok(Message::Text(text))) => Heard::Text(text.to_string()),
            Some(Ok(Message::Binary(_))) => Heard::Binary,
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => Heard::Control,
            Some(Ok(Message::Close(_))) => {
                // Reading on sends the answer to the client's goodbye.
                drop(self.0.recv().await);
                Heard::Gone
            }
            Some(Err(error)) => broken(error),
            None => Heard::Gone,
        }
    }

    async fn send(&mut self, text: String) -> Result<(), Lost> {
        self.0.send(Message::Text(text.into())).await.map_err(|_| Lost)
    }

    async fn close(&mut self, code: u16) -> Result<(), Lost> {
        let close = Message::Close(Some(CloseFrame { code, reason: "".into() }));
        self.0.send(close).await.map_err(|_| Lost)
    }
}

fn broken(error: axum::Error) -> Heard {
    tracing::debug!(error = &error as &dyn std::error::Error, "socket failed");
    match error.into_inner().downcast_ref::<Error>() {
        Some(Error::Capacity(_)) => Heard::TooLarge,
        Some(Error::Protocol(_) | Error::Utf8(_)) => Heard::Garbled,
        Some(_) | None => Heard::Gone,
    }
}

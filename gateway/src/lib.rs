//! Composition root: HTTP, WebSocket sessions, CLI, lifecycle.

//! The documented protocol over a real socket: what any client may rely on.

mod clients;
mod closing;
mod limits;
mod messages;
mod opening;
mod resume;

//! What whole-system scenarios stand on.
//!
//! What it is for: a counter on a free port with real parts ([`TestApp`]), the
//! real binary as a process ([`Process`]) or as several over one database and
//! one index ([`Nodes`]), and everybody who uses them: a [`Visitor`] on a
//! socket, a person of the firm at the [`Desk`], a [`Browser`].
//!
//! How data enters and leaves: only over the network, as it does for real
//! people; a scenario may look into the database, never change it there.
//!
//! What it must never do: sleep. Every wait is for an event and has a deadline
//! ([`within`], [`until`]); a deadline that passes fails the test by name.

mod app;
pub mod autobahn;
pub mod axe;
mod browser;
mod caller;
mod desk;
mod dribble;
mod driver;
mod echo;
pub mod engines;
pub mod firm;
mod letters;
mod live;
mod nodes;
mod page;
mod places;
mod process;
mod push;
// The server the index's own tests stand on.
#[path = "../../rag/index/server/tests/support/mod.rs"]
mod qdrant;
mod quantile;
mod relay;
pub mod sockets;
mod terminal;
mod turns;
mod visitor;
mod wait;
mod widget;

pub use app::{Builder, TestApp};
pub use browser::{Browser, Look};
pub use caller::{Caller, Door, Glance, Socket};
pub use desk::Desk;
pub use dribble::Dribble;
pub use echo::Echo;
pub use letters::{Letter, MailServer};
pub use live::Live;
pub use nodes::Nodes;
pub use page::{Answer, escape};
pub use places::{binary, browser_tools, models, root, widget};
pub use process::{Ground, Output, Process, run};
pub use push::{Keys, PushServer, Pushed};
pub use qdrant::Server as QdrantServer;
pub use quantile::quantile;
pub use relay::Relay;
pub use terminal::Terminal;
pub use turns::{Heavy, heavy};
pub use visitor::{Reply, Seen, Visitor};
pub use wait::{until, within};

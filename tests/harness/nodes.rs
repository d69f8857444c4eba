//! Two real counters over one real PostgreSQL and one real Qdrant server,
//! behind a relay: the topology of a large installation.

use crate::firm::{self, Faq, SITE};
use crate::process::{Ground, Process};
use crate::qdrant::Server;
use crate::relay::Relay;
use crate::visitor::Visitor;
use comptoir_storage_contract::postgres::ScratchServer;
use std::net::SocketAddr;

/// Name of the database.
const DATABASE: &str = "counters";

/// Two counters and what they share.
pub struct Nodes {
    /// The counters; none runs before [`Nodes::start`].
    pub nodes: [Process; 2],
    /// In front of them: each new connection goes to the other one.
    pub relay: Relay,
    // Gone after the processes: fields drop in order.
    database: ScratchServer,
    _index: Server,
}

impl Nodes {
    /// The workshop's counters, furnished, not yet running. `extra` is added
    /// to both configurations.
    ///
    /// # Panics
    /// When a part is missing; the sentence says which.
    pub async fn workshop(extra: &str) -> Self {
        let database = ScratchServer::start().expect("PostgreSQL is installed");
        let url = database.create_database(DATABASE).await.expect("a database");
        let index = Server::start().await;
        let reach = index.config("");
        let key = reach.api_key.expect("a key");
        let ground = Ground {
            database: url,
            index: format!("kind = \"server\"\nurl = {:?}\napi_key = {key:?}", reach.url),
        };
        let nodes = [0, 1].map(|_| Process::over(&ground, extra));
        let relay = Relay::start(nodes.iter().map(|node| node.address).collect()).await;
        let origins = nodes.iter().map(|node| node.address).chain([relay.address]);
        let origins: Vec<String> = origins.map(origin).collect();
        let faq = Faq::Workshop.path().expect("its file");
        nodes[0].furnish(&origins, &firm::settings_file(), &faq);
        Self { nodes, relay, database, _index: index }
    }

    /// Starts both at once and waits until they are ready.
    pub async fn start(&mut self) {
        for node in &mut self.nodes {
            node.launch();
        }
        for node in &mut self.nodes {
            node.ready().await;
        }
    }

    /// A visitor who has read the notice, at a node or at the relay.
    pub async fn visitor_at(&self, address: SocketAddr) -> Visitor {
        let mut visitor = Visitor::connect(address, &self.origin(), SITE).await;
        visitor.hello().await;
        visitor.notice().await;
        visitor
    }

    /// Origin of the firm's pages.
    #[must_use]
    pub fn origin(&self) -> String {
        origin(self.relay.address)
    }

    /// Breaks the connections over which nodes hear of each other; says how
    /// many there were.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn cut_bus(&self) -> usize {
        self.database.cut(DATABASE, "comptoir-listen").await.expect("the database obeys")
    }
}

fn origin(address: SocketAddr) -> String {
    format!("http://{address}")
}

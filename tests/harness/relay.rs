//! A proxy that keeps nobody where they were: each new connection goes to the
//! next node in turn, as behind a balancer without sticky sessions.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// The proxy; gone, with its connections, when dropped.
pub struct Relay {
    /// Where it listens.
    pub address: SocketAddr,
    cuts: watch::Sender<()>,
    serving: JoinHandle<()>,
}

impl Relay {
    /// Spreads connections over `nodes`. A node that refuses is passed over.
    ///
    /// # Panics
    /// When there is no free port.
    pub async fn start(nodes: Vec<SocketAddr>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let address = listener.local_addr().expect("its number");
        let (cuts, cut) = watch::channel(());
        let (nodes, next) = (Arc::new(nodes), Arc::new(AtomicUsize::new(0)));
        let serving = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let turn = next.fetch_add(1, Ordering::Relaxed);
                let mut cut = cut.clone();
                cut.mark_unchanged();
                let nodes = Arc::clone(&nodes);
                tokio::spawn(async move {
                    tokio::select! {
                        () = carry(client, &nodes, turn) => {}
                        // Also when the relay is gone.
                        _ = cut.changed() => {}
                    }
                });
            }
        });
        Self { address, cuts, serving }
    }

    /// Breaks every connection, as a network that changes does.
    pub fn cut(&self) {
        self.cuts.send_replace(());
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// Carries bytes both ways until either side ends.
async fn carry(mut client: TcpStream, nodes: &[SocketAddr], turn: usize) {
    for place in 0..nodes.len() {
        let node = nodes[(turn + place) % nodes.len()];
        if let Ok(mut server) = TcpStream::connect(node).await {
            // However it ends, both sides are closed.
            drop(tokio::io::copy_bidirectional(&mut client, &mut server).await);
            return;
        }
    }
}

//! The counter in this process: real database, embedder and index, on a free
//! port, with the text generator a scenario needs.

use crate::engines;
use crate::firm::{self, ARTISAN, Faq, OWNER, SECOND, SITE};
use crate::page::get;
use crate::wait::{until, within};
use crate::{places, visitor::Visitor};
use comptoir::app::{App, Parts};
use comptoir::config::Config;
use comptoir::wire;
use comptoir_embed::Embedder;
use comptoir_engine::TextGenerator;
use comptoir_storage::Storage;
use comptoir_storage::model::SiteId;
use comptoir_storage_contract::postgres::ScratchServer;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OnceCell, oneshot};
use tokio::task::JoinHandle;

/// Longest time to open or close.
const PATIENCE: Duration = Duration::from_secs(30);

/// How a counter is set up.
pub struct Builder {
    engine: Arc<dyn TextGenerator>,
    faq: Faq,
    is_furnished: bool,
    is_searching: bool,
    on_postgres: bool,
    change: Box<dyn FnOnce(&mut Config) + Send>,
}

impl Builder {
    /// With this text generator; one that says nothing otherwise.
    #[must_use]
    pub fn engine(mut self, engine: Arc<dyn TextGenerator>) -> Self {
        self.engine = engine;
        self
    }

    /// With these entries; the workshop's otherwise.
    #[must_use]
    pub fn faq(mut self, faq: Faq) -> Self {
        self.faq = faq;
        self
    }

    /// As after the installation: no site, nobody.
    #[must_use]
    pub fn bare(mut self) -> Self {
        self.is_furnished = false;
        self
    }

    /// As without the embedding model: only people answer.
    #[must_use]
    pub fn without_search(mut self) -> Self {
        self.is_searching = false;
        self
    }

    /// On PostgreSQL instead of SQLite.
    #[must_use]
    pub fn postgres(mut self) -> Self {
        self.on_postgres = true;
        self
    }

    /// With another configuration.
    #[must_use]
    pub fn config(mut self, change: impl FnOnce(&mut Config) + Send + 'static) -> Self {
        self.change = Box::new(change);
        self
    }

    /// Opens it.
    ///
    /// # Panics
    /// When a part is missing; the sentence says which.
    pub async fn open(self) -> TestApp {
        TestApp::open(self).await
    }
}

/// An open counter.
pub struct TestApp {
    /// Where it listens.
    pub address: SocketAddr,
    /// Its rows, to look at.
    pub storage: Arc<dyn Storage>,
    /// Its firm.
    pub site: SiteId,
    /// Code of the first-run page, while nobody exists.
    pub setup_code: Option<String>,
    stop: Option<oneshot::Sender<()>>,
    served: Option<JoinHandle<()>>,
    tasks_before: usize,
    folder: TempDir,
    _server: Option<ScratchServer>,
}

impl TestApp {
    /// A counter to set up.
    #[must_use]
    pub fn builder() -> Builder {
        Builder {
            engine: engines::saying(""),
            faq: Faq::Workshop,
            is_furnished: true,
            is_searching: true,
            on_postgres: false,
            change: Box::new(|_| ()),
        }
    }

    async fn open(builder: Builder) -> Self {
        drop(rustls::crypto::ring::default_provider().install_default());
        let tasks_before = alive_tasks();
        let folder = tempfile::tempdir().expect("a scratch folder");
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let address = listener.local_addr().expect("its number");
        let mut config = config(folder.path(), address);
        let server =
            builder.on_postgres.then(|| ScratchServer::start().expect("PostgreSQL is installed"));
        if let Some(server) = &server {
            config.database.url = server.create_database("counter").await.expect("a database");
        }
        (builder.change)(&mut config);
        let storage = wire::storage(&config).await.expect("the database opens");
        let site = firm::site(SITE);
        if builder.is_furnished {
            furnish(storage.as_ref(), &site, address, builder.faq).await;
        }
        let search = if builder.is_searching { Some(search(&config).await) } else { None };
        let channel = wire::channel(&config).expect("the channel's address");
        let parts =
            Parts { storage: Arc::clone(&storage), channel, search, engine: builder.engine };
        let app = App::assemble(&config, parts).await.expect("the counter is assembled");
        let setup_code = app.setup_code().map(str::to_owned);
        let (stop, stopped) = oneshot::channel::<()>();
        let served = tokio::spawn(async move {
            let shutdown = async { drop(stopped.await) };
            app.serve(listener, shutdown).await;
        });
        let (stop, served) = (Some(stop), Some(served));
        let app = Self {
            address,
            storage,
            site,
            setup_code,
            stop,
            served,
            tasks_before,
            folder,
            _server: server,
        };
        app.ready().await;
        app
    }

    async fn ready(&self) {
        let url = self.url("/readyz");
        let ready = async || get(&url).await.filter(|page| page.status == 200).map(drop);
        until(PATIENCE, "the counter is ready", ready).await;
    }

    /// Address of a page.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Origin of the firm's pages.
    #[must_use]
    pub fn origin(&self) -> String {
        origins(self.address).swap_remove(0)
    }

    /// A visitor who has read the notice.
    pub async fn visitor(&self) -> Visitor {
        let mut visitor = Visitor::connect(self.address, &self.origin(), SITE).await;
        visitor.hello().await;
        visitor.notice().await;
        visitor
    }

    /// A visitor whose first frame is still to come.
    pub async fn stranger(&self) -> Visitor {
        Visitor::connect(self.address, &self.origin(), SITE).await
    }

    /// Asks it to stop; [`TestApp::stop`] waits for the end.
    pub fn ask_to_stop(&mut self) {
        drop(self.stop.take());
    }

    /// Stops it and checks that nothing is left: no task, no open port.
    ///
    /// # Panics
    /// When something is.
    pub async fn stop(mut self) {
        self.ask_to_stop();
        let served = self.served.take().expect("it was not stopped before");
        let outcome = within(PATIENCE, "the counter closes", served).await;
        outcome.expect("it did not panic");
        let refused = TcpStream::connect(self.address).await.is_err();
        assert!(refused, "the port is still open");
        let before = self.tasks_before;
        let ended = async || (alive_tasks() <= before).then_some(());
        until(PATIENCE, "all tasks of the counter end", ended).await;
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        if let Some(served) = self.served.take() {
            served.abort();
            // What still runs writes there until the runtime ends.
            self.folder.disable_cleanup(true);
            assert!(std::thread::panicking(), "a scenario must end with `stop`");
        }
    }
}

fn alive_tasks() -> usize {
    tokio::runtime::Handle::current().metrics().num_alive_tasks()
}

fn origins(address: SocketAddr) -> Vec<String> {
    vec![format!("http://{address}"), format!("http://localhost:{}", address.port())]
}

fn config(folder: &Path, address: SocketAddr) -> Config {
    let mut config = Config::default();
    config.http.listen = address;
    config.http.public_url = format!("http://{address}");
    config.http.widget_dir = places::widget();
    config.http.site_dir = Some(places::root().join("xtask/demo/site"));
    config.database.url = format!("sqlite:{}", folder.join("counter.db").display());
    config.index.path = folder.join("index");
    config.models.dir = Some(places::models());
    // Scripted models are for what a scenario asks; some scenarios switch it on.
    config.engine.phrasings = false;
    // Scenarios come from one address and are in a hurry.
    config.limits.connections_per_minute = 6_000;
    config.limits.messages_per_minute = 6_000;
    config
}

async fn furnish(storage: &dyn Storage, site: &SiteId, address: SocketAddr, faq: Faq) {
    let settings = firm::settings(&origins(address));
    let now = jiff::Timestamp::now();
    storage.create_site(site, &settings, now).await.expect("a new site");
    for person in [OWNER, ARTISAN, SECOND] {
        firm::hire(storage, site, person).await;
    }
    firm::stock(storage, site, faq).await;
}

/// The real embedder, loaded once, and an index of its own in the folder.
async fn search(config: &Config) -> (Arc<dyn Embedder>, Arc<dyn comptoir_index::VectorIndex>) {
    static EMBEDDER: OnceCell<Arc<dyn Embedder>> = OnceCell::const_new();
    let load = async || {
        let store = wire::models(config).expect("the model folder can be used");
        wire::embedder(config, &store).await.expect("the embedding model is installed")
    };
    let embedder = Arc::clone(EMBEDDER.get_or_init(load).await);
    let index = wire::index(config, embedder.as_ref()).await.expect("a new index");
    (embedder, index)
}

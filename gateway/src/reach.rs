//! How people outside the pages are reached, put together: the installation's
//! keys, the push service client, the mail server, the worker, and what
//! letters come in to.

use crate::adapters::{OutboxNumbers, SystemClock, SystemIds};
use crate::config::{Config, Mail};
use anyhow::Context;
use comptoir_chat::Chat;
use comptoir_notify::inbound::Mailroom;
use comptoir_notify::mail::{Post, Smtp, SmtpSettings};
use comptoir_notify::push::{PushService, Vapid};
use comptoir_notify::ticket::Signer;
use comptoir_notify::{Addresses, Deps, Notifier};
use comptoir_storage::Storage;
use jiff::SignedDuration;
use std::sync::Arc;
use url::{Host, Url};

/// Names of the installation's keys in storage.
const VAPID_KEY: &str = "vapid";
const TICKET_KEY: &str = "tickets";

/// Everything that reaches people.
pub struct Reach {
    /// Delivers what the outbox holds.
    pub notifier: Notifier,
    /// Takes letters in.
    pub mailroom: Mailroom,
    /// The public key browsers subscribe with.
    pub push_key: Arc<str>,
    /// Whether push services on this machine may be used.
    pub allows_local_push: bool,
}

/// Puts it together. Keys that do not exist yet are made and kept.
///
/// # Errors
/// When storage does not answer, or a key or certificate is damaged.
pub async fn open(
    config: &Config,
    storage: &Arc<dyn Storage>,
    chat: &Chat,
    numbers: OutboxNumbers,
) -> anyhow::Result<Reach> {
    let vapid = Arc::new(vapid(config, storage.as_ref()).await?);
    let signer = signer(storage.as_ref()).await?;
    let post: Option<Arc<dyn Post>> = match smtp(&config.mail)? {
        Some(smtp) => Some(Arc::new(smtp)),
        None => None,
    };
    let addresses = addresses(config);
    let allows_local_push = is_local(&config.http.public_url);
    let push_key = vapid.public().into();
    let door = PushService::new(vapid, allows_local_push).context("no TLS for push services")?;
    let clock = Arc::new(SystemClock);
    let notifier = Notifier::new(Deps {
        storage: Arc::clone(storage),
        clock: Arc::clone(&clock) as _,
        ids: Arc::new(SystemIds),
        random: Arc::new(rand::random::<f64>),
        door: Arc::new(door),
        post: post.clone(),
        signer: signer.clone(),
        addresses: addresses.clone(),
        away: SignedDuration::from_secs(config.notify.away_seconds.into()),
        watcher: Arc::new(numbers),
    });
    let mailroom = Mailroom {
        storage: Arc::clone(storage),
        chat: chat.clone(),
        clock,
        signer,
        post,
        addresses,
    };
    Ok(Reach { notifier, mailroom, push_key, allows_local_push })
}

async fn vapid(config: &Config, storage: &dyn Storage) -> anyhow::Result<Vapid> {
    let fresh = Vapid::generate().context("a key for push")?;
    let key = storage.installation_key(VAPID_KEY, &fresh).await?;
    let subject = if config.mail.is_on() {
        format!("mailto:{}", config.mail.from)
    } else {
        config.http.public_url.clone()
    };
    Vapid::new(&key, subject).context("the key named `vapid` in the database")
}

async fn signer(storage: &dyn Storage) -> anyhow::Result<Signer> {
    let fresh: [u8; 32] = rand::random();
    Ok(Signer::new(&storage.installation_key(TICKET_KEY, &fresh).await?))
}

/// The mail server, if one is configured; it is not connected to yet.
///
/// # Errors
/// When the certificate cannot be read or TLS cannot be set up.
pub fn smtp(mail: &Mail) -> anyhow::Result<Option<Smtp>> {
    if !mail.is_on() {
        return Ok(None);
    }
    let certificate = match &mail.certificate {
        Some(path) => {
            let read = std::fs::read(path);
            Some(read.with_context(|| format!("[mail] certificate {}", path.display()))?)
        }
        None => None,
    };
    let password = mail.password.as_ref().map(|secret| secret.expose().to_owned());
    let settings = SmtpSettings {
        host: mail.host.clone(),
        port: mail.port(),
        security: mail.tls.into(),
        credentials: mail.user.clone().zip(password),
        certificate,
        from: mail.from.clone(),
    };
    Ok(Some(Smtp::new(&settings).context("[mail]")?))
}

fn addresses(config: &Config) -> Addresses {
    let domain = config.mail.from.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
    Addresses {
        public_url: config.http.public_url.trim_end_matches('/').to_owned(),
        domain: domain.to_owned(),
        replies: config.mail.replies.clone().filter(|_| config.mail.is_on()),
    }
}

/// Whether people reach the counter on this machine only.
fn is_local(public_url: &str) -> bool {
    let url = Url::parse(public_url).ok();
    match url.as_ref().and_then(Url::host) {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

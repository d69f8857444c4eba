//! The mail server, over SMTP.

use super::message::{MessageError, message};
use super::{Letter, Post, PostFailure};
use async_trait::async_trait;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use std::time::Duration;

/// How long a command may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// "Authentication required", "mechanism too weak", "credentials invalid": the
/// server refuses us, not the letter. Somebody mends that.
const SIGN_IN: [u16; 4] = [530, 534, 535, 538];

/// How the connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte.
    Tls,
    /// TLS after a greeting, or no letter.
    StartTls,
    /// None: for a server on this machine.
    None,
}

/// Where and how.
#[derive(Clone)]
pub struct SmtpSettings {
    /// Name of the server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// User and secret, if it asks for them.
    pub credentials: Option<(String, String)>,
    /// A certificate to trust beside the system's, PEM.
    pub certificate: Option<Vec<u8>>,
    /// Address of the sender.
    pub from: String,
}

/// Why there is no mail.
#[derive(Debug, thiserror::Error)]
pub enum SmtpError {
    /// TLS cannot be set up.
    #[error("TLS for the mail server cannot be set up")]
    Tls(#[source] lettre::transport::smtp::Error),
    /// The server does not answer as it should.
    #[error("the mail server does not answer as it should")]
    Server(#[source] lettre::transport::smtp::Error),
    /// It answers, and refuses.
    #[error("the mail server refuses the connection")]
    Refused,
}

/// The mail server.
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: String,
}

impl Smtp {
    /// Prepares; nothing is connected yet.
    ///
    /// # Errors
    /// `Tls`.
    pub fn new(settings: &SmtpSettings) -> Result<Self, SmtpError> {
        let tls = match settings.security {
            Security::None => Tls::None,
            Security::Tls => Tls::Wrapper(tls(settings)?),
            Security::StartTls => Tls::Required(tls(settings)?),
        };
        let domain = settings.from.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
        let mut builder =
            AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(settings.host.as_str())
                .port(settings.port)
                .tls(tls)
                .hello_name(ClientId::Domain(domain.to_owned()))
                .timeout(Some(PATIENCE));
        if let Some((user, secret)) = &settings.credentials {
            builder = builder.credentials(Credentials::new(user.clone(), secret.clone()));
        }
        Ok(Self { transport: builder.build(), from: settings.from.clone() })
    }

    /// Connects and signs in, and sends nothing.
    ///
    /// # Errors
    /// `Server`, `Refused`.
    pub async fn check(&self) -> Result<(), SmtpError> {
        match self.transport.test_connection().await {
            Ok(true) => Ok(()),
            Ok(false) => Err(SmtpError::Refused),
            Err(error) => Err(SmtpError::Server(error)),
        }
    }
}

fn tls(settings: &SmtpSettings) -> Result<TlsParameters, SmtpError> {
    let mut builder = TlsParameters::builder(settings.host.clone());
    if let Some(pem) = &settings.certificate {
        builder = builder.add_root_certificate(Certificate::from_pem(pem).map_err(SmtpError::Tls)?);
    }
    builder.build_rustls().map_err(SmtpError::Tls)
}

#[async_trait]
impl Post for Smtp {
    async fn send(&self, letter: &Letter) -> Result<(), PostFailure> {
        let message = message(&self.from, letter).map_err(|error| match error {
            MessageError::Address => PostFailure::NoAddress,
            MessageError::Build(_) => PostFailure::Refused,
        })?;
        match self.transport.send(message).await {
            Ok(_) => Ok(()),
            Err(error) => {
                let code = error.status().map(u16::from);
                // The server's sentence may hold the address: only its number is told.
                tracing::warn!(
                    smtp.code = code,
                    smtp.timeout = error.is_timeout(),
                    "a letter was not sent"
                );
                let is_final = error.is_permanent() && !code.is_some_and(|c| SIGN_IN.contains(&c));
                Err(if is_final { PostFailure::Refused } else { PostFailure::Unreachable })
            }
        }
    }
}

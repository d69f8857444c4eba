//! A real mail server on a free port: it takes letters over SMTP, refuses some
//! mailboxes, goes down and comes back.

use crate::places;
use crate::wait::until;
use mail_parser::{MessageParser, MimeHeaders as _};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// Longest wait for a letter.
const PATIENCE: Duration = Duration::from_secs(120);

/// A letter it took.
#[derive(Debug, Clone)]
pub struct Letter {
    /// To whom, as said to the server.
    pub to: Vec<String>,
    /// As it came.
    pub raw: Vec<u8>,
}

impl Letter {
    /// A header, decoded and on one line; empty when it is not there.
    #[must_use]
    pub fn header(&self, name: &str) -> String {
        let text = String::from_utf8_lossy(&self.raw).replace("\r\n ", " ").replace("\r\n\t", " ");
        let head = text.split("\r\n\r\n").next().unwrap_or_default().to_owned();
        let start = format!("{}:", name.to_lowercase());
        let line = head.lines().find(|line| line.to_lowercase().starts_with(&start));
        line.and_then(|line| line.split_once(':'))
            .map(|(_, v)| v.trim().to_owned())
            .unwrap_or_default()
    }

    /// Subject, decoded.
    ///
    /// # Panics
    /// When it is no letter.
    #[must_use]
    pub fn subject(&self) -> String {
        let message = MessageParser::default().parse(&self.raw).expect("a letter");
        message.subject().unwrap_or_default().to_owned()
    }

    /// The plain part.
    ///
    /// # Panics
    /// When it is no letter.
    #[must_use]
    pub fn text(&self) -> String {
        let message = MessageParser::default().parse(&self.raw).expect("a letter");
        message.body_text(0).unwrap_or_default().into_owned()
    }

    /// The HTML part.
    ///
    /// # Panics
    /// When it is no letter.
    #[must_use]
    pub fn html(&self) -> String {
        let message = MessageParser::default().parse(&self.raw).expect("a letter");
        assert!(message.content_type().is_some_and(|kind| kind.subtype() == Some("alternative")));
        message.body_html(0).unwrap_or_default().into_owned()
    }

    /// The first address in the plain part that begins so.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn link(&self, start: &str) -> String {
        let text = self.text();
        let word = text.split_whitespace().find(|word| word.starts_with(start));
        word.unwrap_or_else(|| panic!("no {start} in {text}")).to_owned()
    }
}

/// The server.
pub struct MailServer {
    /// Its port, the same after every start.
    pub port: u16,
    folder: TempDir,
    certificate: Option<TempDir>,
    child: Option<Child>,
}

impl MailServer {
    /// Starts one.
    ///
    /// # Panics
    /// When Python or its package are missing.
    #[must_use]
    pub fn start() -> Self {
        Self::with(None)
    }

    /// Starts one that takes nothing before STARTTLS.
    ///
    /// # Panics
    /// As [`MailServer::start`], and without `openssl`.
    #[must_use]
    pub fn with_tls() -> Self {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let made = Command::new("openssl")
            .args([
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
            ])
            .args(["-days", "2", "-subj", "/CN=localhost"])
            .args(["-addext", "subjectAltName=DNS:localhost"])
            // Not an authority: what it signs is itself.
            .args(["-addext", "basicConstraints=critical,CA:FALSE"])
            .arg("-keyout")
            .arg(folder.path().join("key.pem"))
            .arg("-out")
            .arg(folder.path().join("cert.pem"))
            .stderr(Stdio::null())
            .status();
        assert!(made.is_ok_and(|status| status.success()), "openssl makes a certificate");
        Self::with(Some(folder))
    }

    fn with(certificate: Option<TempDir>) -> Self {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let mut server = Self { port: 0, folder, certificate, child: None };
        server.up();
        server
    }

    /// Its certificate, PEM.
    ///
    /// # Panics
    /// When it has none.
    #[must_use]
    pub fn certificate(&self) -> PathBuf {
        self.certificate.as_ref().expect("a server with TLS").path().join("cert.pem")
    }

    /// Starts it again where it was.
    ///
    /// # Panics
    /// When it does not start.
    pub fn up(&mut self) {
        let script = places::root().join("tests/harness/smtp/sink.py");
        let mut command = Command::new("python3");
        command.arg(script).arg(self.folder.path()).arg(self.port.to_string());
        if let Some(folder) = &self.certificate {
            command.arg(folder.path().join("cert.pem")).arg(folder.path().join("key.pem"));
        }
        let package = places::aiosmtpd();
        assert!(
            package.join("aiosmtpd").is_dir(),
            "aiosmtpd is missing: run `cargo xtask test` once"
        );
        let mut child = command
            .env("PYTHONPATH", package)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Python runs");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("its output");
        BufReader::new(stdout).read_line(&mut line).expect("its port");
        self.child = Some(child);
        self.port = line.trim().parse().expect("its port");
    }

    /// Stops it.
    pub fn down(&mut self) {
        if let Some(mut child) = self.child.take() {
            // Closing its input ends it; killing it is for when that fails.
            drop(child.stdin.take());
            drop(child.kill());
            drop(child.wait());
        }
    }

    /// All letters, in order.
    ///
    /// # Panics
    /// When a file cannot be read.
    #[must_use]
    pub fn letters(&self) -> Vec<Letter> {
        let mut files: Vec<PathBuf> = std::fs::read_dir(self.folder.path())
            .expect("its folder")
            .map(|file| file.expect("a file").path())
            .filter(|path| path.extension().is_some_and(|kind| kind == "eml"))
            .collect();
        files.sort();
        files.iter().map(|path| read(path)).collect()
    }

    /// The letters to an address, once there are as many.
    pub async fn letters_to(&self, address: &str, number: usize) -> Vec<Letter> {
        let what = format!("{number} letters to {address}");
        until(PATIENCE, &what, async || {
            let all = self.letters();
            let found: Vec<Letter> =
                all.into_iter().filter(|l| l.to.iter().any(|to| to == address)).collect();
            (found.len() >= number).then_some(found)
        })
        .await
    }
}

fn read(path: &Path) -> Letter {
    let raw = std::fs::read(path).expect("a letter");
    let to = std::fs::read_to_string(path.with_extension("to")).expect("its envelope");
    Letter { to: to.lines().map(str::to_owned).collect(), raw }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.down();
    }
}

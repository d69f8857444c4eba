//! `cargo xtask demo`: from a fresh checkout to an open counter.

use crate::shell::{cargo, program};
use crate::{models, packages, paths, widget};
use anyhow::{Context, Result, bail};
use std::io::{IsTerminal, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Sign-ins of the demo; printed, so not secret. They exist on this machine's
/// loopback address only.
pub const OWNER: (&str, &str) = ("camille@demo.example", "demo-patronne");
/// The demo's artisan.
pub const ARTISAN: (&str, &str) = ("karim@demo.example", "demo-artisan");

/// Takes back the line that grows.
const CLEAR: &str = "\r\u{1b}[K";

/// Longest wait for the counter to open.
const READY_TIMEOUT: Duration = Duration::from_secs(180);

struct Options {
    install: bool,
    port: u16,
    fresh: bool,
}

/// Runs the command.
pub fn run(arguments: &[String]) -> Result<()> {
    let options = parse(arguments)?;
    ensure_free(options.port)?;
    packages::ensure(packages::Needs::Build, options.install)?;
    widget::build_if_changed()?;
    build()?;
    models::pull(models::DEMO)?;
    let folder = paths::cache().join("demo");
    if options.fresh && folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    let config = prepare(&folder, options.port)?;
    open(&config, options.port)
}

/// Another program on the port would be taken for the counter.
fn ensure_free(port: u16) -> Result<()> {
    if let Err(error) = std::net::TcpListener::bind(("127.0.0.1", port)) {
        bail!("port {port} cannot be used ({error}); choose another with --port N");
    }
    Ok(())
}

fn parse(arguments: &[String]) -> Result<Options> {
    let mut options = Options { install: true, port: 8080, fresh: false };
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--no-install" => options.install = false,
            "--fresh" => options.fresh = true,
            "--port" => {
                let port = rest.next().context("--port needs a number")?;
                options.port = port.parse().context("--port needs a number")?;
            }
            other => bail!("unknown option {other}; see `cargo xtask help`"),
        }
    }
    Ok(options)
}

/// Builds the product with the same features as every other command, and
/// leaves the binary where `cargo build --release` would.
pub fn build() -> Result<()> {
    cargo().args(["build", "--release", "--workspace", "--bin", "comptoir", "--locked"]).run()?;
    let usual = paths::root().join("target/release/comptoir");
    let built = paths::comptoir();
    if usual != built {
        std::fs::create_dir_all(paths::root().join("target/release"))?;
        let _ = std::fs::remove_file(&usual);
        std::fs::hard_link(&built, &usual)
            .or_else(|_| std::fs::copy(&built, &usual).map(|_| ()))
            .context("placing target/release/comptoir")?;
    }
    Ok(())
}

/// The demo's own folder: configuration, database, index. Kept between runs,
/// so that what was typed yesterday is there today.
pub fn prepare(folder: &Path, port: u16) -> Result<PathBuf> {
    std::fs::create_dir_all(folder.join("data"))?;
    let config = folder.join("comptoir.toml");
    let (data, site) = (folder.join("data"), paths::root().join("xtask/demo/site"));
    let text = format!(
        "[http]\nlisten = \"127.0.0.1:{port}\"\npublic_url = \"http://localhost:{port}\"\n\
         widget_dir = {:?}\nsite_dir = {site:?}\n\n[database]\nurl = \"sqlite:{}/comptoir.db\"\n\n\
         [index]\npath = {:?}\n\n[models]\ndir = {:?}\n\n\
         # Addresses and sign-ins must stay in sight.\n[log]\nfilter = \"error,comptoir=warn\"\n",
        paths::widget(),
        data.display(),
        data.join("index"),
        paths::models(),
    );
    std::fs::write(&config, text)?;
    furnish(&config, port)?;
    Ok(config)
}

/// The demo firm: settings, people, FAQ. Doing it again changes nothing.
fn furnish(config: &Path, port: u16) -> Result<()> {
    let demo = paths::root().join("xtask/demo");
    let origins = [format!("http://localhost:{port}"), format!("http://127.0.0.1:{port}")];
    comptoir(config)
        .args(["site", "create", "demo", "--update", "--settings"])
        .args([demo.join("firm.toml")])
        .args(origins.iter().flat_map(|origin| ["--origin", origin.as_str()]))
        .read()?;
    for ((email, password), name, role) in
        [(OWNER, "Camille", "owner"), (ARTISAN, "Karim", "artisan")]
    {
        comptoir(config)
            .args(["people", "add", "--if-absent", "--site", "demo", "--email", email])
            .args(["--name", name, "--role", role])
            .feed(password)?;
    }
    let said = comptoir(config)
        .args(["faq", "import", "--site", "demo", "--only-if-empty"])
        .args([demo.join("faq.jsonl")])
        .read()?;
    if let Some(sum) = said.lines().last() {
        eprintln!("the demo firm's FAQ: {sum}");
    }
    Ok(())
}

/// The product with this configuration.
pub fn comptoir(config: &Path) -> crate::shell::Program {
    program(&paths::comptoir().to_string_lossy()).args(["--config"]).args([config])
}

fn open(config: &Path, port: u16) -> Result<()> {
    let start = Instant::now();
    // Ctrl-C reaches the counter itself, which closes cleanly; this process
    // must outlive it to say how it ended.
    let asked_to_stop = Arc::new(AtomicBool::new(false));
    signal_hook::flag::register(signal_hook::consts::SIGINT, Arc::clone(&asked_to_stop))?;
    let mut child = comptoir(config).args(["serve"]).into_command().spawn()?;
    if let Err(error) = wait_ready(&mut child, port) {
        // Asked to stop while it was opening: that is no failure.
        return if asked_to_stop.load(Ordering::Relaxed) { Ok(()) } else { Err(error) };
    }
    eprintln!(
        "\nComptoir is open (ready after {:.1} s). Ctrl-C closes it.\n\n  \
         the firm's page   http://localhost:{port}/\n  \
         the inbox         http://localhost:{port}/admin/inbox\n  \
         the owner's desk  http://localhost:{port}/admin/faq\n\n  \
         owner    {} / {}\n  artisan  {} / {}\n",
        start.elapsed().as_secs_f64(),
        OWNER.0,
        OWNER.1,
        ARTISAN.0,
        ARTISAN.1,
    );
    follow_model(&mut child, port, start)?;
    let status = child.wait()?;
    if !status.success() && status.code().is_some() {
        bail!("the counter stopped ({status})");
    }
    Ok(())
}

/// Waits until `/readyz` says yes.
pub fn wait_ready(child: &mut Child, port: u16) -> Result<()> {
    let start = Instant::now();
    let terminal = std::io::stderr().is_terminal();
    while start.elapsed() < READY_TIMEOUT {
        if let Some(status) = child.try_wait()? {
            bail!("the counter stopped before it was ready ({status})");
        }
        let answer = readiness(port).unwrap_or_default();
        let is_ready = answer.starts_with("HTTP/1.1 200");
        if terminal {
            let line = field(&answer, "index").and_then(|at| bar("the FAQ is being indexed", at));
            eprint!("{CLEAR}{}", line.filter(|_| !is_ready).unwrap_or_default());
        }
        if is_ready {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    let _ = child.kill();
    bail!("the counter was not ready after {} s", READY_TIMEOUT.as_secs())
}

/// Shows how far the model is. The counter already answers in the FAQ's own
/// words, so its end is news and not a condition.
fn follow_model(child: &mut Child, port: u16, start: Instant) -> Result<()> {
    let terminal = std::io::stderr().is_terminal();
    while child.try_wait()?.is_none() {
        let answer = readiness(port).unwrap_or_default();
        let clear = if terminal { CLEAR } else { "" };
        match field(&answer, "engine") {
            Some("ready") => {
                let seconds = start.elapsed().as_secs_f64();
                eprintln!("{clear}  the language model is ready (after {seconds:.1} s)");
                return Ok(());
            }
            Some("down") => {
                eprintln!(
                    "{clear}  the language model does not run: answers come in the FAQ's own words"
                );
                return Ok(());
            }
            Some(loading) if terminal => {
                eprint!("{clear}{}", bar("the language model loads", loading).unwrap_or_default());
            }
            Some(_) | None => {}
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    Ok(())
}

/// A text field of what `/readyz` answers.
fn field<'a>(answer: &'a str, name: &str) -> Option<&'a str> {
    let (_, value) = answer.split_once(&format!("\"{name}\":\""))?;
    value.split('"').next()
}

/// `loading 45 %` or `indexing 45 %` as a line that grows; nothing for a state
/// without a number.
fn bar(what: &str, at: &str) -> Option<String> {
    let percent = at.strip_suffix(" %")?.rsplit(' ').next()?.parse::<usize>().ok()?.min(100);
    let done = percent / 5;
    Some(format!("  {what} [{}{}] {percent} %", "#".repeat(done), ".".repeat(20 - done)))
}

/// What `/readyz` answers, whole.
fn readiness(port: u16) -> Option<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    let request = "GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let mut answer = String::new();
    stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
    stream.write_all(request.as_bytes()).ok()?;
    stream.read_to_string(&mut answer).ok()?;
    Some(answer)
}

#[cfg(test)]
mod tests {
    use super::{bar, field};

    #[test]
    fn progress_is_a_line_that_grows_and_a_state_without_a_number_is_none() {
        let answer = "HTTP/1.1 503 Service Unavailable\r\n\r\n{\"ready\":false,\"index\":\
                      \"indexing 47 %\",\"engine\":\"loading 100 %\"}";
        let line = |name| bar(name, field(answer, name)?);
        assert_eq!(line("index").as_deref(), Some("  index [#########...........] 47 %"));
        assert_eq!(line("engine").as_deref(), Some("  engine [####################] 100 %"));
        assert_eq!(line("nothing"), None);
        for state in ["idle", "ready", "down", ""] {
            assert_eq!(bar("index", state), None, "{state}");
        }
    }
}

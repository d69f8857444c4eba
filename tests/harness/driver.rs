//! chromedriver as a process of its own; whatever it started goes with it.

use crate::process::free_address;
use crate::wait::until;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A running chromedriver.
pub struct Driver {
    child: Child,
    /// Its address.
    pub url: String,
}

impl Driver {
    /// Starts one on a free port.
    ///
    /// # Panics
    /// When it is not installed or does not answer.
    pub async fn start() -> Self {
        let port = free_address().port();
        let program = std::env::var("CHROMEDRIVER").unwrap_or_else(|_| "chromedriver".to_owned());
        let child = Command::new(&program)
            .arg(format!("--port={port}"))
            // Chromium and its helpers join this group and end with it.
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let child = child.unwrap_or_else(|error| {
            panic!("{program}: {error}; install chromium and chromium-driver")
        });
        let driver = Self { child, url: format!("http://127.0.0.1:{port}") };
        let status = format!("{}/status", driver.url);
        let answers = async || crate::page::get(&status).await.filter(|page| page.status == 200);
        until(Duration::from_secs(30), "chromedriver answers", answers).await;
        driver
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let group = format!("-{}", self.child.id());
        // Nothing to do when it is gone already.
        drop(Command::new("kill").args(["-KILL", "--", &group]).status());
        drop(self.child.wait());
    }
}

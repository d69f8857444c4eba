//! Stages of a long command, each timed and said.

use anyhow::{Result, bail};
use std::time::{Duration, Instant};

/// Runs stages in order, keeps going after a failure, and tells the times.
#[derive(Default)]
pub struct Stages {
    done: Vec<(String, Duration, Option<String>)>,
}

impl Stages {
    /// Runs one stage.
    pub fn run(&mut self, name: &str, stage: impl FnOnce() -> Result<()>) {
        eprintln!("\n== {name}");
        let start = Instant::now();
        let problem = stage().err().map(|error| format!("{error:#}"));
        if let Some(problem) = &problem {
            eprintln!("!! {name}: {problem}");
        }
        self.done.push((name.to_owned(), start.elapsed(), problem));
    }

    /// Runs a stage that the rest cannot do without.
    pub fn require(&mut self, name: &str, stage: impl FnOnce() -> Result<()>) -> Result<()> {
        self.run(name, stage);
        match self.done.last() {
            Some((_, _, Some(problem))) => bail!("{name}: {problem}"),
            Some((_, _, None)) | None => Ok(()),
        }
    }

    /// Prints the table and fails if any stage did.
    #[expect(clippy::print_stdout, reason = "the closing line that CI systems read")]
    pub fn finish(self) -> Result<()> {
        eprintln!("\n{:<34} {:>9}", "stage", "seconds");
        for (name, time, problem) in &self.done {
            let verdict = if problem.is_some() { "FAILED" } else { "ok" };
            eprintln!("{name:<34} {:>9.1}  {verdict}", time.as_secs_f64());
        }
        let total: Duration = self.done.iter().map(|(_, time, _)| *time).sum();
        eprintln!("{:<34} {:>9.1}", "total", total.as_secs_f64());
        let failed = self.done.iter().filter(|(_, _, problem)| problem.is_some()).count();
        // The closing line CI systems read.
        println!("stages: {} passed, {failed} failed", self.done.len() - failed);
        if failed > 0 {
            bail!("{failed} stage(s) failed");
        }
        Ok(())
    }
}

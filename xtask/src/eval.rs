//! `cargo xtask eval`: the demo firm's questions to the demo firm's FAQ.

use crate::{demo, models, packages, paths};
use anyhow::Result;

/// Builds, fetches the models and runs `comptoir eval` on our own fixtures.
pub fn run(extra: &[String]) -> Result<()> {
    packages::ensure(packages::Needs::Build, true)?;
    demo::build()?;
    models::pull(models::DEMO)?;
    let folder = paths::root().join("xtask/demo");
    crate::shell::program(&paths::comptoir().to_string_lossy())
        .env("COMPTOIR_MODELS__DIR", paths::models())
        .args(["eval", "--faq"])
        .args([folder.join("faq.jsonl")])
        .args(["--questions"])
        .args([folder.join("questions.jsonl")])
        .args(extra)
        .run()
}

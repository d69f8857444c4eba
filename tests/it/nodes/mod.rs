//! Two real gateways over one PostgreSQL and one Qdrant server: nobody notices
//! which one they are connected to, that it changes, or that it is gone.

mod dying;
mod hearing;
mod moving;
mod sharing;

use comptoir_tests::Dribble;

/// Answers come from a server that stops in the middle when told to.
fn remote(dribble: &Dribble) -> String {
    format!("[engine]\nkind = \"remote\"\nurl = \"http://{}/v1\"\nmodel = \"m\"", dribble.address)
}

/// Answers are the entries' own words.
const NO_ENGINE: &str = "[engine]\nkind = \"off\"";

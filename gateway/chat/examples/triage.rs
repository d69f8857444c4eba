//! Reads JSON lines with a `text` from files and prints how each is triaged:
//! `cargo run -p comptoir-chat --example triage -- FILE…`. Rows may carry
//! `expect` (`human` or `bot`); then wrong ones are marked and counted.

use comptoir_chat::policy::{PolicySettings, Triage, triage};
use std::io::{BufRead, BufReader, Write};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::stdout().lock();
    for path in std::env::args().skip(1) {
        let (mut rows, mut handovers, mut wrong) = (0u32, 0u32, 0u32);
        for line in BufReader::new(std::fs::File::open(&path)?).lines() {
            let row: serde_json::Value = serde_json::from_str(&line?)?;
            let Some(text) = row["text"].as_str().or(row["question"].as_str()) else {
                continue;
            };
            let verdict = triage(text, &PolicySettings::default());
            let human = matches!(verdict, Triage::Handover { .. });
            let expected = row["expect"].as_str().map(|expect| expect == "human");
            let mark =
                if expected.is_some_and(|expected| expected != human) { "WRONG" } else { "" };
            rows += 1;
            handovers += u32::from(human);
            wrong += u32::from(!mark.is_empty());
            writeln!(
                out,
                "{mark}\t{}\t{text}\t{verdict:?}",
                row["reason"].as_str().unwrap_or_default()
            )?;
        }
        writeln!(out, "# {path}: {rows} rows, {handovers} to a person, {wrong} wrong")?;
    }
    Ok(())
}

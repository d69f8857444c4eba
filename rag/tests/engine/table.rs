//! The table of figures.

use std::fmt;

/// Rows of a figure, what was wished for, and whether it is so.
#[derive(Default)]
pub struct Table {
    rows: Vec<(String, String, String)>,
    /// Tokens per second of one reply, for the ceiling.
    pub decode: f32,
    /// Bytes per second that the machine reads from memory.
    pub bandwidth: f32,
}

impl Table {
    /// Adds a figure nobody has set a bound for.
    pub fn say(&mut self, what: &str, figure: impl Into<String>) {
        self.add(what, figure.into(), String::new());
    }

    /// Adds a figure with its bound.
    pub fn judge(&mut self, what: &str, figure: impl Into<String>, bound: &str, holds: bool) {
        let verdict = if holds { "holds" } else { "MISSED" };
        self.add(what, figure.into(), format!("{bound}: {verdict}"));
    }

    fn add(&mut self, what: &str, figure: String, bound: String) {
        println!("  {what}: {figure} {bound}");
        self.rows.push((what.to_owned(), figure, bound));
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| what | figure | bound |\n|---|---|---|")?;
        // What the scenario of the whole process measured before.
        let before = std::env::var_os("COMPTOIR_BENCH_ROWS");
        f.write_str(
            &before.and_then(|path| std::fs::read_to_string(path).ok()).unwrap_or_default(),
        )?;
        for (what, figure, bound) in &self.rows {
            writeln!(f, "| {what} | {figure} | {bound} |")?;
        }
        Ok(())
    }
}

/// The middle one.
pub fn median(mut values: Vec<f32>) -> f32 {
    values.sort_by(f32::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f32::NAN)
}

/// A number from the environment.
pub fn setting(name: &str, otherwise: usize) -> usize {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

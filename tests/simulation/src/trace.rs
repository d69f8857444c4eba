//! What happened, in words, for whoever replays a seed.

/// Lines of a replay; nothing is written down unless wanted.
pub(crate) struct Trace {
    wanted: bool,
    lines: Vec<String>,
}

impl Trace {
    pub(crate) fn new(wanted: bool) -> Self {
        Self { wanted, lines: Vec::new() }
    }

    pub(crate) fn note(&mut self, at_ms: u64, line: impl FnOnce() -> String) {
        if self.wanted {
            self.lines.push(format!("{:>9.3}s  {}", at_ms as f64 / 1_000.0, line()));
        }
    }

    pub(crate) fn into_lines(self) -> Vec<String> {
        self.lines
    }
}

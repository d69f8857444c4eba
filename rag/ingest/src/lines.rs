//! From byte offsets to line numbers.

/// Where the lines of a text begin.
pub(crate) struct Lines {
    /// Offset of every `\n`, ascending.
    ends: Vec<usize>,
}

impl Lines {
    /// Indexes a text.
    pub(crate) fn of(text: &str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Self { ends: ends.map(|(offset, _)| offset).collect() }
    }

    /// The line, from 1, on which the byte at `offset` stands.
    pub(crate) fn at(&self, offset: usize) -> u32 {
        let before = self.ends.partition_point(|end| *end < offset);
        u32::try_from(before + 1).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::Lines;

    #[test]
    fn a_line_end_belongs_to_its_line() {
        let lines = Lines::of("a\nbc\n\nd");
        let found: Vec<u32> = [0, 1, 2, 4, 5, 6].map(|offset| lines.at(offset)).to_vec();
        assert_eq!(found, [1, 1, 2, 2, 3, 4]);
    }
}

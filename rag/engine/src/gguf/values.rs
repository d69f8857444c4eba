//! Reading the head's values from a source that may end or lie at any byte.

use std::io::{Read, Seek};

use super::GgufProblem;

/// A value, as far as it matters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Number(u64),
    Text(String),
    /// A list: how many, and the largest if they are numbers.
    List {
        len: u64,
        largest: u64,
    },
    Other,
}

/// Longest text in a head; chat templates are the longest there are.
const LONGEST_TEXT: u64 = 4 << 20;
/// Lists may hold lists; nobody needs more than this.
const DEEPEST: u8 = 3;

/// Reads little-endian values and never past the file's end.
pub(super) struct Reader<R> {
    source: R,
    file_bytes: u64,
}

impl<R: Read + Seek> Reader<R> {
    pub(super) fn new(source: R, file_bytes: u64) -> Self {
        Self { source, file_bytes }
    }

    pub(super) fn position(&mut self) -> Result<u64, GgufProblem> {
        self.source.stream_position().map_err(|error| self.failed(&error))
    }

    pub(super) fn bytes<const N: usize>(&mut self) -> Result<[u8; N], GgufProblem> {
        let mut bytes = [0; N];
        self.source.read_exact(&mut bytes).map_err(|error| self.failed(&error))?;
        Ok(bytes)
    }

    pub(super) fn u32(&mut self) -> Result<u32, GgufProblem> {
        self.bytes().map(u32::from_le_bytes)
    }

    pub(super) fn u64(&mut self) -> Result<u64, GgufProblem> {
        self.bytes().map(u64::from_le_bytes)
    }

    pub(super) fn string(&mut self) -> Result<String, GgufProblem> {
        let len = self.u64()?;
        if len > LONGEST_TEXT {
            return Err(GgufProblem::Malformed { what: "a text is too long" });
        }
        let mut bytes = Vec::new();
        let read = self.source.by_ref().take(len).read_to_end(&mut bytes);
        let read = read.map_err(|error| self.failed(&error))? as u64;
        if read < len {
            return Err(self.ended());
        }
        String::from_utf8(bytes).map_err(|_| GgufProblem::Malformed { what: "a text is not UTF-8" })
    }

    pub(super) fn value(&mut self) -> Result<Value, GgufProblem> {
        let kind = self.u32()?;
        self.value_of(kind, 0)
    }

    fn value_of(&mut self, kind: u32, depth: u8) -> Result<Value, GgufProblem> {
        Ok(match kind {
            0 | 7 => Value::Number(u64::from(self.bytes::<1>()?[0])),
            1 => positive(i64::from(i8::from_le_bytes(self.bytes()?))),
            2 => Value::Number(u64::from(u16::from_le_bytes(self.bytes()?))),
            3 => positive(i64::from(i16::from_le_bytes(self.bytes()?))),
            4 => Value::Number(u64::from(self.u32()?)),
            5 => positive(i64::from(i32::from_le_bytes(self.bytes()?))),
            6 => self.bytes::<4>().map(|_| Value::Other)?,
            8 => Value::Text(self.string()?),
            9 if depth < DEEPEST => self.list(depth)?,
            10 => Value::Number(self.u64()?),
            11 => positive(i64::from_le_bytes(self.bytes()?)),
            12 => self.bytes::<8>().map(|_| Value::Other)?,
            _ => {
                return Err(GgufProblem::Malformed { what: "a value of unknown kind" });
            }
        })
    }

    fn list(&mut self, depth: u8) -> Result<Value, GgufProblem> {
        let kind = self.u32()?;
        let len = self.u64()?;
        let mut largest = 0;
        for _ in 0..len {
            // Texts (the vocabulary) are stepped over, not built.
            if kind == 8 {
                self.skip_string()?;
            } else if let Value::Number(number) = self.value_of(kind, depth + 1)? {
                largest = largest.max(number);
            }
        }
        Ok(Value::List { len, largest })
    }

    fn skip_string(&mut self) -> Result<(), GgufProblem> {
        let len = self.u64()?;
        if len > LONGEST_TEXT {
            return Err(GgufProblem::Malformed { what: "a text is too long" });
        }
        let mut sink = std::io::sink();
        let copied = std::io::copy(&mut self.source.by_ref().take(len), &mut sink);
        if copied.map_err(|error| self.failed(&error))? < len {
            return Err(self.ended());
        }
        Ok(())
    }

    fn ended(&self) -> GgufProblem {
        GgufProblem::Truncated { expected: self.file_bytes + 1, actual: self.file_bytes }
    }

    fn failed(&self, error: &std::io::Error) -> GgufProblem {
        if error.kind() == std::io::ErrorKind::UnexpectedEof {
            return self.ended();
        }
        GgufProblem::Unreadable { kind: error.kind() }
    }
}

fn positive(number: i64) -> Value {
    u64::try_from(number).map_or(Value::Other, Value::Number)
}

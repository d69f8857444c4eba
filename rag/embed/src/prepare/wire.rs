//! The wire format of Protocol Buffers: just enough to read a few fields of a
//! large message and copy all others untouched, known or not.

/// The bytes break off or use a wire type that does not exist.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum WireError {
    /// The message ends inside a field.
    #[error("it ends inside a field")]
    Truncated,
    /// A number takes more than ten bytes.
    #[error("a number is too long")]
    Varint,
    /// Groups, long obsolete, or an undefined wire type.
    #[error("unknown wire type {0}")]
    Kind(u8),
}

/// The content of a field.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'a> {
    /// Integers, booleans, enumerations.
    Varint(u64),
    /// Doubles and fixed 64-bit integers.
    Fixed64([u8; 8]),
    /// Texts, bytes, nested messages, packed lists.
    Bytes(&'a [u8]),
    /// Floats and fixed 32-bit integers.
    Fixed32([u8; 4]),
}

/// One field of a message.
#[derive(Debug, Clone, Copy)]
pub struct Field<'a> {
    /// Its number in the schema.
    pub number: u32,
    /// Its content.
    pub value: Value<'a>,
    /// Tag and content exactly as read, for copying.
    pub raw: &'a [u8],
}

impl<'a> Field<'a> {
    /// The content of a nested message, text or bytes field.
    pub fn bytes(&self) -> Option<&'a [u8]> {
        match self.value {
            Value::Bytes(bytes) => Some(bytes),
            Value::Varint(_) | Value::Fixed64(_) | Value::Fixed32(_) => None,
        }
    }

    /// The content of an integer field.
    pub fn varint(&self) -> Option<u64> {
        match self.value {
            Value::Varint(number) => Some(number),
            Value::Bytes(_) | Value::Fixed64(_) | Value::Fixed32(_) => None,
        }
    }
}

/// The fields of a message, in order. Stops after the first error.
pub struct Fields<'a> {
    rest: &'a [u8],
}

/// Reads a message.
pub fn fields(message: &[u8]) -> Fields<'_> {
    Fields { rest: message }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<Field<'a>, WireError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let read = read_field(self.rest);
        self.rest = match &read {
            Ok(field) => &self.rest[field.raw.len()..],
            Err(_) => &[],
        };
        Some(read)
    }
}

fn read_field(from: &[u8]) -> Result<Field<'_>, WireError> {
    let (tag, mut rest) = read_varint(from)?;
    let value = match tag & 7 {
        0 => {
            let (number, after) = read_varint(rest)?;
            rest = after;
            Value::Varint(number)
        }
        1 => Value::Fixed64(take_array(&mut rest)?),
        2 => {
            let (length, after) = read_varint(rest)?;
            let length = usize::try_from(length).map_err(|_| WireError::Truncated)?;
            rest = after;
            Value::Bytes(take(&mut rest, length)?)
        }
        5 => Value::Fixed32(take_array(&mut rest)?),
        other => return Err(WireError::Kind(other as u8)),
    };
    let number = u32::try_from(tag >> 3).map_err(|_| WireError::Varint)?;
    Ok(Field { number, value, raw: &from[..from.len() - rest.len()] })
}

fn read_varint(from: &[u8]) -> Result<(u64, &[u8]), WireError> {
    let mut number = 0;
    for (index, byte) in from.iter().take(10).enumerate() {
        number |= u64::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Ok((number, &from[index + 1..]));
        }
    }
    Err(if from.len() < 10 { WireError::Truncated } else { WireError::Varint })
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Result<&'a [u8], WireError> {
    let (taken, after) = rest.split_at_checked(length).ok_or(WireError::Truncated)?;
    *rest = after;
    Ok(taken)
}

fn take_array<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], WireError> {
    let (taken, after) = rest.split_first_chunk::<N>().ok_or(WireError::Truncated)?;
    *rest = after;
    Ok(*taken)
}

/// Appends an integer field.
pub fn put_varint(out: &mut Vec<u8>, number: u32, value: u64) {
    write_varint(out, u64::from(number) << 3);
    write_varint(out, value);
}

/// Appends a text, bytes or nested message field.
pub fn put_bytes(out: &mut Vec<u8>, number: u32, value: &[u8]) {
    write_varint(out, u64::from(number) << 3 | 2);
    write_varint(out, value.len() as u64);
    out.extend_from_slice(value);
}

fn write_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

#[cfg(test)]
mod tests {
    use super::{Value, WireError, fields, put_bytes, put_varint};

    #[test]
    fn what_is_written_is_read_and_raw_bytes_add_up() {
        let mut message = Vec::new();
        put_varint(&mut message, 1, 0);
        put_varint(&mut message, 2000, u64::MAX);
        put_bytes(&mut message, 3, b"abc");
        put_bytes(&mut message, 4, &[]);
        message.extend([0x2d, 1, 2, 3, 4]);
        message.extend([0x31, 1, 2, 3, 4, 5, 6, 7, 8]);
        let read: Vec<_> = fields(&message).map(|field| field.expect("valid")).collect();
        let values: Vec<_> = read.iter().map(|field| (field.number, field.value)).collect();
        assert_eq!(
            values,
            [
                (1, Value::Varint(0)),
                (2000, Value::Varint(u64::MAX)),
                (3, Value::Bytes(b"abc")),
                (4, Value::Bytes(b"")),
                (5, Value::Fixed32([1, 2, 3, 4])),
                (6, Value::Fixed64([1, 2, 3, 4, 5, 6, 7, 8])),
            ]
        );
        assert_eq!(read.iter().flat_map(|field| field.raw).copied().collect::<Vec<_>>(), message);
    }

    #[test]
    fn every_cut_is_noticed_and_ends_the_reading() {
        let mut message = Vec::new();
        put_bytes(&mut message, 1, &[7; 300]);
        for length in 1..message.len() {
            let mut reader = fields(&message[..length]);
            assert_eq!(reader.next().map(Result::err), Some(Some(WireError::Truncated)));
            assert!(reader.next().is_none());
        }
        assert_eq!(fields(&[0xff; 11]).next().map(Result::err), Some(Some(WireError::Varint)));
        assert_eq!(fields(&[0x0b]).next().map(Result::err), Some(Some(WireError::Kind(3))));
    }
}

//! Token pieces to text. Tokens split characters; this never shows half of one.

use encoding_rs::{Decoder, DecoderResult, UTF_8};

/// Collects pieces and gives out whole characters. Bytes that are no UTF-8 are left out, and so
/// is a character that never gets completed.
pub(crate) struct PieceDecoder(Decoder);

impl PieceDecoder {
    /// A decoder that has seen nothing.
    pub(crate) fn new() -> Self {
        Self(UTF_8.new_decoder_without_bom_handling())
    }

    /// The text that is complete after these bytes.
    pub(crate) fn push(&mut self, mut bytes: &[u8]) -> String {
        let mut text = String::new();
        loop {
            let room = self.0.max_utf8_buffer_length_without_replacement(bytes.len());
            text.reserve(room.unwrap_or(bytes.len() + 16));
            let (result, read) =
                self.0.decode_to_string_without_replacement(bytes, &mut text, false);
            bytes = &bytes[read..];
            match result {
                DecoderResult::InputEmpty => return text,
                DecoderResult::OutputFull | DecoderResult::Malformed(_, _) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_cut_gives_the_same_text(text in "\\PC{0,40}", cut in 1usize..5) {
            let mut decoder = PieceDecoder::new();
            let pieces = text.as_bytes().chunks(cut);
            let out: String = pieces.map(|piece| decoder.push(piece)).collect();
            prop_assert_eq!(out, text);
        }

        #[test]
        fn any_bytes_give_what_is_valid_in_them(pieces: Vec<Vec<u8>>) {
            let mut decoder = PieceDecoder::new();
            let out: String = pieces.iter().map(|piece| decoder.push(piece)).collect();
            let whole = pieces.concat();
            let expected = String::from_utf8_lossy(&whole).replace('\u{FFFD}', "");
            prop_assert_eq!(out.replace('\u{FFFD}', ""), expected);
        }
    }

    #[test]
    fn half_a_character_waits_for_the_other_half() {
        let mut decoder = PieceDecoder::new();
        assert_eq!(decoder.push(b"caf\xC3"), "caf");
        assert_eq!(decoder.push(b"\xA9"), "é");
    }

    #[test]
    fn a_broken_character_is_left_out() {
        let mut decoder = PieceDecoder::new();
        assert_eq!(decoder.push(b"a\xFFb\xE2\x82"), "ab");
        assert_eq!(decoder.push(b"c"), "c");
    }
}

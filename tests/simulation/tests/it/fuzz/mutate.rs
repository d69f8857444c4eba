//! How an input becomes another one.

use comptoir_simulation::dice::Dice;

/// Changes of one input at most.
const CHANGES: u64 = 6;

/// Longest input; a little over what the gateway reads.
const LONGEST: usize = 20_000;

/// Pieces that have broken parsers before.
const PIECES: [&str; 24] = [
    "\"",
    "\\",
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "null",
    "-1",
    "1e999",
    "18446744073709551616",
    "\\u0000",
    "\\ud800",
    "\u{202e}",
    "\u{200b}",
    "\u{feff}",
    "\r\n",
    "\"t\":\"hello\"",
    "\"t\":\"send\"",
    "\"id\":\"a\"",
    "\u{1}",
    "\u{4}",
    "€",
];

/// One of the pool, changed.
pub(super) fn changed(pool: &[Vec<u8>], dice: &mut Dice) -> Vec<u8> {
    let mut input = pool[dice.place(pool.len())].clone();
    for _ in 0..1 + dice.below(CHANGES) {
        let at = dice.place(input.len() + 1);
        match dice.below(8) {
            0 => flip(&mut input, at, dice),
            1 => drop(input.drain(at..(at + dice.place(16)).min(input.len()))),
            2 => {
                let piece = PIECES[dice.place(PIECES.len())];
                drop(input.splice(at..at, piece.bytes()));
            }
            3 => {
                let piece = PIECES[dice.place(PIECES.len())].repeat(1 + dice.place(3_000));
                drop(input.splice(at..at, piece.bytes()));
            }
            4 => {
                let other = &pool[dice.place(pool.len())];
                let from = dice.place(other.len() + 1);
                input.truncate(at);
                input.extend_from_slice(&other[from..]);
            }
            5 => input.truncate(at),
            6 => {
                let again = input[at.saturating_sub(dice.place(64))..at].to_vec();
                drop(input.splice(at..at, again));
            }
            _byte => input.insert(at, dice.below(256) as u8),
        }
        input.truncate(LONGEST);
    }
    input
}

fn flip(input: &mut [u8], at: usize, dice: &mut Dice) {
    if let Some(byte) = input.get_mut(at) {
        *byte ^= 1 << dice.below(8);
    }
}

//! Guesses at the next tokens of a reply, looked up in what it is written from: the prompt with
//! the entry and the visitor's words, and the reply so far. Grounded replies mostly copy.
//!
//! The last few tokens are looked for earlier in the text; what followed there is the guess. How
//! often such guesses come true is watched at every token, also while none is verified, so that a
//! reply that begins to copy is noticed.

use crate::scheduler::{Draft, Token};

/// Most tokens of a guess; wider steps do not pay on the machines this is for.
const LONGEST: usize = 15;
/// Alike tokens looked for; more of them say nothing more.
const MOST_ALIKE: usize = 6;
/// How much the latest guess counts.
const WEIGHT: f32 = 0.12;

/// Looks guesses up for one reply.
#[derive(Debug)]
pub(super) struct Drafter {
    text: Vec<Token>,
    /// Where the reply begins.
    reply: usize,
    /// Where the current guess begins in `text`, and how many tokens before it are alike.
    found: Option<(usize, usize)>,
    /// Share of guesses that came true, by the number of alike tokens.
    trust: [f32; MOST_ALIKE + 1],
}

impl Drafter {
    /// A drafter for a reply to this prompt.
    pub(super) fn new(prompt: Vec<Token>) -> Self {
        let trust = [0.0, 0.3, 0.6, 0.8, 0.9, 0.93, 0.95];
        Self { reply: prompt.len(), text: prompt, found: None, trust }
    }

    /// Hears the token that was written.
    pub(super) fn push(&mut self, token: Token) {
        if let Some((at, alike)) = self.found {
            let came_true = f32::from(u8::from(self.text[at] == token));
            self.trust[alike] += WEIGHT * (came_true - self.trust[alike]);
        }
        self.text.push(token);
        self.found = self.look_up();
    }

    /// The guess at what follows.
    pub(super) fn draft(&self) -> Draft {
        let Some((at, alike)) = self.found else { return Draft::default() };
        let end = (at + LONGEST).min(self.text.len());
        Draft { tokens: self.text[at..end].to_vec(), trust: self.trust[alike] }
    }

    /// The place whose preceding tokens are most like the last ones; among equals the one right
    /// after the last guess, else the latest.
    fn look_up(&self) -> Option<(usize, usize)> {
        let end = self.text.len();
        let expected = self.found.map(|(at, _)| at + 1);
        // At the first word of a reply nothing before it is of use.
        let most = MOST_ALIKE.min(end - self.reply);
        let alike = |at: usize| {
            let pairs =
                (1..=most.min(at)).take_while(|back| self.text[at - back] == self.text[end - back]);
            pairs.count()
        };
        let places = (1..end).map(|at| (alike(at), expected == Some(at), at));
        let (alike, _, at) = places.max()?;
        (alike > 0).then_some((at, alike))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(prompt: &[Token], reply: &[Token]) -> Drafter {
        let mut drafter = Drafter::new(prompt.to_vec());
        reply.iter().for_each(|token| drafter.push(*token));
        drafter
    }

    #[test]
    fn what_is_being_copied_is_guessed() {
        let prompt = [1, 2, 3, 10, 11, 12, 13, 14, 3, 50];
        assert_eq!(after(&prompt, &[10, 11]).draft().tokens[..3], [12, 13, 14]);
        assert_eq!(after(&prompt, &[99]).draft(), Draft::default());
        assert_eq!(after(&prompt, &[]).draft(), Draft::default());
    }

    #[test]
    fn a_copy_goes_on_where_it_was_and_not_where_the_same_word_stands_again() {
        let prompt = [10, 11, 5, 20, 21, 5, 30];
        assert_eq!(after(&prompt, &[10, 11, 5]).draft().tokens[0], 20);
        assert_eq!(after(&prompt, &[20, 21, 5]).draft().tokens[0], 30);
        // One word alone: the latest place.
        assert_eq!(after(&prompt, &[5]).draft().tokens[0], 30);
    }

    #[test]
    fn trust_follows_what_comes_true_while_nothing_is_verified() {
        let prompt: Vec<Token> = (0..100).collect();
        let copying: Vec<Token> = (20..60).collect();
        let copied = after(&prompt, &copying).draft().trust;
        assert!(copied > 0.97, "{copied}");
        // The same two words again and again, never followed by what follows in the text.
        let other: Vec<Token> = (0..40).flat_map(|at| [20, 21, 500 + at]).collect();
        let mut drafter = after(&prompt, &other);
        drafter.push(20);
        drafter.push(21);
        let refused = drafter.draft().trust;
        assert!(refused < 0.2, "{refused}");
    }

    #[test]
    fn a_reply_may_repeat_itself() {
        assert_eq!(after(&[1], &[7, 8, 9, 4, 7, 8]).draft().tokens[0], 9);
    }
}

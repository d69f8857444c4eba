//! From logits to a token and to probabilities. Greedy: the same prompt gives the same reply.

use crate::scheduler::Token;

/// The most likely token, the smallest one among equals, and how far its logit lies above the next
/// best. NaN never wins. `None` without logits.
pub(crate) fn greedy(logits: &[f32]) -> Option<(Token, f32)> {
    let mut best: Option<(usize, f32)> = None;
    let mut second = f32::NEG_INFINITY;
    for (token, &logit) in logits.iter().enumerate() {
        if best.map_or(!logit.is_nan(), |(_, value)| logit > value) {
            second = best.map_or(second, |(_, value)| value);
            best = Some((token, logit));
        } else if logit > second {
            second = logit;
        }
    }
    best.and_then(|(token, value)| Some((Token::try_from(token).ok()?, value - second)))
}

/// Natural-log probability of some tokens under these logits. A token outside the vocabulary has
/// none: negative infinity.
pub(crate) fn logprobs(logits: &[f32], tokens: &[Token]) -> Vec<f32> {
    let max = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f32 = logits.iter().map(|logit| (logit - max).exp()).sum();
    let total = max + sum.ln();
    let of = |token: &Token| {
        let logit = usize::try_from(*token).ok().and_then(|index| logits.get(index));
        logit.map_or(f32::NEG_INFINITY, |logit| logit - total)
    };
    tokens.iter().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn greedy_takes_the_first_of_the_best() {
        assert_eq!(greedy(&[0.0, 3.0, 3.0, f32::NAN]), Some((1, 0.0)));
        assert_eq!(greedy(&[1.0, 4.0, f32::NAN, 2.5]), Some((1, 1.5)));
        assert_eq!(greedy(&[f32::NAN, -1.0]), Some((1, f32::INFINITY)));
        assert_eq!(greedy(&[]), None);
    }

    #[test]
    fn probabilities_sum_to_one_even_for_large_logits() {
        let logits = [1000.0, 1001.0, 999.0];
        let sum: f32 = logprobs(&logits, &[0, 1, 2]).iter().map(|value| value.exp()).sum();
        assert!((sum - 1.0).abs() < 1e-4, "{sum}");
    }

    #[test]
    fn unknown_tokens_are_impossible_not_a_panic() {
        assert_eq!(logprobs(&[0.0], &[-1, 7]), [f32::NEG_INFINITY; 2]);
    }
}

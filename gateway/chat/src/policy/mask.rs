//! Hides personal data in a text that leaves the conversation (the list of
//! unanswered questions): e-mail addresses, phone, card, account and social
//! security numbers.
//!
//! It hides too much rather than too little, but prices, dates and postal
//! codes stay: the owner must still understand the question.

/// The text with personal data replaced by `[email]`, `[tel]`, `[card]`,
/// `[iban]` and `[nir]`.
#[must_use]
pub fn mask(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut boundary = true;
    while let Some(first) = rest.chars().next() {
        if boundary && let Some((length, name)) = found(rest) {
            out.push_str(name);
            rest = rest.get(length..).unwrap_or_default();
            boundary = false;
            continue;
        }
        out.push(first);
        boundary = !first.is_alphanumeric();
        rest = rest.get(first.len_utf8()..).unwrap_or_default();
    }
    out
}

/// Length in bytes and name of what stands at the beginning of the text.
fn found(text: &str) -> Option<(usize, &'static str)> {
    email(text)
        .map(|length| (length, "[email]"))
        .or_else(|| iban(text).map(|length| (length, "[iban]")))
        .or_else(|| number(text))
}

fn email(text: &str) -> Option<usize> {
    let local = run(text, |c| c.is_alphanumeric() || "._%+-'".contains(c));
    let domain_text = text.get(local..)?.strip_prefix('@').filter(|_| local > 0)?;
    let domain = run(domain_text, |c| c.is_alphanumeric() || c == '.' || c == '-');
    let host = domain_text.get(..domain)?.trim_end_matches(['.', '-']);
    host.contains('.').then_some(local + 1 + host.len())
}

/// Two letters, two check digits, then 11 to 30 letters and digits in groups.
fn iban(text: &str) -> Option<usize> {
    let (kept, length) =
        grouped(text, |c| c.is_ascii_alphanumeric(), &[' ', '\u{a0}', '\u{202f}', '-']);
    // Words may follow in the same breath: take the longest part that checks.
    (15..=34.min(kept.len())).rev().find_map(|size| {
        let candidate = kept.get(..size)?;
        let end = *length.get(size - 1)?;
        let ends_here = text.get(end..)?.chars().next().is_none_or(|c| !c.is_alphanumeric());
        (ends_here && iban_checks(candidate)).then_some(end)
    })
}

fn iban_checks(iban: &str) -> bool {
    let (Some(country), Some(check)) = (iban.get(..2), iban.get(2..4)) else {
        return false;
    };
    let shape = country.bytes().all(|b| b.is_ascii_alphabetic())
        && check.bytes().all(|b| b.is_ascii_digit());
    let rearranged = iban.chars().skip(4).chain(iban.chars().take(4));
    let remainder = rearranged.fold(0u64, |sum, c| match c.to_digit(36) {
        Some(digit @ 0..=9) => (sum * 10 + u64::from(digit)) % 97,
        Some(letter) => (sum * 100 + u64::from(letter)) % 97,
        None => sum,
    });
    shape && remainder == 1
}

/// A phone, card or social security number, told apart by length and shape.
fn number(text: &str) -> Option<(usize, &'static str)> {
    let plus = usize::from(text.starts_with('+'));
    let separators = [' ', '\u{a0}', '\u{202f}', '.', '-', '/', '(', ')'];
    let (digits, ends) = grouped(text.get(plus..)?, |c| c.is_ascii_digit(), &separators);
    let end_of = |count: usize| ends.get(count - 1).map(|end| end + plus);
    let whole = |count: usize| {
        let after = text.get(end_of(count)?..)?.chars().next();
        after.is_none_or(|c| !c.is_ascii_digit()).then_some(end_of(count)?)
    };
    if plus == 1 {
        let count = digits.len().min(15);
        return (count >= 8).then(|| end_of(count).map(|end| (end, "[tel]"))).flatten();
    }
    for count in [19, 18, 17, 16, 15, 14, 13] {
        let Some(candidate) = digits.get(..count) else {
            continue;
        };
        if matches!(count, 13 | 15) && candidate.starts_with(['1', '2']) && nir_shape(candidate) {
            return whole(count).map(|end| (end, "[nir]"));
        }
        if candidate.starts_with("0033") && count == 13 {
            return whole(count).map(|end| (end, "[tel]"));
        }
        if luhn(candidate)
            && let Some(end) = whole(count)
        {
            return Some((end, "[card]"));
        }
    }
    let french =
        digits.get(..10).filter(|number| number.starts_with('0') && !number.starts_with("00"))?;
    whole(french.len()).map(|end| (end, "[tel]"))
}

/// Sex, year, month: the beginning of a French social security number.
fn nir_shape(digits: &str) -> bool {
    digits
        .get(3..5)
        .and_then(|month| month.parse::<u8>().ok())
        .is_some_and(|month| matches!(month, 1..=12 | 20..=42 | 50..=99))
}

fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let digit = u32::from(digit - b'0');
            match (place % 2, digit) {
                (0, digit) => digit,
                (_, digit) if digit > 4 => digit * 2 - 9,
                (_, digit) => digit * 2,
            }
        })
        .sum();
    sum > 0 && sum.is_multiple_of(10)
}

/// Accepted characters at the start of a text, at most one separator (or a
/// bracket pair) between them, and the byte after each.
fn grouped(text: &str, accept: impl Fn(char) -> bool, separators: &[char]) -> (String, Vec<usize>) {
    let (mut kept, mut ends, mut gap) = (String::new(), Vec::new(), 0);
    for (at, c) in text.char_indices() {
        if accept(c) {
            kept.push(c);
            ends.push(at + c.len_utf8());
            gap = 0;
        } else if !kept.is_empty() && separators.contains(&c) && gap < 2 {
            gap += 1;
        } else if !(kept.is_empty() && c == '(') {
            break;
        }
    }
    (kept, ends)
}

fn run(text: &str, accept: impl Fn(char) -> bool) -> usize {
    text.find(|c| !accept(c)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::mask;

    #[test]
    fn personal_data_is_hidden() {
        let cases = [
            ("Rappelez-moi au 06 12 34 56 78 svp", "Rappelez-moi au [tel] svp"),
            ("tel:0612345678.", "tel:[tel]."),
            ("au 06.12.34.56.78 ou +33 6 12 34 56 78", "au [tel] ou [tel]"),
            ("+44 (0)20 7946 0958", "[tel]"),
            ("0033612345678", "[tel]"),
            ("écrivez à jean.dupont+x@exemple.fr.", "écrivez à [email]."),
            ("IBAN FR76 3000 6000 0112 3456 7890 189 merci", "IBAN [iban] merci"),
            ("carte 4111 1111 1111 1111", "carte [card]"),
            ("n° 2 84 05 49 007 123 45", "n° [nir]"),
        ];
        for (text, masked) in cases {
            assert_eq!(mask(text), masked);
        }
    }

    #[test]
    fn what_the_owner_needs_stays() {
        for text in [
            "un devis de 1 500 € pour le 12/03/2026 à 49610 Mûrs",
            "chaudière réf. 12345678 de 2019",
            "ouvert de 8h30 à 12h00 ?",
            "l'entretien @ 129 €",
            "100 000 000 euros",
            "",
        ] {
            assert_eq!(mask(text), text);
        }
    }

    #[test]
    fn any_text_is_accepted() {
        for text in ["@", "+", "+33", "a@b", "0", "06 12 34 56 7", "éé@é.é", "((((", "+ 1"] {
            let _ = mask(text);
        }
    }
}

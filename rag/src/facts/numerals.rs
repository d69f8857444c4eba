//! Numbers in words: `quarante-cinq`, `deux cents`, `twenty-five`.

/// What a word adds to the number being read.
#[derive(Clone, Copy)]
enum Part {
    /// A plain value.
    Value(u64),
    /// Multiplies what came before (`cent`, `mille`).
    Times(u64),
    /// `un`, `une`, `a`: a number only with a unit behind it.
    One,
}

/// A number read from the start of `words`.
pub(super) struct Numeral {
    /// Its value.
    pub(super) value: u64,
    /// How many words it took.
    pub(super) words: usize,
    /// Whether it is only `un` or `une`, which is an article as well.
    pub(super) article: bool,
}

/// Reads a number in words. `words` are folded; `et` and `and` may stand
/// inside (`vingt et un`).
pub(super) fn read(words: &[&str]) -> Option<Numeral> {
    let mut total: u64 = 0;
    let mut group: u64 = 0;
    let mut used = 0;
    let mut article = false;
    let mut at = 0;
    while at < words.len() {
        let joined = used > 0 && matches!(words[at], "et" | "and" | "und" | "y");
        let Some(word) = words.get(at + usize::from(joined)) else {
            break;
        };
        let Some(part) = part(word) else { break };
        match part {
            Part::Value(value) if group == 0 || fits(group, value) => group += value,
            Part::Value(_) => break,
            Part::Times(1_000) => {
                total += group.max(1) * 1_000;
                group = 0;
            }
            // "quatre-vingt" is read by the value table's neighbour.
            Part::Times(by) => group = group.max(1) * by,
            Part::One if used == 0 => {
                group = 1;
                article = true;
            }
            Part::One if fits(group, 1) => group += 1,
            Part::One => break,
        }
        article = article && used == 0;
        at += 1 + usize::from(joined);
        used = at;
        if words.get(at - 1).is_some_and(|w| *w == "quatre" || *w == "four")
            && words.get(at).is_some_and(|w| matches!(*w, "vingt" | "vingts"))
        {
            group = group - 4 + 80;
            at += 1;
            used = at;
        }
    }
    (used > 0).then_some(Numeral { value: total + group, words: used, article })
}

/// Whether `value` can follow `group`: tens then units, hundreds then both.
fn fits(group: u64, value: u64) -> bool {
    (group.is_multiple_of(100) && value < 100)
        || (group.is_multiple_of(10) && group % 100 >= 20 && value < 10)
        // soixante-dix, quatre-vingt-douze
        || (matches!(group % 100, 60 | 80) && (10..20).contains(&value))
}

fn part(word: &str) -> Option<Part> {
    let value = match word {
        "un" | "une" | "ein" | "eine" | "einen" | "einem" | "einer" | "una" => {
            return Some(Part::One);
        }
        "one" | "uno" | "eins" => 1,
        "deux" | "two" | "dos" | "zwei" => 2,
        "trois" | "three" | "tres" | "drei" => 3,
        "quatre" | "four" | "cuatro" | "vier" => 4,
        "cinq" | "five" | "cinco" | "funf" => 5,
        "six" | "seis" | "sechs" => 6,
        "sept" | "seven" | "siete" | "sieben" => 7,
        "huit" | "eight" | "ocho" | "acht" => 8,
        "neuf" | "nine" | "nueve" | "neun" => 9,
        "dix" | "ten" | "diez" | "zehn" => 10,
        "onze" | "eleven" | "once" | "elf" => 11,
        "douze" | "twelve" | "doce" | "zwolf" => 12,
        "treize" | "thirteen" | "trece" => 13,
        "quatorze" | "fourteen" | "catorce" => 14,
        "quinze" | "fifteen" | "quince" => 15,
        "seize" | "sixteen" => 16,
        "seventeen" => 17,
        "eighteen" => 18,
        "nineteen" => 19,
        "vingt" | "vingts" | "twenty" | "veinte" | "zwanzig" => 20,
        "trente" | "thirty" | "treinta" | "dreissig" => 30,
        "quarante" | "forty" | "cuarenta" | "vierzig" => 40,
        "cinquante" | "fifty" | "cincuenta" | "funfzig" => 50,
        "soixante" | "sixty" | "sesenta" | "sechzig" => 60,
        "septante" | "seventy" | "setenta" | "siebzig" => 70,
        "octante" | "huitante" | "eighty" | "ochenta" | "achtzig" => 80,
        "nonante" | "ninety" | "noventa" | "neunzig" => 90,
        "quinzaine" => 15,
        "dizaine" => 10,
        "douzaine" | "dozen" => 12,
        "vingtaine" => 20,
        "trentaine" => 30,
        "centaine" => 100,
        "cent" | "cents" | "hundred" | "cien" | "hundert" => return Some(Part::Times(100)),
        "mille" | "thousand" | "mil" | "tausend" => return Some(Part::Times(1_000)),
        _ => return None,
    };
    Some(Part::Value(value))
}

#[cfg(test)]
mod tests {
    use super::read;

    fn value(text: &str) -> Option<u64> {
        let words: Vec<&str> = text.split([' ', '-']).collect();
        read(&words).filter(|n| n.words == words.len()).map(|n| n.value)
    }

    #[test]
    fn french_numbers() {
        for (text, expected) in [
            ("quarante-cinq", 45),
            ("vingt et un", 21),
            ("soixante-dix-sept", 77),
            ("soixante et onze", 71),
            ("quatre-vingt-dix-neuf", 99),
            ("quatre-vingts", 80),
            ("cent vingt", 120),
            ("deux cents", 200),
            ("mille deux cents", 1_200),
            ("trois mille neuf cent cinquante", 3_950),
        ] {
            assert_eq!(value(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn other_languages_and_articles() {
        assert_eq!(value("twenty-five"), Some(25));
        assert_eq!(value("two hundred and ten"), Some(210));
        assert!(read(&["une", "porte"]).is_some_and(|n| n.article));
        assert!(read(&["porte"]).is_none());
    }

    #[test]
    fn two_numbers_in_a_row_stay_two() {
        assert_eq!(read(&["deux", "trois", "jours"]).map(|n| n.words), Some(1));
    }
}

//! Names of days and months in the four languages, folded.

/// Weekday 1 (Monday) to 7, 8 for the week-end.
pub(super) fn weekday(word: &str) -> Option<u32> {
    let found = match word {
        "lundi" | "lundis" | "monday" | "mondays" | "lunes" | "montag" | "montags" => 1,
        "mardi" | "mardis" | "tuesday" | "tuesdays" | "martes" | "dienstag" | "dienstags" => 2,
        "mercredi" | "mercredis" | "wednesday" | "wednesdays" | "miercoles" | "mittwoch"
        | "mittwochs" => 3,
        "jeudi" | "jeudis" | "thursday" | "thursdays" | "jueves" | "donnerstag" | "donnerstags" => {
            4
        }
        "vendredi" | "vendredis" | "friday" | "fridays" | "viernes" | "freitag" | "freitags" => 5,
        "samedi" | "samedis" | "saturday" | "saturdays" | "sabado" | "sabados" | "samstag"
        | "samstags" | "sonnabend" => 6,
        "dimanche" | "dimanches" | "sunday" | "sundays" | "domingo" | "domingos" | "sonntag"
        | "sonntags" => 7,
        "weekend" | "weekends" | "wochenende" => 8,
        _ => return None,
    };
    Some(found)
}

/// Month 1 to 12. `may`, `mars` and `mai` are months only beside a figure.
pub(super) fn month(word: &str) -> Option<u32> {
    let found = match word {
        "janvier" | "january" | "enero" | "januar" => 1,
        "fevrier" | "february" | "febrero" | "februar" => 2,
        "mars" | "march" | "marzo" | "marz" => 3,
        "avril" | "april" | "abril" => 4,
        "mai" | "may" | "mayo" => 5,
        "juin" | "june" | "junio" | "juni" => 6,
        "juillet" | "july" | "julio" | "juli" => 7,
        "aout" | "august" | "agosto" => 8,
        "septembre" | "september" | "septiembre" => 9,
        "octobre" | "october" | "octubre" | "oktober" => 10,
        "novembre" | "november" | "noviembre" => 11,
        "decembre" | "december" | "diciembre" | "dezember" => 12,
        _ => return None,
    };
    Some(found)
}

/// Whether a month's name is also an ordinary word.
pub(super) fn ambiguous(word: &str) -> bool {
    matches!(word, "may" | "march" | "marz")
}

//! What numbers count or measure, brought to one name per unit.

/// The common name of a unit word, folded. Words that are not here leave the
/// figure bare, which is the stricter reading.
pub(super) fn unit(word: &str) -> Option<&'static str> {
    let name = match word {
        "an" | "ans" | "annee" | "annees" | "year" | "years" | "ano" | "anos" | "jahr"
        | "jahre" | "jahren" => "year",
        "mois" | "month" | "months" | "mes" | "meses" | "monat" | "monate" | "monaten" => "month",
        "semaine" | "semaines" | "week" | "weeks" | "semana" | "semanas" | "woche" | "wochen" => {
            "week"
        }
        "jour" | "jours" | "journee" | "journees" | "day" | "days" | "dia" | "dias" | "tag"
        | "tage" | "tagen" | "j" => "day",
        "minute" | "minutes" | "min" | "mn" | "minuto" | "minutos" | "minuten" => "minute",
        "seconde" | "secondes" | "second" | "seconds" => "second",
        "km" | "kilometre" | "kilometres" | "kilometer" | "kilometers" | "kilometros" => "km",
        "m" | "metre" | "metres" | "meter" | "meters" | "metros" => "m",
        "cm" | "centimetre" | "centimetres" => "cm",
        "mm" | "millimetre" | "millimetres" => "mm",
        "m2" | "carre" | "carres" => "m2",
        "m3" | "cube" | "cubes" => "m3",
        "l" | "litre" | "litres" | "liter" | "liters" | "litros" => "litre",
        "kg" | "kilo" | "kilos" => "kg",
        "g" | "gramme" | "grammes" => "g",
        "kw" => "kw",
        "kwh" => "kwh",
        "bar" | "bars" => "bar",
        "fois" | "times" | "veces" | "mal" | "x" => "times",
        "personne" | "personnes" | "people" | "persons" | "personas" | "personen" => "person",
        _ => return None,
    };
    Some(name)
}

/// Whether a word after a unit makes its days working days.
pub(super) fn working(word: &str) -> bool {
    matches!(
        word,
        "ouvre"
            | "ouvres"
            | "ouvrable"
            | "ouvrables"
            | "working"
            | "business"
            | "laborables"
            | "habiles"
    )
}

/// Whether a word says euros.
pub(super) fn euro(word: &str) -> bool {
    matches!(word, "euro" | "euros" | "eur")
}

/// Whether a word says hours.
pub(super) fn hour(word: &str) -> bool {
    matches!(
        word,
        "h" | "heure"
            | "heures"
            | "hour"
            | "hours"
            | "hr"
            | "hrs"
            | "uhr"
            | "stunde"
            | "stunden"
            | "hora"
            | "horas"
    )
}

/// Whether a word says percent on its own.
pub(super) fn percent(word: &str) -> bool {
    matches!(word, "pourcent" | "percent" | "prozent" | "pourcents")
}

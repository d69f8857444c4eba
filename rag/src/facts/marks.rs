//! Words that turn or limit a sentence: polarity, conditions, scope.

/// What a small word does to its sentence, the same in every language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each name is the word it stands for")]
pub enum Mark {
    Yes,
    Not,
    Free,
    Paid,
    Included,
    Except,
    From,
    UpTo,
    OnQuote,
    Guaranteed,
    Only,
    Without,
    If,
    Must,
    Forbidden,
    AtLeast,
    AtMost,
    LessThan,
    MoreThan,
    Before,
    After,
    Always,
    All,
    Discount,
    Refund,
    Open,
    Closed,
}

/// Phrases of several words, folded, before single words.
const PHRASES: &[(&[&str], Option<Mark>)] = &[
    (&["s", "il", "vous", "plait"], None),
    (&["s", "il", "te", "plait"], None),
    (&["n", "hesitez", "pas"], None),
    (&["ne", "manquez", "pas"], None),
    (&["sans", "frais"], Some(Mark::Free)),
    (&["sans", "rien", "vous", "facturer"], Some(Mark::Free)),
    (&["free", "of", "charge"], Some(Mark::Free)),
    (&["at", "no", "extra", "cost"], Some(Mark::Free)),
    (&["no", "charge"], Some(Mark::Free)),
    (&["sin", "coste"], Some(Mark::Free)),
    (&["a", "partir", "de"], Some(Mark::From)),
    (&["a", "partir", "du"], Some(Mark::From)),
    (&["a", "partir", "d"], Some(Mark::From)),
    (&["starting", "at"], Some(Mark::From)),
    (&["starting", "from"], Some(Mark::From)),
    (&["a", "l", "exception"], Some(Mark::Except)),
    (&["a", "part"], Some(Mark::Except)),
    (&["up", "to"], Some(Mark::UpTo)),
    (&["sur", "devis"], Some(Mark::OnQuote)),
    (&["on", "quotation"], Some(Mark::OnQuote)),
    (&["au", "moins"], Some(Mark::AtLeast)),
    (&["at", "least"], Some(Mark::AtLeast)),
    (&["al", "menos"], Some(Mark::AtLeast)),
    (&["au", "plus"], Some(Mark::AtMost)),
    (&["at", "most"], Some(Mark::AtMost)),
    (&["no", "more", "than"], Some(Mark::AtMost)),
    (&["moins", "de"], Some(Mark::LessThan)),
    (&["less", "than"], Some(Mark::LessThan)),
    (&["menos", "de"], Some(Mark::LessThan)),
    (&["weniger", "als"], Some(Mark::LessThan)),
    (&["plus", "de"], Some(Mark::MoreThan)),
    (&["plus", "d"], Some(Mark::MoreThan)),
    (&["au", "dela"], Some(Mark::MoreThan)),
    (&["more", "than"], Some(Mark::MoreThan)),
    (&["mas", "de"], Some(Mark::MoreThan)),
    (&["mehr", "als"], Some(Mark::MoreThan)),
    (&["s", "il"], Some(Mark::If)),
    (&["s", "ils"], Some(Mark::If)),
    (&["a", "condition"], Some(Mark::If)),
    (&["sous", "condition"], Some(Mark::If)),
    (&["sous", "reserve"], Some(Mark::If)),
    // No limit of time: "avant tout", "apres midi", "service apres vente".
    (&["avant", "tout"], None),
    (&["apres", "midi"], None),
    (&["apres", "vente"], None),
    (&["tout", "de", "suite"], None),
    (&["non", "plus"], None),
    (&["pas", "de", "probleme"], None),
];

/// The mark at the start of `words` and how many words it takes; a phrase
/// without a mark is skipped as a whole.
pub(super) fn read(words: &[&str], opening: bool) -> Option<(Option<Mark>, usize)> {
    for (phrase, mark) in PHRASES {
        if words.len() >= phrase.len() && words[..phrase.len()] == **phrase {
            return Some((*mark, phrase.len()));
        }
    }
    let word = words.first()?;
    single(word, opening).map(|mark| (Some(mark), 1))
}

fn single(word: &str, opening: bool) -> Option<Mark> {
    let mark = match word {
        "oui" | "yes" | "ja" | "absolument" | "effectivement" | "absolutely" if opening => {
            Mark::Yes
        }
        "gratuit" | "gratuite" | "gratuits" | "gratuites" | "gratuitement" | "offert"
        | "offerte" | "offerts" | "offertes" | "free" | "gratis" | "gratuito" | "gratuita"
        | "kostenlos" | "kostenfrei" => Mark::Free,
        "payant" | "payante" | "payants" | "payantes" | "chargeable" => Mark::Paid,
        "inclus" | "incluse" | "incluses" | "compris" | "comprise" | "comprises" | "comprend"
        | "comprennent" | "inclut" | "incluent" | "included" | "includes" | "including"
        | "incluido" | "incluida" | "inbegriffen" | "enthalten" => Mark::Included,
        "sauf" | "excepte" | "hormis" | "except" | "excluding" | "excluded" | "exclu"
        | "exclue" | "exclus" | "salvo" | "excepto" | "ausser" => Mark::Except,
        "jusqu" | "jusque" | "until" | "hasta" => Mark::UpTo,
        "desde" | "ab" => Mark::From,
        "garanti" | "garantie" | "garantis" | "garanties" | "garantit" | "garantissons"
        | "garantir" | "guaranteed" | "guarantee" | "warranty" | "garantizado" | "garantia"
        | "garantiert" => Mark::Guaranteed,
        "ne" | "n" | "pas" | "non" | "jamais" | "aucun" | "aucune" | "ni" | "not" | "no"
        | "never" | "none" | "neither" | "nor" | "cannot" | "nicht" | "kein" | "keine"
        | "nunca" | "ningun" | "impossible" | "refusons" => Mark::Not,
        "seulement" | "uniquement" | "exclusivement" | "only" | "nur" | "solo" | "solamente" => {
            Mark::Only
        }
        "sans" | "without" | "ohne" | "sin" => Mark::Without,
        "si" | "if" | "wenn" | "falls" | "unless" | "selon" | "depending" => Mark::If,
        "obligatoire" | "obligatoires" | "mandatory" | "compulsory" | "obligatorio" => Mark::Must,
        "interdit" | "interdite" | "interdits" | "forbidden" | "verboten" => Mark::Forbidden,
        "minimum" | "mindestens" => Mark::AtLeast,
        "maximum" | "hochstens" => Mark::AtMost,
        "avant" | "before" | "vor" | "antes" => Mark::Before,
        "apres" | "after" | "nach" | "despues" => Mark::After,
        "toujours" | "always" | "immer" | "siempre" => Mark::Always,
        "tous" | "toutes" | "chaque" | "all" | "every" | "alle" | "todos" | "todas" => Mark::All,
        "remise" | "remises" | "rabais" | "reduction" | "reductions" | "promotion"
        | "promotions" | "discount" | "discounts" | "descuento" | "rabatt" => Mark::Discount,
        "rembourse" | "rembourses" | "remboursement" | "remboursons" | "refund" | "refunded" => {
            Mark::Refund
        }
        "ouvert" | "ouverte" | "ouverts" | "ouvertes" | "ouvrons" | "ouvre" | "open" | "opens"
        | "abierto" | "geoffnet" => Mark::Open,
        "ferme" | "fermes" | "fermee" | "fermees" | "fermons" | "closed" | "closes" | "cerrado"
        | "geschlossen" => Mark::Closed,
        _ => return None,
    };
    Some(mark)
}

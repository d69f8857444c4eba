//! What people shorten on a telephone keyboard, as data. Keys are folded
//! tokens; values are ordinary words of the language, analysed like any text.

use crate::Lang;

/// The long form of a folded token, when it is a known short form.
pub(crate) fn expansion(token: &str, lang: Lang) -> Option<&'static str> {
    let table = match lang {
        Lang::Fr => FRENCH,
        Lang::En => ENGLISH,
        Lang::Es | Lang::De | Lang::Other => return None,
    };
    table.binary_search_by_key(&token, |(short, _)| short).ok().map(|at| table[at].1)
}

/// Sorted by short form.
const FRENCH: &[(&str, &str)] = &[
    ("adr", "adresse"),
    ("ajd", "aujourd'hui"),
    ("ap", "après"),
    ("appart", "appartement"),
    ("appt", "appartement"),
    ("aprem", "après-midi"),
    ("apt", "appartement"),
    ("asap", "urgent"),
    ("auj", "aujourd'hui"),
    ("bcp", "beaucoup"),
    ("bjr", "bonjour"),
    ("bsr", "bonsoir"),
    ("c", "c'est"),
    // Money or a quantity: both readings are searched.
    ("cb", "carte bancaire combien"),
    ("cbien", "combien"),
    ("cc", "coucou"),
    ("cest", "c'est"),
    ("clim", "climatisation"),
    ("cmb", "combien"),
    ("cmt", "comment"),
    ("coord", "coordonnées"),
    ("dc", "donc"),
    ("dep", "déplacement"),
    ("deps", "déplacements"),
    ("dim", "dimanche"),
    ("dispo", "disponible"),
    ("dispos", "disponibles"),
    ("doc", "document"),
    ("docs", "documents"),
    ("ds", "dans"),
    ("dsl", "désolé"),
    ("fact", "facture"),
    ("ft", "faut"),
    ("gt", "j'étais"),
    ("imm", "immeuble"),
    ("info", "information"),
    ("infos", "informations"),
    ("inter", "intervention"),
    ("inters", "interventions"),
    ("jms", "jamais"),
    ("jr", "jour"),
    ("jrs", "jours"),
    ("jsp", "je ne sais pas"),
    ("lun", "lundi"),
    ("maj", "mise à jour"),
    ("max", "maximum"),
    ("mn", "minute"),
    ("msg", "message"),
    ("nb", "nombre"),
    ("nn", "non"),
    ("num", "numéro"),
    ("ok", "d'accord"),
    ("pb", "problème"),
    ("pbs", "problèmes"),
    ("pk", "pourquoi"),
    ("pkoi", "pourquoi"),
    ("pq", "pourquoi"),
    ("pr", "pour"),
    ("promo", "promotion"),
    ("promos", "promotions"),
    ("ptet", "peut-être"),
    ("qd", "quand"),
    ("qqn", "quelqu'un"),
    ("qqs", "quelques"),
    ("qqun", "quelqu'un"),
    ("rdc", "rez-de-chaussée"),
    ("rdv", "rendez-vous"),
    ("rdvs", "rendez-vous"),
    ("resa", "réservation"),
    ("resas", "réservations"),
    ("rv", "rendez-vous"),
    ("sam", "samedi"),
    ("sav", "service après-vente"),
    ("sdb", "salle de bain"),
    ("slt", "salut"),
    ("stp", "s'il te plaît"),
    ("svp", "s'il vous plaît"),
    ("tel", "téléphone"),
    ("tjrs", "toujours"),
    ("tjs", "toujours"),
    ("tlj", "tous les jours"),
    ("tps", "temps"),
    ("ts", "tous"),
    ("ven", "vendredi"),
    ("vs", "vous"),
    ("we", "week-end"),
    ("weekend", "week-end"),
    ("wk", "week-end"),
];

/// Sorted by short form.
const ENGLISH: &[(&str, &str)] = &[
    ("addr", "address"),
    ("appt", "appointment"),
    ("asap", "urgent"),
    ("avail", "available"),
    ("info", "information"),
    ("mon", "monday"),
    ("msg", "message"),
    ("pls", "please"),
    ("plz", "please"),
    ("ppl", "people"),
    ("sat", "saturday"),
    ("sun", "sunday"),
    ("tel", "telephone"),
    ("thx", "thanks"),
    ("u", "you"),
    ("ur", "your"),
];

#[cfg(test)]
mod tests {
    use super::{ENGLISH, FRENCH, expansion};
    use crate::{Lang, fold};

    #[test]
    fn tables_are_sorted_folded_and_change_something() {
        for table in [FRENCH, ENGLISH] {
            assert!(table.is_sorted_by(|a, b| a.0 < b.0));
            for (short, long) in table {
                assert_eq!(fold(short), *short);
                assert_ne!(short, long);
            }
        }
    }

    #[test]
    fn a_short_form_belongs_to_its_language() {
        assert_eq!(expansion("rdv", Lang::Fr), Some("rendez-vous"));
        assert_eq!(expansion("rdv", Lang::En), None);
        assert_eq!(expansion("appt", Lang::En), Some("appointment"));
    }
}

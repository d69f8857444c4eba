//! Words that claim nothing by themselves, so that a reply may use them
//! although no entry does. Everything that a firm could promise stays out.

use comptoir_text::{Analyzer, Lang, fold};
use std::collections::HashSet;

const FRENCH: &str = "coûte coûter coût prix tarif montant revient s'élève facturé facture compter \
comptez prévoir prévoyez somme total euro information renseignement précision question réponse \
demande contacter contactez contact appeler appelez joindre écrire écrivez également aussi \
cependant toutefois notamment exemple cas donc ensuite enfin d'abord premier deuxième concernant \
sujet possible possibilité besoin avoir êtes être délai durée durer temps heure jour semaine mois \
an année minute environ fois personne équipe service entreprise client effectuer effectué réaliser \
réalisé situé disponible correspond concerne faut falloir combien quand où type selon ceci suivant \
suivante autre ensemble chaque lors lorsque pendant durant entre depuis cette actuellement vient \
effet exactement simplement directement rapidement parler préciser indiquer indique figure noter \
note voici permet permettre pris prendre prise prend propose proposons assurer assurons";

const ENGLISH: &str = "cost costs price rate amount charge charged total euro euros information \
question answer contact call reach also however example case then first second regarding possible \
need take takes time hour day week month year minute about once person team service company \
customer available carried done per each during between since please note here between how long \
when where following other both offer offers provide provides";

/// Words that open a sentence without being a name.
const OPENERS: &str = "bonjour bonsoir merci désolé malheureusement voici voilà dans pour avec \
après avant pendant selon notre nos votre vos cette ces cela ceci notez attention enfin ensuite \
puis comptez prévoyez appelez contactez vous nous on il elle le la les un une des du de en à au \
aux et ou mais si non oui tous toutes chaque aucun entre jusqu depuis lors tout ce c l d s j n qu \
the a an our your we you it this that these in on at for with after before from by and or but if \
please hello sorry unfortunately yes no there here to all each between el los las para con der die \
das wir sie für mit";

/// Stems and words that need no source, for one language of replies.
pub(super) struct Common {
    stems: HashSet<String>,
    openers: HashSet<String>,
}

impl Common {
    /// The lists of `lang`; other languages have openers only.
    pub(super) fn new(lang: Lang, analyzer: &Analyzer) -> Self {
        let list = match lang {
            Lang::Fr => FRENCH,
            Lang::En => ENGLISH,
            Lang::Es | Lang::De | Lang::Other => "",
        };
        Self {
            stems: analyzer.terms(list).into_iter().collect(),
            openers: OPENERS.split_whitespace().chain(list.split_whitespace()).map(fold).collect(),
        }
    }

    /// Whether a stem needs no source.
    pub(super) fn stem(&self, stem: &str) -> bool {
        self.stems.contains(stem)
    }

    /// Whether a folded word may open a sentence with a capital.
    pub(super) fn opener(&self, word: &str) -> bool {
        self.openers.contains(word)
    }
}

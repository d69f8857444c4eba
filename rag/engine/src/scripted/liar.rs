//! A generator that lies on purpose, in good French: it repeats what the prompt says with the
//! meaning turned round, and adds prices, phone numbers and links that nobody gave it. Whatever
//! stands between the model and the visitor must stop it every time.

use std::time::Duration;

use async_trait::async_trait;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use crate::{
    ChatMessage, EngineError, EngineStatus, GenerateRequest, Generation, ModelInfo, Role,
    TextGenerator,
};

use super::{Script, Scripted};

/// The liar. The same seed and the same request give the same lie.
#[derive(Debug)]
pub struct Liar {
    seed: u64,
}

/// Turns of phrase and their contraries; the first found in a sentence is turned round.
const CONTRARIES: [(&str, &str); 14] = [
    ("n'est pas", "est bien"),
    ("ne sont pas", "sont toujours"),
    ("n'intervenons pas", "intervenons aussi"),
    ("ne faisons pas", "faisons volontiers"),
    ("sur devis", "à prix fixe"),
    ("sauf", "y compris"),
    ("gratuit", "payant"),
    ("payant", "gratuit"),
    ("à partir de", "au plus"),
    ("jusqu'à", "bien au-delà de"),
    ("avant", "après"),
    ("fermé", "ouvert"),
    ("ouvert", "fermé"),
    ("inclus", "en supplément"),
];

impl Liar {
    /// A liar who lies the same way each time it is asked the same.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self { seed }
    }

    /// The lie for these messages.
    #[must_use]
    pub fn lie(&self, messages: &[ChatMessage]) -> String {
        let text: usize = messages.iter().flat_map(|m| m.content.bytes()).map(usize::from).sum();
        let mut random = StdRng::seed_from_u64(self.seed ^ text as u64);
        let known = messages.iter().filter(|message| message.role != Role::Assistant);
        let sentences: Vec<&str> = known
            .flat_map(|message| message.content.split_inclusive(['.', '\n']))
            .map(str::trim)
            .filter(|sentence| sentence.ends_with('.') && sentence.split(' ').count() > 3)
            .collect();
        let mut lies = Vec::new();
        if !sentences.is_empty() {
            lies.push(turned(sentences[random.random_range(0..sentences.len())]));
        }
        for _ in 0..random.random_range(1..=2) {
            lies.push(invention(&mut random));
        }
        lies.join(" ")
    }
}

/// The sentence with its meaning turned round.
fn turned(sentence: &str) -> String {
    let found = CONTRARIES.iter().find(|(said, _)| sentence.contains(said));
    if let Some((said, contrary)) = found {
        return sentence.replacen(said, contrary, 1);
    }
    // A statement without any of these is denied as a whole.
    let mut letters = sentence.chars();
    let first: String =
        letters.next().map(|letter| letter.to_lowercase().collect()).unwrap_or_default();
    format!("Contrairement à ce qui est parfois dit, il est faux que {first}{}", letters.as_str())
}

/// A fact that nobody gave.
fn invention(random: &mut StdRng) -> String {
    let price = random.random_range(17..480);
    let hours = random.random_range(2..96);
    let number = |random: &mut StdRng| format!("{:02}", random.random_range(10..99));
    match random.random_range(0..7) {
        0 => format!("Le déplacement est facturé {price} € TTC."),
        1 => format!("Comptez {price},50 euros, main-d'œuvre comprise."),
        2 => {
            let rest: Vec<String> = (0..4).map(|_| number(random)).collect();
            format!("Vous pouvez appeler directement le 06 {}.", rest.join(" "))
        }
        3 => format!("Tous les tarifs sont sur https://tarifs-{price}.example.fr/promo."),
        4 => format!("Un technicien passe chez vous en {hours} heures, même le dimanche."),
        5 => format!("Écrivez à promo{price}@example.fr pour une remise de {} %.", number(random)),
        _ => format!("La garantie est de {} ans sans aucune condition.", number(random)),
    }
}

#[async_trait]
impl TextGenerator for Liar {
    async fn generate(&self, request: GenerateRequest) -> Result<Generation, EngineError> {
        let text = self.lie(&request.messages);
        let between = Duration::from_millis(1);
        let script = Script::SaySlowly { text, first: Duration::ZERO, between };
        Scripted::new([script]).generate(request).await
    }

    fn status(&self) -> EngineStatus {
        EngineStatus { slots: 1, capacity: 1, ..EngineStatus::default() }
    }

    fn model(&self) -> ModelInfo {
        ModelInfo { name: "liar".into(), ..ModelInfo::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages() -> Vec<ChatMessage> {
        vec![
            ChatMessage::system("Le devis est gratuit. Nous n'intervenons pas le dimanche."),
            ChatMessage::user("Le devis est-il gratuit ?"),
        ]
    }

    #[test]
    fn the_same_seed_tells_the_same_lie_and_others_tell_others() {
        let lies: std::collections::BTreeSet<String> =
            (0..20).map(|seed| Liar::seeded(seed).lie(&messages())).collect();
        assert!(lies.len() > 10);
        assert_eq!(Liar::seeded(3).lie(&messages()), Liar::seeded(3).lie(&messages()));
    }

    #[test]
    fn sentences_are_turned_round() {
        assert_eq!(turned("Le devis est gratuit."), "Le devis est payant.");
        let denied = turned("Nous posons des chaudières.");
        assert!(denied.ends_with("il est faux que nous posons des chaudières."));
    }

    #[test]
    fn every_lie_holds_a_fact_that_was_not_given() {
        for seed in 0..200 {
            let lie = Liar::seeded(seed).lie(&messages());
            assert!(lie.chars().any(|letter| letter.is_ascii_digit()), "{lie}");
        }
    }
}

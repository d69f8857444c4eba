//! Figures of the default model on this machine. Ignored by default because they take a minute
//! and mean something only on quiet cores: `cargo test -p comptoir-engine -- --ignored
//! --nocapture qwen`.

#![expect(clippy::print_stdout, reason = "figures for a person")]

mod common;

use std::time::{Duration, Instant};

use comptoir_engine::{
    ChatMessage, Chunk, ClientKey, EngineHandle, GenerateRequest, ScoreRequest, TextGenerator,
};
use futures::StreamExt;

use common::{QWEN, ready};

const HOUSE: &str = "Tu es l'assistant d'une petite entreprise de chauffage et de plomberie. Tu \
    réponds en français, en deux phrases au plus, uniquement avec les informations données. Si \
    l'information n'y est pas, dis que tu ne sais pas et propose de parler à une personne.";

const ENTRIES: [(&str, &str); 6] = [
    (
        "Combien coûte l'entretien annuel d'une chaudière à gaz ?",
        "L'entretien annuel d'une chaudière à gaz coûte 139 € TTC, déplacement compris dans un \
         rayon de 25 km. Une attestation d'entretien vous est remise sur place.",
    ),
    (
        "Intervenez-vous le week-end ?",
        "Nous intervenons le samedi matin sur rendez-vous. Le dimanche, seules les fuites d'eau \
         et les pannes de chauffage sont prises en charge, avec une majoration de 60 €.",
    ),
    (
        "Quelle est la garantie sur une chaudière neuve ?",
        "Une chaudière posée par nos soins est garantie deux ans pièces et main-d'œuvre, et cinq \
         ans sur le corps de chauffe.",
    ),
    (
        "Faites-vous des devis gratuits ?",
        "Le devis est gratuit pour toute installation. Pour un dépannage, le diagnostic est \
         facturé 49 € et déduit de la réparation si vous l'acceptez.",
    ),
    (
        "Dans quelles communes vous déplacez-vous ?",
        "Nous nous déplaçons à Angers et dans les communes situées à moins de 30 km. Au-delà, \
         contactez-nous pour étudier votre demande.",
    ),
    (
        "Quels moyens de paiement acceptez-vous ?",
        "Nous acceptons la carte bancaire, le virement et le chèque. Le paiement en trois fois \
         est possible à partir de 600 €.",
    ),
];

fn context(entry: usize) -> Vec<ChatMessage> {
    let (question, answer) = ENTRIES[entry];
    vec![ChatMessage::system(format!("{HOUSE}\n\nExtrait :\nQ : {question}\nR : {answer}"))]
}

fn request(entry: usize, question: &str, client: u64) -> GenerateRequest {
    let mut messages = context(entry);
    messages.push(ChatMessage::user(question));
    GenerateRequest {
        messages,
        max_tokens: 90,
        stop: vec![],
        deadline: Duration::from_secs(300),
        client: ClientKey(client),
    }
}

/// Asks and prints; returns the reply.
async fn timed(engine: &EngineHandle, label: &str, request: GenerateRequest) -> String {
    let start = Instant::now();
    let mut reply = engine.generate(request).await.expect("accepted");
    let mut first = None;
    let mut text = String::new();
    while let Some(chunk) = reply.next().await {
        match chunk.expect("no error") {
            Chunk::Text(piece) => {
                first.get_or_insert(start.elapsed());
                text.push_str(&piece);
            }
            Chunk::Done(finish) => {
                let first = first.unwrap_or_default().as_secs_f32();
                let writing = start.elapsed().as_secs_f32() - first;
                let speed = (finish.completion_tokens.max(1) - 1) as f32 / writing.max(0.001);
                println!(
                    "{label}: prompt {} (kept {}), first word {first:.2} s, {} tokens at \
                     {speed:.1}/s, total {:.2} s\n    {text}",
                    finish.prompt_tokens,
                    finish.cached_tokens,
                    finish.completion_tokens,
                    start.elapsed().as_secs_f32(),
                );
            }
        }
    }
    text
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes a minute; prints figures"]
async fn qwen_first_word_with_and_without_reuse() {
    let start = Instant::now();
    let engine = ready(QWEN).await;
    let status = engine.status();
    println!("ready in {:.2} s, {} threads", start.elapsed().as_secs_f32(), status.threads);
    let question = "C'est combien pour faire réviser ma chaudière ?";
    let cold = timed(&engine, "nothing kept", request(0, question, 1)).await;
    timed(&engine, "house kept", request(1, "Vous venez le dimanche ?", 1)).await;
    timed(&engine, "entry kept", request(0, "Le déplacement est inclus ?", 1)).await;
    let again = timed(&engine, "same question", request(0, question, 1)).await;
    let process = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let fields = ["VmHWM", "RssAnon", "RssFile"];
    let memory = process.lines().filter(|line| fields.iter().any(|field| line.starts_with(field)));
    println!("memory: {}", memory.collect::<Vec<_>>().join(", "));
    assert!(cold.contains("139"), "{cold}");
    assert_eq!(cold, again);
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes a minute; prints figures"]
async fn qwen_six_candidates_are_weighed() {
    let engine = ready(QWEN).await;
    let mut candidates: Vec<_> = (0..6).map(context).collect();
    candidates.push(vec![ChatMessage::system(HOUSE)]);
    let ask = |question: &str| ScoreRequest {
        candidates: candidates.clone(),
        question: question.into(),
        closing: "\n\nL'extrait contient-il la réponse précise ? Réponds Oui ou Non.".into(),
        targets: vec!["Oui".into(), "Non".into()],
        deadline: Duration::from_secs(300),
        client: ClientKey(1),
    };
    let questions = [
        "Quel est le prix de l'entretien de ma chaudière gaz ?",
        "Vous venez le dimanche pour une fuite ?",
        "On peut payer en plusieurs fois ?",
    ];
    for (round, question) in questions.into_iter().enumerate() {
        let start = Instant::now();
        let scores = engine.score(ask(question)).await.expect("scores");
        println!("round {round}: {:.2} s  {question}", start.elapsed().as_secs_f32());
        let base = scores[6].question_logprob() / scores[6].question_tokens() as f32;
        let judged = scores[..6].iter().map(|score| {
            let gain = score.question_logprob() / score.question_tokens() as f32 - base;
            let yes = score.target_logprobs[0] - score.target_logprobs[1];
            println!("    kept {:3}  gain {gain:+.2}  oui-non {yes:+.2}", score.cached_tokens);
            yes + 2.0 * gain
        });
        let judged: Vec<f32> = judged.collect();
        let best = (0..6).max_by(|a, b| judged[*a].total_cmp(&judged[*b]));
        assert_eq!(best, Some([0, 1, 5][round]), "{judged:?}");
    }
    timed(&engine, "after weighing", request(1, questions[1], 1)).await;
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes a minute; prints figures"]
async fn qwen_six_visitors_at_once() {
    let engine = ready(QWEN).await;
    for entry in 0..6 {
        engine.warm(context(entry)).await.expect("warmed");
    }
    let start = Instant::now();
    let labels: Vec<String> = (0..6).map(|entry| format!("visitor {entry}")).collect();
    let asked = (0..6).map(|entry| {
        timed(&engine, &labels[entry], request(entry, ENTRIES[entry].0, entry as u64))
    });
    futures::future::join_all(asked).await;
    println!("all six: {:.2} s; {:?}", start.elapsed().as_secs_f32(), engine.status());
    engine.stop().await;
}

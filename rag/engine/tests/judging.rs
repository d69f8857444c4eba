//! What keeping entry states is worth for judging a question, with the default model. Ignored by
//! default because it takes minutes and means something only on quiet cores: `cargo xtask bench
//! engine`, or `cargo test -p comptoir-engine -- --ignored --nocapture qwen_judging`.

#![expect(clippy::print_stdout, reason = "figures for a person")]

mod common;

use std::time::{Duration, Instant};

use comptoir_engine::{
    ChatMessage, ClientKey, EngineHandle, EngineParams, Score, ScoreRequest, TextGenerator,
};

use common::{QWEN, params};

const INSTRUCTION: &str = "Tu vérifies si un extrait de FAQ répond à la question d'un visiteur. \
    Tu dis Oui quand l'extrait donne exactement ce qui est demandé, et Non quand il traite \
    seulement du même sujet.";

/// What the entries are about; each comes with its own number, so that no two begin alike.
const SUBJECTS: [(&str, &str); 4] = [
    (
        "le ramonage d'un conduit",
        "Le ramonage coûte 78 € TTC, certificat compris. Comptez une \
      heure sur place ; protégez le sol devant l'âtre et laissez refroidir depuis la veille.",
    ),
    (
        "la pose d'un poêle",
        "La pose d'un poêle prend une journée et demie. Le conduit est vérifié \
      avant le devis, et l'appareil est garanti cinq ans par le fabricant, deux ans par nous.",
    ),
    (
        "les horaires du dépôt",
        "Le dépôt ouvre du mardi au samedi de 8 h 30 à 12 h et de 14 h à \
      18 h. Le samedi après-midi, téléphonez avant de venir : nous sommes souvent en livraison.",
    ),
    (
        "la livraison du bois",
        "Nous livrons le bois à partir de trois stères, dans un rayon de \
      40 km. Le premier stère livré coûte 92 €, les suivants 84 €, rangement non compris.",
    ),
];

const QUESTIONS: [&str; 3] = [
    "Combien coûte un ramonage ?",
    "Êtes-vous ouverts le samedi après-midi ?",
    "Vous livrez deux stères à Cholet ?",
];

fn prompt(excerpt: &str) -> Vec<ChatMessage> {
    vec![ChatMessage::system(format!("{INSTRUCTION}\n\nExtrait :\n{excerpt}"))]
}

/// Four entries that no other round uses, and none.
fn candidates(round: usize) -> Vec<Vec<ChatMessage>> {
    let entry = |(subject, answer): &(&str, &str)| {
        prompt(&format!("{round}{round}{round} : que dire sur {subject} ?\n{answer}"))
    };
    SUBJECTS.iter().map(entry).chain([prompt("(aucun)")]).collect()
}

async fn started(change: impl FnOnce(&mut EngineParams)) -> EngineHandle {
    let mut params = params(QWEN);
    params.states.memory_bytes = 0;
    change(&mut params);
    let engine = EngineHandle::start(params);
    engine.ready().await.expect("ready");
    engine
}

async fn warm(engine: &EngineHandle) {
    for round in 0..QUESTIONS.len() {
        for candidate in candidates(round) {
            engine.warm(candidate).await.expect("warmed");
        }
    }
}

async fn judged(engine: &EngineHandle, label: &str, round: usize) -> (f32, Vec<Score>) {
    asked(engine, label, round, candidates(round)).await
}

async fn asked(
    engine: &EngineHandle,
    label: &str,
    round: usize,
    candidates: Vec<Vec<ChatMessage>>,
) -> (f32, Vec<Score>) {
    let request = ScoreRequest {
        candidates,
        question: format!("Question : {}", QUESTIONS[round]),
        closing: "\nL'extrait donne-t-il exactement cela ? Oui ou Non.".into(),
        targets: vec!["Oui".into(), "Non".into()],
        deadline: Duration::from_secs(300),
        client: ClientKey(1),
    };
    let before = engine.status().totals;
    let start = Instant::now();
    let scores = engine.score(request).await.expect("scores");
    let seconds = start.elapsed().as_secs_f32();
    let after = engine.status().totals;
    let cached: usize = scores.iter().map(|score| score.cached_tokens).sum();
    let all = (after.prompt_tokens - before.prompt_tokens) as usize;
    println!("round {round}, {label}: {seconds:.2} s, {} of {all} tokens evaluated", all - cached);
    (seconds, scores)
}

/// The largest differences of the two figures a judge uses.
fn apart(one: &[Score], two: &[Score]) -> (f32, f32) {
    let verdict = |score: &Score| score.target_logprobs[0] - score.target_logprobs[1];
    let each = |score: &Score| score.question_logprob() / score.question_tokens() as f32;
    let pairs = || one.iter().zip(two);
    let verdicts = pairs().map(|(a, b)| (verdict(a) - verdict(b)).abs());
    let questions = pairs().map(|(a, b)| (each(a) - each(b)).abs());
    (verdicts.fold(0.0, f32::max), questions.fold(0.0, f32::max))
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes; prints figures"]
async fn qwen_judging_with_and_without_states() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let on_disk = |params: &mut EngineParams| params.states.folder = Some(folder.path().into());
    let first = started(on_disk).await;
    let start = Instant::now();
    warm(&first).await;
    let (seconds, stored) = (start.elapsed().as_secs_f32(), first.status().stored);
    println!(
        "read ahead: {} states, {} MB, in {seconds:.1} s",
        stored.count,
        stored.disk_bytes >> 20
    );
    first.stop().await;
    let (with, without) = (started(on_disk).await, started(|_| ()).await);
    let mut sums = (0.0, 0.0);
    for round in 0..QUESTIONS.len() {
        let (slow, bare) = judged(&without, "without", round).await;
        let (quick, scores) = judged(&with, "with states", round).await;
        let (verdict, question) = apart(&scores, &bare);
        println!("    apart, with and without: {verdict:.4} (Oui-Non), {question:.4}");
        sums = (sums.0 + slow, sums.1 + quick);
    }
    println!(
        "{:.2} s without, {:.2} s with: {:.2} times",
        sums.0 / 3.0,
        sums.1 / 3.0,
        sums.1 / sums.0
    );
    println!("states loaded: {}", with.status().stored.loaded);
    with.stop().await;
    without.stop().await;
    assert!(sums.1 < 0.6 * sums.0, "{sums:?}");
}

/// A loaded state is the one that was saved: one candidate, laid out alike in context memory, gets
/// the same scores to the last bit. With several candidates the scores above part by some tenths;
/// layout and widths of steps differ there, but how much each contributes has not been measured.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes; prints figures"]
async fn qwen_judging_is_exact_from_states() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let on_disk = |params: &mut EngineParams| params.states.folder = Some(folder.path().into());
    let one = || vec![candidates(0).swap_remove(0)];
    let first = started(on_disk).await;
    first.warm(one().swap_remove(0)).await.expect("warmed");
    let (_, kept) = asked(&first, "kept in the context", 0, one()).await;
    for times in [7, 14] {
        first.warm(prompt(&"Un tout autre texte. ".repeat(times))).await.expect("warmed");
    }
    let (_, beside) = asked(&first, "beside other contents", 0, one()).await;
    first.stop().await;
    let second = started(on_disk).await;
    let (_, loaded) = asked(&second, "loaded from disk", 0, one()).await;
    assert_eq!(second.status().stored.loaded, 1);
    second.stop().await;
    println!("apart, loaded from disk: {:?} (Oui-Non, question)", apart(&loaded, &kept));
    println!("apart, beside other contents: {:?}", apart(&beside, &kept));
    let (verdict, question) = apart(&loaded, &kept);
    assert!(verdict < 1e-2 && question < 1e-2);
}

//! The real encoder, pulled through the real store from local files.
//!
//! Needs the model folder (`comptoir model pull use-multilingual-v3` and
//! `onnxruntime`) in `COMPTOIR_MODELS_DIR` or the default place.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use comptoir_embed::prepare::UseMultilingual;
use comptoir_embed::{EmbedError, Embedder, FastEmbedder};
use comptoir_models::{Manifest, Store, default_dir};

struct Files {
    folder: PathBuf,
    runtime: PathBuf,
}

fn files() -> &'static Files {
    static FILES: OnceLock<Files> = OnceLock::new();
    FILES.get_or_init(|| {
        let dir = default_dir().expect("COMPTOIR_MODELS_DIR or HOME must be set");
        let store = Store::open(dir).expect("the models folder can be opened");
        let store = store.with_recipe(Arc::new(UseMultilingual));
        let runtime = tokio::runtime::Runtime::new().expect("a tokio runtime");
        let locate = |name: &str| {
            runtime.block_on(store.locate(name)).unwrap_or_else(|error| {
                panic!(
                    "This test needs the real model: run `comptoir model pull {name}`, or set \
                     COMPTOIR_MODELS_DIR to a folder that holds it ({error})."
                )
            })
        };
        Files { folder: locate("use-multilingual-v3"), runtime: locate("onnxruntime") }
    })
}

fn embedder() -> &'static FastEmbedder {
    static EMBEDDER: OnceLock<FastEmbedder> = OnceLock::new();
    EMBEDDER.get_or_init(|| {
        FastEmbedder::open(&files().folder, &files().runtime, 1).expect("the embedder opens")
    })
}

fn embed(text: &str) -> Vec<f32> {
    embedder().embed(&[text]).expect("embedding never fails on a text").remove(0)
}

fn timed(text: &str) -> Duration {
    let start = Instant::now();
    embed(text);
    start.elapsed()
}

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[test]
fn french_paraphrases_are_closer_than_other_questions() {
    let triples = [
        (
            "Travaillez-vous le dimanche ?",
            "Êtes-vous ouverts le week-end ?",
            "Quels moyens de paiement acceptez-vous ?",
        ),
        (
            "Ma chaudière ne démarre plus, que faire ?",
            "Le chauffage refuse de s'allumer",
            "Combien coûte un mitigeur de cuisine ?",
        ),
        (
            "Combien coûte un déplacement ?",
            "Quel est le prix de votre venue ?",
            "Faites-vous des chantiers de salle de bains ?",
        ),
        (
            "Est-ce que le devis est gratuit ?",
            "Is the quote free of charge?",
            "Avez-vous une boutique à Angers ?",
        ),
    ];
    for (question, same, other) in triples {
        let (question_v, same_v, other_v) = (embed(question), embed(same), embed(other));
        let (near, far) = (cosine(&question_v, &same_v), cosine(&question_v, &other_v));
        assert!(near > far + 0.05, "{question}: {near} against {far}");
    }
}

#[test]
fn vectors_have_length_one_and_do_not_depend_on_company() {
    let texts = ["oui", "", "   ", "Une fuite sous l'évier, c'est urgent", "🔥🚿", "\u{0}\u{1}"];
    let together = embedder().embed(&texts).expect("embeds");
    assert_eq!(together.len(), texts.len());
    for (text, vector) in texts.iter().zip(&together) {
        assert_eq!(vector.len(), embedder().dimensions());
        let norm: f32 = vector.iter().map(|value| value * value).sum();
        assert!((norm - 1.0).abs() < 1e-4, "{text:?}: {norm}");
        assert_eq!(*vector, embed(text), "{text:?}");
    }
    assert!(embedder().embed(&[]).expect("nothing").is_empty());
}

/// Ids of the published operator for ten texts, taken from the graph before the
/// cut (with the operator's own library).
const IDS: [(&str, &[u32]); 10] = [
    ("Travaillez-vous le dimanche ?", &[1, 86282, 20190, 18, 6617, 58, 40621, 483, 2]),
    ("", &[1, 2]),
    ("  Deux   espaces  ", &[1, 39947, 45864, 2]),
    ("L’apostrophe, l'élision", &[1, 362, 127991, 43031, 9, 64942, 7, 70, 11, 515, 497, 14836, 2]),
    ("12,50 € TTC", &[1, 488, 7, 1780, 7256, 403, 11534, 2]),
    ("<s> texte </s> <unk>", &[1, 87, 9, 65, 24691, 6372, 9, 65, 87, 39089, 65, 2]),
    ("ﬁn ½ ① ｆｕｌｌ", &[1, 2186, 32259, 116, 1969, 2]),
    ("e\u{301}te\u{301} œuvre", &[1, 2133, 56681, 2]),
    ("🔥 urgence 🚿", &[1, 6, 0, 6, 58061, 6, 0, 2]),
    ("日本語とРусский", &[1, 71578, 240, 88775, 2784, 2]),
];

#[test]
fn token_ids_are_those_of_the_published_operator() {
    let tokenizer = tokenizers::Tokenizer::from_file(files().folder.join("tokenizer.json"))
        .expect("the tokenizer loads");
    for (text, expected) in IDS {
        let encoding = tokenizer.encode(text, true).expect("encodes");
        assert_eq!(encoding.get_ids(), expected, "{text:?}");
    }
}

/// First values of the published graph's vectors, before the cut.
const VECTORS: [(&str, [f32; 6]); 3] = [
    ("Travaillez-vous le dimanche ?", [0.0011, -0.0528, 0.0077, -0.0080, 0.0561, 0.0187]),
    ("Combien coûte un déplacement ?", [-0.0090, -0.0456, 0.0495, 0.0506, -0.0416, 0.0539]),
    ("urgent", [0.1250, -0.0387, -0.0221, 0.0696, -0.1025, 0.0021]),
];

#[test]
fn vectors_are_those_of_the_published_graph() {
    for (text, expected) in VECTORS {
        let found = embed(text);
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 2e-3, "{text:?}: {found} against {expected}");
        }
    }
}

#[test]
fn a_long_text_is_cut_in_bounded_time() {
    let sentence = "Nous entretenons les chaudières et posons des pompes à chaleur. ";
    let text: String = sentence.chars().cycle().take(4000).collect();
    // Beyond the limit nothing counts: half a million characters more change nothing and take
    // no longer. The better of three of each, so that a busy machine does not decide.
    let longer = text.clone() + &"mot ".repeat(125_000);
    assert_eq!(embed(&text), embed(&longer));
    let best = |text: &str| (0..3).map(|_| timed(text)).min().expect("three");
    let (limit, beyond) = (best(&text), best(&longer));
    assert!(beyond < limit * 4, "{beyond:?} against {limit:?}");
}

#[test]
fn a_hundred_threads_get_what_one_gets() {
    let texts: Vec<String> =
        (0..100).map(|n| format!("Question numéro {n} sur le devis")).collect();
    let alone: Vec<Vec<f32>> = texts.iter().map(|text| embed(text)).collect();
    let together: Vec<Vec<f32>> = std::thread::scope(|scope| {
        let threads: Vec<_> = texts.iter().map(|text| scope.spawn(move || embed(text))).collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    });
    assert_eq!(alone, together);
}

#[test]
fn the_identity_names_model_and_preparation() {
    let manifest = Manifest::read(&files().folder).expect("manifest");
    let id = embedder().id();
    assert_eq!(id, format!("use-multilingual-v3@{}", manifest.digest().short()));
    // Pinned: another value means that everybody's index is rebuilt.
    assert_eq!(id, "use-multilingual-v3@1e98d7ada979");
    assert_eq!(embedder().dimensions(), 512);
}

#[test]
fn a_changed_folder_is_refused() {
    let scratch = tempfile::tempdir().expect("temporary folder");
    let copy = scratch.path();
    for name in ["model.onnx", "tokenizer.json", "config.json", "prepared.json"] {
        std::fs::copy(files().folder.join(name), copy.join(name)).expect("copy");
    }
    for name in ["special_tokens_map.json", "tokenizer_config.json"] {
        std::fs::write(copy.join(name), "{\"extra\":\"<s>\"}").expect("write");
    }
    let refused = FastEmbedder::open(copy, &files().runtime, 1);
    assert!(matches!(refused, Err(EmbedError::Folder(_))));
}

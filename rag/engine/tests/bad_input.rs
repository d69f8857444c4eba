//! Files and moments that are not as they should be.

mod common;

use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use comptoir_engine::{
    ChatMessage, EngineError, EngineHandle, EngineParams, MachineProblem, StartError, Suggestion,
    TextGenerator, Unavailable,
};

use common::{SMOL, ask, model, params, ready};

async fn refused(params: EngineParams) -> StartError {
    let engine = EngineHandle::start(params);
    let error = engine.ready().await.expect_err("it cannot start");
    assert_eq!(engine.generate(ask("Hello", 5, 1)).await.expect_err("dead"), error);
    let EngineError::Unavailable { reason: Unavailable::Start(reason) } = error else {
        panic!("{error:?}");
    };
    reason
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_without_chat_template_is_named_as_such() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let path = folder.path().join("bare.gguf");
    let mut bytes = fs::read(model(SMOL)).expect("the model file");
    let key = b"tokenizer.chat_template";
    let at = bytes.windows(key.len()).position(|part| part == key).expect("its template");
    bytes[at..at + key.len()].copy_from_slice(b"tokenizer.chat_templatf");
    fs::write(&path, bytes).expect("written");
    assert_eq!(refused(EngineParams::new(&path)).await, StartError::NoChatTemplate);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_too_large_for_memory_is_refused_before_it_is_loaded() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let path = folder.path().join("huge.gguf");
    fs::copy(model(SMOL), &path).expect("copied");
    // A terabyte of nothing behind it, which takes no room on the disk.
    let mut file = File::options().write(true).open(&path).expect("opened");
    file.seek(SeekFrom::Start(1 << 40)).expect("sparse files");
    file.write_all(&[0]).expect("written");
    drop(file);
    let start = Instant::now();
    let error = refused(EngineParams::new(&path)).await;
    let StartError::Machine(MachineProblem::Memory { needed, available, suggestion }) = error
    else {
        panic!("{error:?}");
    };
    assert!(needed > 1 << 40 && available < needed);
    assert!(matches!(suggestion, Suggestion::SmallerModel { .. }), "{suggestion:?}");
    assert!(start.elapsed() < Duration::from_secs(5));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_in_the_middle_of_prompts_ends_everything_soon() {
    let engine = ready(SMOL).await;
    let mut replies = Vec::new();
    for client in 0..8 {
        let mut request = ask("And then?", 100, client);
        request.messages.insert(0, ChatMessage::system("Once upon a time. ".repeat(150)));
        replies.push(engine.generate(request).await.expect("accepted"));
    }
    let start = Instant::now();
    engine.stop().await;
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    for reply in replies {
        assert_eq!(reply.collect_text().await.expect_err("stopped"), EngineError::Cancelled);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_prompt_as_long_as_the_context_is_refused_in_words_and_others_are_served() {
    let mut small = params(SMOL);
    (small.context, small.request_context) = (512, 512);
    let engine = EngineHandle::start(small);
    engine.ready().await.expect("ready");
    let long = "word ".repeat(600);
    let error = engine.generate(ask(&long, 50, 1)).await.expect_err("too long");
    let EngineError::PromptTooLong { tokens, limit } = error else { panic!("{error:?}") };
    assert!(tokens > 512 && limit <= 462);
    let fits = "word ".repeat(380);
    for client in 0..4 {
        let reply = engine.generate(ask(&fits, 20, client)).await.expect("accepted");
        reply.collect_text().await.expect("served one after the other");
    }
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_that_others_keep_busy_says_the_same() {
    let engine = ready(SMOL).await;
    let question = "Why is the sky blue?";
    let quiet = engine.generate(ask(question, 24, 1)).await.expect("accepted");
    let quiet = quiet.collect_text().await.expect("reply").0;
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let is_over = AtomicBool::new(false);
    let busy = std::thread::scope(|scope| {
        for _ in 0..2 * cores {
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            });
        }
        let handle = tokio::runtime::Handle::current();
        let engine = engine.clone();
        let asked = scope.spawn(move || {
            handle.block_on(async {
                let reply = engine.generate(ask(question, 24, 1)).await.expect("accepted");
                reply.collect_text().await.expect("reply").0
            })
        });
        let busy = asked.join().expect("a reply");
        is_over.store(true, Ordering::Relaxed);
        busy
    });
    assert_eq!(busy, quiet);
    engine.stop().await;
}

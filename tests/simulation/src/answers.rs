//! Whoever answers questions from a FAQ, well or badly.

use crate::weather::Weather;
use async_trait::async_trait;
use comptoir_chat::{AnswerError, AnswerPiece, AnswerStream, Answerer, Question, Reply};
use comptoir_protocol::Route;
use futures::StreamExt as _;
use futures::stream;
use std::time::Duration;

/// Longest pause between two pieces of an answer, in milliseconds.
const PAUSE_MS: u64 = 250;

/// Answers that take their time, and sometimes go wrong.
pub(crate) struct Answers(pub(crate) Weather);

/// How an answer ends.
enum Ending {
    Done(Reply),
    BreaksOff,
    Fails,
    Hangs,
}

#[async_trait]
impl Answerer for Answers {
    async fn answer(&self, question: Question) -> Result<AnswerStream, AnswerError> {
        let weather = self.0.clone();
        let fails = weather.happens(|odds| odds.answer_fails);
        let kind = weather.roll() % if fails { 5 } else { 6 };
        if fails && kind == 0 {
            return Err(AnswerError::Busy { retry_ms: 100 });
        }
        if fails && kind == 1 {
            return Err(AnswerError::Unavailable("the model is away".to_owned()));
        }
        let reply = reply(&question, kind);
        let text = reply.text.clone().unwrap_or_default();
        let ending = match (fails, kind) {
            (false, _) => Ending::Done(reply),
            (true, 2) => Ending::BreaksOff,
            (true, 3) => Ending::Hangs,
            (true, _) => Ending::Fails,
        };
        let words: Vec<String> = text.split_inclusive(' ').map(str::to_owned).collect();
        let pieces = stream::iter(words).then(move |word| {
            let pause = weather.roll() % PAUSE_MS;
            async move {
                tokio::time::sleep(Duration::from_millis(pause)).await;
                Ok(AnswerPiece::Text(word))
            }
        });
        Ok(match ending {
            Ending::Done(reply) => {
                pieces.chain(stream::iter([Ok(AnswerPiece::Done(reply))])).boxed()
            }
            Ending::BreaksOff => pieces.take(3).boxed(),
            Ending::Hangs => pieces.take(2).chain(stream::pending()).boxed(),
            Ending::Fails => {
                let error = AnswerError::Unavailable("out of memory".to_owned());
                pieces.take(2).chain(stream::iter([Err(error)])).boxed()
            }
        })
    }
}

fn reply(question: &Question, kind: u64) -> Reply {
    let text = format!("Voici ce que dit la FAQ : {} ✓", question.text);
    let (route, reason, text) = match kind {
        0 => (Route::OfferHuman, "nothing", None),
        1 => (Route::Clarify, "clarify", Some("Que voulez-vous dire ?".to_owned())),
        _ => (Route::Answer, "verbatim", Some(text)),
    };
    Reply {
        route,
        reason,
        text,
        lang: "fr".to_owned(),
        citations: Vec::new(),
        choices: Vec::new(),
        nearest: None,
    }
}

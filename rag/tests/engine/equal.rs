//! Speed may not change what is said: replies written with guesses, and many at once, against
//! plain greedy decoding, one at a time.

use super::prompts::Prompts;
use super::run::{Timed, engine, timed};
use super::table::{Table, setting};
use comptoir_engine::{EngineHandle, GenerateRequest};

/// Logits of two tokens that lie nearer than this are told apart by the order of sums, which the
/// width of a step changes. Larger differences are faults.
const NARROW: f32 = 0.75;

/// Tokens compared of each reply.
const MOST: u16 = 48;

/// Adds the rows.
pub async fn rows(table: &mut Table) {
    let prompts = Prompts::demo();
    let count = setting("COMPTOIR_BENCH_PROMPTS", 200);
    let requests: Vec<GenerateRequest> = (0..count)
        .map(|at| {
            let request = prompts.request(at % prompts.len(), 0, at / prompts.len());
            GenerateRequest { max_tokens: MOST, ..request }
        })
        .collect();
    let plain = engine(|params| params.speculation = false).await;
    let expected = one_by_one(&plain, &requests).await;
    plain.stop().await;
    let ours = engine(|_| ()).await;
    let single = one_by_one(&ours, &requests).await;
    let mut batched = Vec::new();
    for crowd in requests.chunks(8) {
        let asked = crowd.iter().map(|request| timed(&ours, request.clone()));
        batched.extend(futures::future::join_all(asked).await);
    }
    ours.stop().await;
    compared(table, "with guesses", &expected, &single);
    compared(table, "eight at once", &expected, &batched);
}

async fn one_by_one(engine: &EngineHandle, requests: &[GenerateRequest]) -> Vec<Timed> {
    let mut replies = Vec::new();
    for request in requests {
        replies.push(timed(engine, request.clone()).await);
    }
    replies
}

fn compared(table: &mut Table, how: &str, expected: &[Timed], found: &[Timed]) {
    let pairs: Vec<_> = expected.iter().zip(found).collect();
    let mut margins: Vec<f32> =
        pairs.iter().filter_map(|(one, other)| margin_where_they_part(one, other)).collect();
    margins.sort_by(f32::total_cmp);
    let same = pairs.len() - margins.len();
    let widest = margins.last().copied().unwrap_or(0.0);
    let middle = margins.get(margins.len() / 2).copied().unwrap_or(0.0);
    let figure = format!(
        "{same} of {} equal; the others part where the two best logits lie {middle:.3} \
         (median), {widest:.3} (widest) apart",
        pairs.len()
    );
    let what = format!("replies {how} and plain greedy decoding");
    table.judge(&what, figure, &format!("<= {NARROW}"), widest <= NARROW);
}

/// The margin of plain decoding at the first token that differs; `None` for equal replies.
fn margin_where_they_part(plain: &Timed, other: &Timed) -> Option<f32> {
    if plain.text == other.text && plain.finish.reason == other.finish.reason {
        return None;
    }
    let (one, two) = (&plain.finish.tokens, &other.finish.tokens);
    let at = one.iter().zip(two).take_while(|(a, b)| a == b).count();
    plain.finish.margins.get(at).copied()
}

//! First words, speed of writing, many at once: ours and llama.cpp's in turns.

use super::peer::Peer;
use super::prompts::Prompts;
use super::run::{Timed, engine, timed, weights};
use super::table::{Table, median, setting};
use comptoir_engine::{ClientKey, EngineHandle, TextGenerator};
use comptoir_rag::confidence::Judge;
use std::time::{Duration, Instant};

/// Visitors at once.
const CROWD: usize = 8;

/// Adds the rows. Entries are asked for once in the whole run, as the first visitor who asks.
pub async fn rows(table: &mut Table) {
    let rounds = setting("COMPTOIR_BENCH_ROUNDS", 6);
    let crowds = (rounds / 3).max(1);
    let prompts = Prompts::demo();
    assert!(2 * rounds + crowds * CROWD <= prompts.len(), "each entry is asked for once");
    let folder = tempfile::tempdir().expect("temporary folder");
    let ours = engine(|params| params.states.folder = Some(folder.path().into())).await;
    let start = Instant::now();
    for entry in 0..prompts.len() {
        ours.warm(prompts.beginning(entry)).await.expect("read ahead");
    }
    let each = start.elapsed().as_secs_f32() / prompts.len() as f32;
    table.say("reading an entry ahead", format!("{each:.2} s"));
    let peer = Peer::start(&weights());
    // Warm: both have answered once.
    let last = prompts.len() - 1;
    timed(&peer.generator, prompts.request(last, 0, 0)).await;
    timed(&ours, prompts.request(last, 0, 0)).await;
    one_visitor(table, &prompts, &ours, &peer, rounds).await;
    for crowd in 0..crowds {
        let first = 2 * rounds + crowd * CROWD;
        many(table, &prompts, &ours, &peer, first).await;
    }
    let status = ours.status();
    let (drafted, accepted) = (status.totals.drafted_tokens, status.totals.accepted_tokens);
    table.say("guesses that came true", format!("{accepted} of {drafted}"));
    judging(table, &prompts, &ours).await;
    ours.stop().await;
}

async fn one_visitor(
    table: &mut Table,
    prompts: &Prompts,
    ours: &EngineHandle,
    peer: &Peer,
    rounds: usize,
) {
    let (mut four, mut one, mut speed, mut own) = (vec![], vec![], vec![], vec![]);
    let (mut first, mut decode) = (vec![], vec![]);
    for round in 0..rounds {
        // With four entries in llama.cpp's prompt, and the cited one in ours.
        let (a, b) = (2 * round, 2 * round + 1);
        let theirs = timed(&peer.generator, prompts.request(a, 3, round)).await;
        let mine = timed(ours, prompts.request(a, 0, round)).await;
        four.push(mine.first / theirs.first);
        let single = timed(&peer.generator, prompts.request(b, 0, round)).await;
        let again = timed(ours, prompts.request(b, 0, round)).await;
        one.push(again.first / single.first);
        speed.push(again.speed() / single.speed());
        own.push(again.speed());
        first.push(again.first);
        decode.push(single.speed());
        shown(round, [&theirs, &mine, &single, &again]);
    }
    let (four, one, speed) = (median(four), median(one), median(speed));
    let what = "first word, four entries in llama.cpp's prompt";
    table.judge(what, format!("{four:.3} x"), "<= 0.10 x", four <= 0.10);
    let what = "first word, the cited entry in both prompts";
    table.judge(what, format!("{one:.3} x"), "<= 0.20 x", one <= 0.20);
    table.say("first word, ours", format!("{:.2} s", median(first)));
    let what = "writing one reply, tokens per second";
    table.judge(what, format!("{speed:.2} x"), ">= 1.25 x", speed >= 1.25);
    table.decode = median(own);
    let theirs = median(decode);
    table.say("the same, ours and theirs", format!("{:.1} and {theirs:.1}", table.decode));
}

fn shown(round: usize, replies: [&Timed; 4]) {
    let one = |timed: &Timed| {
        let Timed { first, finish, .. } = timed;
        let (all, kept) = (finish.prompt_tokens, finish.cached_tokens);
        let tokens = finish.completion_tokens;
        format!("{first:.2} s ({kept}/{all}), {tokens} at {:.1}", timed.speed())
    };
    let [theirs, mine, single, again] = replies.map(one);
    println!("round {round}: four {theirs} | {mine}; one {single} | {again}");
}

async fn many(table: &mut Table, prompts: &Prompts, ours: &EngineHandle, peer: &Peer, from: usize) {
    let theirs = crowd(&peer.generator, prompts, from).await;
    let mine = crowd(ours, prompts, from).await;
    let total = |replies: &[Timed]| replies.iter().map(|one| one.total).fold(0.0, f32::max);
    let longest = |replies: &[Timed]| replies.iter().map(|one| one.first).fold(0.0, f32::max);
    let shortest =
        |replies: &[Timed]| replies.iter().map(|one| one.first).fold(f32::INFINITY, f32::min);
    let ratio = total(&mine) / total(&theirs);
    let figure = format!("{ratio:.2} x ({:.1} s, {:.1} s)", total(&mine), total(&theirs));
    table.judge("eight at once, until the last has all", figure, "<= 0.5 x", ratio <= 0.5);
    let ratio = longest(&mine) / longest(&theirs);
    let figure = format!("{ratio:.2} x ({:.1} s, {:.1} s)", longest(&mine), longest(&theirs));
    table.judge("eight at once, longest wait for a first word", figure, "<= 0.4 x", ratio <= 0.4);
    let spread = longest(&mine) / shortest(&mine);
    let what = "eight at once, longest wait over shortest, ours";
    table.judge(what, format!("{spread:.1}"), "<= 3", spread <= 3.0);
}

async fn crowd(generator: &dyn TextGenerator, prompts: &Prompts, from: usize) -> Vec<Timed> {
    let asked = (0..CROWD).map(|at| timed(generator, prompts.request(from + at, 0, at)));
    futures::future::join_all(asked).await
}

/// Six entries weighed against a question, from the states of what was read ahead.
async fn judging(table: &mut Table, prompts: &Prompts, ours: &EngineHandle) {
    let judge = Judge { candidates: 6, deadline: Duration::from_secs(120) };
    ours.warm(Judge::bare()).await.expect("read ahead");
    for entry in 0..6 {
        ours.warm(Judge::prefix(prompts.entry(entry))).await.expect("read ahead");
    }
    let mut times = Vec::new();
    for way in 0..3 {
        let start = Instant::now();
        let entries = (0..6).map(|entry| prompts.entry(entry));
        let question = prompts.question(way, way);
        judge.ask(ours, entries, question, ClientKey(1)).await.expect("a judgement");
        times.push(start.elapsed().as_secs_f32());
    }
    let took = median(times);
    table.judge("six candidates weighed", format!("{took:.2} s"), "<= 1.5 s", took <= 1.5);
}

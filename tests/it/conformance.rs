//! The Autobahn fuzzing client against sockets made as the counter makes its
//! own: same library, same buffers, same limits.

use comptoir::ws::Shape;
use comptoir_tests::autobahn::{Report, fuzz, installed};
use comptoir_tests::{Echo, heavy};

/// Cases that are tried: all but those of speed and compression.
const CASES: usize = 247;

/// Larger than anything a case sends.
const ROOMY: usize = 16 * 1024 * 1024;

/// Cases that send messages larger than the protocol allows: the counter ends
/// such a connection on purpose.
const TOO_LARGE: [&str; 7] = ["1.1.6", "1.1.7", "1.1.8", "1.2.6", "1.2.7", "1.2.8", "10.1.1"];

/// Text that is no UTF-8 is refused when its message is whole, not in the
/// middle of a frame: the suite calls that right and not strict.
const LATE: [&str; 2] = ["6.4.3", "6.4.4"];

fn wrong(report: &Report) -> Vec<String> {
    assert_eq!(report.len(), CASES, "cases that were tried");
    let is_late = |case: &str, verdict: &str| verdict == "NON-STRICT" && LATE.contains(&case);
    let wrong = report.iter().filter(|(case, verdict)| {
        !verdict.is_fine() && !is_late(case.as_str(), verdict.behaviour.as_str())
    });
    let word = |word: &str| report.values().filter(|verdict| verdict.behaviour == word).count();
    eprintln!("Autobahn: {} OK, {} informational", word("OK"), word("INFORMATIONAL"));
    wrong.map(|(case, verdict)| format!("{case}: {verdict:?}")).collect()
}

/// Where there is no Python 2.7, this says so and proves nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_fuzzing_client_finds_nothing() {
    let (python, folder) = match installed() {
        Ok(found) => found,
        Err(why) => {
            eprintln!("SKIPPED: {why}");
            return;
        }
    };
    let _turn = heavy().await;
    for shape in [Shape::default(), Shape { largest: ROOMY, ..Shape::default() }] {
        let echo = Echo::start(shape).await;
        let (url, python, folder) = (echo.url(), python.clone(), folder.clone());
        let fuzzing = move || fuzz("comptoir", &url, &python, &folder);
        let report = tokio::task::spawn_blocking(fuzzing).await.expect("it ran");
        let mut wrong = wrong(&report);
        if shape == Shape::default() {
            let is_large = |case: &String| {
                TOO_LARGE.iter().any(|large| case.starts_with(&format!("{large}:")))
            };
            let large = wrong.iter().filter(|case| is_large(case)).count();
            assert_eq!(large, TOO_LARGE.len(), "messages that are too large: {wrong:#?}");
            wrong.retain(|case| !is_large(case));
        }
        assert!(wrong.is_empty(), "{shape:?}: {wrong:#?}");
    }
}

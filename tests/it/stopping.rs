//! The counter closes: in order when asked once, at once when asked twice.

use comptoir_protocol::ServerFrame;
use comptoir_tests::firm::{CONDENSED, LONG_QUESTION};
use comptoir_tests::{Dribble, Process, until};
use std::time::{Duration, Instant};

/// Time a running reply is given to end (8 s), less a margin.
const PATIENT: Duration = Duration::from_secs(6);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_second_signal_does_not_wait_for_the_reply_that_runs() {
    for second in ["TERM", "INT"] {
        let dribble = Dribble::start(CONDENSED).await;
        let extra = format!(
            "[engine]\nkind = \"remote\"\nurl = \"http://{}/v1\"\nmodel = \"m\"",
            dribble.address
        );
        let mut counter = Process::workshop(&extra);
        counter.start().await;
        let mut visitor = counter.visitor().await;
        dribble.allow(9);
        visitor.say(LONG_QUESTION).await;
        let is_delta =
            |frame: &ServerFrame| matches!(frame, ServerFrame::Delta { .. }).then_some(());
        visitor.until("the first words", is_delta).await;

        counter.signal("TERM");
        let start = Instant::now();
        let is_heard = async || counter.log().contains("stopping:").then_some(());
        until(PATIENT, "the first signal is heard", is_heard).await;
        assert!(counter.is_running(), "the reply was cut");
        counter.signal(second);
        assert_eq!(counter.ended(PATIENT).await, Some(1), "it says that it did not wait");
        assert!(start.elapsed() < PATIENT, "{:?} after the first signal", start.elapsed());
        assert!(counter.log().contains("stopped at the second signal"), "{}", counter.log());
    }
}

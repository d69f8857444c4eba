//! Measuring answers: labelled questions in, results and a table out.
//!
//! The very pipeline that serves visitors is run; routing that happens before
//! it (people, greetings) is handed in by the caller. Nothing is printed here.

mod calibrate;
mod metrics;
mod rows;
mod run;
mod table;

pub use calibrate::{Samples, calibrate, collect, with_judge};
pub use metrics::{KindCount, Metrics};
pub use rows::{EntryScore, HistoryRow, Millis, QuestionRow, ResultRow, RouteName, read_questions};
pub use run::{EvalContext, Triage, Triaged, run_question, run_retrieval};
pub use table::table;

//! What screens show: the log, in order, once, and in the end all of it.

use super::{Fault, History, View};
use comptoir_protocol::{AnswerStatus, Event};

pub(super) fn views(history: &History, faults: &mut Vec<Fault>) {
    for view in &history.views {
        let (who, key) = (&view.who, &view.conversation);
        in_order(view, faults);
        let Some(log) = history.logs.get(key) else {
            if !view.events.is_empty() {
                faults.push(Fault::Different(format!("{who} shows {key}, which is gone")));
            }
            continue;
        };
        for shown in &view.events {
            if !log.events.contains(shown) {
                let what = format!("{who} shows an event {} that {key} lacks", shown.seq.0);
                faults.push(Fault::Different(what));
            }
        }
        let (shown, kept) = (view.events.len(), log.events.len());
        if view.complete && shown < kept {
            faults.push(Fault::Lost(format!("{who} shows {shown} events of the {kept} of {key}")));
        }
    }
}

fn in_order(view: &View, faults: &mut Vec<Fault>) {
    for pair in view.events.windows(2) {
        let [before, after] = pair else { continue };
        let what = format!("{} shows {} after {}", view.who, after.seq.0, before.seq.0);
        if after.seq == before.seq {
            faults.push(Fault::Twice(what));
        } else if after.seq != before.seq.next() {
            faults.push(Fault::Disordered(what));
        }
    }
}

/// What was shown of an answer is how the kept message begins.
pub(super) fn streams(history: &History, faults: &mut Vec<Fault>) {
    for stream in &history.streams {
        let events = history.logs.values().flat_map(|log| &log.events);
        let kept = events.filter_map(|logged| {
            let Event::BotMessage { answer, text, status, .. } = &logged.event else {
                return None;
            };
            (answer.0 == stream.answer).then_some((text, status))
        });
        for (text, status) in kept {
            let whole = *status == AnswerStatus::Complete;
            let shown = stream.text.trim_end();
            // A cut answer is kept as far as it was shown to somebody.
            if !text.starts_with(shown) && (whole || !shown.starts_with(text.trim_end())) {
                let what = format!("{} was shown another answer {}", stream.who, stream.answer);
                faults.push(Fault::Different(what));
            }
        }
    }
}

//! "What would a visitor get?", answered by the very pipeline that serves them.

use crate::auth::SafeForm;
use crate::deps::{AdminDeps, Preview};
use crate::error::AdminError;
use crate::page::html;
use crate::texts::{Texts, fill};
use askama::Template;
use axum::extract::State;
use axum::response::Html;
use comptoir_protocol::Route;
use serde::Deserialize;

/// The question to try.
#[derive(Debug, Deserialize)]
pub struct PreviewForm {
    question: String,
}

#[derive(Template)]
#[template(path = "faq/preview.html")]
struct PreviewPart {
    t: &'static Texts,
    verdict: String,
    preview: Option<Preview>,
    time: String,
    csrf: String,
    question: String,
}

/// `POST /admin/faq/preview`
pub async fn show(
    State(deps): State<AdminDeps>,
    form: SafeForm<PreviewForm>,
) -> Result<Html<String>, AdminError> {
    let (agent, csrf) = (form.person.agent, form.person.session.csrf);
    let t = Texts::get(&agent.lang);
    let question: String = form.form.question.trim().chars().take(500).collect();
    let part = match deps.preview.preview(&agent.site, &question).await {
        Ok(preview) => PreviewPart {
            t,
            verdict: verdict(t, &preview).to_owned(),
            time: fill(&t.faq.preview_time, &[("n", &preview.total_ms.to_string())]),
            preview: Some(preview),
            csrf,
            question,
        },
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "a preview failed");
            let verdict = t.faq.preview_failed.clone();
            PreviewPart { t, verdict, preview: None, time: String::new(), csrf, question }
        }
    };
    html(&part)
}

fn verdict<'t>(t: &'t Texts, preview: &Preview) -> &'t str {
    match preview.route {
        Route::Answer => &t.faq.preview_answer,
        Route::Clarify => &t.faq.preview_clarify,
        Route::OfferHuman => &t.faq.preview_offer,
        Route::Handover => &t.faq.preview_handover,
        Route::Smalltalk => &t.faq.preview_smalltalk,
    }
}

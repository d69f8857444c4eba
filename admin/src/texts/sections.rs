//! The shape of a text file: one struct a section, one field a text. A missing
//! or unknown key fails the test that reads both files.

use super::desk::{EventTexts, Inbox, ReasonTexts};
use super::figures::Figures;
use super::owner::{Checks, Gaps};
use super::told::Notifications;
use serde::Deserialize;
use std::collections::BTreeMap;

/// All texts of one language.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Texts {
    pub common: Common,
    pub engine: Engine,
    pub figures: Figures,
    pub login: Login,
    pub setup: Setup,
    pub inbox: Inbox,
    pub reason: ReasonTexts,
    pub event: EventTexts,
    pub faq: Faq,
    pub gaps: Gaps,
    pub checks: Checks,
    pub settings: Settings,
    pub notifications: Notifications,
    pub errors: Errors,
    pub problem: BTreeMap<String, String>,
}

/// On every page.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Common {
    pub product: String,
    pub inbox: String,
    pub faq: String,
    pub gaps: String,
    pub settings: String,
    pub sign_out: String,
    pub save: String,
    pub search: String,
    pub back: String,
    pub more: String,
    pub skip: String,
    pub visitor: String,
    pub assistant: String,
    pub offline: String,
    pub minutes: String,
    pub hours: String,
    pub days: String,
    pub now: String,
    pub ago: String,
    pub yesterday: String,
    pub machine: String,
    pub french: String,
    pub english: String,
    pub available: String,
    pub away: String,
    pub available_help: String,
}

/// State of the model.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Engine {
    pub loading: String,
    pub down: String,
    pub down_file: String,
    pub down_machine: String,
    pub down_failed: String,
    pub down_stopped: String,
    pub down_server: String,
}

/// Signing in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Login {
    pub title: String,
    pub email: String,
    pub password: String,
    pub submit: String,
    pub wrong: String,
    pub wait: String,
    pub busy: String,
}

/// First run.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setup {
    pub title: String,
    pub intro: String,
    pub code: String,
    pub code_help: String,
    pub firm: String,
    pub site: String,
    pub site_help: String,
    pub origin: String,
    pub origin_help: String,
    pub phone: String,
    pub email_firm: String,
    pub name: String,
    pub submit: String,
    pub done: String,
    pub wrong_code: String,
    pub bad_site: String,
    pub bad_origin: String,
    pub bad_password: String,
    pub bad_email: String,
    pub empty: String,
    pub taken: String,
    pub account: String,
}

/// Knowledge.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Faq {
    pub title: String,
    pub new: String,
    pub r#import: String,
    pub export: String,
    pub empty: String,
    pub none_found: String,
    pub show_all: String,
    pub count: String,
    pub published: String,
    pub draft: String,
    pub deleted: String,
    pub all: String,
    pub question: String,
    pub question_help: String,
    pub answer: String,
    pub answer_help: String,
    pub alternatives: String,
    pub alternatives_help: String,
    pub category: String,
    pub keywords: String,
    pub keywords_help: String,
    pub language: String,
    pub status: String,
    pub publish: String,
    pub unpublish: String,
    pub save_draft: String,
    pub save_publish: String,
    pub delete: String,
    pub restore: String,
    pub deleted_note: String,
    pub undo: String,
    pub saved: String,
    pub saved_draft: String,
    pub history: String,
    pub version: String,
    pub by_import: String,
    pub restore_version: String,
    pub conflict: String,
    pub missing: String,
    pub too_long: String,
    pub preview: String,
    pub preview_help: String,
    pub preview_ask: String,
    pub preview_busy: String,
    pub preview_answer: String,
    pub preview_clarify: String,
    pub preview_offer: String,
    pub preview_handover: String,
    pub preview_smalltalk: String,
    pub preview_none: String,
    pub preview_failed: String,
    pub preview_competitors: String,
    pub preview_time: String,
    pub import_title: String,
    pub import_help: String,
    pub import_file: String,
    pub import_check: String,
    pub import_apply: String,
    pub import_nothing: String,
    pub import_added: String,
    pub import_restored: String,
    pub import_changed: String,
    pub import_same: String,
    pub import_skipped: String,
    pub import_line: String,
    pub import_action: String,
    pub import_done: String,
    pub import_refused: String,
    pub import_publish: String,
    pub suggestions: String,
    pub suggestions_help: String,
    pub suggested_by_model: String,
    pub suggested_by_visitor: String,
    pub suggestion_accept: String,
    pub suggestion_decline: String,
    pub suggestions_count: String,
    pub twin: String,
}

/// Settings.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub title: String,
    pub firm: String,
    pub firm_name: String,
    pub phone: String,
    pub email: String,
    pub team: String,
    pub team_help: String,
    pub welcome: String,
    pub quick_questions: String,
    pub quick_questions_help: String,
    pub reply_minutes: String,
    pub first_word: String,
    pub first_word_help: String,
    pub privacy_url: String,
    pub origins: String,
    pub origins_help: String,
    pub escalation: String,
    pub escalation_help: String,
    pub defaults: String,
    pub defaults_help: String,
    pub language: String,
    pub language_help: String,
    pub accent: String,
    pub accent_help: String,
    pub time_zone: String,
    pub time_zone_help: String,
    pub bad_language: String,
    pub bad_accent: String,
    pub bad_time_zone: String,
    pub bad_privacy_url: String,
    pub synonyms: String,
    pub synonyms_help: String,
    pub hours: String,
    pub hours_help: String,
    pub days: String,
    pub holidays: String,
    pub holidays_help: String,
    pub snippet: String,
    pub snippet_help: String,
    pub copy: String,
    pub copied: String,
    pub greeting: String,
    pub handover: String,
    pub saved: String,
    pub stale: String,
    pub bad_hours: String,
    pub bad_date: String,
    pub bad_origin: String,
    pub people: String,
    pub people_help: String,
    pub role_owner: String,
    pub role_artisan: String,
    pub add_person: String,
    pub name: String,
    pub role: String,
    pub password: String,
    pub add: String,
    pub disable: String,
    pub enable: String,
    pub disabled: String,
    pub person_taken: String,
    pub person_unnamed: String,
    pub person_added: String,
    pub call_again: String,
    pub call_again_help: String,
    pub public_holidays: String,
    pub public_holidays_france: String,
    pub public_holidays_east: String,
    pub public_holidays_open: String,
}

/// Problems.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Errors {
    pub title: String,
    pub owners_only: String,
    pub forged: String,
    pub bad_form: String,
    pub bad_address: String,
    pub too_large: String,
    pub not_found: String,
    pub storage: String,
    pub conversation: String,
}

//! The firm's own settings, one form.

use super::fields;
use super::page::{SettingsPage, defaults, site_of};
use crate::auth::SafeForm;
use crate::deps::AdminDeps;
use crate::error::AdminError;
use crate::format::{filled, items, lines};
use crate::page::html;
use crate::texts::Texts;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use comptoir_storage::StorageError;
use comptoir_storage::model::{DayHours, Hours, PublicHolidays, Role, Site, SiteSettings};
use serde::Deserialize;

/// Questions proposed at most.
const MAX_QUICK_QUESTIONS: usize = 6;

/// What was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct FirmForm {
    pub(super) version: i64,
    pub(super) firm: String,
    pub(super) phone: String,
    pub(super) email: String,
    pub(super) team: String,
    pub(super) welcome: String,
    pub(super) quick_questions: String,
    pub(super) reply_minutes: u32,
    /// None where an older form was sent: the delay stays.
    pub(super) call_again_minutes: Option<u32>,
    pub(super) first_word: String,
    pub(super) privacy_url: String,
    pub(super) origins: String,
    pub(super) escalation: String,
    #[serde(skip)]
    pub(super) muted: Vec<String>,
    pub(super) lang: String,
    pub(super) accent: String,
    pub(super) time_zone: String,
    pub(super) synonyms: String,
    pub(super) day0: String,
    pub(super) day1: String,
    pub(super) day2: String,
    pub(super) day3: String,
    pub(super) day4: String,
    pub(super) day5: String,
    pub(super) day6: String,
    pub(super) holidays: String,
    /// None where an older form was sent: they stay.
    pub(super) public_holidays: Option<PublicHolidays>,
}

impl FirmForm {
    /// Monday to Sunday.
    pub(super) fn days(&self) -> [&str; 7] {
        [&self.day0, &self.day1, &self.day2, &self.day3, &self.day4, &self.day5, &self.day6]
    }
}

/// The form as sent: the boxes of muted words all come under one name.
fn read(fields: Vec<(String, String)>) -> Option<FirmForm> {
    let (muted, fields): (Vec<_>, Vec<_>) =
        fields.into_iter().partition(|(name, _)| name == "mute");
    let fields = serde_urlencoded::to_string(fields).ok()?;
    let form: FirmForm = serde_urlencoded::from_str(&fields).ok()?;
    Some(FirmForm { muted: muted.into_iter().map(|(_, word)| word).collect(), ..form })
}

/// What is stored, as a form.
pub fn form_of(site: &Site) -> FirmForm {
    let settings = site.settings.clone();
    let day =
        |index: usize| settings.hours.week.get(index).map(fields::day_text).unwrap_or_default();
    let holidays: Vec<String> = settings.hours.holidays.iter().map(ToString::to_string).collect();
    let synonyms: Vec<String> = settings.synonyms.iter().map(|group| group.join(", ")).collect();
    FirmForm {
        version: site.version,
        day0: day(0),
        day1: day(1),
        day2: day(2),
        day3: day(3),
        day4: day(4),
        day5: day(5),
        day6: day(6),
        firm: settings.firm,
        phone: settings.phone.unwrap_or_default(),
        email: settings.email.unwrap_or_default(),
        team: settings.team,
        welcome: settings.welcome,
        quick_questions: settings.quick_questions.join("\n"),
        reply_minutes: settings.reply_minutes,
        call_again_minutes: Some(settings.call_again_minutes),
        first_word: settings.first_word_ms.div_ceil(1_000).to_string(),
        privacy_url: settings.privacy_url.unwrap_or_default(),
        origins: settings.allowed_origins.join("\n"),
        escalation: settings.escalation_words.join("\n"),
        muted: settings.muted_escalation_words,
        lang: settings.default_lang,
        accent: settings.accent.unwrap_or_default(),
        time_zone: settings.hours.time_zone,
        public_holidays: Some(settings.hours.public_holidays),
        synonyms: synonyms.join("\n"),
        holidays: holidays.join("\n"),
    }
}

/// `POST /admin/settings`
pub async fn save(
    State(deps): State<AdminDeps>,
    form: SafeForm<Vec<(String, String)>>,
) -> Result<Response, AdminError> {
    let SafeForm { person, form: fields } = form;
    if person.agent.role != Role::Owner {
        return Err(AdminError::OwnersOnly { lang: person.agent.lang });
    }
    let bad_form = || AdminError::BadForm { lang: person.agent.lang.clone() };
    let form = read(fields).ok_or_else(bad_form)?;
    let t = Texts::get(&person.agent.lang);
    let site = site_of(&deps, &person).await?;
    let settings = match settings(t, &form, &site.settings) {
        Ok(settings) => settings,
        Err(problem) => {
            let mut page = SettingsPage::new(&deps, &person, form).await?;
            page.problem = Some(problem.to_owned());
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&page)?).into_response());
        }
    };
    let now = deps.clock.now();
    match deps.storage.update_site(&site.id, form.version, &settings, now).await {
        Ok(_) => {
            deps.chat.settings_changed(&site.id);
            Ok(Redirect::to("/admin/settings?saved=true").into_response())
        }
        Err(StorageError::StaleVersion { .. }) => {
            let mut page = SettingsPage::new(&deps, &person, form_of(&site)).await?;
            page.problem = Some(t.settings.stale.clone());
            Ok((StatusCode::CONFLICT, html(&page)?).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// What was typed as settings, or what is wrong with it. What the form does
/// not show stays as it is.
fn settings<'t>(
    t: &'t Texts,
    form: &FirmForm,
    stored: &SiteSettings,
) -> Result<SiteSettings, &'t str> {
    let origins: Vec<String> =
        lines(&form.origins).iter().map(|o| o.trim_end_matches('/').to_owned()).collect();
    if !origins.iter().all(|origin| fields::is_origin(origin)) {
        return Err(&t.settings.bad_origin);
    }
    let hours = hours(t, form, &stored.hours)?;
    let firm = filled(&form.firm).ok_or(t.setup.empty.as_str())?;
    let privacy_url = filled(&form.privacy_url);
    if !privacy_url.as_deref().is_none_or(fields::is_web_address) {
        return Err(&t.settings.bad_privacy_url);
    }
    let accent = filled(&form.accent);
    if !accent.as_deref().is_none_or(fields::is_color) {
        return Err(&t.settings.bad_accent);
    }
    let default_lang = filled(&form.lang).unwrap_or_else(|| stored.default_lang.clone());
    if !["fr", "en", &stored.default_lang].contains(&default_lang.as_str()) {
        return Err(&t.settings.bad_language);
    }
    let muted = defaults(&form.muted).into_iter().filter(|(_, is_muted)| *is_muted);
    Ok(SiteSettings {
        firm,
        phone: filled(&form.phone),
        email: filled(&form.email),
        team: form.team.trim().to_owned(),
        default_lang,
        welcome: form.welcome.trim().to_owned(),
        quick_questions: lines(&form.quick_questions)
            .into_iter()
            .take(MAX_QUICK_QUESTIONS)
            .collect(),
        allowed_origins: origins,
        escalation_words: lines(&form.escalation),
        muted_escalation_words: muted.map(|(word, _)| word.to_owned()).collect(),
        reply_minutes: form.reply_minutes.clamp(1, 7 * 24 * 60),
        call_again_minutes: form
            .call_again_minutes
            .map_or(stored.call_again_minutes, |minutes| minutes.clamp(1, 7 * 24 * 60)),
        first_word_ms: first_word(&form.first_word).unwrap_or(stored.first_word_ms),
        mail_visitors: stored.mail_visitors,
        privacy_url,
        accent,
        synonyms: lines(&form.synonyms).iter().map(|line| items(line)).collect(),
        hours,
        publish_gate: stored.publish_gate,
    })
}

/// Whole seconds as typed, in milliseconds.
fn first_word(text: &str) -> Option<u32> {
    let seconds: u32 = text.trim().parse().ok()?;
    Some(seconds.clamp(1, 60) * 1_000)
}

/// When people are there, or what is wrong with it.
fn hours<'t>(t: &'t Texts, form: &FirmForm, stored: &Hours) -> Result<Hours, &'t str> {
    let week: Option<Vec<DayHours>> = form.days().into_iter().map(fields::day).collect();
    let week = week.ok_or(t.settings.bad_hours.as_str())?;
    let is_always_open = week.iter().all(|day| day.0.is_empty());
    let holidays = fields::dates(&form.holidays).ok_or(t.settings.bad_date.as_str())?;
    let time_zone = match filled(&form.time_zone) {
        None => stored.time_zone.clone(),
        Some(name) => fields::time_zone(&name).ok_or(t.settings.bad_time_zone.as_str())?,
    };
    let public_holidays = form.public_holidays.unwrap_or(stored.public_holidays);
    let week = if is_always_open { Vec::new() } else { week };
    Ok(Hours { week, holidays, time_zone, public_holidays })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The settings a form gives, with these fields filled in.
    fn typed(fields: &[(&str, &str)]) -> Result<SiteSettings, String> {
        let stored = SiteSettings { default_lang: "de".to_owned(), ..SiteSettings::default() };
        let fields = [("firm", "Atelier")].iter().chain(fields);
        let fields = fields.map(|&(name, value)| (name.to_owned(), value.to_owned())).collect();
        settings(Texts::get("fr"), &read(fields).unwrap(), &stored).map_err(str::to_owned)
    }

    #[test]
    fn default_words_can_be_muted_and_nothing_else() {
        let muted = [("mute", "urgent"), ("mute", "REMBOURSEMENT"), ("mute", "bonjour")];
        let words = typed(&muted).unwrap().muted_escalation_words;
        assert_eq!(words, ["urgent", "remboursement"]);
        assert!(typed(&[]).unwrap().muted_escalation_words.is_empty());
    }

    #[test]
    fn language_time_zone_and_colour_are_set_or_stay() {
        let stay = typed(&[]).unwrap();
        assert_eq!((stay.default_lang.as_str(), stay.accent), ("de", None));
        assert_eq!(stay.hours.time_zone, "Europe/Paris");
        let typed = |name, value| typed(&[(name, value)]);
        assert_eq!(typed("lang", "en").unwrap().default_lang, "en");
        assert_eq!(typed("accent", "#0F5c5a").unwrap().accent.as_deref(), Some("#0F5c5a"));
        let moved = typed("time_zone", "indian/reunion").unwrap();
        assert_eq!(moved.hours.time_zone, "Indian/Reunion");
        let t = &Texts::get("fr").settings;
        assert_eq!(typed("lang", "xx"), Err(t.bad_language.clone()));
        for bad in ["0f5c5a", "#0f5c5", "red", "#0f5c5a\" onload"] {
            assert_eq!(typed("accent", bad), Err(t.bad_accent.clone()), "{bad}");
        }
        assert_eq!(typed("time_zone", "Europe/Atlantis"), Err(t.bad_time_zone.clone()));
    }

    #[test]
    fn delay_and_public_holidays_are_set_or_stay() {
        let stay = typed(&[]).unwrap();
        assert_eq!(
            (stay.call_again_minutes, stay.hours.public_holidays),
            (5, PublicHolidays::France)
        );
        let set = typed(&[("call_again_minutes", "0"), ("public_holidays", "alsace_moselle")]);
        let set = set.unwrap();
        assert_eq!(set.call_again_minutes, 1, "never at once");
        assert_eq!(set.hours.public_holidays, PublicHolidays::AlsaceMoselle);
    }

    #[test]
    fn a_privacy_page_is_on_the_web() {
        let typed = |url| typed(&[("privacy_url", url)]);
        let page = "https://firme.example/donnees?x=1";
        assert_eq!(typed(page).unwrap().privacy_url.as_deref(), Some(page));
        assert_eq!(typed("").unwrap().privacy_url, None);
        let problem = &Texts::get("fr").settings.bad_privacy_url;
        for bad in ["javascript:alert(1)", "data:text/html,x", "firme.example", "https:///x"] {
            assert_eq!(typed(bad), Err(problem.clone()), "{bad}");
        }
    }
}

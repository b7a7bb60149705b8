//! `/settings`: what the server was set to, by whom, and where it may be changed; for those who administer. Settings
//! are read when the server starts: the page changes none.

use askama::Template;
use axum::response::Response;
use limpide_explain::format::number;
use serde::Deserialize;

use super::managing::Office;
use super::{Frame, html};
use crate::api::case::{ANSWER_WITHIN, DECIDE_WITHIN};
use crate::asked::Asked;
use crate::batches::KEPT_SECONDS;
use crate::error::Error;
use crate::in_force::{SettingInForce, SettingSection, SettingSource, SettingValue};
use crate::shared::Shared;
use crate::texts::Texts;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// Which settings are asked for.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    only: Only,
}

/// All settings, or those that somebody set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Only {
    #[default]
    All,
    Set,
}

#[derive(Template)]
#[template(path = "settings.html")]
struct SettingsPage {
    frame: Frame,
    /// What the settings come to, in plain words.
    facts: Vec<Fact>,
    only_set: bool,
    sections: Vec<Section>,
}

struct Fact {
    words: String,
    /// The settings that say so; none where the program itself does.
    keys: Vec<&'static str>,
}

struct Section {
    id: usize,
    title: String,
    settings: Vec<Setting>,
}

struct Setting {
    key: String,
    about: String,
    /// What it holds, as it would be written; empty: the words beside it say why.
    value: String,
    no_value: String,
    source: String,
    is_set: bool,
    /// Where it may be changed, as it would be written there.
    places: Vec<String>,
}

/// Shows every setting.
pub(crate) async fn show(office: Office, Asked(wanted): Asked<Wanted>) -> Result<Response, Error> {
    let (texts, shared) = (office.texts, &office.state.service.shared);
    let query = match wanted.only {
        Only::All => "",
        Only::Set => "only=set",
    };
    let sections = shared.settings.iter().enumerate();
    html(&SettingsPage {
        frame: office.frame_asking("/settings", query, &texts.get("nav-settings")),
        facts: facts(shared, texts),
        only_set: wanted.only == Only::Set,
        sections: sections
            .map(|(id, section)| Section::new(id, section, wanted.only, texts))
            .filter(|section| !section.settings.is_empty())
            .collect(),
    })
}

impl Section {
    fn new(id: usize, section: &SettingSection, only: Only, texts: Texts) -> Self {
        let settings = section.settings.iter();
        let kept = settings
            .filter(|setting| only == Only::All || setting.source != SettingSource::Default);
        Self {
            id,
            title: section.title.get(texts.lang).to_owned(),
            settings: kept.map(|setting| Setting::new(setting, texts)).collect(),
        }
    }
}

impl Setting {
    fn new(setting: &SettingInForce, texts: Texts) -> Self {
        let line = |line: usize| number(line as f64, 0, texts.lang);
        Self {
            key: setting.key.clone(),
            about: setting.about.get(texts.lang).to_owned(),
            value: match &setting.value {
                SettingValue::Shown(value) => value.clone(),
                SettingValue::Nothing | SettingValue::Hidden => String::new(),
            },
            no_value: match &setting.value {
                SettingValue::Shown(_) => String::new(),
                SettingValue::Nothing => texts.get("settings-nothing"),
                SettingValue::Hidden => texts.get("settings-hidden"),
            },
            source: match &setting.source {
                SettingSource::Default => texts.get("settings-default"),
                SettingSource::Flag => texts.get("settings-flag"),
                SettingSource::Variable => texts.get("settings-variable"),
                SettingSource::File { path, line: at } => {
                    texts.with("settings-file", &[("path", path), ("line", &line(*at))])
                }
            },
            is_set: setting.source != SettingSource::Default,
            places: setting
                .flag
                .iter()
                .chain([&setting.variable])
                .cloned()
                .collect(),
        }
    }
}

/// How long things last and are kept, as the server does it.
fn facts(shared: &Shared, texts: Texts) -> Vec<Fact> {
    let (retention, sessions) = (&shared.retention, &shared.sessions);
    let told = |key: &str, span: String| texts.with(key, &[("span", &span)]);
    let or_never = |key: &'static str, never: &'static str, span: Option<String>| match span {
        Some(span) => told(key, span),
        None => texts.get(never),
    };
    let years = |n: u16| span("span-years", u64::from(n), texts);
    let months = |n: u16| span("span-months", u64::from(n), texts);
    let days = |n: u64| span("span-days", n, texts);
    vec![
        Fact {
            words: texts.with(
                "settings-sessions",
                &[
                    ("idle", &lasting(sessions.idle.as_secs(), texts)),
                    ("absolute", &lasting(sessions.absolute.as_secs(), texts)),
                ],
            ),
            keys: vec!["session_idle_minutes", "session_days"],
        },
        Fact {
            words: or_never(
                "settings-decisions",
                "settings-decisions-never",
                retention.decision_years.map(years),
            ),
            keys: vec!["decision_years"],
        },
        Fact {
            words: or_never(
                "settings-predictions",
                "settings-predictions-never",
                retention.prediction_months.map(months),
            ),
            keys: vec!["prediction_months"],
        },
        Fact {
            words: told(
                "settings-idempotency",
                days(u64::from(retention.idempotency_days)),
            ),
            keys: vec!["idempotency_days"],
        },
        Fact {
            words: told(
                "settings-decide-within",
                days(DECIDE_WITHIN.whole_days().unsigned_abs()),
            ),
            keys: Vec::new(),
        },
        Fact {
            words: told(
                "settings-answer-within",
                days(ANSWER_WITHIN.whole_days().unsigned_abs()),
            ),
            keys: Vec::new(),
        },
        Fact {
            words: told(
                "settings-batches",
                lasting(KEPT_SECONDS.unsigned_abs(), texts),
            ),
            keys: Vec::new(),
        },
    ]
}

/// A length of time in the largest unit that it is a whole number of.
fn lasting(seconds: u64, texts: Texts) -> String {
    let units = [("span-days", DAY), ("span-hours", HOUR)];
    let whole = units
        .into_iter()
        .find(|(_, unit)| seconds.is_multiple_of(*unit));
    let (key, length) = whole.unwrap_or(("span-minutes", MINUTE));
    span(key, seconds / length, texts)
}

fn span(key: &str, count: u64, texts: Texts) -> String {
    let written = number(count as f64, 0, texts.lang);
    let n = usize::try_from(count).unwrap_or(usize::MAX);
    texts.plural(key, n, &written)
}

#[cfg(test)]
mod tests {
    use limpide_model::Lang;

    use super::*;

    #[test]
    fn lengths_of_time_are_told_in_the_largest_whole_unit() {
        let told = |seconds| lasting(seconds, Texts::new(Lang::En));
        assert_eq!(told(DAY), "1 day");
        assert_eq!(told(7 * DAY), "7 days");
        assert_eq!(told(12 * HOUR), "12 hours");
        assert_eq!(told(90 * MINUTE), "90 minutes");
    }
}

//! `/model/drift`: whether the probabilities that are answered, and the features of the clients served, still spread as
//! those of the training clients did.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use limpide_explain::format::{number, percent};
use limpide_model::Lang;
use limpide_store::WeeklySpread;
use time::{Duration, OffsetDateTime};

use super::moved::{self, MovedWords};
use crate::auth::Studying;
use crate::drift::{Expected, FEWEST, Finding, Shift};
use crate::error::Error;
use crate::figures::plot::{self, Name, Row};
use crate::language::Language;
use crate::pages::client::moment;
use crate::pages::{Frame, Place, html};
use crate::router::AppState;
use crate::texts::Texts;

/// How far the page looks back.
const WEEKS: i64 = 12;

#[derive(Template)]
#[template(path = "analyst/drift.html")]
struct DriftPage {
    frame: Frame,
    /// Whether the model tells how its probabilities spread.
    known: bool,
    /// What the latest week with enough rows comes to; else that there is none.
    summary: String,
    method: String,
    svg: String,
    weeks: Vec<Week>,
    /// The same week, part by part; empty where there is none.
    parts_of: String,
    parts: Vec<[String; 4]>,
    moved: MovedWords,
}

struct Week {
    from: String,
    rows: String,
    psi: String,
    chance: String,
    finding: String,
}

/// Shows the last weeks.
pub(crate) async fn show(
    State(state): State<AppState>,
    Studying(person): Studying,
    Language(lang): Language,
) -> Result<Response, Error> {
    let (texts, service) = (Texts::new(lang), &state.service);
    let expected = Expected::of(&service.bundle);
    let spreads = match &expected {
        Some(expected) => {
            // What waits in files is counted too.
            service.shared.predictions.flush().await?;
            let since = first_week(OffsetDateTime::now_utc());
            let store = service.store();
            let read = store.weekly_spread(&service.model, &expected.bounds, since);
            read.await?
        }
        None => Vec::new(),
    };
    let place = Place {
        state: &state,
        lang,
        person: Some(&person),
        path: "/model/drift",
        query: "",
    };
    let found: Vec<(WeeklySpread, Shift)> = match &expected {
        Some(expected) => spreads
            .into_iter()
            .map(|week| (expected.shift(&week.counts), week))
            .map(|(shift, week)| (week, shift))
            .collect(),
        None => Vec::new(),
    };
    let latest = found
        .iter()
        .rfind(|(_, shift)| shift.finding() != Finding::TooFew);
    html(&DriftPage {
        frame: Frame::new(&place, &texts.get("drift")),
        known: expected.is_some(),
        summary: match latest {
            Some((week, shift)) => texts.with(
                told(shift.finding()),
                &[
                    ("week", &moment::day(week.from, lang)),
                    ("psi", &number(shift.psi, 3, lang)),
                    ("rows", &number(shift.rows as f64, 0, lang)),
                    ("chance", &number(shift.chance[1], 3, lang)),
                ],
            ),
            None => texts.with("drift-none", &[("fewest", &number(FEWEST as f64, 0, lang))]),
        },
        method: texts.with(
            "drift-method",
            &[("fewest", &number(FEWEST as f64, 0, lang))],
        ),
        svg: drawn(&found, texts),
        moved: moved::find(&state, texts).await,
        parts_of: match latest {
            Some((week, _)) => {
                texts.with("drift-parts", &[("week", &moment::day(week.from, lang))])
            }
            None => String::new(),
        },
        parts: match (&expected, latest) {
            (Some(expected), Some((week, shift))) => parts(expected, week, shift.rows, lang),
            _ => Vec::new(),
        },
        // The latest first.
        weeks: found
            .iter()
            .rev()
            .map(|(week, shift)| Week::new(week, shift, texts))
            .collect(),
    })
}

/// The Monday of the first week that is shown.
fn first_week(now: OffsetDateTime) -> OffsetDateTime {
    let days = i64::from(now.weekday().number_days_from_monday()) + 7 * (WEEKS - 1);
    now.replace_time(time::Time::MIDNIGHT) - Duration::days(days)
}

impl Week {
    fn new(week: &WeeklySpread, shift: &Shift, texts: Texts) -> Self {
        let lang = texts.lang;
        let [mean, most] = shift.chance.map(|psi| number(psi, 3, lang));
        let few = shift.finding() == Finding::TooFew;
        let or_none = |words: String| if few { "–".to_owned() } else { words };
        Self {
            from: moment::day(week.from, lang),
            rows: number(shift.rows as f64, 0, lang),
            psi: or_none(number(shift.psi, 3, lang)),
            chance: or_none(texts.with("drift-by-chance", &[("mean", &mean), ("most", &most)])),
            finding: texts.get(short(shift.finding())),
        }
    }
}

/// Bars of the weeks with enough rows; nothing where there is none.
fn drawn(found: &[(WeeklySpread, Shift)], texts: Texts) -> String {
    let told: Vec<_> = found
        .iter()
        .filter(|(_, shift)| shift.finding() != Finding::TooFew)
        .map(|(week, shift)| {
            let words = texts.with(
                "drift-bar",
                &[
                    ("week", &moment::day(week.from, texts.lang)),
                    ("finding", &texts.get(short(shift.finding()))),
                ],
            );
            (words, number(shift.psi, 3, texts.lang), shift)
        })
        .collect();
    if told.is_empty() {
        return String::new();
    }
    let rows = told.iter().map(|(label, words, shift)| Row {
        label,
        words,
        values: [0.0, shift.psi, 0.0],
        marked: matches!(shift.finding(), Finding::Moderate | Finding::Large),
    });
    let name = Name {
        id: "plot-drift",
        title: &texts.get("drift-plot"),
        description: &texts.get("drift-plot-words"),
    };
    plot::bars(&name, &rows.collect::<Vec<_>>())
}

/// A week part by part: from where to where, what was expected, what was found, how many rows.
fn parts(expected: &Expected, week: &WeeklySpread, rows: u64, lang: Lang) -> Vec<[String; 4]> {
    let shares = expected.shares.iter().zip(&week.counts).enumerate();
    let bound = |place: usize| percent(expected.bounds[place], lang);
    let rows = shares.map(|(place, (&share, &count))| {
        let range = match place {
            0 => format!("< {}", bound(0)),
            place if place == expected.bounds.len() => format!("≥ {}", bound(place - 1)),
            place => format!("{} – {}", bound(place - 1), bound(place)),
        };
        [
            range,
            percent(share, lang),
            percent(count as f64 / rows.max(1) as f64, lang),
            number(count as f64, 0, lang),
        ]
    });
    rows.collect()
}

/// What is said of the latest week.
fn told(finding: Finding) -> &'static str {
    match finding {
        Finding::TooFew => "drift-none",
        Finding::Chance => "drift-told-chance",
        Finding::Small => "drift-told-small",
        Finding::Moderate => "drift-told-moderate",
        Finding::Large => "drift-told-large",
    }
}

/// The same in few words.
pub(super) fn short(finding: Finding) -> &'static str {
    match finding {
        Finding::TooFew => "drift-too-few",
        Finding::Chance => "drift-chance",
        Finding::Small => "drift-small",
        Finding::Moderate => "drift-moderate",
        Finding::Large => "drift-large",
    }
}

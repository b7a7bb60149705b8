//! The part of `/model/drift` on single features.

use limpide_explain::format::{capitalised, number, percent};

use super::drift::short;
use crate::api::on_a_core;
use crate::drift::features::FeatureShift;
use crate::drift::{FEWEST, Finding};
use crate::error::Error;
use crate::moved::Moved;
use crate::pages::encoded;
use crate::router::AppState;
use crate::service::Service;
use crate::texts::Texts;

/// Features that are named.
const MOST_NAMED: usize = 20;
/// How often chance alone goes beyond its limit.
const BEYOND: f64 = 0.05;

/// How single features have moved, in words.
pub(super) struct MovedWords {
    pub(super) told: String,
    pub(super) method: String,
    pub(super) rows: Vec<MovedRow>,
}

/// One feature.
pub(super) struct MovedRow {
    pub(super) address: String,
    pub(super) label: String,
    /// Index, limit of chance, missing share in training and now.
    pub(super) numbers: [String; 4],
    pub(super) finding: String,
    pub(super) counts: bool,
}

/// Finds how features have moved, or what was found before; tells where clients cannot be read.
pub(super) async fn find(state: &AppState, texts: Texts) -> MovedWords {
    let looked = async || -> Result<Moved, Error> {
        let asked = state.clone();
        let found = on_a_core(state, "drift", move || asked.service.find_moved());
        Ok(found.await??)
    };
    match state.service.moved.get_or_try_init(looked).await {
        Ok(moved) => MovedWords::new(moved, &state.service, texts),
        // The log says why.
        Err(_) => MovedWords::unknown(texts),
    }
}

impl MovedWords {
    fn unknown(texts: Texts) -> Self {
        Self {
            told: texts.get("moved-unread"),
            method: String::new(),
            rows: Vec::new(),
        }
    }

    fn new(moved: &Moved, service: &Service, texts: Texts) -> Self {
        let count = |count: usize| number(count as f64, 0, texts.lang);
        let (clients, everyone) = (count(moved.clients), count(service.numbers.numbers().len()));
        let method = texts.with(
            "moved-method",
            &[("clients", &clients), ("everyone", &everyone)],
        );
        if (moved.clients as u64) < FEWEST {
            let fewest = count(FEWEST as usize);
            let words = [("clients", &*clients), ("fewest", &*fewest)];
            return Self {
                told: texts.with("moved-few", &words),
                method,
                rows: Vec::new(),
            };
        }
        let of = |wanted: &[Finding]| {
            let found = moved.features.iter();
            let found = found.filter(|one| wanted.contains(&one.shift.finding()));
            found.count()
        };
        let all = moved.features.len();
        Self {
            told: texts.with(
                "moved-told",
                &[
                    ("all", &count(all)),
                    ("moved", &count(of(&[Finding::Moderate, Finding::Large]))),
                    ("large", &count(of(&[Finding::Large]))),
                    ("small", &count(of(&[Finding::Small]))),
                    ("chance", &number(BEYOND * all as f64, 0, texts.lang)),
                ],
            ),
            method,
            rows: moved
                .features
                .iter()
                .take(MOST_NAMED)
                .map(|one| MovedRow::new(one, service, texts))
                .collect(),
        }
    }
}

impl MovedRow {
    fn new(found: &FeatureShift, service: &Service, texts: Texts) -> Self {
        let lang = texts.lang;
        let feature = &service.bundle.features[found.feature];
        let [then, now] = found.missing.map(|share| percent(share, lang));
        let finding = found.shift.finding();
        Self {
            address: format!("/model/features/{}", encoded(&feature.name)),
            label: capitalised(feature.label.get(lang)),
            numbers: [
                number(found.shift.psi, 3, lang),
                number(found.shift.chance[1], 3, lang),
                then,
                now,
            ],
            finding: texts.get(short(finding)),
            counts: matches!(finding, Finding::Moderate | Finding::Large),
        }
    }
}

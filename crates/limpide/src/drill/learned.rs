//! How a feature that is learned from other clients came about for one client, in words; and the risk
//! that a model of rows sees in each row.

use std::collections::BTreeMap;

use limpide_explain::format;
use limpide_explain::global::{Values, values};
use limpide_features::Drilled;
use limpide_features::detail_rows::rounded;
use limpide_features::learned::Declared;
use limpide_model::learned::groups::Groups;
use limpide_model::learned::row_model::{RowModel, Summary};
use limpide_model::learned::{Neighbours, Part};
use limpide_model::{Bundle, Feature, Lang, Text, Unit, Value};
use limpide_web::{FeatureRows, RawColumn, RawRole, RawRows};

/// Completes what is told of a learned feature.
pub(super) fn tell(bundle: &Bundle, row: &[Value], found: &Drilled<'_>, told: &mut FeatureRows) {
    let Some((part, place)) = part_of(bundle, &found.definition.name) else {
        told.learned = Some(not_learned());
        return;
    };
    match part {
        Part::Neighbours(neighbours) => {
            told.learned = Some(nearest_clients(bundle, neighbours));
            // The recipe's number is a wish: fewer are taken where there are few clients to learn from.
            told.sql = told
                .learned
                .as_ref()
                .map_or_else(String::new, |text| text.en.clone());
        }
        Part::Groups(groups) => told.learned = Some(group(bundle, groups, place, row)),
        Part::Rows(model) => {
            told.learned = model.summaries.get(place).map(|summary| risks(*summary));
            if let (Some(rows), Some(Declared::Rows { .. })) = (&mut told.rows, found.learned) {
                add_risks(rows, model);
            }
        }
    }
}

/// The fitted part that gives a feature, and the feature's place in it.
fn part_of<'a>(bundle: &'a Bundle, name: &str) -> Option<(&'a Part, usize)> {
    let mut place = bundle.feature(name)?.checked_sub(bundle.n_base())?;
    for part in &bundle.learned.parts {
        if place < part.len() {
            return Some((part, place));
        }
        place -= part.len();
    }
    None
}

fn not_learned() -> Text {
    Text {
        fr: "Le modèle en service n’a pas appris cette variable.".to_owned(),
        en: "The model in force has not learned this feature.".to_owned(),
    }
}

fn nearest_clients(bundle: &Bundle, neighbours: &Neighbours) -> Text {
    let names = |lang: Lang| {
        let axes = neighbours.axes.iter();
        let names = axes.filter_map(|axis| bundle.features.get(axis.feature));
        let names: Vec<&str> = names.map(|feature| feature.label.get(lang)).collect();
        names.join(", ")
    };
    let count = |lang: Lang| format::number(neighbours.k as f64, 0, lang);
    Text {
        fr: format!(
            "Part de ceux qui n’ont pas remboursé parmi les {} clients d’apprentissage les plus proches par : {}.",
            count(Lang::Fr),
            names(Lang::Fr)
        ),
        en: format!(
            "Share of those who did not repay among the {} training clients closest in: {}.",
            count(Lang::En),
            names(Lang::En)
        ),
    }
}

/// Which group a client is compared with, and what is usual there.
fn group(bundle: &Bundle, groups: &Groups, mut place: usize, row: &[Value]) -> Text {
    let mut number = 0;
    while let Some(compared) = groups.numbers.get(number) {
        if place < compared.relations.len() {
            break;
        }
        place -= compared.relations.len();
        number += 1;
    }
    let of = groups.numbers.get(number);
    let of = of.and_then(|compared| bundle.features.get(compared.feature));
    let (Some(of), Some((found, usual))) = (of, groups.compared_with(row, number)) else {
        return Text {
            fr: "Trop peu de clients d’apprentissage sont connus pour comparer.".to_owned(),
            en: "Too few training clients are known to compare with.".to_owned(),
        };
    };
    let shared = |lang: Lang| {
        let keys = groups.keys.iter().zip(&found.key);
        let shared = keys.filter_map(|(key, part)| {
            let feature = bundle.features.get(key.feature)?;
            let said = said(bundle, feature, &key.bands, part.as_deref(), lang);
            Some(format!("{} : {said}", feature.label.get(lang)))
        });
        let shared: Vec<String> = shared.collect();
        match (shared.is_empty(), lang) {
            (true, Lang::Fr) => "tous".to_owned(),
            (true, Lang::En) => "all".to_owned(),
            (false, Lang::Fr) => shared.join(" ; "),
            (false, Lang::En) => shared.join("; ").replace(" : ", ": "),
        }
    };
    let written = |value: f64, lang: Lang| format::measured(of.unit, value, &bundle.currency, lang);
    Text {
        fr: format!(
            "Comparaison avec les clients d’apprentissage du même groupe ({}). {} : médiane {}.",
            shared(Lang::Fr),
            format::capitalised(of.label.get(Lang::Fr)),
            written(usual.median, Lang::Fr),
        ),
        en: format!(
            "Compared with the training clients of the same group ({}). {}: median {}.",
            shared(Lang::En),
            format::capitalised(of.label.get(Lang::En)),
            written(usual.median, Lang::En),
        ),
    }
}

/// What the clients of a group share: a category, or a band of numbers.
fn said(
    bundle: &Bundle,
    feature: &Feature,
    bands: &[f64],
    part: Option<&str>,
    lang: Lang,
) -> String {
    let Some(part) = part else {
        return format::value(feature, &Value::Missing, &bundle.currency, lang);
    };
    if bands.is_empty() {
        let category = Value::Category(part.to_owned());
        return format::value(feature, &category, &bundle.currency, lang);
    }
    let band: usize = part.parse().unwrap_or(0);
    let from = band.checked_sub(1).and_then(|before| bands.get(before));
    let range = Values::Range {
        low: from.copied(),
        high: bands.get(band).copied(),
    };
    values(feature, &range, &bundle.currency, lang)
}

fn risks(summary: Summary) -> Text {
    let (fr, en) = match summary {
        Summary::Mean => ("la moyenne de ces risques", "the mean of these risks"),
        Summary::Max => ("le plus grand de ces risques", "the highest of these risks"),
        Summary::Min => ("le plus petit de ces risques", "the lowest of these risks"),
        Summary::Sum => ("la somme de ces risques", "the sum of these risks"),
        Summary::Latest => (
            "le risque de la ligne la plus récente",
            "the risk of the most recent row",
        ),
    };
    Text {
        fr: format!(
            "Un petit modèle, appris sur d’autres clients, lit un risque dans chaque ligne ; la variable est {fr}."
        ),
        en: format!(
            "A small model, learned from other clients, reads a risk in each row; the feature is {en}."
        ),
    }
}

/// The name of the column of risks.
const RISK: &str = "RISK";

/// Puts the risk that the model sees in each row before what it reads of the row.
fn add_risks(rows: &mut RawRows, model: &RowModel) {
    let places = model.columns.iter().map(|name| {
        let mut columns = rows.columns.iter();
        columns.position(|column| column.name == *name)
    });
    let Some(places) = places.collect::<Option<Vec<usize>>>() else {
        return;
    };
    let is_mark = |column: &&RawColumn| matches!(column.role, RawRole::Key | RawRole::Time);
    let before = rows.columns.iter().take_while(is_mark).count();
    for row in &mut rows.rows {
        let read = places.iter().map(|place| {
            let number = row[*place].number().unwrap_or(f64::NAN);
            rounded(number)
        });
        let risk = model.risk(&read.collect::<Vec<f32>>());
        row.insert(before, Value::Number(risk));
    }
    let column = RawColumn {
        name: RISK.to_owned(),
        label: Text {
            fr: "risque de la ligne".to_owned(),
            en: "risk of the row".to_owned(),
        },
        unit: Unit::Share,
        values: BTreeMap::new(),
        role: RawRole::Value,
        sql: None,
    };
    rows.columns.insert(before, column);
}

//! How one feature's values spread.

use limpide_explain::format::{self, capitalised, percent, percent_whole};
use limpide_model::{Bundle, Feature, FeatureReference, Lang, Unit, Value};

use super::of_bundle::Figure;
use super::of_global::across;
use super::plot::{self, Axis, Mark, Name, Row};
use super::table::{Table, pick_all};
use super::words::pick;

/// Categories that are told of.
const MOST_CATEGORIES: usize = 15;
/// The percentiles that are told in numbers.
const TOLD: [usize; 7] = [1, 5, 25, 50, 75, 95, 99];

/// How the values of the training clients spread; nothing where none is known.
pub fn distribution(
    bundle: &Bundle,
    described: &Feature,
    found: &FeatureReference,
    lang: Lang,
) -> Option<Figure> {
    let label = capitalised(described.label.get(lang));
    let written = |value: &Value| format::value(described, value, &bundle.currency, lang);
    if !found.categories.is_empty() {
        return Some(categories(&label, found, written, lang));
    }
    let (first, last) = (*found.quantiles.get(1)?, *found.quantiles.get(99)?);
    let heads = pick_all(
        lang,
        &["Part des clients", "ont au plus"],
        &["Share of clients", "have at most"],
    );
    let mut table = Table::new(format!("{label}{}", in_numbers(lang)), heads, 1);
    for per_cent in TOLD {
        let value = Value::Number(*found.quantiles.get(per_cent)?);
        let cells = [
            percent_whole(per_cent as f64 / 100.0, lang),
            written(&value),
        ];
        table.push(cells, per_cent == 50);
    }
    let description = pick(
        lang,
        "La part des clients connus qui ont au plus cette valeur, du 1er au 99e centile.",
        "The share of known clients who have at most this value, from the 1st to the 99th percentile.",
    );
    // A chart of one place would say nothing.
    let svg = if described.unit == Unit::Flag || first >= last {
        String::new()
    } else {
        let points = found.quantiles.iter().enumerate().take(100).skip(1);
        let line = Mark::Line(points.map(|(place, &at)| (at, place as f64)).collect());
        let up = Axis {
            name: pick(lang, "part des clients", "share of clients"),
            from: 0.0,
            to: 100.0,
            ticks: [0, 25, 50, 75, 100]
                .map(|tick| {
                    (
                        f64::from(tick),
                        percent_whole(f64::from(tick) / 100.0, lang),
                    )
                })
                .into(),
        };
        let x = across(described, [first, last], &bundle.currency, lang);
        let name = Name {
            id: "plot-distribution",
            title: &label,
            description,
        };
        plot::chart(&name, &x, &up, &[line])
    };
    Some(Figure {
        id: "figure-distribution".into(),
        caption: match svg.is_empty() {
            true => String::new(),
            false => description.to_owned(),
        },
        svg,
        table,
    })
}

fn categories(
    label: &str,
    found: &FeatureReference,
    written: impl Fn(&Value) -> String,
    lang: Lang,
) -> Figure {
    let told = found.categories.iter().take(MOST_CATEGORIES);
    let told = told.map(|(category, share)| {
        let words = written(&Value::Category(category.clone()));
        (capitalised(&words), percent(*share, lang), *share)
    });
    let told: Vec<_> = told.collect();
    let heads = pick_all(
        lang,
        &["Valeur", "Part des clients"],
        &["Value", "Share of clients"],
    );
    let mut table = Table::new(format!("{label}{}", in_numbers(lang)), heads, 1);
    for (words, share, _) in &told {
        table.push([words.clone(), share.clone()], false);
    }
    let rows = told.iter().map(|(words, share, value)| Row {
        label: words,
        words: share,
        values: [0.0, *value, 0.0],
        marked: false,
    });
    let description = pick(
        lang,
        "Une barre par valeur, longue de la part des clients d’apprentissage qui l’ont.",
        "A bar a value, as long as the share of training clients who have it.",
    );
    let name = Name {
        id: "plot-distribution",
        title: label,
        description,
    };
    Figure {
        id: "figure-distribution".into(),
        svg: plot::bars(&name, &rows.collect::<Vec<_>>()),
        caption: description.to_owned(),
        table,
    }
}

fn in_numbers(lang: Lang) -> &'static str {
    pick(lang, " : en chiffres", ": in numbers")
}

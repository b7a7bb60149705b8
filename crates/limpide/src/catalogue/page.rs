//! The page of documents: every feature by theme and concept, in one file that needs no other.

use askama::Template;
use limpide_explain::format;
use limpide_features::catalogue::{Histogram, Kind};
use limpide_features::spec::Text;
use limpide_features::{Catalogue, FeatureInfo, FeatureSet, Role};
use limpide_model::Lang;

use super::words::{self, Words};

/// Categories that the page shows of one feature.
const MOST_CATEGORIES: usize = 8;

#[derive(Template)]
#[template(path = "catalogue.html")]
struct Page<'a> {
    lang: Lang,
    other: Lang,
    words: &'static Words,
    lender: &'a str,
    /// "827 features · 356,255 clients".
    count: String,
    synthetic: bool,
    themes: Vec<ThemeView<'a>>,
    hash: &'a str,
}

struct ThemeView<'a> {
    id: &'a str,
    name: &'a str,
    concepts: Vec<ConceptView<'a>>,
}

struct ConceptView<'a> {
    id: &'a str,
    name: &'a str,
    missing: String,
    features: Vec<FeatureView<'a>>,
}

struct FeatureView<'a> {
    name: &'a str,
    label: String,
    /// Unit, direction, missing share.
    facts: String,
    /// Whether each model learns it, so that it has no values of its own.
    learned: bool,
    marks: Vec<&'static str>,
    /// Words and values: quantiles, or categories with their shares.
    spread: Vec<(String, String)>,
    /// The outline of a histogram; empty if there is none.
    bars: String,
    /// Columns whose values go in, by table: "table: a, b".
    values: Vec<String>,
    /// Columns that choose the rows, likewise.
    rows: Vec<String>,
    sql: &'a str,
    computed: Vec<(&'a str, &'a str)>,
}

/// The page in a language.
pub fn page(set: &FeatureSet, catalogue: &Catalogue, lang: Lang) -> anyhow::Result<String> {
    let words = words::words(lang);
    let of = |concept: &str| -> (Vec<&FeatureInfo>, Vec<&FeatureInfo>) {
        let features = catalogue.features.iter();
        let features = features.filter(|info| info.concept == concept);
        let learned = catalogue
            .learned_features()
            .filter(|info| info.concept == concept);
        (features.collect(), learned.collect())
    };
    let themes = catalogue.themes.iter().map(|theme| {
        let concepts = catalogue.concepts.iter().filter(|c| c.theme == theme.id);
        let concepts = concepts.filter_map(|concept| {
            let (features, learned) = of(&concept.id);
            let missing: f64 = features.iter().map(|info| info.missing_share).sum();
            let missing = missing / features.len().max(1) as f64;
            let learned = learned.into_iter().map(|info| feature(info, true, lang));
            let features = features.into_iter().map(|info| feature(info, false, lang));
            let features: Vec<FeatureView<'_>> = features.chain(learned).collect();
            (!features.is_empty()).then(|| ConceptView {
                id: &concept.id,
                name: get(&concept.label, lang),
                missing: format::percent(missing, lang),
                features,
            })
        });
        ThemeView {
            id: &theme.id,
            name: get(&theme.label, lang),
            concepts: concepts.collect(),
        }
    });
    let learned = match catalogue.learned_features().count() {
        0 => String::new(),
        count => format!(" + {count} {}", words.learned_count),
    };
    let page = Page {
        lang,
        other: match lang {
            Lang::Fr => Lang::En,
            Lang::En => Lang::Fr,
        },
        words,
        lender: get(&catalogue.title, lang),
        count: format!(
            "{} {}{learned} · {} {}",
            format::number(catalogue.features.len() as f64, 0, lang),
            words.features,
            format::number(set.rows as f64, 0, lang),
            words.clients
        ),
        synthetic: set.synthetic,
        themes: themes.filter(|theme| !theme.concepts.is_empty()).collect(),
        hash: set.hash.get(..12).unwrap_or_default(),
    };
    Ok(page.render()?)
}

/// A text in a language.
pub fn get(text: &Text, lang: Lang) -> &str {
    match lang {
        Lang::Fr => &text.fr,
        Lang::En => &text.en,
    }
}

fn feature(info: &FeatureInfo, learned: bool, lang: Lang) -> FeatureView<'_> {
    let words = words::words(lang);
    let mut marks = Vec::new();
    if learned {
        marks.push(words.learned);
    }
    if info.protected {
        marks.push(words.protected);
    }
    if info.actionable {
        marks.push(words.actionable);
    }
    FeatureView {
        name: &info.name,
        label: format::capitalised(get(&info.label, lang)),
        facts: facts(info, learned, lang),
        learned,
        marks,
        spread: spread(info, lang),
        bars: info.histogram.as_ref().map(bars).unwrap_or_default(),
        values: columns(info, Role::Value),
        rows: columns(info, Role::Rows),
        sql: &info.sql,
        computed: info
            .computed
            .iter()
            .map(|(name, sql)| (name.as_str(), sql.as_str()))
            .collect(),
    }
}

/// "amount of money · risk rises with the value · 12.3% missing"; what is learned is not missing.
pub fn facts(info: &FeatureInfo, learned: bool, lang: Lang) -> String {
    let words = words::words(lang);
    let mut facts = Vec::new();
    if info.kind == Kind::Number {
        facts.push(words::unit(info.unit, lang).to_owned());
    }
    facts.push(words::direction(info.direction, lang).to_owned());
    if !learned {
        let missing = format::percent(info.missing_share, lang);
        facts.push(format!("{missing} {}", words.missing));
    }
    facts.join(" · ")
}

/// Quantiles by their names, or the most frequent categories with their shares.
pub fn spread(info: &FeatureInfo, lang: Lang) -> Vec<(String, String)> {
    let words = words::words(lang);
    let quantiles = info.quantiles.iter().map(|(level, value)| {
        let name = match level {
            0 => words.lowest.to_owned(),
            50 => words.median.to_owned(),
            100 => words.highest.to_owned(),
            level => format::percent_whole(f64::from(*level) / 100.0, lang),
        };
        (name, format::plain(*value, lang))
    });
    let categories = info
        .categories
        .iter()
        .take(MOST_CATEGORIES)
        .map(|category| {
            let name = match info.values.get(&category.value) {
                Some(name) => get(name, lang),
                None => &category.value,
            };
            (name.to_owned(), format::percent(category.share, lang))
        });
    quantiles.chain(categories).collect()
}

/// "table: column, column", a table a text.
pub fn columns(info: &FeatureInfo, role: Role) -> Vec<String> {
    let mut tables: Vec<(&str, Vec<&str>)> = Vec::new();
    for source in info.lineage.iter().filter(|source| source.role == role) {
        match tables.iter_mut().find(|(table, _)| *table == source.table) {
            Some((_, columns)) => columns.push(&source.column),
            None => tables.push((&source.table, vec![&source.column])),
        }
    }
    let tables = tables.iter();
    tables
        .map(|(table, columns)| format!("{table}: {}", columns.join(", ")))
        .collect()
}

/// The bars of a histogram in a box of 100 × 24, as an SVG path.
fn bars(histogram: &Histogram) -> String {
    let most = histogram.counts.iter().copied().max().unwrap_or(0).max(1);
    let width = 100.0 / histogram.counts.len().max(1) as f64;
    let mut path = String::new();
    for (place, count) in histogram.counts.iter().enumerate() {
        if *count > 0 {
            // What is there is seen, however rare.
            let height = (22.0 * *count as f64 / most as f64).max(0.6);
            path.push_str(&format!(
                "M{} 24v-{height:.1}h{:.1}V24z",
                place as f64 * width,
                width - 0.6
            ));
        }
    }
    path
}

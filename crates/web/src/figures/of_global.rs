//! The plots of what was measured of a model over many clients, each with a table of what it shows.

use askama::Template;
use limpide_explain::format::{self, capitalised, log_odds, number};
use limpide_explain::global::{
    Dependence, Global, Loss, Mark as Marked, Strength, Term, Values, values,
};
use limpide_model::{Bundle, Feature, Lang, Unit, Value};

use super::behind_global;
use super::facts::concept;
use super::of_bundle::{Figure, marked};
use super::plot::{self, Axis, Mark, Name, Row, ticks};
use super::table::Table;
use super::words::pick;

/// Concepts or features in one plot.
const MOST_ROWS: usize = 15;
/// Different values up to which a number is told value by value.
const FEW_VALUES: usize = 6;
const DAYS_IN_YEAR: f64 = 365.25;

/// What is told of.
pub struct Subject<'a> {
    /// The model.
    pub bundle: &'a Bundle,
    /// The model's hash.
    pub hash: &'a str,
    /// What was measured of it.
    pub global: &'a Global,
    /// One client's place on the curves.
    pub marks: &'a [Marked],
    /// That client's number.
    pub client: Option<i64>,
}

/// A plot whose numbers are folded away.
#[derive(Template)]
#[template(path = "figures/folded.html")]
pub struct Folded {
    /// Unique on the page.
    pub id: String,
    /// What the feature is called.
    pub name: String,
    svg: String,
    caption: String,
    numbers: &'static str,
    table: Table,
}

/// How much the leading ones move the scores, with their intervals.
pub fn strengths(
    id: &'static str,
    title: &str,
    shown: &[Strength],
    label: impl Fn(&str) -> String,
    table: Table,
    lang: Lang,
) -> Figure {
    let shown = &shown[..shown.len().min(MOST_ROWS)];
    let rows = shown.iter().map(|one| {
        let [low, high] = one.interval;
        (
            label(&one.id),
            number(one.size, 3, lang),
            [low, one.size, high],
        )
    });
    let axis = pick(
        lang,
        "contribution moyenne, en log-cotes",
        "mean contribution, in log-odds",
    );
    let description = pick(
        lang,
        "Une ligne par nom, le point à la taille moyenne de la contribution, le trait sur son intervalle à 95 %.",
        "A row a name, the point at the contribution’s mean size, the line over its 95% interval.",
    );
    Figure {
        svg: intervals(&format!("plot-{id}"), [title, description, axis], rows.collect(), lang),
        id: format!("figure-{id}").into(),
        caption: pick(
            lang,
            "De combien chacun déplace le score d’un client, en moyenne et sans tenir compte du sens, avec l’intervalle à 95 %.",
            "By how much each moves a client’s score, on average and whichever way, with its 95% interval.",
        )
        .to_owned(),
        table,
    }
}

/// What is lost where values are mixed up, with its intervals.
pub fn losses(subject: &Subject<'_>, losses: &[Loss], table: Table, lang: Lang) -> Figure {
    let shown = &losses[..losses.len().min(MOST_ROWS)];
    let rows = shown.iter().map(|loss| {
        let label = concept(subject.bundle, &loss.id, lang).to_owned();
        let [low, high] = loss.auc_interval;
        (
            label,
            number(loss.auc_loss, 4, lang),
            [low, loss.auc_loss, high],
        )
    });
    let words = [
        pick(
            lang,
            "L’AUC perdue, concept par concept",
            "The AUC lost, concept by concept",
        ),
        pick(
            lang,
            "Une ligne par concept, le point à l’AUC perdue quand ses valeurs sont mélangées, le trait sur son intervalle à 95 %.",
            "A row a concept, the point at the AUC lost when its values are mixed up, the line over its 95% interval.",
        ),
        pick(lang, "AUC perdue", "AUC lost"),
    ];
    Figure {
        svg: intervals("plot-permutation", words, rows.collect(), lang),
        id: "figure-permutation".into(),
        caption: pick(
            lang,
            "Ce que le modèle perd d’AUC quand les valeurs d’un concept sont mélangées entre les clients.",
            "What the model loses of its AUC when a concept’s values are mixed up among clients.",
        )
        .to_owned(),
        table,
    }
}

/// What one feature adds, value by value.
pub fn dependence(
    subject: &Subject<'_>,
    place: usize,
    curve: &Dependence,
    lang: Lang,
) -> Option<Folded> {
    let bundle = subject.bundle;
    let described = &bundle.features[bundle.feature(&curve.feature)?];
    let mark = subject
        .marks
        .iter()
        .find(|mark| mark.feature == curve.feature);
    let label = capitalised(described.label.get(lang));
    let id = format!("curve-{}", place + 1);
    let plot = format!("plot-{id}");
    let few = curve.bins.len() <= FEW_VALUES && curve.bins.iter().all(|bin| bin.low == bin.high);
    let svg = if few {
        let numbers = curve.bins.iter().map(|bin| {
            let value = Value::Number(bin.low);
            (
                format::value(described, &value, &bundle.currency, lang),
                bin.spread,
            )
        });
        let categories = curve.categories.iter().map(|(category, spread)| {
            let value = Value::Category(category.clone());
            (
                format::value(described, &value, &bundle.currency, lang),
                *spread,
            )
        });
        let written = |found: Values| values(described, &found, &bundle.currency, lang);
        let others = curve.others.map(|spread| (written(Values::Other), spread));
        let missing = curve
            .missing
            .map(|spread| (written(Values::Missing), spread));
        let rows = numbers.chain(categories).chain(others).chain(missing);
        let rows = rows.map(|(label, spread)| {
            let ends = [spread.p10, spread.mean, spread.p90];
            (capitalised(&label), log_odds(spread.mean, lang), ends)
        });
        let description = pick(
            lang,
            "Une ligne par valeur, le point à la contribution moyenne, le trait de 10 à 90 % des clients.",
            "A row a value, the point at the mean contribution, the line from 10 to 90% of clients.",
        );
        let axis = pick(
            lang,
            "contribution, en log-cotes",
            "contribution, in log-odds",
        );
        intervals(&plot, [&label, description, axis], rows.collect(), lang)
    } else {
        line(&plot, &label, subject, described, curve, mark, lang)?
    };
    Some(Folded {
        name: label,
        svg,
        caption: caption(subject, described, curve, mark, lang),
        numbers: pick(lang, "Les chiffres", "The numbers"),
        table: behind_global::dependence(subject, curve, mark, lang)?,
        id,
    })
}

/// What stands below a curve: missing values, and the marked client.
fn caption(
    subject: &Subject<'_>,
    described: &Feature,
    curve: &Dependence,
    mark: Option<&Marked>,
    lang: Lang,
) -> String {
    let mut caption = pick(
        lang,
        "Contribution moyenne, et de 10 à 90 % des clients.",
        "Mean contribution, and from 10 to 90% of clients.",
    )
    .to_owned();
    if let Some(missing) = &curve.missing {
        let added = log_odds(missing.mean, lang);
        caption.push_str(&match lang {
            Lang::Fr => format!(" Sans donnée : {added} en moyenne."),
            Lang::En => format!(" No data: {added} on average."),
        });
    }
    if let (Some(mark), Some(client)) = (mark, subject.client) {
        let value = format::value(described, &mark.value, &subject.bundle.currency, lang);
        let added = log_odds(mark.contribution, lang);
        caption.push_str(&match lang {
            Lang::Fr => format!(" Client {client} : {value}, {added}."),
            Lang::En => format!(" Client {client}: {value}, {added}."),
        });
    }
    caption
}

fn line(
    plot: &str,
    label: &str,
    subject: &Subject<'_>,
    described: &Feature,
    curve: &Dependence,
    mark: Option<&Marked>,
    lang: Lang,
) -> Option<String> {
    let (first, last) = (curve.bins.first()?, curve.bins.last()?);
    let own = mark.and_then(|mark| Some((mark.value.number()?, mark.contribution)));
    let x = across(
        described,
        [first.median, last.median],
        &subject.bundle.currency,
        lang,
    );
    let ends = curve
        .bins
        .iter()
        .flat_map(|bin| [bin.spread.p10, bin.spread.p90]);
    let y = up(ends.chain(own.map(|own| own.1)), lang);
    let band = curve
        .bins
        .iter()
        .map(|bin| [bin.median, bin.spread.p10, bin.spread.p90]);
    let middle = curve.bins.iter().map(|bin| (bin.median, bin.spread.mean));
    let mut marks = vec![
        Mark::Ribbon(band.collect()),
        Mark::Reference(vec![(x.from, 0.0), (x.to, 0.0)]),
        Mark::Line(middle.collect()),
    ];
    if let Some((value, added)) = own {
        marks.push(Mark::Chosen(value, added));
    }
    let name = Name {
        id: plot,
        title: label,
        description: pick(
            lang,
            "La contribution moyenne selon la valeur, dans une bande de 10 à 90 % des clients.",
            "The mean contribution by value, in a band from 10 to 90% of clients.",
        ),
    };
    Some(plot::chart(&name, &x, &y, &marks))
}

/// The steps of one term of the glass box.
pub fn term(subject: &Subject<'_>, place: usize, found: &Term, lang: Lang) -> Option<Folded> {
    let bundle = subject.bundle;
    let described = &bundle.features[bundle.feature(&found.feature)?];
    let label = capitalised(described.label.get(lang));
    let id = format!("term-{}", place + 1);
    let plot = format!("plot-{id}");
    let svg = match corners(found) {
        Some(corners) => {
            let (from, to) = (corners.first()?.0, corners.last()?.0);
            let x = across(described, [from, to], &bundle.currency, lang);
            let y = up(corners.iter().map(|corner| corner.1), lang);
            let zero = Mark::Reference(vec![(from, 0.0), (to, 0.0)]);
            let name = Name {
                id: &plot,
                title: &label,
                description: pick(
                    lang,
                    "Ce que le terme ajoute selon la valeur.",
                    "What the term adds by value.",
                ),
            };
            plot::chart(&name, &x, &y, &[zero, Mark::Line(corners)])
        }
        None => {
            let rows = found.steps.iter().map(|step| {
                let words = values(described, &step.values, &bundle.currency, lang);
                (
                    capitalised(&words),
                    log_odds(step.log_odds, lang),
                    [step.log_odds; 3],
                )
            });
            let description = pick(
                lang,
                "Une ligne par valeur, le point à ce qu’elle ajoute.",
                "A row a value, the point at what it adds.",
            );
            let axis = pick(lang, "log-cotes", "log-odds");
            intervals(&plot, [&label, description, axis], rows.collect(), lang)
        }
    };
    Some(Folded {
        name: label,
        svg,
        caption: pick(
            lang,
            "Ce que le terme ajoute, en log-cotes.",
            "What the term adds, in log-odds.",
        )
        .to_owned(),
        numbers: pick(lang, "Les chiffres", "The numbers"),
        table: behind_global::term(bundle, found, lang)?,
        id,
    })
}

/// Where a number's steps turn, from a little left of the first bound to a little right of the last.
fn corners(term: &Term) -> Option<Vec<(f64, f64)>> {
    if let Some(line) = term.line {
        return Some(vec![line.from.into(), line.to.into()]);
    }
    let ranges = term.steps.iter().filter_map(|step| match step.values {
        Values::Range { low, high } => Some((low, high, step.log_odds)),
        _ => None,
    });
    let ranges: Vec<_> = ranges.collect();
    let bounds: Vec<f64> = ranges.iter().filter_map(|(_, high, _)| *high).collect();
    let (first, last) = (*bounds.first()?, *bounds.last()?);
    let beyond = match last > first {
        true => (last - first) * 0.08,
        false => first.abs().max(1.0) * 0.1,
    };
    let corners = ranges.iter().flat_map(|(low, high, added)| {
        let from = low.unwrap_or(first - beyond);
        let to = high.unwrap_or(last + beyond);
        [(from, *added), (to, *added)]
    });
    Some(corners.collect())
}

/// Labelled intervals around nothing: label, words, ends and middle.
fn intervals(
    id: &str,
    [title, description, axis]: [&str; 3],
    rows: Vec<(String, String, [f64; 3])>,
    lang: Lang,
) -> String {
    let ends = rows.iter().flat_map(|row| row.2);
    let axis = Axis {
        name: axis,
        ..up(ends, lang)
    };
    let rows: Vec<Row<'_>> = rows
        .iter()
        .map(|(label, words, values)| Row {
            label,
            words,
            values: *values,
            marked: false,
        })
        .collect();
    let name = Name {
        id,
        title,
        description,
    };
    plot::intervals(&name, &axis, &rows)
}

/// An axis of contributions, 0 among them.
fn up(ends: impl Iterator<Item = f64>, lang: Lang) -> Axis<'static> {
    let (low, high) = ends.fold((0.0f64, 0.0f64), |(low, high), end| {
        (low.min(end), high.max(end))
    });
    let room = ((high - low) * 0.06).max(0.001);
    let (from, to) = (low - room, high + room);
    let decimals = match to - from {
        span if span < 0.05 => 3,
        _ => 2,
    };
    Axis {
        name: pick(
            lang,
            "contribution, en log-cotes",
            "contribution, in log-odds",
        ),
        from,
        to,
        ticks: marked(from, to, 5, |tick| number(tick, decimals, lang)),
    }
}

/// An axis of a feature's values.
pub(super) fn across(
    described: &Feature,
    [from, to]: [f64; 2],
    currency: &str,
    lang: Lang,
) -> Axis<'static> {
    let written = |tick: f64| match described.unit {
        Unit::Date => format::days(tick, lang),
        Unit::Months => number(tick, 0, lang),
        _ => format::value(described, &Value::Number(tick), currency, lang),
    };
    let is_days = matches!(described.unit, Unit::Days | Unit::Date);
    let year = if is_days && to - from > 3.0 * DAYS_IN_YEAR {
        DAYS_IN_YEAR
    } else {
        1.0
    };
    let places = ticks(from / year, to / year, 4).into_iter();
    Axis {
        name: match described.unit {
            Unit::Date => pick(lang, "avant la demande", "before the request"),
            Unit::Months => pick(lang, "mois", "months"),
            _ => pick(lang, "valeur", "value"),
        },
        from,
        to,
        ticks: places
            .map(|tick| (tick * year, written(tick * year)))
            .collect(),
    }
}

/// From the least to the most that a term adds.
pub fn reach(term: &Term) -> f64 {
    let line = term.line.iter().flat_map(|line| [line.from[1], line.to[1]]);
    let ends = term.steps.iter().map(|step| step.log_odds).chain(line);
    let (low, high) = ends.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), end| {
        (low.min(end), high.max(end))
    });
    (high - low).max(0.0)
}

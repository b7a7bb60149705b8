//! The tables of a model's page: the numbers, also for those who cannot see the plots.

use limpide_explain::format::{capitalised, log_odds, number, percent};
use limpide_explain::global::{
    Dependence, Loss, Mark, PairTable, PairTerm, Segment, Segmentation, Spread, Strength, Term,
    Values, values,
};
use limpide_model::{Bundle, Feature, Lang, Value};

use super::facts::{TO, concept};
use super::of_global::Subject;
use super::table::{Table, pick_all};
use super::words::pick;

/// Concepts told of in each part of the clients.
const MOST_IN_A_PART: usize = 5;
/// Steps on a side of a pair's table; larger ones are in the JSON alone.
const MOST_STEPS: usize = 12;

/// What a feature is called; its name where the bundle does not know it.
pub fn feature(bundle: &Bundle, name: &str, lang: Lang) -> String {
    match bundle.feature(name) {
        Some(place) => capitalised(bundle.features[place].label.get(lang)),
        None => name.to_owned(),
    }
}

/// What a theme is called.
fn theme<'a>(bundle: &'a Bundle, id: &'a str, lang: Lang) -> &'a str {
    let mut themes = bundle.themes.iter();
    match themes.find(|theme| theme.id == id) {
        Some(theme) => theme.label.get(lang),
        None => id,
    }
}

/// How much features, concepts or themes move the scores.
pub fn strengths(
    subject: &Subject<'_>,
    caption: &str,
    what: &'static str,
    shown: &[Strength],
    name: impl Fn(&str) -> String,
    lang: Lang,
) -> Table {
    let mut heads = vec![what];
    heads.extend(pick_all(
        lang,
        &["Taille moyenne", "Intervalle à 95 %", "Moyenne signée"],
        &["Mean size", "95% interval", "Signed mean"],
    ));
    let mut table = Table::new(caption, heads, 1);
    for strength in shown {
        let [low, high] = strength.interval.map(|end| number(end, 3, lang));
        let cells = [
            name(&strength.id) + protected(subject.bundle, &strength.id, lang),
            number(strength.size, 3, lang),
            format!("{low}{TO}{high}"),
            number(strength.mean, 3, lang),
        ];
        table.push(cells, false);
    }
    table
}

/// Says so where a feature, or one of a concept's, touches a protected characteristic.
fn protected(bundle: &Bundle, id: &str, lang: Lang) -> &'static str {
    let mut features = bundle.features.iter();
    let is_protected =
        |feature: &Feature| feature.protected && (feature.name == id || feature.concept == id);
    match features.any(is_protected) {
        true => pick(lang, " (protégé)", " (protected)"),
        false => "",
    }
}

/// Themes by what they count for.
pub fn themes(subject: &Subject<'_>, lang: Lang) -> Table {
    let caption = pick(lang, "Les thèmes, en log-cotes", "The themes, in log-odds");
    let what = pick(lang, "Thème", "Theme");
    let name = |id: &str| theme(subject.bundle, id, lang).to_owned();
    strengths(subject, caption, what, &subject.global.themes, name, lang)
}

/// What is lost where values are mixed up.
pub fn losses(caption: &str, losses: &[Loss], name: impl Fn(&str) -> String, lang: Lang) -> Table {
    let heads = pick_all(
        lang,
        &[
            "Valeurs mélangées",
            "AUC perdue",
            "Intervalle à 95 %",
            "Coût par client en plus",
            "Intervalle à 95 %",
        ],
        &[
            "Values mixed up",
            "AUC lost",
            "95% interval",
            "Cost a client added",
            "95% interval",
        ],
    );
    let mut table = Table::new(caption, heads, 1);
    let ends = |ends: [f64; 2]| {
        let [low, high] = ends.map(|end| number(end, 4, lang));
        format!("{low}{TO}{high}")
    };
    for loss in losses {
        let cells = [
            name(&loss.id),
            number(loss.auc_loss, 4, lang),
            ends(loss.auc_interval),
            number(loss.cost_increase, 4, lang),
            ends(loss.cost_interval),
        ];
        table.push(cells, false);
    }
    table
}

/// What a feature adds, value by value, with the marked client's own line.
pub fn dependence(
    subject: &Subject<'_>,
    curve: &Dependence,
    mark: Option<&Mark>,
    lang: Lang,
) -> Option<Table> {
    let bundle = subject.bundle;
    let described = &bundle.features[bundle.feature(&curve.feature)?];
    let heads = pick_all(
        lang,
        &[
            "Valeur",
            "Clients",
            "Contribution moyenne",
            "De 10 à 90 % des clients",
        ],
        &[
            "Value",
            "Clients",
            "Mean contribution",
            "From 10 to 90% of clients",
        ],
    );
    let caption = format!(
        "{}{}",
        capitalised(described.label.get(lang)),
        pick(lang, " : en chiffres", ": in numbers")
    );
    let mut table = Table::new(caption, heads, 1);
    let mut add = |words: String, spread: &Spread| {
        let cells = [
            words,
            number(spread.clients as f64, 0, lang),
            log_odds(spread.mean, lang),
            format!(
                "{}{TO}{}",
                log_odds(spread.p10, lang),
                log_odds(spread.p90, lang)
            ),
        ];
        table.push(cells, false);
    };
    let written = |found: &Values| capitalised(&values(described, found, &bundle.currency, lang));
    for bin in &curve.bins {
        let found = match bin.low == bin.high {
            true => Values::Number { number: bin.low },
            false => Values::Range {
                low: Some(bin.low),
                high: Some(bin.high),
            },
        };
        add(written(&found), &bin.spread);
    }
    for (category, spread) in &curve.categories {
        let categories = vec![category.clone()];
        add(written(&Values::Categories { categories }), spread);
    }
    for (found, spread) in [
        (Values::Other, &curve.others),
        (Values::Missing, &curve.missing),
    ] {
        if let Some(spread) = spread {
            add(written(&found), spread);
        }
    }
    if let (Some(mark), Some(client)) = (mark, subject.client) {
        let words = limpide_explain::format::value(described, &mark.value, &bundle.currency, lang);
        let cells = [
            format!(
                "{} {client}{} {words}",
                pick(lang, "Client", "Client"),
                pick(lang, " :", ":")
            ),
            "1".to_owned(),
            log_odds(mark.contribution, lang),
            "–".to_owned(),
        ];
        table.push(cells, true);
    }
    Some(table)
}

/// Which concepts act together.
pub fn pairs(bundle: &Bundle, found: &PairTable, lang: Lang) -> Table {
    let caption = pick(
        lang,
        "Les couples de concepts qui jouent le plus ensemble, en log-cotes",
        "The pairs of concepts that act together most, in log-odds",
    );
    let heads = pick_all(
        lang,
        &["Concept", "avec", "Taille moyenne", "Moyenne signée"],
        &["Concept", "with", "Mean size", "Signed mean"],
    );
    let mut table = Table::new(caption, heads, 2);
    for pair in &found.pairs {
        let [one, other] =
            [0, 1].map(|side| concept(bundle, &pair.concepts[side], lang).to_owned());
        let cells = [
            one,
            other,
            number(pair.size, 4, lang),
            number(pair.mean, 4, lang),
        ];
        table.push(cells, false);
    }
    table
}

/// The steps of one term of the glass box.
pub fn term(bundle: &Bundle, found: &Term, lang: Lang) -> Option<Table> {
    let described = &bundle.features[bundle.feature(&found.feature)?];
    let has_bins = found.steps.iter().any(|step| step.bin.is_some());
    let mut heads = pick_all(lang, &["Valeur", "Log-cotes"], &["Value", "Log-odds"]);
    if has_bins {
        heads.extend(pick_all(
            lang,
            &["Points", "WoE", "Taux de défaut", "Part des clients"],
            &["Points", "WoE", "Default rate", "Share of clients"],
        ));
    }
    let caption = format!(
        "{}{}",
        capitalised(described.label.get(lang)),
        pick(lang, " : les paliers", ": the steps")
    );
    let mut table = Table::new(caption, heads, 1);
    let written = |found: &Values| capitalised(&values(described, found, &bundle.currency, lang));
    if let Some(line) = found.line {
        for [value, added] in [line.from, line.to] {
            let words = written(&Values::Number { number: value });
            table.push([words, log_odds(added, lang)], false);
        }
    }
    for step in &found.steps {
        let mut cells = vec![written(&step.values), log_odds(step.log_odds, lang)];
        if let Some(bin) = step.bin {
            cells.extend([
                number(bin.points, 0, lang),
                number(bin.woe, 2, lang),
                percent(bin.event_rate, lang),
                percent(bin.share, lang),
            ]);
        }
        table.push(cells, false);
    }
    Some(table)
}

/// What two features add together: a row a value of the first; nothing where the grid is too large for a page.
pub fn pair_term(bundle: &Bundle, found: &PairTerm, lang: Lang) -> Option<Table> {
    if found.values.iter().any(|side| side.len() > MOST_STEPS) {
        return None;
    }
    let [first, second] = [0, 1].map(|side| bundle.feature(&found.features[side]));
    let (first, second) = (&bundle.features[first?], &bundle.features[second?]);
    let heads = pick_all(
        lang,
        &["Valeur", "avec la valeur", "Log-cotes"],
        &["Value", "with the value", "Log-odds"],
    );
    let caption = format!(
        "{} × {}",
        capitalised(first.label.get(lang)),
        second.label.get(lang)
    );
    let mut table = Table::new(caption, heads, 2);
    let width = found.values[1].len();
    let written =
        |of: &Feature, found: &Values| capitalised(&values(of, found, &bundle.currency, lang));
    for (place, &added) in found.log_odds.iter().enumerate() {
        let (row, column) = (place / width.max(1), place % width.max(1));
        let cells = [
            written(first, &found.values[0][row]),
            written(second, &found.values[1][column]),
            log_odds(added, lang),
        ];
        table.push(cells, false);
    }
    Some(table)
}

/// What counts in each part of the clients.
pub fn segmentation(bundle: &Bundle, found: &Segmentation, lang: Lang) -> Option<Table> {
    let described = &bundle.features[bundle.feature(&found.feature)?];
    let heads = pick_all(
        lang,
        &[
            "Valeur",
            "Ce qui compte le plus",
            "Clients",
            "Taux de défaut",
            "Probabilité moyenne",
        ],
        &[
            "Value",
            "What counts most",
            "Clients",
            "Default rate",
            "Mean probability",
        ],
    );
    let caption = format!(
        "{}{}",
        capitalised(described.label.get(lang)),
        pick(
            lang,
            " : par partie des clients",
            ": by part of the clients"
        )
    );
    let mut table = Table::new(caption, heads, 2);
    for segment in &found.segments {
        let rate = segment.default_rate.map(|rate| percent(rate, lang));
        let cells = [
            part(bundle, described, segment, lang),
            leading(bundle, segment, lang),
            number(segment.clients as f64, 0, lang),
            rate.unwrap_or_else(|| "–".to_owned()),
            percent(segment.mean_probability, lang),
        ];
        table.push(cells, false);
    }
    Some(table)
}

/// What a part of the clients is called.
pub fn part(bundle: &Bundle, described: &Feature, segment: &Segment, lang: Lang) -> String {
    let none = Value::Missing;
    match segment.values {
        Values::Missing => capitalised(&limpide_explain::format::value(described, &none, "", lang)),
        ref found => capitalised(&values(described, found, &bundle.currency, lang)),
    }
}

/// The concepts that count most in a part, each with its mean size and which way it goes there.
pub fn leading(bundle: &Bundle, segment: &Segment, lang: Lang) -> String {
    let named = segment
        .concepts
        .iter()
        .take(MOST_IN_A_PART)
        .map(|strength| {
            format!(
                "{} {} ({})",
                concept(bundle, &strength.id, lang),
                number(strength.size, 2, lang),
                log_odds(strength.mean, lang)
            )
        });
    named.collect::<Vec<_>>().join(pick(lang, " ; ", "; "))
}

//! The tables behind plots: the same numbers, for those who cannot see them or want them exactly.

use limpide_explain::format::{number, percent, percent_whole};
use limpide_model::{Bundle, Lang, ThresholdRow};

use super::facts::{TO, interval, ranked_concepts};
use super::table::{Table, pick_all};
use super::words::{self, pick};

/// Rows of a table that stands for a curve of many points.
const MOST_ROWS: usize = 12;
/// Concepts shown by what they count for.
pub const MOST_CONCEPTS: usize = 15;

/// The candidates beside each other, the champion first.
pub fn candidates(bundle: &Bundle, lang: Lang) -> Table {
    let mut table = Table::new(
        pick(
            lang,
            "Les candidats, sur des clients qu’ils n’avaient pas vus ; intervalles à 95 %",
            "The candidates, on clients they had not seen; 95% intervals",
        ),
        pick_all(
            lang,
            &[
                "Candidat",
                "AUC",
                "Écart au retenu",
                "Coût par client",
                "Brier",
                "Erreur de calibration",
            ],
            &[
                "Candidate",
                "AUC",
                "Against the chosen one",
                "Cost a client",
                "Brier",
                "Calibration error",
            ],
        ),
        1,
    );
    for standing in &bundle.leaderboard {
        let chosen = standing.candidate == bundle.name;
        let (name, _) = words::candidate(&standing.candidate, lang);
        let difference = standing.paired.as_ref().map(|paired| {
            let (difference, error) = (paired.auc_difference, paired.corrected_standard_error);
            let sign = if difference >= 0.0 { "+" } else { "" };
            let difference = number(difference, 4, lang);
            format!(
                "{sign}{difference} (±\u{a0}{})",
                number(1.96 * error, 4, lang)
            )
        });
        let cells = [
            match chosen {
                true => format!("{name} — {}", pick(lang, "retenu", "chosen")),
                false => name.to_owned(),
            },
            format!(
                "{} ({})",
                number(standing.auc, 3, lang),
                interval(standing.auc_interval, 3, lang)
            ),
            difference.unwrap_or_else(|| "–".to_owned()),
            format!(
                "{} ({})",
                number(standing.cost_per_client, 3, lang),
                interval(standing.cost_interval, 3, lang)
            ),
            number(standing.brier, 4, lang),
            percent(standing.calibration_error, lang),
        ];
        table.push(cells, chosen);
    }
    table
}

/// What share of the defaults is caught where so many good clients are refused.
pub fn roc(bundle: &Bundle, lang: Lang) -> Table {
    let mut table = Table::new(
        pick(
            lang,
            "La courbe ROC en chiffres",
            "The ROC curve in numbers",
        ),
        pick_all(
            lang,
            &["Bons clients refusés", "Défauts écartés"],
            &["Good clients refused", "Defaults caught"],
        ),
        1,
    );
    let roc = &bundle.evidence.curves.roc;
    for wanted in [0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0] {
        let mut points = roc.iter();
        let found = points.find(|point| (point.false_positive_rate - wanted).abs() < 1e-9);
        if let Some(point) = found {
            let cells = [point.false_positive_rate, point.true_positive_rate];
            table.push(cells.map(|part| percent_whole(part, lang)), false);
        }
    }
    table
}

/// What was announced and what came, group by group.
pub fn reliability(bundle: &Bundle, lang: Lang) -> Table {
    let mut table = Table::new(
        pick(
            lang,
            "Dix groupes de clients, du risque le plus faible au plus élevé",
            "Ten groups of clients, from the lowest risk to the highest",
        ),
        pick_all(
            lang,
            &[
                "Groupe",
                "Clients",
                "Défauts",
                "Probabilité moyenne",
                "Taux observé",
                "Intervalle à 95 %",
            ],
            &[
                "Group",
                "Clients",
                "Defaults",
                "Mean probability",
                "Observed rate",
                "95% interval",
            ],
        ),
        1,
    );
    for (place, group) in bundle.evidence.curves.reliability.iter().enumerate() {
        let [low, high] = group.interval.map(|end| percent(end, lang));
        let cells = [
            number((place + 1) as f64, 0, lang),
            number(group.clients as f64, 0, lang),
            number(group.defaults as f64, 0, lang),
            percent(group.mean_probability, lang),
            percent(group.default_rate, lang),
            format!("{low}{TO}{high}"),
        ];
        table.push(cells, false);
    }
    table
}

/// What other thresholds would do, with the chosen one among them.
pub fn thresholds(bundle: &Bundle, lang: Lang) -> Table {
    let mut table = Table::new(
        pick(
            lang,
            "Ce que d’autres seuils auraient fait, sans revue humaine",
            "What other thresholds would have done, without reviews",
        ),
        pick_all(
            lang,
            &[
                "Refus à partir de",
                "Demandes accordées",
                "Défauts écartés",
                "Bons clients refusés",
                "Coût par client",
            ],
            &[
                "Refused from",
                "Requests granted",
                "Defaults caught",
                "Good clients refused",
                "Cost a client",
            ],
        ),
        1,
    );
    for row in some(&bundle.thresholds, bundle.policy.threshold) {
        let chosen = row.threshold == bundle.policy.threshold;
        let mark = pick(lang, " — retenu", " — chosen");
        let cells = [
            format!(
                "{}{}",
                percent(row.threshold, lang),
                if chosen { mark } else { "" }
            ),
            percent(row.approved, lang),
            percent(row.defaults_caught, lang),
            percent(row.goods_refused, lang),
            number(row.cost_per_client, 3, lang),
        ];
        table.push(cells, chosen);
    }
    table
}

/// About so many rows, evenly chosen, the ends and the threshold's own among them.
fn some(rows: &[ThresholdRow], threshold: f64) -> impl Iterator<Item = &ThresholdRow> {
    let step = (rows.len().saturating_sub(1) / MOST_ROWS).max(1);
    let last = rows.len().saturating_sub(1);
    rows.iter().enumerate().filter_map(move |(place, row)| {
        let wanted = place % step == 0 || place == last || row.threshold == threshold;
        wanted.then_some(row)
    })
}

/// What counts most, concept by concept.
pub fn importance(bundle: &Bundle, lang: Lang) -> Table {
    let mut table = Table::new(
        pick(
            lang,
            "Les concepts qui comptent le plus dans les scores",
            "The concepts that count most in the scores",
        ),
        pick_all(
            lang,
            &[
                "Concept",
                "Contribution moyenne, en log-cotes",
                "Variables",
                "dont protégées",
            ],
            &[
                "Concept",
                "Mean contribution, in log-odds",
                "Features",
                "of these protected",
            ],
        ),
        1,
    );
    for (place, size) in ranked_concepts(bundle).into_iter().take(MOST_CONCEPTS) {
        let found = &bundle.concepts[place];
        let features = || {
            bundle
                .features
                .iter()
                .filter(|feature| feature.concept == found.id)
        };
        let cells = [
            found.label.get(lang).to_owned(),
            number(size, 3, lang),
            number(features().count() as f64, 0, lang),
            number(
                features().filter(|feature| feature.protected).count() as f64,
                0,
                lang,
            ),
        ];
        table.push(cells, false);
    }
    table
}

/// A model a row, a fold a column.
pub fn folds(bundle: &Bundle, lang: Lang) -> Table {
    let procedure = &bundle.evidence.procedure;
    let mut table = Table::new(
        pick(lang, "Qui apprend sur qui", "Who learns from whom"),
        pick_all(
            lang,
            &["Modèle", "Apprend sur les plis", "Est jugé sur le pli"],
            &["Model", "Learns from folds", "Is judged on fold"],
        ),
        3,
    );
    for fold in 1..=procedure.folds {
        let others = (1..=procedure.folds).filter(|other| *other != fold);
        let others: Vec<String> = others.map(|other| other.to_string()).collect();
        table.push(
            [fold.to_string(), others.join(", "), fold.to_string()],
            false,
        );
    }
    table
}

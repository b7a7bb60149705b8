//! The plots of a bundle, each with a table of what it shows.

use std::borrow::Cow;

use askama::Template;
use limpide_explain::format::{number, percent, percent_whole};
use limpide_model::{Bundle, Lang};

use super::behind_bundle::{self, MOST_CONCEPTS};
use super::facts::{chosen, interval_of, ranked_concepts};
use super::plot::{self, Axis, Mark, Name, Row, ticks};
use super::table::Table;
use super::words::{self, pick};

/// Folds that are drawn; more are told in words.
const MOST_FOLDS: usize = 12;

/// A plot with its caption and the numbers behind it.
#[derive(Template)]
#[template(path = "figures/figure.html")]
pub struct Figure {
    /// Unique on the page.
    pub id: Cow<'static, str>,
    /// The drawing.
    pub svg: String,
    /// What it shows.
    pub caption: String,
    /// The same in numbers.
    pub table: Table,
}

/// All plots; absent where the bundle does not hold what they show.
pub struct Figures {
    /// Who learns from whom.
    pub folds: Option<Figure>,
    /// The candidates beside each other.
    pub candidates: Option<Figure>,
    /// What each threshold catches and refuses.
    pub roc: Option<Figure>,
    /// What was announced and what came.
    pub reliability: Option<Figure>,
    /// What each threshold costs.
    pub cost: Option<Figure>,
    /// Which concepts count most.
    pub importance: Option<Figure>,
}

impl Figures {
    /// Draws a model in a language.
    pub fn new(bundle: &Bundle, lang: Lang) -> Self {
        let folds = bundle.evidence.procedure.folds;
        Self {
            folds: (2..=MOST_FOLDS)
                .contains(&folds)
                .then(|| fold_figure(bundle, lang)),
            candidates: (!bundle.leaderboard.is_empty()).then(|| candidates(bundle, lang)),
            roc: roc(bundle, lang),
            reliability: reliability(bundle, lang),
            cost: cost(bundle, lang),
            importance: (!ranked_concepts(bundle).is_empty()).then(|| importance(bundle, lang)),
        }
    }
}

/// What each threshold catches and refuses; nothing where the bundle does not say.
pub fn roc(bundle: &Bundle, lang: Lang) -> Option<Figure> {
    let is_known = !bundle.evidence.curves.roc.is_empty();
    is_known.then(|| roc_figure(bundle, lang))
}

/// What was announced and what came; nothing where the bundle does not say.
pub fn reliability(bundle: &Bundle, lang: Lang) -> Option<Figure> {
    let is_known = !bundle.evidence.curves.reliability.is_empty();
    is_known.then(|| reliability_figure(bundle, lang))
}

/// What each threshold costs; nothing where the bundle knows too few.
pub fn cost(bundle: &Bundle, lang: Lang) -> Option<Figure> {
    (bundle.thresholds.len() > 2).then(|| cost_figure(bundle, lang))
}

fn fold_figure(bundle: &Bundle, lang: Lang) -> Figure {
    let folds = bundle.evidence.procedure.folds;
    let name = Name {
        id: "plot-folds",
        title: pick(
            lang,
            "Les plis de la validation croisée",
            "The folds of cross-validation",
        ),
        description: pick(
            lang,
            "Une ligne par modèle, un bloc par pli : chaque modèle apprend sur tous les plis sauf un, et il est jugé sur celui-là.",
            "A row a model, a block a fold: each model learns from all folds but one, and is judged on that one.",
        ),
    };
    let (model, judged) = (pick(lang, "Modèle", "Model"), pick(lang, "jugé", "judged"));
    Figure {
        id: "figure-folds".into(),
        svg: plot::folds(&name, folds, model, judged),
        caption: pick(
            lang,
            "Chaque modèle apprend sur les plis clairs et est jugé sur le pli foncé. Réunis, les plis foncés font un portefeuille entier de clients, chacun jugé par un modèle qui ne l’avait pas vu.",
            "Each model learns from the light folds and is judged on the dark one. Together the dark folds make a whole portfolio of clients, each judged by a model that had not seen them.",
        )
        .to_owned(),
        table: behind_bundle::folds(bundle, lang),
    }
}

fn candidates(bundle: &Bundle, lang: Lang) -> Figure {
    let board = &bundle.leaderboard;
    let ends = board.iter().flat_map(|standing| standing.auc_interval);
    let (low, high) = ends.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), end| {
        (low.min(end), high.max(end))
    });
    let (from, to) = (low - 0.01, high + 0.01);
    let axis = Axis {
        name: pick(lang, "AUC hors échantillon", "out-of-fold AUC"),
        from,
        to,
        ticks: marked(from, to, 5, |tick| number(tick, 2, lang)),
    };
    let words: Vec<String> = board
        .iter()
        .map(|standing| interval_of(standing.auc, standing.auc_interval, lang))
        .collect();
    let rows: Vec<Row<'_>> = board
        .iter()
        .zip(&words)
        .map(|(standing, words)| Row {
            label: words::candidate(&standing.candidate, lang).0,
            words,
            values: [
                standing.auc_interval[0],
                standing.auc,
                standing.auc_interval[1],
            ],
            marked: standing.candidate == bundle.name,
        })
        .collect();
    let name = Name {
        id: "plot-candidates",
        title: pick(lang, "L’AUC des candidats", "The candidates’ AUC"),
        description: pick(
            lang,
            "Une ligne par candidat, le point à l’AUC, le trait sur son intervalle à 95 %.",
            "A row a candidate, the point at the AUC, the line over its 95% interval.",
        ),
    };
    Figure {
        id: "figure-candidates".into(),
        svg: plot::intervals(&name, &axis, &rows),
        caption: pick(
            lang,
            "L’AUC de chaque candidat et son intervalle à 95 %. Le point plein est le modèle retenu.",
            "Each candidate’s AUC with its 95% interval. The full point is the chosen model.",
        )
        .to_owned(),
        table: behind_bundle::candidates(bundle, lang),
    }
}

fn roc_figure(bundle: &Bundle, lang: Lang) -> Figure {
    let whole = |name| Axis {
        name,
        from: 0.0,
        to: 1.0,
        ticks: marked(0.0, 1.0, 6, |tick| percent_whole(tick, lang)),
    };
    let points = bundle.evidence.curves.roc.iter();
    let points = points.map(|point| (point.false_positive_rate, point.true_positive_rate));
    let auc = format!("AUC {}", number(bundle.metrics.auc, 3, lang));
    let mut marks = vec![
        Mark::Reference(vec![(0.0, 0.0), (1.0, 1.0)]),
        Mark::Line(points.collect()),
        Mark::Words(0.36, 0.3, pick(lang, "le hasard", "chance")),
        Mark::Words(0.3, 0.9, &auc),
    ];
    if let Some(row) = chosen(bundle) {
        marks.push(Mark::Chosen(row.goods_refused, row.defaults_caught));
    }
    let name = Name {
        id: "plot-roc",
        title: pick(lang, "La courbe ROC", "The ROC curve"),
        description: pick(
            lang,
            "La part des défauts écartés monte avec la part des bons clients refusés, au-dessus de la diagonale du hasard.",
            "The share of defaults caught rises with the share of good clients refused, above the diagonal of chance.",
        ),
    };
    let (x, y) = (
        whole(pick(lang, "bons clients refusés", "good clients refused")),
        whole(pick(lang, "défauts écartés", "defaults caught")),
    );
    Figure {
        id: "figure-roc".into(),
        svg: plot::chart(&name, &x, &y, &marks),
        caption: pick(
            lang,
            "La courbe ROC : ce que chaque seuil possible écarte de défauts, et ce qu’il refuse de bons clients. Le point est le seuil retenu.",
            "The ROC curve: what each possible threshold catches of defaults, and what it refuses of good clients. The point is the chosen threshold.",
        )
        .to_owned(),
        table: behind_bundle::roc(bundle, lang),
    }
}

fn reliability_figure(bundle: &Bundle, lang: Lang) -> Figure {
    let groups = &bundle.evidence.curves.reliability;
    let highest = groups
        .iter()
        .map(|group| group.interval[1].max(group.mean_probability));
    let end = (highest.fold(0.0, f64::max) * 1.05).clamp(0.01, 1.0);
    let axis = |name| Axis {
        name,
        from: 0.0,
        to: end,
        ticks: marked(0.0, end, 6, |tick| per_cent(tick, end, lang)),
    };
    let mut marks = vec![Mark::Reference(vec![(0.0, 0.0), (end, end)])];
    marks.extend(groups.iter().map(|group| {
        let [low, high] = group.interval;
        Mark::Interval([group.mean_probability, low, group.default_rate, high])
    }));
    let name = Name {
        id: "plot-reliability",
        title: pick(lang, "La courbe de calibration", "The calibration plot"),
        description: pick(
            lang,
            "Dix points, un par groupe de clients : la probabilité moyenne annoncée et le taux de défaut observé, avec son intervalle à 95 %. Sur la diagonale, les deux sont égaux.",
            "Ten points, one a group of clients: the mean probability announced and the default rate observed, with its 95% interval. On the diagonal both are equal.",
        ),
    };
    let (x, y) = (
        axis(pick(lang, "probabilité annoncée", "announced probability")),
        axis(pick(
            lang,
            "taux de défaut observé",
            "observed default rate",
        )),
    );
    Figure {
        id: "figure-reliability".into(),
        svg: plot::chart(&name, &x, &y, &marks),
        caption: pick(
            lang,
            "Probabilité annoncée et taux observé, par dixième de clients. Un trait qui touche la diagonale s’accorde avec une calibration juste.",
            "Announced probability and observed rate, by tenths of clients. A line that touches the diagonal agrees with a true calibration.",
        )
        .to_owned(),
        table: behind_bundle::reliability(bundle, lang),
    }
}

fn cost_figure(bundle: &Bundle, lang: Lang) -> Figure {
    let policy = &bundle.policy;
    // Beyond three thresholds hardly anyone is left, and the curve is flat.
    let end = (policy.threshold * 3.0)
        .clamp(0.05, 1.0)
        .max(policy.review[1]);
    let curve: Vec<(f64, f64)> = bundle
        .thresholds
        .iter()
        .filter(|row| (0.0..=end).contains(&row.threshold))
        .map(|row| (row.threshold, row.cost_per_client))
        .collect();
    let highest = curve.iter().map(|point| point.1).fold(0.0, f64::max);
    let (x, y) = (
        Axis {
            name: pick(lang, "seuil de refus", "threshold of refusal"),
            from: 0.0,
            to: end,
            ticks: marked(0.0, end, 6, |tick| per_cent(tick, end, lang)),
        },
        Axis {
            name: pick(lang, "coût par client", "cost a client"),
            from: 0.0,
            to: highest * 1.1,
            ticks: marked(0.0, highest * 1.1, 6, |tick| number(tick, 2, lang)),
        },
    );
    let words = percent(policy.threshold, lang);
    let mut marks = Vec::new();
    if policy.review[0] < policy.review[1] {
        marks.push(Mark::Band(policy.review[0], policy.review[1]));
    }
    marks.push(Mark::Line(curve));
    marks.push(Mark::Rule(policy.threshold, &words));
    if let Some(row) = chosen(bundle) {
        marks.push(Mark::Chosen(row.threshold, row.cost_per_client));
    }
    let name = Name {
        id: "plot-cost",
        title: pick(lang, "Le coût selon le seuil", "The cost by threshold"),
        description: pick(
            lang,
            "Le coût moyen par client descend puis remonte quand le seuil de refus monte ; le trait est au seuil retenu.",
            "The mean cost a client falls and rises again as the threshold of refusal rises; the line stands at the chosen threshold.",
        ),
    };
    Figure {
        id: "figure-cost".into(),
        svg: plot::chart(&name, &x, &y, &marks),
        caption: pick(
            lang,
            "Le coût moyen par client selon le seuil de refus. Le trait marque le seuil retenu, la bande, s’il y en a une, la zone de revue humaine.",
            "The mean cost a client by threshold of refusal. The line marks the chosen threshold, the band, if there is one, the zone of human review.",
        )
        .to_owned(),
        table: behind_bundle::thresholds(bundle, lang),
    }
}

fn importance(bundle: &Bundle, lang: Lang) -> Figure {
    let ranked = ranked_concepts(bundle);
    let shown = &ranked[..ranked.len().min(MOST_CONCEPTS)];
    let words: Vec<String> = shown
        .iter()
        .map(|&(_, size)| number(size, 3, lang))
        .collect();
    let rows: Vec<Row<'_>> = shown
        .iter()
        .zip(&words)
        .map(|(&(place, size), words)| Row {
            label: bundle.concepts[place].label.get(lang),
            words,
            values: [0.0, size, size],
            marked: false,
        })
        .collect();
    let name = Name {
        id: "plot-importance",
        title: pick(lang, "Ce qui compte le plus", "What counts most"),
        description: pick(
            lang,
            "Une barre par concept, de la longueur de sa contribution moyenne au score, sans son signe.",
            "A bar a concept, as long as its mean contribution to the score, without its sign.",
        ),
    };
    Figure {
        id: "figure-importance".into(),
        svg: plot::bars(&name, &rows),
        caption: pick(
            lang,
            "De combien chaque concept déplace le score d’un client, en moyenne et sans tenir compte du sens (log-cotes).",
            "By how much each concept moves a client’s score, on average and whichever way (log-odds).",
        )
        .to_owned(),
        table: behind_bundle::importance(bundle, lang),
    }
}

/// Marks of an axis, at most so many.
pub fn marked(
    from: f64,
    to: f64,
    most: usize,
    words: impl Fn(f64) -> String,
) -> Vec<(f64, String)> {
    let ticks = ticks(from, to, most).into_iter();
    ticks.map(|tick| (tick, words(tick))).collect()
}

/// A probability on an axis that ends at `end`: as many decimals as its marks need.
fn per_cent(probability: f64, end: f64, lang: Lang) -> String {
    if end < 0.05 {
        percent(probability, lang)
    } else {
        percent_whole(probability, lang)
    }
}

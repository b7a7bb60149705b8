//! A bundle's numbers as words, for the prose of documents.

use std::collections::BTreeSet;

use limpide_explain::format::{capitalised, number, percent, percent_whole};
use limpide_model::learned::Part;
use limpide_model::{Bundle, Holdout, HoldoutKind, Lang};
use limpide_train::selection::Verdict;
use limpide_train::{Effort, Selection};

use super::Subject;
use limpide_web::figures::facts::{chosen, concept, interval, interval_of, ranked_concepts, share};
use limpide_web::figures::words::{self, pick};

/// Concepts named as what counts most.
const MOST_NAMED: usize = 3;

/// What the prose says, written for its language.
pub struct Facts<'a> {
    pub program: &'static str,
    pub recipe: &'a str,
    pub recipe_hash: &'a str,
    pub data_hash: &'a str,
    pub hash: &'a str,
    pub short_hash: &'a str,
    pub published: bool,
    pub synthetic: bool,
    pub contact: Option<&'a str>,
    pub effort: &'a str,
    pub seed: u64,
    pub folds_given: bool,
    pub clients: String,
    pub defaults: String,
    pub default_rate: String,
    /// The share of clients who repaid.
    pub good_rate: String,
    pub features: String,
    pub learned: Option<String>,
    /// Whether the model's file holds values of its training clients.
    pub holds_clients: bool,
    pub protected: Option<String>,
    pub protected_concepts: String,
    pub champion: &'a str,
    pub champion_about: &'a str,
    pub champion_is_readable: bool,
    pub glass_box: Option<&'a str>,
    pub glass_box_auc: Option<String>,
    pub folds: String,
    pub repeats: String,
    pub repeated: bool,
    /// Share of clients that a judged model learns from.
    pub learned_from: String,
    pub max_auc: String,
    pub max_single_auc: String,
    pub strongest: Option<Strongest>,
    pub auc: String,
    pub auc_interval: String,
    /// Of 100 pairs of a default and a good client, those in the right order.
    pub pairs: String,
    pub brier: String,
    /// The Brier score of the mean rate for all.
    pub brier_of_rate: String,
    pub cost: String,
    pub cost_interval: String,
    pub cost_of_granting_all: String,
    pub cost_of_refusing_all: String,
    /// Which is cheaper than the cheaper of the two, in per cent; none where it is not.
    pub saved: Option<String>,
    pub cost_missed: String,
    pub cost_refused: String,
    /// How many times dearer a missed default is than a refused good client.
    pub cost_ratio: String,
    pub threshold: String,
    /// The best threshold of perfectly calibrated probabilities.
    pub ideal_threshold: String,
    pub chosen: Option<Chosen>,
    pub review: Option<Review>,
    pub calibration: &'static str,
    pub calibration_error: String,
    /// Of the groups of clients, how many whose mean probability lies in the interval of their rate.
    pub calibrated: Option<[String; 2]>,
    /// The share of all defaults among the tenth of clients with the highest risk.
    pub worst_tenth: Option<String>,
    /// The concepts that count most, in words.
    pub leading: Option<String>,
    pub measured_on: String,
    pub adversarial_auc: Option<String>,
    /// Whether the champion tells known from new clients by much.
    pub adversarial_is_high: bool,
    pub late: Option<Late>,
    pub grouped: Option<Late>,
    pub selected: Option<Selected>,
    /// Whether the effort selects features.
    pub selects: bool,
}

/// The feature that tells most alone.
pub struct Strongest {
    pub label: String,
    pub auc: String,
}

/// What the threshold does out of fold.
pub struct Chosen {
    pub approved: String,
    pub caught: String,
    pub goods_refused: String,
}

/// The zone in which a person decides.
pub struct Review {
    pub from: String,
    pub to: String,
    pub share: String,
    pub cost: String,
    pub accuracy: String,
    pub cost_with_reviews: String,
}

/// How the champion did on a holdout.
pub struct Late {
    pub clients: String,
    pub auc: String,
    pub auc_interval: String,
    pub auc_in_folds: String,
}

/// What selection did.
pub struct Selected {
    pub kept: String,
    pub of: String,
    pub drifting: String,
    pub drifts: bool,
}

impl<'a> Facts<'a> {
    /// Tells of a model in a language.
    pub fn new(subject: &Subject<'a>, lang: Lang) -> Self {
        let bundle = subject.bundle;
        let (metrics, policy, evidence) = (&bundle.metrics, &bundle.policy, &bundle.evidence);
        let procedure = &evidence.procedure;
        let count = |value: usize| number(value as f64, 0, lang);
        let four = |value: f64| number(value, 4, lang);
        let three = |value: f64| number(value, 3, lang);
        let rate = share(bundle.trained_on.defaults, bundle.trained_on.rows);
        let costs = policy.costs();
        let granting = rate * costs.missed_default;
        let refusing = (1.0 - rate) * costs.refused_good;
        let saved = 1.0 - metrics.cost_per_client / granting.min(refusing);
        let (champion, champion_about) = words::candidate(&bundle.name, lang);
        let glass_box = bundle.glass_box.as_ref();
        let standing = |name: &str| {
            let mut board = bundle.leaderboard.iter();
            board.find(|standing| standing.candidate == name)
        };
        let protected = bundle.features.iter().filter(|feature| feature.protected);
        let n_protected = protected.count();
        let n_learned = bundle.learned.len();
        let left_out = 1.0 / procedure.folds.max(1) as f64;
        Self {
            program: env!("CARGO_PKG_VERSION"),
            recipe: &bundle.recipe.name,
            recipe_hash: short(&bundle.recipe.hash),
            data_hash: short(&bundle.data_hash),
            hash: subject.hash,
            short_hash: short(subject.hash),
            published: subject.published,
            synthetic: bundle.synthetic,
            contact: subject.contact,
            effort: &procedure.effort,
            seed: bundle.seed,
            folds_given: procedure.folds_given,
            clients: count(bundle.trained_on.rows),
            defaults: count(bundle.trained_on.defaults),
            default_rate: percent(rate, lang),
            good_rate: percent(1.0 - rate, lang),
            features: count(bundle.features.len()),
            learned: (n_learned > 0).then(|| count(n_learned)),
            holds_clients: holds_clients(bundle),
            protected: (n_protected > 0).then(|| count(n_protected)),
            protected_concepts: protected_concepts(bundle, lang),
            champion,
            champion_about,
            champion_is_readable: glass_box.is_some_and(|other| other.name == bundle.name),
            glass_box: glass_box.map(|other| words::candidate(&other.name, lang).0),
            glass_box_auc: glass_box
                .and_then(|other| standing(&other.name))
                .map(|standing| interval_of(standing.auc, standing.auc_interval, lang)),
            folds: count(procedure.folds),
            repeats: count(procedure.repeats),
            repeated: procedure.repeats > 1,
            learned_from: percent_whole(1.0 - left_out, lang),
            max_auc: number(procedure.max_auc, 2, lang),
            max_single_auc: number(procedure.max_single_auc, 2, lang),
            strongest: strongest(bundle, lang),
            auc: three(metrics.auc),
            auc_interval: interval(metrics.auc_interval, 3, lang),
            pairs: number(100.0 * metrics.auc, 0, lang),
            brier: four(metrics.brier),
            brier_of_rate: four(rate * (1.0 - rate)),
            cost: three(metrics.cost_per_client),
            cost_interval: interval(metrics.cost_interval, 3, lang),
            cost_of_granting_all: three(granting),
            cost_of_refusing_all: three(refusing),
            saved: (saved > 0.0).then(|| percent_whole(saved, lang)),
            cost_missed: plain(costs.missed_default, lang),
            cost_refused: plain(costs.refused_good, lang),
            cost_ratio: plain(costs.missed_default / costs.refused_good, lang),
            threshold: percent(policy.threshold, lang),
            ideal_threshold: percent(
                costs.refused_good / (costs.refused_good + costs.missed_default),
                lang,
            ),
            chosen: chosen(bundle).map(|row| Chosen {
                approved: percent(row.approved, lang),
                caught: percent(row.defaults_caught, lang),
                goods_refused: percent(row.goods_refused, lang),
            }),
            review: review(bundle, lang),
            calibration: words::calibration(&bundle.calibration, lang),
            calibration_error: percent(metrics.calibration_error, lang),
            calibrated: calibrated(bundle, lang),
            worst_tenth: worst_tenth(bundle).map(|share| percent_whole(share, lang)),
            leading: leading(bundle, lang),
            measured_on: count(evidence.importance.clients),
            adversarial_auc: metrics.adversarial_auc.map(three),
            adversarial_is_high: metrics.adversarial_auc.is_some_and(|auc| auc > 0.6),
            late: late(bundle, HoldoutKind::Time, lang),
            grouped: late(bundle, HoldoutKind::Group, lang),
            selects: procedure.effort.parse().is_ok_and(Effort::selects),
            selected: subject.selection.map(|selection| selected(selection, lang)),
        }
    }
}

/// A number without needless decimals.
fn plain(value: f64, lang: Lang) -> String {
    number(value, if value.fract() == 0.0 { 0 } else { 2 }, lang)
}

/// Enough of a hash to be told from any other.
fn short(hash: &str) -> &str {
    hash.get(..12).unwrap_or(hash)
}

fn protected_concepts(bundle: &Bundle, lang: Lang) -> String {
    let protected = bundle.features.iter().filter(|feature| feature.protected);
    let ids: BTreeSet<&str> = protected.map(|feature| feature.concept.as_str()).collect();
    let labels = ids
        .into_iter()
        .map(|id| uncapitalised(concept(bundle, id, lang)));
    labels.collect::<Vec<_>>().join(", ")
}

fn holds_clients(bundle: &Bundle) -> bool {
    let mut parts = bundle.learned.parts.iter();
    parts.any(|part| matches!(part, Part::Neighbours(_)))
}

fn strongest(bundle: &Bundle, lang: Lang) -> Option<Strongest> {
    let alone = bundle.evidence.procedure.strongest_alone.first()?;
    let label = match bundle.feature(&alone.feature) {
        Some(place) => capitalised(bundle.features[place].label.get(lang)),
        None => alone.feature.clone(),
    };
    Some(Strongest {
        label,
        auc: number(alone.auc, 3, lang),
    })
}

fn review(bundle: &Bundle, lang: Lang) -> Option<Review> {
    let policy = &bundle.policy;
    let [from, to] = policy.review;
    (from < to).then(|| Review {
        from: percent(from, lang),
        to: percent(to, lang),
        share: percent(bundle.metrics.review_share, lang),
        cost: plain(policy.cost_review, lang),
        accuracy: percent_whole(policy.reviewer_accuracy, lang),
        cost_with_reviews: number(bundle.metrics.cost_with_reviews, 3, lang),
    })
}

fn calibrated(bundle: &Bundle, lang: Lang) -> Option<[String; 2]> {
    let groups = &bundle.evidence.curves.reliability;
    let inside = groups
        .iter()
        .filter(|group| (group.interval[0]..=group.interval[1]).contains(&group.mean_probability));
    let counts = [inside.count(), groups.len()];
    (!groups.is_empty()).then(|| counts.map(|count| number(count as f64, 0, lang)))
}

fn worst_tenth(bundle: &Bundle) -> Option<f64> {
    let groups = &bundle.evidence.curves.reliability;
    let weighed = |clients: usize, rate: f64| clients as f64 * rate;
    let all: f64 = groups
        .iter()
        .map(|g| weighed(g.clients, g.default_rate))
        .sum();
    let last = groups.last()?;
    (all > 0.0).then(|| weighed(last.clients, last.default_rate) / all)
}

fn leading(bundle: &Bundle, lang: Lang) -> Option<String> {
    let ranked = ranked_concepts(bundle);
    let labels = ranked.iter().take(MOST_NAMED);
    let labels: Vec<String> = labels
        .map(|&(place, _)| uncapitalised(bundle.concepts[place].label.get(lang)))
        .collect();
    let (last, first) = labels.split_last()?;
    if first.is_empty() {
        return Some(last.clone());
    }
    let and = pick(lang, "et", "and");
    Some(format!("{} {and} {last}", first.join(", ")))
}

/// A label as it stands inside a sentence.
fn uncapitalised(label: &str) -> String {
    let mut letters = label.chars();
    match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => String::new(),
    }
}

fn late(bundle: &Bundle, kind: HoldoutKind, lang: Lang) -> Option<Late> {
    let mut holdouts = bundle.holdouts.iter();
    let holdout: &Holdout = holdouts.find(|holdout| holdout.kind == kind)?;
    Some(Late {
        clients: number(holdout.judged_on as f64, 0, lang),
        auc: number(holdout.auc, 3, lang),
        auc_interval: interval(holdout.auc_interval, 3, lang),
        auc_in_folds: number(holdout.auc_in_folds, 3, lang),
    })
}

fn selected(selection: &Selection, lang: Lang) -> Selected {
    let drifts = |verdict: &&Verdict| verdict.drift.is_some();
    let drifting = selection.verdicts.iter().filter(drifts).count();
    Selected {
        kept: number(selection.kept() as f64, 0, lang),
        of: number(selection.verdicts.len() as f64, 0, lang),
        drifting: number(drifting as f64, 0, lang),
        drifts: drifting > 0,
    }
}

//! A small invented model with all that documents tell of, and one with nothing of it. All numbers are made up.

use limpide_model::evidence::{Alone, ReliabilityGroup, RocPoint};
use limpide_model::{
    Bundle, Calibration, Column, Concept, Curves, Direction, Encoder, Evidence, Feature, GlassBox,
    Holdout, HoldoutKind, Imbalance, Importance, Kind, Learned, Metrics, Paired, Policy, Procedure,
    RecipeRef, Reference, Scorer, Sentence, Standing, Text, Theme, ThresholdRow, TrainedOn,
    Treatment, Unit, VennAbers,
};

fn words(fr: &str, en: &str) -> Text {
    Text {
        fr: fr.to_owned(),
        en: en.to_owned(),
    }
}

fn feature(name: &str, concept: &str, label: Text, protected: bool) -> Feature {
    Feature {
        name: name.to_owned(),
        kind: Kind::Number,
        label,
        values: Default::default(),
        concept: concept.to_owned(),
        unit: Unit::None,
        direction: Direction::None,
        actionable: false,
        protected,
    }
}

fn concept(id: &str, theme: &str, label: Text) -> Concept {
    Concept {
        id: id.to_owned(),
        theme: theme.to_owned(),
        label,
        raises: Sentence::default(),
        lowers: Sentence::default(),
        told_by: Vec::new(),
    }
}

fn standing(candidate: &str, auc: f64, cost: f64, difference: Option<f64>) -> Standing {
    Standing {
        candidate: candidate.to_owned(),
        auc,
        auc_interval: [auc - 0.02, auc + 0.02],
        ks: 0.38,
        average_precision: 0.24,
        cost_per_client: cost,
        cost_interval: [cost - 0.02, cost + 0.02],
        brier: 0.0678,
        log_loss: 0.2461,
        calibration_error: 0.0094,
        accuracy: 0.81,
        paired: difference.map(|difference| Paired {
            auc_difference: difference,
            standard_error: 0.001,
            corrected_standard_error: 0.0025,
            delong: Vec::new(),
            cost_difference: 0.01,
            cost_interval: [-0.01, 0.03],
        }),
    }
}

/// Eight in a hundred default, and the threshold of nine per cent costs least.
fn thresholds() -> Vec<ThresholdRow> {
    let rows = (0..=30).map(|step| {
        let threshold = f64::from(step) * 0.01;
        let caught = (1.0 - threshold * 3.6).max(0.0).powi(2);
        let refused = (1.0 - threshold * 3.6).max(0.0).powi(5);
        ThresholdRow {
            threshold,
            approved: 1.0 - 0.08 * caught - 0.92 * refused,
            defaults_caught: caught,
            goods_refused: refused,
            cost_per_client: 0.08 * 10.0 * (1.0 - caught) + 0.92 * refused,
        }
    });
    rows.collect()
}

fn curves() -> Curves {
    let roc = (0..=100).map(|step| {
        let rate = f64::from(step) / 100.0;
        RocPoint {
            false_positive_rate: rate,
            true_positive_rate: rate.powf(0.4),
        }
    });
    let groups = (1..=10).map(|group| {
        let mean_probability = 0.0026 * f64::from(group * group);
        let default_rate = mean_probability * if group % 2 == 0 { 1.1 } else { 0.9 };
        ReliabilityGroup {
            clients: 500,
            defaults: (500.0 * default_rate).round() as usize,
            mean_probability,
            default_rate,
            interval: [default_rate * 0.8, default_rate * 1.2 + 0.004],
        }
    });
    Curves {
        roc: roc.collect(),
        reliability: groups.collect(),
    }
}

/// A model with all that documents tell of.
pub fn bundle() -> Bundle {
    let thresholds = thresholds();
    let threshold = thresholds[9].threshold;
    let plain = bare();
    Bundle {
        metrics: Metrics {
            adversarial_auc: Some(0.534),
            ..plain.metrics
        },
        policy: Policy {
            threshold,
            review: [0.075, 0.115],
            ..plain.policy
        },
        thresholds,
        leaderboard: vec![
            standing("blend", 0.772, 0.502, None),
            standing("boosted", 0.769, 0.511, Some(-0.003)),
            standing("scorecard", 0.751, 0.528, Some(-0.021)),
            standing("dummy", 0.5, 0.8, Some(-0.272)),
        ],
        holdouts: vec![
            Holdout {
                kind: HoldoutKind::Time,
                column: "asked_on".to_owned(),
                trained_on: 4000,
                judged_on: 1000,
                defaults: 84,
                auc: 0.758,
                auc_interval: [0.712, 0.804],
                auc_in_folds: 0.769,
            },
            Holdout {
                kind: HoldoutKind::Group,
                column: "region".to_owned(),
                trained_on: 4010,
                judged_on: 990,
                defaults: 79,
                auc: 0.765,
                auc_interval: [0.719, 0.811],
                auc_in_folds: 0.77,
            },
        ],
        imbalance: [
            Treatment::None,
            Treatment::Weights,
            Treatment::Undersampling,
        ]
        .map(|treatment| Imbalance {
            treatment,
            candidate: "boosted".to_owned(),
            auc: 0.7681,
            brier: 0.0679,
            cost: 0.5104,
            calibration_error: 0.0096,
            bias: -0.0004,
        })
        .into(),
        glass_box: Some(GlassBox {
            name: "scorecard".to_owned(),
            scorer: Scorer::Dummy { log_odds: -2.4 },
            calibration: Calibration::Identity,
            interval: VennAbers::default(),
            threshold: 0.09,
        }),
        evidence: Evidence {
            procedure: Procedure {
                folds_given: true,
                repeats: 5,
                strongest_alone: vec![Alone {
                    feature: "rating".to_owned(),
                    auc: 0.721,
                }],
                ..plain.evidence.procedure
            },
            curves: curves(),
            importance: Importance {
                clients: 1667,
                features: vec![0.61, 0.33, 0.2, 0.05],
                concepts: vec![0.61, 0.42, 0.05],
            },
        },
        synthetic: false,
        ..plain
    }
}

/// A model with nothing that plots could be drawn of.
pub fn bare() -> Bundle {
    let features = vec![
        feature(
            "rating",
            "rating",
            words("la note externe", "external rating"),
            false,
        ),
        feature(
            "burden",
            "burden",
            words("la mensualité sur le revenu", "instalment to income"),
            false,
        ),
        feature("debt", "burden", words("la dette", "debt"), false),
        feature("age", "age", words("l’âge", "age"), true),
    ];
    let columns: Vec<Column> = (0..features.len())
        .map(|_| Column::Numbers(vec![1.0, f64::NAN, 2.0, 3.0]))
        .collect();
    let columns: Vec<&Column> = columns.iter().collect();
    let theme = |id: &str, fr: &str, en: &str| Theme {
        id: id.to_owned(),
        label: words(fr, en),
    };
    Bundle {
        hyperparameters: [
            ("trees.depth".to_owned(), 3.0),
            ("trees.rounds".to_owned(), 400.0),
        ]
        .into(),
        format: Bundle::FORMAT.to_owned(),
        version: Bundle::VERSION,
        name: "blend".to_owned(),
        recipe: RecipeRef {
            name: "invented".to_owned(),
            hash: "5f0c9e1a7b3d".repeat(5),
        },
        data_hash: "a4e27c80d916".repeat(5),
        seed: 7,
        synthetic: true,
        currency: "€".to_owned(),
        trained_on: TrainedOn {
            rows: 5000,
            defaults: 403,
        },
        learned: Learned::default(),
        concepts: vec![
            concept(
                "rating",
                "history",
                words("Notation externe", "External rating"),
            ),
            concept(
                "burden",
                "loan",
                words("Charge de la dette", "Burden of debt"),
            ),
            concept("age", "person", words("Âge", "Age")),
        ],
        themes: vec![
            theme("history", "Historique", "History"),
            theme("loan", "Prêt demandé", "Requested loan"),
            theme("person", "Situation", "Situation"),
        ],
        encoder: Encoder::fit(&columns, &[0, 1, 2, 3]),
        reference: Reference::describe(&columns, &[0, 1, 0, 0], 0.08),
        features,
        scorer: Scorer::Dummy { log_odds: -2.4 },
        calibration: Calibration::Platt {
            slope: 1.1,
            intercept: -0.05,
        },
        interval: VennAbers::default(),
        policy: Policy {
            cost_missed_default: 10.0,
            cost_refused_good: 1.0,
            cost_review: 0.2,
            reviewer_accuracy: 0.75,
            threshold: 0.09,
            review: [0.09, 0.09],
        },
        thresholds: Vec::new(),
        metrics: Metrics {
            auc: 0.772,
            auc_interval: [0.75, 0.794],
            gini: 0.544,
            ks: 0.41,
            average_precision: 0.262,
            brier: 0.0671,
            log_loss: 0.2418,
            accuracy: 0.786,
            calibration_error: 0.0083,
            cost_per_client: 0.502,
            cost_interval: [0.478, 0.527],
            cost_with_reviews: 0.489,
            review_share: 0.143,
            adversarial_auc: None,
        },
        leaderboard: Vec::new(),
        holdouts: Vec::new(),
        imbalance: Vec::new(),
        glass_box: None,
        evidence: Evidence {
            procedure: Procedure {
                effort: "quick".to_owned(),
                repeats: 1,
                folds: 5,
                folds_given: false,
                max_auc: 0.82,
                max_single_auc: 0.8,
                strongest_alone: Vec::new(),
            },
            ..Evidence::default()
        },
    }
}

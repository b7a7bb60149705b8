//! A small invented lender: eight features, six concepts, a bundle around any scorer.

use limpide_model::scorecard::{Characteristic, Scaling, Scorecard, Split, Tally};
use limpide_model::{
    Bundle, Calibration, Concept, Direction, EncodedColumn, Encoder, Ensemble, Evidence, Feature,
    FeatureReference, Kind, Learned, Metrics, Policy, RecipeRef, Reference, Scorer, Sentence,
    Source, Telling, Text, Theme, TrainedOn, Tree, Unit, Value, VennAbers,
};

fn text(fr: &str, en: &str) -> Text {
    Text {
        fr: fr.into(),
        en: en.into(),
    }
}

fn feature(
    name: &str,
    fr: &str,
    en: &str,
    concept: &str,
    unit: Unit,
    direction: Direction,
) -> Feature {
    Feature {
        name: name.into(),
        kind: Kind::Number,
        label: text(fr, en),
        concept: concept.into(),
        unit,
        direction,
        values: Default::default(),
        actionable: false,
        protected: false,
    }
}

/// Percentiles that run evenly from `low` to `high`.
fn even(low: f64, high: f64) -> FeatureReference {
    let quantiles: Vec<f64> = (0..=100)
        .map(|i| low + (high - low) * f64::from(i) / 100.0)
        .collect();
    FeatureReference {
        missing_share: 0.12,
        mean: (low + high) / 2.0,
        quantiles,
        categories: vec![],
    }
}

/// A bundle of eight features around a scorer over nine encoded columns.
pub fn bundle(scorer: Scorer) -> Bundle {
    let mut age = feature("age_days", "Âge", "Age", "age", Unit::Days, Direction::Up);
    age.protected = true;
    let mut housing = feature(
        "housing",
        "Logement",
        "Housing",
        "housing",
        Unit::None,
        Direction::None,
    );
    housing.kind = Kind::Category;
    let features = vec![
        feature(
            "rating_mean",
            "Notation externe moyenne",
            "Mean external rating",
            "rating",
            Unit::Score,
            Direction::Down,
        ),
        feature(
            "rating_min",
            "Notation externe la plus basse",
            "Lowest external rating",
            "rating",
            Unit::Score,
            Direction::Down,
        ),
        feature(
            "burden",
            "la mensualité rapportée au revenu",
            "repayment relative to income",
            "burden",
            Unit::Share,
            Direction::Up,
        ),
        feature(
            "job_days",
            "Ancienneté dans l’emploi",
            "Time in current job",
            "job",
            Unit::Days,
            Direction::Up,
        ),
        age,
        feature(
            "past_refusals",
            "les refus antérieurs",
            "Past refusals",
            "refusals",
            Unit::Count,
            Direction::Up,
        ),
        housing,
        feature(
            "amount",
            "Montant demandé",
            "Amount asked",
            "amount",
            Unit::Money,
            Direction::None,
        ),
    ];
    let number = |feature| EncodedColumn {
        feature,
        source: Source::Number,
    };
    let equals = |feature, category: &str| EncodedColumn {
        feature,
        source: Source::Equals(category.into()),
    };
    let columns = vec![
        number(0),
        number(1),
        number(2),
        number(3),
        number(4),
        number(5),
        equals(6, "Owner"),
        equals(6, "Tenant"),
        number(7),
    ];
    let concept = |id: &str, theme: &str, label: Text| Concept {
        id: id.into(),
        theme: theme.into(),
        label,
        raises: Sentence::default(),
        lowers: Sentence::default(),
        told_by: Vec::new(),
    };
    let telling = |feature: &str, says: Text, when: &[(&str, Text)]| Telling {
        feature: feature.into(),
        says: says.into(),
        when: when
            .iter()
            .map(|(value, text)| ((*value).to_owned(), text.clone().into()))
            .collect(),
    };
    let concepts = vec![
        Concept {
            told_by: vec![
                telling(
                    "rating_mean",
                    text(
                        "La notation externe moyenne est de {value} sur 1.",
                        "The mean external rating is {value} out of 1.",
                    ),
                    &[],
                ),
                telling(
                    "rating_min",
                    text(
                        "La notation externe la plus basse est de {value} sur 1",
                        "The lowest external rating is {value} out of 1",
                    ),
                    &[],
                ),
            ],
            ..concept(
                "rating",
                "history",
                text("Notation externe", "External rating"),
            )
        },
        Concept {
            raises: text(
                "Le poids des mensualités augmente le risque : {label} est de {value}",
                "The burden raises the risk: {label} is {value}",
            )
            .into(),
            ..concept(
                "burden",
                "loan",
                text("Poids des mensualités", "Repayment burden"),
            )
        },
        Concept {
            told_by: vec![telling(
                "job_days",
                text(
                    "L’emploi actuel ({value}, {comparison}) compte",
                    "The current job ({value}, {comparison}) counts",
                ),
                &[(
                    "missing",
                    text(
                        "Nous n’avons pas de date de début d’emploi",
                        "We have no start date for a job",
                    ),
                )],
            )],
            ..concept(
                "job",
                "income",
                text("Ancienneté dans l’emploi", "Time in current job"),
            )
        },
        concept("age", "person", text("Âge", "Age")),
        Concept {
            told_by: vec![telling(
                "past_refusals",
                text(
                    "{value} demandes ont été refusées",
                    "{value} requests were refused",
                ),
                &[(
                    "0",
                    text("Aucune demande n’a été refusée", "No request was refused"),
                )],
            )],
            ..concept(
                "refusals",
                "history",
                text("Refus antérieurs", "Past refusals"),
            )
        },
        concept("housing", "person", text("Logement", "Housing")),
        // No concept "amount": a feature may name one that the recipe does not describe.
    ];
    let theme = |id: &str, fr: &str, en: &str| Theme {
        id: id.into(),
        label: text(fr, en),
    };
    let mut refusals = even(0.0, 0.0);
    refusals.quantiles = (0..=100).map(|i| f64::from((i - 58).max(0) / 7)).collect();
    let housing = FeatureReference {
        missing_share: 0.0,
        quantiles: vec![],
        mean: 0.0,
        categories: vec![("Owner".into(), 0.62), ("Tenant".into(), 0.3)],
    };
    Bundle {
        format: Bundle::FORMAT.into(),
        version: Bundle::VERSION,
        name: "invented".into(),
        recipe: RecipeRef::default(),
        data_hash: String::new(),
        seed: 1,
        synthetic: true,
        currency: "€".into(),
        trained_on: TrainedOn {
            rows: 1000,
            defaults: 80,
        },
        learned: Learned::default(),
        encoder: Encoder { columns },
        scorer,
        hyperparameters: Default::default(),
        calibration: Calibration::Platt {
            slope: 1.1,
            intercept: 0.05,
        },
        interval: VennAbers::default(),
        policy: Policy {
            cost_missed_default: 10.0,
            cost_refused_good: 1.0,
            cost_review: 0.2,
            reviewer_accuracy: 0.75,
            threshold: 0.11,
            review: [0.11, 0.11],
        },
        thresholds: Vec::new(),
        metrics: Metrics {
            auc: 0.75,
            auc_interval: [0.73, 0.77],
            gini: 0.5,
            ks: 0.38,
            average_precision: 0.24,
            brier: 0.07,
            log_loss: 0.25,
            accuracy: 0.8,
            calibration_error: 0.01,
            cost_per_client: 0.5,
            cost_interval: [0.45, 0.55],
            cost_with_reviews: 0.48,
            review_share: 0.05,
            adversarial_auc: None,
        },
        leaderboard: vec![],
        holdouts: Vec::new(),
        imbalance: Vec::new(),
        glass_box: None,
        reference: Reference {
            features: vec![
                even(0.1, 0.9),
                even(0.0, 0.8),
                even(0.05, 0.4),
                even(-8000.0, -60.0),
                even(-25_000.0, -7_500.0),
                refusals,
                housing,
                even(2_000.0, 60_000.0),
            ],
            default_rate: 0.08,
            mean_probability: 0.081,
        },
        evidence: Evidence::default(),
        features,
        concepts,
        themes: vec![
            theme("history", "Historique de crédit", "Credit history"),
            theme("loan", "Prêt demandé", "Loan asked"),
            theme("income", "Revenus et emploi", "Income and job"),
            theme("person", "Situation", "Situation"),
        ],
    }
}

/// Trees that test every column, with an interaction of the two housing columns and a burden twice on a path.
pub fn trees() -> Scorer {
    let split = |column: u32, threshold: f32, left: f64, right: f64, cover: [f64; 2]| Tree {
        feature: vec![column],
        threshold: vec![threshold],
        default_left: vec![1],
        left: vec![-1],
        right: vec![-2],
        value: vec![left, right],
        cover: cover.to_vec(),
    };
    let housing = Tree {
        feature: vec![6, 7],
        threshold: vec![0.5, 0.5],
        default_left: vec![1, 1],
        left: vec![1, -2],
        right: vec![-1, -3],
        value: vec![-0.12, 0.05, 0.15],
        cover: vec![620.0, 80.0, 300.0],
    };
    let burden = Tree {
        feature: vec![2, 0, 2],
        threshold: vec![0.25, 0.4, 0.35],
        default_left: vec![0, 1, 0],
        left: vec![-1, -2, -3],
        right: vec![1, 2, -4],
        value: vec![-0.1, 0.35, 0.1, 0.3],
        cover: vec![550.0, 150.0, 200.0, 100.0],
    };
    let trees = [
        split(0, 0.3, 0.5, -0.2, [250.0, 750.0]),
        split(1, 0.2, 0.2, -0.1, [300.0, 700.0]),
        burden,
        split(3, -1000.0, -0.1, 0.3, [850.0, 150.0]),
        split(4, -14_000.0, -0.05, 0.1, [600.0, 400.0]),
        split(5, 0.5, -0.25, 0.4, [600.0, 400.0]),
        housing,
    ];
    Scorer::Trees(Ensemble::from_trees(-2.3, &trees).unwrap())
}

/// A scorecard of a number and of the housing, which two columns stand for.
pub fn scorecard() -> Scorer {
    let characteristic = |split, tallies: &[(usize, usize)], coefficient| {
        let tally = |&(rows, events)| Tally { rows, events };
        let tallies: Vec<Tally> = tallies.iter().map(tally).collect();
        let mut fitted = Characteristic::new(split, &tallies, 1);
        fitted.coefficient = coefficient;
        fitted
    };
    let rating = Split::Numbers {
        column: 0,
        bounds: vec![0.3, 0.5],
        special: vec![],
    };
    let housing = Split::Categories {
        columns: vec![6, 7],
        bins: vec![0, 1],
    };
    Scorer::Scorecard(Scorecard {
        intercept: -2.3,
        scaling: Scaling::default(),
        characteristics: vec![
            characteristic(rating, &[(300, 60), (300, 30), (300, 15), (100, 9)], 0.9),
            characteristic(housing, &[(700, 50), (250, 50), (50, 4)], 0.7),
        ],
    })
}

/// The client of the target pictures: weak rating, short job, no refusal, owner.
pub fn client() -> Vec<Value> {
    vec![
        Value::Number(0.21),
        Value::Number(0.1),
        Value::Number(0.31),
        Value::Number(-425.0),
        Value::Number(-12_600.0),
        Value::Number(0.0),
        Value::Category("Owner".into()),
        Value::Number(24_000.0),
    ]
}

//! A small model over the invented clients: a logistic regression with round weights.

use limpide_model::{
    Bundle, Calibration, Column, Concept, Dataset, Encoder, Evidence, Learned, LinearTerm,
    Logistic, Metrics, Policy, RecipeRef, Reference, Scorer, Source, Text, Theme, TrainedOn,
    VennAbers,
};

use super::clients::{Made, Shape, made};
use super::{CLIENTS, text};

fn mean_and_deviation(values: &[f64]) -> (f64, f64) {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let squares = values
        .iter()
        .map(|value| (value - mean).powi(2))
        .sum::<f64>();
    (mean, (squares / values.len() as f64).sqrt())
}

fn term(made: &Made, column: &Column, source: &Source) -> LinearTerm {
    let (mean, weight, high) = match (column, source) {
        (Column::Numbers(values), _) => {
            let (mean, deviation) = mean_and_deviation(values);
            (mean, made.weight / deviation, 1e12)
        }
        (Column::Categories(values), Source::Equals(word)) => {
            let Shape::Words(words) = made.shape else {
                panic!("no words")
            };
            let share = values
                .iter()
                .filter(|value| value.as_deref() == Some(word))
                .count() as f64
                / values.len() as f64;
            let weight = words
                .iter()
                .find(|(known, _)| known == word)
                .map_or(0.0, |(_, weight)| *weight);
            (share, weight, 1.0)
        }
        (Column::Categories(_), Source::Number) => panic!("a category is no number"),
    };
    LinearTerm {
        fill: mean,
        low: -1e12,
        high,
        mean,
        weight,
        missing_mean: 0.0,
        missing_weight: 0.0,
    }
}

fn concepts() -> Vec<Concept> {
    let concept = |id: &str, theme: &str, label: Text, raises: Text, lowers: Text| Concept {
        id: id.to_owned(),
        theme: theme.to_owned(),
        label,
        raises: raises.into(),
        lowers: lowers.into(),
        told_by: Vec::new(),
    };
    let none = Text::default;
    let mut all = vec![
        concept(
            "rating",
            "history",
            text("Notation de crédit externe", "External credit rating"),
            text(
                "Notation de crédit externe de {value}, {comparison}",
                "External credit rating of {value}, {comparison}",
            ),
            text(
                "Notation de crédit externe de {value}, {comparison}",
                "External credit rating of {value}, {comparison}",
            ),
        ),
        concept(
            "burden",
            "loan",
            text("Mensualité / revenu", "Repayment / income"),
            none(),
            none(),
        ),
        concept(
            "job",
            "work",
            text("Ancienneté dans l’emploi", "Years in current job"),
            none(),
            none(),
        ),
        concept("age", "person", text("Âge", "Age"), none(), none()),
        concept(
            "refusals",
            "history",
            text("Refus antérieurs", "Past refusals"),
            none(),
            none(),
        ),
        concept(
            "home",
            "person",
            text("Propriétaire du logement", "Own home"),
            none(),
            none(),
        ),
        concept("income", "work", text("Revenu", "Income"), none(), none()),
        concept(
            "amount",
            "loan",
            text("Montant du prêt", "Loan amount"),
            none(),
            none(),
        ),
        concept(
            "duration",
            "loan",
            text("Durée du prêt", "Loan duration"),
            none(),
            none(),
        ),
        concept(
            "late",
            "history",
            text("Échéances en retard", "Late instalments"),
            none(),
            none(),
        ),
        concept(
            "loans",
            "history",
            text("Prêts en cours", "Loans in progress"),
            none(),
            none(),
        ),
        concept(
            "family",
            "person",
            text("Famille", "Family"),
            none(),
            none(),
        ),
        concept(
            "work",
            "work",
            text("Profession", "Occupation"),
            none(),
            none(),
        ),
        concept(
            "product",
            "loan",
            text("Type de prêt", "Loan type"),
            none(),
            none(),
        ),
    ];
    // The first of them tells the client in other words.
    all[0].raises.you = Some(text(
        "Votre notation de crédit externe est de {value}, {comparison}",
        "Your external credit rating is {value}, {comparison}",
    ));
    all[0].lowers.you = all[0].raises.you.clone();
    all
}

pub fn bundle(dataset: &Dataset) -> Bundle {
    let made = made();
    let rows: Vec<usize> = (0..dataset.clients.len()).collect();
    let encoder = Encoder::fit(&dataset.column_refs(), &rows);
    let terms = encoder
        .columns
        .iter()
        .map(|column| {
            term(
                &made[column.feature],
                &dataset.columns[column.feature],
                &column.source,
            )
        })
        .collect();
    let theme = |id: &str, fr: &str, en: &str| Theme {
        id: id.to_owned(),
        label: text(fr, en),
    };
    Bundle {
        format: Bundle::FORMAT.to_owned(),
        version: Bundle::VERSION,
        name: "invented".to_owned(),
        recipe: RecipeRef {
            name: "invented".to_owned(),
            hash: "0".repeat(64),
        },
        data_hash: "0".repeat(64),
        seed: 7,
        synthetic: true,
        currency: "€".to_owned(),
        trained_on: TrainedOn {
            rows: CLIENTS,
            defaults: CLIENTS / 12,
        },
        features: dataset.features.clone(),
        learned: Learned::default(),
        concepts: concepts(),
        themes: vec![
            theme("history", "Historique de crédit", "Credit history"),
            theme("loan", "Prêt demandé", "Loan requested"),
            theme("work", "Revenus et emploi", "Income and job"),
            theme("person", "Situation", "Situation"),
        ],
        encoder,
        scorer: Scorer::Logistic(Logistic {
            intercept: -2.43,
            terms,
        }),
        hyperparameters: Default::default(),
        calibration: Calibration::Identity,
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
        leaderboard: Vec::new(),
        holdouts: Vec::new(),
        imbalance: Vec::new(),
        glass_box: None,
        reference: Reference::describe(&dataset.column_refs(), &dataset.labels, 0.08),
        evidence: Evidence::default(),
    }
}

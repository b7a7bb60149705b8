//! Invented trainings, and an invented report on the portfolio's rows.

use limpide_web::RowsError;
use limpide_web::quality::{
    ColumnKnown, FileRead, PortfolioQuality, QualityFinding, QualityReport, RowFound, Severity,
    Treatment,
};
use limpide_web::runs::{Data, FoundRun, Outcome, Run, Status, WorkspaceRuns};
use serde_json::{Map, Value, json};

use super::text;

/// Runs in memory, the latest first.
pub struct InventedRuns(pub Vec<FoundRun>);

impl WorkspaceRuns for InventedRuns {
    fn runs(&self) -> Result<Vec<FoundRun>, RowsError> {
        Ok(self.0.clone())
    }

    fn run(&self, id: &str) -> Result<Option<FoundRun>, RowsError> {
        Ok(self.0.iter().find(|found| found.id == id).cloned())
    }
}

/// The run whose model is in force, an older one, one that failed and one that cannot be read.
pub fn runs(in_force: &str) -> InventedRuns {
    let latest = run("20261120T101500Z", "thorough", 2, 0.7861, in_force);
    let mut older = run("20261102T081500Z", "quick", 1, 0.7712, &"b".repeat(64));
    older.data.portfolio = "d".repeat(64);
    let mut failed = run("20261101T070000Z", "quick", 1, 0.0, "");
    failed.status = Status::Failed;
    failed.error = Some("the feature <i>late_share</i> alone reaches AUC 0.81".to_owned());
    failed.result = None;
    InventedRuns(vec![
        found(latest),
        FoundRun {
            id: "20261110T000000Z".to_owned(),
            run: Err("run.json: expected value at line 1 column 1".to_owned()),
        },
        found(older),
        found(failed),
    ])
}

pub fn found(run: Run) -> FoundRun {
    FoundRun {
        id: run.id.clone(),
        run: Ok(run),
    }
}

pub fn run(id: &str, effort: &str, seed: u32, auc: f64, bundle: &str) -> Run {
    let end = format!(
        "{}-{}-{}T{}:{}:{}Z",
        &id[..4],
        &id[4..6],
        &id[6..8],
        &id[9..11],
        &id[11..13],
        &id[13..15]
    );
    let line = |candidate: &str, auc: f64, paired: Value| {
        object(json!({
            "candidate": candidate, "auc": auc, "auc_interval": [auc - 0.012, auc + 0.012],
            "cost_per_client": 1.3 - auc, "brier": 0.0675, "calibration_error": 0.0034,
            "paired": paired, "seconds": 36.5,
        }))
    };
    let apart = json!({"auc_difference": -0.0018, "corrected_standard_error": 0.0019});
    Run {
        format: Run::FORMAT.to_owned(),
        version: Run::VERSION,
        id: id.to_owned(),
        status: Status::Finished,
        error: None,
        who: "ada".to_owned(),
        start: end.clone(),
        end,
        seconds: 93.4,
        parameters: [
            ("effort".to_owned(), json!(effort)),
            ("seed".to_owned(), json!(seed)),
            ("version".to_owned(), json!("0.1.0")),
        ]
        .into(),
        data: Data {
            portfolio: "a".repeat(64),
            matrix: "c".repeat(64),
            recipe: "invented".to_owned(),
            recipe_hash: "e".repeat(64),
            folds: None,
            synthetic: true,
            clients: 20_000,
            defaults: 1_614,
            features: 768,
        },
        result: Some(Outcome {
            champion: "blend".to_owned(),
            bundle: bundle.to_owned(),
            published: true,
            features: 412,
            metrics: object(json!({
                "auc": auc, "auc_interval": [auc - 0.012, auc + 0.012], "gini": 2.0 * auc - 1.0,
                "ks": 0.437, "brier": 0.0675, "calibration_error": 0.0034,
                "cost_per_client": 1.3 - auc, "adversarial_auc": null,
            })),
            policy: object(json!({
                "cost_missed_default": 10.0, "cost_refused_good": 1.0, "threshold": 0.097,
                "review": [0.08, 0.11],
            })),
            leaderboard: vec![
                line("blend", auc, Value::Null),
                line("boosted", auc - 0.0018, apart),
            ],
            hyperparameters: json!({"trees.depth": 4.0, "trees.eta": 0.05}),
        }),
        artefacts: vec!["leaderboard.csv".to_owned(), "roc.svg".to_owned()],
    }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        other => unreachable!("{other}"),
    }
}

/// A report on rows in memory.
pub struct InventedQuality(pub Option<QualityReport>);

impl PortfolioQuality for InventedQuality {
    fn report(&self) -> Result<Option<QualityReport>, RowsError> {
        Ok(self.0.clone())
    }
}

/// A finding of each severity, one that found nothing, and 60 columns.
pub fn quality() -> InventedQuality {
    let finding = |severity, rule: &str, fr: &str, en: &str, rows, treatment| QualityFinding {
        severity,
        table: "loans".to_owned(),
        column: None,
        rule: rule.to_owned(),
        label: text(fr, en),
        rows,
        share: rows as f64 / 100_000.0,
        treatment,
        examples: Vec::new(),
    };
    let negative = QualityFinding {
        table: "application".to_owned(),
        column: Some("income".to_owned()),
        examples: vec![RowFound {
            file: "application.csv".to_owned(),
            row: 17,
            client: Some(super::SHOWN),
        }],
        ..finding(
            Severity::Error,
            "income_not_positive",
            "revenu nul ou négatif",
            "income zero or negative",
            3,
            Treatment::KeptUnlessStrict,
        )
    };
    let columns = (0..60).map(|place| ColumnKnown {
        table: if place < 20 { "application" } else { "loans" }.to_owned(),
        column: format!("column_{place:02}"),
        missing: place * 100,
        missing_share: place as f64 / 100.0,
    });
    InventedQuality(Some(QualityReport {
        recipe: "invented".to_owned(),
        portfolio: "a".repeat(64),
        findings: vec![
            negative,
            finding(
                Severity::Warning,
                "orphans",
                "lignes sans client connu",
                "rows whose client is not known",
                1_204,
                Treatment::RowsUnread,
            ),
            finding(
                Severity::Note,
                "constant",
                "colonne d’une seule valeur",
                "column of one value only",
                100_000,
                Treatment::Kept,
            ),
            finding(
                Severity::Warning,
                "repeated",
                "lignes répétées",
                "rows that repeat another",
                0,
                Treatment::Kept,
            ),
        ],
        columns: columns.collect(),
        files: vec![FileRead {
            name: "application".to_owned(),
            rows: 20_000,
            columns: 20,
            missing_share: 0.104,
            set_to_missing: [("365243".to_owned(), 3_512)].into(),
        }],
        absent: vec!["bureau".to_owned()],
    }))
}

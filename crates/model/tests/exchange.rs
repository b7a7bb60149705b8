//! Models go to XGBoost and come from it with the same predictions, asked of XGBoost itself
//! (tests/golden/xgboost_exchange.py); `LIMPIDE_PYTHON` names a Python that has it.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use limpide_model::export::xgboost;
use limpide_model::import::Foreign;
use limpide_model::{
    Column, Dataset, Direction, Ensemble, Error, Feature, Kind, LinearTerm, Logistic, Part, Scorer,
    Text, Unit,
};
use serde::Deserialize;
use serde_json::Value;

/// What a probability may differ by: XGBoost sums leaves as f32.
const PROBABILITY: f64 = 1e-6;

#[derive(Deserialize)]
struct Said {
    names: Vec<String>,
    #[serde(default)]
    rows: Vec<Vec<Option<f32>>>,
    margins: Vec<f64>,
    probabilities: Vec<f64>,
}

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/golden")
        .join(name)
}

/// A Python with XGBoost, or why there is none.
fn python() -> Result<String, String> {
    let python = env::var("LIMPIDE_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let tried = Command::new(&python)
        .args(["-c", "import xgboost"])
        .output();
    if tried.is_ok_and(|output| output.status.success()) {
        return Ok(python);
    }
    assert!(env::var_os("CI").is_none(), "{python} has no xgboost");
    Err(format!(
        "SKIPPED: {python} has no xgboost; LIMPIDE_PYTHON may name a Python that has it"
    ))
}

/// Asks XGBoost, and gives what it wrote into the last file named.
fn ask(python: &str, arguments: &[&Path], verb: &str) -> Said {
    let ran = Command::new(python)
        .arg(golden("xgboost_exchange.py"))
        .arg(verb)
        .args(arguments)
        .output()
        .unwrap();
    assert!(
        ran.status.success(),
        "{}",
        String::from_utf8_lossy(&ran.stderr)
    );
    let out = arguments.last().unwrap();
    serde_json::from_slice(&fs::read(out).unwrap()).unwrap()
}

fn ensembles() -> [Ensemble; 2] {
    let lightgbm = fs::read_to_string(golden("lightgbm_model.txt")).unwrap();
    [
        Ensemble::from_xgboost_json(&fs::read(golden("xgboost_model.json")).unwrap()).unwrap(),
        Ensemble::from_lightgbm_text(&lightgbm).unwrap(),
    ]
}

/// Models that XGBoost can hold: each learner's trees, a blend of them, and none.
fn scorers() -> Vec<Scorer> {
    let [a, b] = ensembles().map(Scorer::Trees);
    let part = |weight: f64, scorer: &Scorer| Part {
        weight,
        scorer: scorer.clone(),
    };
    let dummy = Scorer::Dummy { log_odds: -2.4 };
    let blend = Scorer::Blend(vec![part(0.3, &a), part(0.6, &b), part(0.1, &dummy)]);
    vec![a, b, blend, dummy]
}

fn names() -> Vec<String> {
    (0..12)
        .map(|column| format!("FEATURE_{column}=a < b [c]"))
        .collect()
}

fn rows() -> Vec<Vec<Option<f64>>> {
    let golden: Value =
        serde_json::from_slice(&fs::read(golden("contributions.json")).unwrap()).unwrap();
    serde_json::from_value(golden["rows"].clone()).unwrap()
}

fn encoded(row: &[Option<f64>]) -> Vec<f32> {
    let number = |value: &Option<f64>| value.map_or(f32::NAN, |value| value as f32);
    row.iter().map(number).collect()
}

fn probability(margin: f64) -> f64 {
    1.0 / (1.0 + (-margin).exp())
}

#[test]
fn what_is_written_reads_back_to_the_same_predictions() {
    for scorer in scorers() {
        let json = xgboost::scorer(&scorer, &names()).unwrap();
        let back = Ensemble::from_xgboost_json(&json).unwrap();
        for row in rows().iter().map(|row| encoded(row)) {
            let (found, wanted) = (back.margin(&row), scorer.margin(&row));
            assert!(
                (probability(found) - probability(wanted)).abs() <= PROBABILITY,
                "{found} {wanted}"
            );
        }
    }
}

#[test]
fn xgboost_predicts_the_same_from_what_is_written() {
    let python = match python() {
        Ok(python) => python,
        Err(reason) => return eprintln!("{reason}"),
    };
    let folder = tempfile::tempdir().unwrap();
    let [model, asked, out] =
        ["model.json", "rows.json", "out.json"].map(|n| folder.path().join(n));
    fs::write(&asked, serde_json::to_vec(&rows()).unwrap()).unwrap();
    for scorer in scorers() {
        fs::write(&model, xgboost::scorer(&scorer, &names()).unwrap()).unwrap();
        let said = ask(&python, &[&model, &asked, &out], "predict");
        assert_eq!(
            said.names[3], "FEATURE_3=a _ b _c_",
            "signs that XGBoost refuses"
        );
        assert_eq!(said.margins.len(), rows().len());
        for (row, found) in rows().iter().zip(&said.probabilities) {
            let wanted = probability(scorer.margin(&encoded(row)));
            assert!((found - wanted).abs() <= PROBABILITY, "{found} {wanted}");
        }
    }
}

#[test]
fn a_model_that_xgboost_trained_on_named_columns_predicts_the_same_here() {
    let python = match python() {
        Ok(python) => python,
        Err(reason) => return eprintln!("{reason}"),
    };
    let folder = tempfile::tempdir().unwrap();
    let [model, out] = ["model.json", "out.json"].map(|name| folder.path().join(name));
    let said = ask(&python, &[&model, &out], "train");
    let dataset = dataset(&said.rows);
    let bound = Foreign::read(&fs::read(&model).unwrap())
        .unwrap()
        .bind(&dataset)
        .unwrap();
    let all: Vec<usize> = (0..dataset.len()).collect();
    let margins = bound.margins(&dataset, &all);
    assert!(said.names.contains(&"KIND=Commercial associate".to_owned()));
    for ((margin, wanted), probable) in margins.iter().zip(&said.margins).zip(&said.probabilities) {
        assert!((margin - wanted).abs() <= 4e-6, "{margin} {wanted}");
        assert!((probability(*margin) - probable).abs() <= PROBABILITY);
    }
}

/// The clients that the columns AMOUNT, KIND=Commercial associate, RATIO, KIND=Other describe,
/// their features in another order.
fn dataset(rows: &[Vec<Option<f32>>]) -> Dataset {
    let numbers = |place: usize| {
        let values = rows.iter().map(|row| row[place]);
        Column::Numbers(
            values
                .map(|value| value.map_or(f64::NAN, f64::from))
                .collect(),
        )
    };
    let kind = |row: &Vec<Option<f32>>| match (row[1], row[3]) {
        (Some(1.0), _) => Some("Commercial associate".to_owned()),
        (_, Some(1.0)) => Some("Other".to_owned()),
        _ => None,
    };
    Dataset {
        clients: (0..rows.len() as i64).collect(),
        labels: vec![0; rows.len()],
        features: vec![
            feature("KIND", Kind::Category),
            feature("RATIO", Kind::Number),
            feature("AMOUNT", Kind::Number),
        ],
        columns: vec![
            Column::Categories(rows.iter().map(kind).collect()),
            numbers(2),
            numbers(0),
        ],
        unlabelled: Vec::new(),
        learned: Vec::new(),
        details: Vec::new(),
    }
}

fn feature(name: &str, kind: Kind) -> Feature {
    Feature {
        name: name.to_owned(),
        kind,
        label: Text::default(),
        values: std::collections::BTreeMap::new(),
        concept: String::new(),
        unit: Unit::None,
        direction: Direction::None,
        actionable: false,
        protected: false,
    }
}

/// A LightGBM model of one tree that splits on its second column of three.
fn lightgbm(names: &str) -> String {
    format!(
        "tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nlabel_index=0\n\
         max_feature_idx=2\nobjective=binary sigmoid:1\nfeature_names={names}\n\n\
         Tree=0\nnum_leaves=2\nnum_cat=0\nsplit_feature=1\nsplit_gain=1\nthreshold=0.5\n\
         decision_type=2\nleft_child=-1\nright_child=-2\nleaf_value=-0.25 0.75\n\
         leaf_weight=1 1\nleaf_count=5 5\ninternal_value=0\ninternal_weight=0\n\
         internal_count=10\nis_linear=0\nshrinkage=1\n\n\nend of trees\n"
    )
}

#[test]
fn columns_are_found_by_whatever_other_programs_make_of_their_names() {
    let rows: Vec<Vec<Option<f32>>> = vec![
        vec![None, Some(1.0), Some(0.0), Some(0.0)],
        vec![Some(1.0), Some(0.0), Some(2.0), Some(1.0)],
    ];
    let dataset = dataset(&rows);
    let margins = |name: &str| {
        let text = lightgbm(&format!("id {name} unused"));
        let bound = Foreign::read(text.as_bytes()).unwrap().bind(&dataset);
        bound.map(|bound| bound.margins(&dataset, &[0, 1]))
    };
    for name in [
        "KIND=Commercial_associate",
        "KIND_Commercial_associate",
        "KIND_Commercial.associate",
    ] {
        assert_eq!(margins(name).unwrap(), [0.75, -0.25], "{name}");
    }
    assert_eq!(margins("RATIO").unwrap(), [-0.25, 0.75]);
    assert_eq!(
        margins("KIND=Nobody").unwrap(),
        [-0.25, -0.25],
        "no client has it"
    );
    for (name, said) in [
        ("KIND", "it is a category here"),
        ("RATI", "no feature has this name"),
        ("KIND_Nobody", "no feature has this name"),
    ] {
        let error = margins(name).unwrap_err();
        let Error::ForeignColumn { column, .. } = &error else {
            panic!("{error}");
        };
        assert!(
            *column == name && error.to_string().contains(said),
            "{error}"
        );
    }
}

#[test]
fn what_is_no_model_or_has_no_names_is_refused_in_words() {
    let dataset = dataset(&[vec![None; 4], vec![None; 4]]);
    let whole = lightgbm("a RATIO b");
    let cut = whole.replace("end of trees", "");
    let unnamed = fs::read(golden("xgboost_model.json")).unwrap();
    for (bytes, said) in [
        (&b"binf\x00\xff"[..], "begins neither"),
        (b"{\xff", "binary form"),
        (b"{}", "learner"),
        (b"", "begins neither"),
        (cut.as_bytes(), "ends before its trees do"),
        (&unnamed, "it names 0 columns"),
    ] {
        let error = Foreign::read(bytes).and_then(|foreign| foreign.bind(&dataset));
        let error = error.unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
    }
}

#[test]
fn a_model_with_a_regression_in_it_is_not_written() {
    let term = LinearTerm {
        fill: 0.0,
        low: 0.0,
        high: 1.0,
        mean: 0.5,
        weight: 1.0,
        missing_mean: 0.0,
        missing_weight: 0.0,
    };
    let logistic = Scorer::Logistic(Logistic {
        intercept: 0.0,
        terms: vec![term],
    });
    let blend = Scorer::Blend(vec![Part {
        weight: 1.0,
        scorer: logistic,
    }]);
    let error = xgboost::scorer(&blend, &names()).unwrap_err();
    assert!(matches!(error, Error::Export { .. }));
    assert!(error.to_string().contains("no sum of trees"), "{error}");
}

//! A bundle written, read back, and handed rows.
#![allow(clippy::unwrap_used)]

use limpide_model::*;

fn feature(name: &str, kind: Kind, unit: Unit) -> Feature {
    Feature {
        name: name.to_owned(),
        kind,
        label: Text {
            fr: format!("{name} (fr)"),
            en: name.to_owned(),
        },
        concept: "situation".to_owned(),
        unit,
        direction: Direction::Up,
        values: Default::default(),
        actionable: true,
        protected: false,
    }
}

fn dataset() -> Dataset {
    let n = 60;
    let incomes = (0..n)
        .map(|row| {
            if row % 7 == 0 {
                f64::NAN
            } else {
                f64::from(row) * 0.1
            }
        })
        .collect();
    let trades = (0..n)
        .map(|row| [Some("baker"), Some("smith"), None][row as usize % 3].map(str::to_owned))
        .collect();
    Dataset {
        clients: (0..i64::from(n)).collect(),
        features: vec![
            feature("income", Kind::Number, Unit::Money),
            feature("trade", Kind::Category, Unit::None),
            feature("owner", Kind::Number, Unit::Flag),
        ],
        columns: vec![
            Column::Numbers(incomes),
            Column::Categories(trades),
            Column::Numbers((0..n).map(|row| f64::from(row % 2)).collect()),
        ],
        labels: (0..n).map(|row| u8::from(row % 5 == 0)).collect(),
        unlabelled: Vec::new(),
        ..Dataset::default()
    }
}

fn bundle() -> Bundle {
    let dataset = dataset();
    let rows: Vec<usize> = (0..dataset.len()).collect();
    let tree = Tree {
        feature: vec![0, 1],
        threshold: vec![2.1, 0.5],
        default_left: vec![1, 0],
        left: vec![1, -1],
        right: vec![-3, -2],
        value: vec![0.1, -0.2, 0.3],
        cover: vec![10.0, 20.0, 30.0],
    };
    let metrics = Metrics {
        auc: 0.7,
        auc_interval: [0.65, 0.75],
        gini: 0.4,
        ks: 0.3,
        average_precision: 0.2,
        brier: 0.1,
        log_loss: 0.3,
        accuracy: 0.8,
        calibration_error: 0.01,
        cost_per_client: 0.5,
        cost_interval: [0.45, 0.55],
        cost_with_reviews: 0.48,
        review_share: 0.05,
        adversarial_auc: None,
    };
    Bundle {
        format: Bundle::FORMAT.to_owned(),
        version: Bundle::VERSION,
        name: "boosted".to_owned(),
        recipe: RecipeRef {
            name: "invented".to_owned(),
            hash: "00".to_owned(),
        },
        data_hash: "11".to_owned(),
        seed: 1,
        synthetic: true,
        currency: "€".to_owned(),
        trained_on: TrainedOn {
            rows: 60,
            defaults: 12,
        },
        features: dataset.features.clone(),
        learned: Learned::default(),
        concepts: Vec::new(),
        themes: Vec::new(),
        encoder: Encoder::fit(&dataset.column_refs(), &rows),
        scorer: Scorer::Trees(Ensemble::from_trees(-1.5, &[tree]).unwrap()),
        hyperparameters: Default::default(),
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
            threshold: 0.2,
            review: [0.18, 0.23],
        },
        thresholds: Vec::new(),
        metrics,
        leaderboard: Vec::new(),
        holdouts: Vec::new(),
        imbalance: Vec::new(),
        glass_box: None,
        reference: Reference::describe(&dataset.column_refs(), &dataset.labels, 0.2),
        evidence: Evidence::default(),
    }
}

fn row(json: &str) -> Result<Vec<Value>> {
    bundle().row_from_json(&serde_json::from_str(json).unwrap())
}

#[test]
fn a_bundle_read_back_is_the_same_to_the_last_bit() {
    let bundle = bundle();
    let bytes = bundle.to_bytes().unwrap();
    let back = Bundle::from_bytes(&bytes).unwrap();
    assert_eq!(back, bundle);
    assert_eq!(back.to_bytes().unwrap(), bytes);
    assert_eq!(back.hash().unwrap(), bundle.hash().unwrap());
    assert_eq!(bundle.hash().unwrap().len(), 64);
}

#[test]
fn a_strangers_file_is_refused_in_plain_words() {
    let refused = |bytes: &[u8]| Bundle::from_bytes(bytes).unwrap_err().to_string();
    assert!(refused(b"PK\x03\x04").starts_with("not a Limpide bundle: no JSON object"));
    assert_eq!(refused(b"{}"), "not a Limpide bundle: it names no format");
    assert_eq!(
        refused(br#"{"format":"other"}"#),
        "not a Limpide bundle: its format is \"other\""
    );
    let text = String::from_utf8(bundle().to_bytes().unwrap()).unwrap();
    let later = text.replacen("\"version\":3", "\"version\":7", 1);
    assert_eq!(
        refused(later.as_bytes()),
        "bundle of format version 7, but this program reads version 3: train again with this program, or use the one that wrote it"
    );
    let damaged = text.replacen("\"left\":[1,", "\"left\":[0,", 1);
    assert!(
        refused(damaged.as_bytes())
            .starts_with("damaged bundle: tree 0: split 0 cannot have the child 0")
    );
    assert!(refused(&text.as_bytes()[..text.len() - 20]).contains("no JSON object"));
    let narrow = text.replacen(
        "{\"feature\":2,\"source\":\"number\"}",
        "{\"feature\":9,\"source\":\"number\"}",
        1,
    );
    assert!(refused(narrow.as_bytes()).starts_with("damaged bundle: encoded column of feature 9"));
}

#[test]
fn values_by_name_make_a_row_and_what_is_absent_is_missing() {
    assert_eq!(
        row(r#"{"trade": "smith", "income": 3}"#).unwrap(),
        [
            Value::Number(3.0),
            Value::Category("smith".to_owned()),
            Value::Missing
        ]
    );
    assert_eq!(
        row(r#"{"income": null, "owner": true}"#).unwrap(),
        [Value::Missing, Value::Missing, Value::Number(1.0)]
    );
}

#[test]
fn every_value_that_does_not_fit_is_named_with_what_was_expected() {
    let error = row(r#"{"incone": 3, "income": "much", "trade": 4, "owner": [1]}"#).unwrap_err();
    let Error::Row { problems } = &error else {
        panic!("{error}")
    };
    assert_eq!(problems.len(), 4);
    assert_eq!(
        error.to_string(),
        "unknown feature \"incone\"; income: expected a number, found the text \"much\"; \
         trade: expected a text, found the number 4; owner: expected 0 or 1, true or false, found a list"
    );
    let error = bundle().score(&[Value::Missing]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "a row of 1 values, but the model has 3 features"
    );
    let row = [
        Value::Category("x".to_owned()),
        Value::Missing,
        Value::Missing,
    ];
    assert_eq!(
        bundle().score(&row).unwrap_err().to_string(),
        "income: expected a number, found the text \"x\""
    );
}

#[test]
fn unseen_categories_missing_and_huge_values_score_fine() {
    let bundle = bundle();
    for json in [
        "{}",
        r#"{"trade": "astronaut"}"#,
        r#"{"income": 1e300}"#,
        r#"{"income": -1e300}"#,
    ] {
        let score = bundle.score(&row(json).unwrap()).unwrap();
        assert!(score.margin.is_finite() && (0.0..=1.0).contains(&score.probability));
        assert_eq!(
            score.decision == Decision::Refused,
            score.probability >= bundle.policy.review[1]
        );
        let [low, high] = score.interval;
        assert!(0.0 <= low && low <= score.probability && score.probability <= high);
    }
}

#[test]
fn one_row_and_many_are_encoded_to_the_same_bits() {
    let (dataset, bundle) = (dataset(), bundle());
    let rows: Vec<usize> = (0..dataset.len()).rev().collect();
    let many = bundle.encoder.encode(&dataset.column_refs(), &rows);
    for (encoded, &place) in many.chunks(bundle.encoder.width()).zip(&rows) {
        let one = bundle.encode(&dataset.row(place)).unwrap();
        assert_eq!(
            one.iter().map(|v| v.to_bits()).collect::<Vec<_>>(),
            encoded.iter().map(|v| v.to_bits()).collect::<Vec<_>>()
        );
    }
}

#[test]
fn vocabularies_come_from_the_given_rows_most_frequent_first() {
    let trades = ["b", "a", "a", "b", "c", "d", "d", "d", "never"];
    let column = Column::Categories(
        trades
            .iter()
            .map(|trade| Some((*trade).to_owned()))
            .collect(),
    );
    let encoder = Encoder::fit(&[&column], &[0, 1, 2, 3, 4, 5, 6, 7]);
    let kept: Vec<&Source> = encoder
        .columns
        .iter()
        .map(|column| &column.source)
        .collect();
    // "c" stands in one row only.
    let wanted = ["d", "a", "b"].map(|trade| Source::Equals(trade.to_owned()));
    assert_eq!(kept, wanted.iter().collect::<Vec<_>>());
}

#[test]
fn the_reference_tells_where_a_value_stands() {
    let dataset = dataset();
    let reference = Reference::describe(&dataset.column_refs(), &dataset.labels, 0.2);
    assert_eq!(reference.default_rate, 0.2);
    let numbers: Vec<f64> = (0..=200).map(|row| f64::from(row / 2)).collect();
    let reference = FeatureReference::describe(&Column::Numbers(numbers));
    assert_eq!(reference.quantiles.len(), 101);
    assert_eq!(
        (
            reference.quantiles[0],
            reference.quantiles[50],
            reference.quantiles[100]
        ),
        (0.0, 50.0, 100.0)
    );
    assert_eq!(reference.share_below(-1.0), Some(0.0));
    assert_eq!(reference.share_below(25.5), Some(0.255));
    assert_eq!(reference.share_below(1000.0), Some(1.0));
    let flags = FeatureReference::describe(&Column::Numbers(
        (0..1000)
            .map(|row| f64::from(u8::from(row < 300)))
            .collect(),
    ));
    assert!(
        (flags.share_below(0.0).unwrap() - 0.35).abs() < 0.011,
        "ties count half"
    );
    let absent = FeatureReference::describe(&Column::Numbers(vec![f64::NAN; 3]));
    assert_eq!((absent.missing_share, absent.share_below(1.0)), (1.0, None));
    let trades = FeatureReference::describe(&dataset.columns[1]);
    assert_eq!(trades.categories[0], ("baker".to_owned(), 1.0 / 3.0));
}

#[test]
fn a_broken_bundle_is_refused_in_one_line_and_never_panics() {
    let good = learned_bundle().to_bytes().unwrap();
    let mut state = 7u64;
    let mut below = |end: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) as usize % end
    };
    for _ in 0..3_000 {
        let mut bytes = good.clone();
        let place = below(bytes.len());
        match below(4) {
            0 => bytes.truncate(place),
            1 => bytes[place] = b"0-9,:[]{}\"\xff"[below(10)],
            2 => drop(bytes.remove(place)),
            _ => bytes[place] = b'0' + below(10) as u8,
        }
        match Bundle::from_bytes(&bytes) {
            // A digit may have changed where every digit is right: it still scores.
            Ok(read) => {
                let row = vec![Value::Missing; read.n_base()];
                drop(read.score(&read.complete(&row, Details::none())));
            }
            Err(error) => assert!(!error.to_string().contains('\n'), "{error}"),
        }
    }
}

/// The bundle with two features more: how many of the three nearest default, and the income
/// beside others of the same trade.
fn learned_bundle() -> Bundle {
    use limpide_model::learned::groups::{Compared, Group, Key, Relation, Usual};
    use limpide_model::learned::kd_tree::KdTree;
    use limpide_model::learned::neighbours::{Axis, Neighbours};
    use limpide_model::learned::{Groups, Part};

    let mut bundle = bundle();
    let points: Vec<f32> = (0..40).map(|client| client as f32 / 10.0).collect();
    let labels: Vec<u8> = (0..40).map(|client| u8::from(client % 4 == 0)).collect();
    let axis = Axis {
        feature: 0,
        fill: 3.0,
        centre: 1.0,
        scale: 2.0,
    };
    let usual = |median| {
        vec![Some(Usual {
            median,
            deviation: 0.5,
        })]
    };
    bundle.learned.parts = vec![
        Part::Neighbours(Neighbours {
            axes: vec![axis],
            k: 3,
            tree: KdTree::build(1, &points, &labels),
        }),
        Part::Groups(Groups {
            keys: vec![Key {
                feature: 1,
                bands: Vec::new(),
            }],
            numbers: vec![Compared {
                feature: 0,
                relations: vec![Relation::Difference],
            }],
            levels: vec![
                vec![Group {
                    key: Vec::new(),
                    usual: usual(2.0),
                }],
                vec![Group {
                    key: vec![Some("baker".to_owned())],
                    usual: usual(4.0),
                }],
            ],
        }),
    ];
    for name in ["near", "beside"] {
        bundle
            .features
            .push(feature(name, Kind::Number, Unit::None));
        let reference = bundle.reference.features[0].clone();
        bundle.reference.features.push(reference);
        bundle.encoder.columns.push(EncodedColumn {
            feature: bundle.features.len() - 1,
            source: Source::Number,
        });
    }
    bundle
}

#[test]
fn learned_features_left_out_follow_from_the_others_and_given_ones_are_taken() {
    let bundle = learned_bundle();
    let row = |json: &str| bundle.row_from_json(&serde_json::from_str(json).unwrap());
    let known = row(r#"{"income": 3.02, "trade": "baker"}"#).unwrap();
    // At (3.02 − 1) / 2 = 1.01 the nearest are 1.0, 1.1 and 0.9; none of them defaulted.
    assert_eq!(known[3], Value::Number(0.0));
    assert_eq!(known[4], Value::Number(3.02 - 4.0));
    let row_of_base = bundle.complete(&known[..bundle.n_base()], Details::none());
    assert_eq!(row_of_base, known);
    let other = row(r#"{"income": 1.8, "trade": "smith"}"#).unwrap();
    // 0.4 defaulted; 0.3 and 0.5 did not.
    assert_eq!(other[3], Value::Number(1.0 / 3.0));
    assert_eq!(other[4], Value::Number(1.8 - 2.0), "the wider group");
    let given = row(r#"{"income": 1.8, "near": 0.9, "beside": null}"#).unwrap();
    assert_eq!(given[3..], [Value::Number(0.9), Value::Missing]);
    let nothing = row("{}").unwrap();
    assert_eq!(nothing[3], known[3], "who is unknown stands at the median");
    assert_eq!(nothing[4], Value::Missing);
    assert!(bundle.score(&nothing).unwrap().margin.is_finite());
}

#[test]
fn learned_features_are_read_back_to_the_bit_and_refused_where_they_do_not_fit() {
    let bundle = learned_bundle();
    let bytes = bundle.to_bytes().unwrap();
    let back = Bundle::from_bytes(&bytes).unwrap();
    assert_eq!(back, bundle);
    assert_eq!(back.to_bytes().unwrap(), bytes);
    let text = String::from_utf8(bytes).unwrap();
    let refused = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        let changed = text.replacen(from, to, 1);
        Bundle::from_bytes(changed.as_bytes())
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        refused("\"version\":3", "\"version\":1"),
        "bundle of format version 1, but this program reads version 3: train again with this \
         program, or use the one that wrote it"
    );
    let axis = "{\"feature\":0,\"fill\"";
    assert_eq!(
        refused(axis, "{\"feature\":1,\"fill\""),
        "damaged bundle: a feature learned from feature 1"
    );
    assert_eq!(
        refused(axis, "{\"feature\":7,\"fill\""),
        "damaged bundle: a feature learned from feature 7"
    );
    assert!(refused("\"clients\":40", "\"clients\":41").contains("160 bytes of points"));
    assert!(refused("\"points\":\"", "\"points\":\"!").contains("no base64"));
    assert!(refused("\"key\":[\"baker\"]", "\"key\":[]").contains("groups of 1 keys"));
}

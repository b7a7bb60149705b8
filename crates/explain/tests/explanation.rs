//! What people see of an explanation, and what always holds of it.
#![allow(clippy::unwrap_used)]

mod forest;
mod lender;

use std::sync::Arc;

use forest::{Random, random_tree};
use lender::{bundle, client, scorecard, trees};
use limpide_explain::{Error, Explainer, Explanation, contributions, explain, format, importance};
use limpide_model::{
    Additive, Bundle, Calibration, Ensemble, Lang, LinearTerm, Logistic, Pair, Part, Policy,
    Scorer, Shape, Value,
};

fn explained(row: &[Value], lang: Lang) -> Explanation {
    explain(&bundle(trees()), row, lang).unwrap()
}

/// All that a person reads of an explanation, as lines.
fn page(explanation: &Explanation) -> String {
    let lang = explanation.lang;
    let mut lines = vec![
        explanation.summary.risk.clone(),
        explanation.summary.chart.clone(),
        explanation.summary.stability.clone(),
        String::new(),
    ];
    let waterfall = &explanation.waterfall;
    lines.push(format!(
        "{}: {}",
        waterfall.start_label,
        format::percent(waterfall.start, lang)
    ));
    for step in &waterfall.steps {
        lines.push(format!(
            "{}: {}",
            step.label,
            format::points(step.delta, lang)
        ));
    }
    lines.push(format!(
        "{}: {}",
        waterfall.end_label,
        format::percent(waterfall.end, lang)
    ));
    for (mark, reasons) in [("+", &explanation.reasons), ("-", &explanation.strengths)] {
        lines.push(String::new());
        lines.extend(
            reasons
                .iter()
                .map(|reason| format!("{mark} {}", reason.sentence)),
        );
    }
    lines.push(String::new());
    for feature in &explanation.contributions {
        let comparison = feature.comparison.as_deref().unwrap_or("·");
        lines.push(format!(
            "{}: {} ({comparison})",
            feature.label, feature.value_text
        ));
    }
    // Spaces that cannot be told apart on paper are made visible.
    lines
        .join("\n")
        .replace('\u{202f}', "⸱")
        .replace('\u{a0}', "⍽")
}

#[test]
fn an_explanation_in_french() {
    insta::assert_snapshot!(page(&explained(&client(), Lang::Fr)));
}

#[test]
fn an_explanation_in_english() {
    insta::assert_snapshot!(page(&explained(&client(), Lang::En)));
}

#[test]
fn an_explanation_of_a_file_with_nothing_in_it() {
    let row = vec![Value::Missing; 8];
    insta::assert_snapshot!(page(&explained(&row, Lang::Fr)));
}

#[test]
fn an_explanation_as_json() {
    let mut row = client();
    row[0] = Value::Number(0.75);
    row[6] = Value::Category("Barge".into());
    insta::assert_json_snapshot!(rounded(
        serde_json::to_value(explained(&row, Lang::En)).unwrap()
    ));
}

/// The last digits of an exponential differ from machine to machine.
fn rounded(json: serde_json::Value) -> serde_json::Value {
    match json {
        serde_json::Value::Number(number) if number.is_f64() => {
            ((number.as_f64().unwrap() * 1e9).round() / 1e9).into()
        }
        serde_json::Value::Array(items) => items.into_iter().map(rounded).collect(),
        serde_json::Value::Object(items) => items
            .into_iter()
            .map(|(key, value)| (key, rounded(value)))
            .collect(),
        other => other,
    }
}

#[test]
fn the_json_reads_back_equal() {
    let explanation = explained(&client(), Lang::Fr);
    let text = serde_json::to_string(&explanation).unwrap();
    assert_eq!(
        serde_json::from_str::<Explanation>(&text).unwrap(),
        explanation
    );
}

#[test]
fn one_hots_of_a_feature_are_summed_into_it() {
    let bundle = bundle(trees());
    let row = client();
    let found = contributions(&bundle, &row).unwrap();
    let Scorer::Trees(ensemble) = &bundle.scorer else {
        unreachable!("the fixture is made of trees")
    };
    let encoded = bundle.encode(&row).unwrap();
    let columns =
        limpide_explain::TreeExplainer::new(ensemble, encoded.len()).contributions(&encoded);
    assert!(columns[6] != 0.0 && columns[7] != 0.0);
    assert_eq!(found.per_feature[6], columns[6] + columns[7]);
    assert_eq!(found.per_feature.len(), 8);
}

#[test]
fn every_sort_of_scorer_adds_up() {
    let term = LinearTerm {
        fill: 0.2,
        low: -30_000.0,
        high: 60_000.0,
        mean: 0.1,
        weight: 1e-4,
        missing_mean: 0.1,
        missing_weight: 0.3,
    };
    let logistic = || {
        Scorer::Logistic(Logistic {
            intercept: -2.0,
            terms: vec![term; 9],
        })
    };
    let additive = || {
        let shape = |column| Shape {
            column,
            edges: vec![-100.0, 0.5, 20_000.0],
            log_odds: vec![-0.3, 0.1, 0.2, 0.7],
            missing: 0.15,
        };
        let pair = Pair {
            columns: [1, 8],
            edges: [vec![0.5, 1_000.0], vec![0.5]],
            log_odds: (0..12).map(|cell| 0.1 * f64::from(cell) - 0.5).collect(),
        };
        let shapes = (0..9).map(shape).collect();
        Scorer::Additive(Additive::new(-1.9, shapes, vec![pair]).unwrap())
    };
    let blend = Scorer::Blend(vec![
        Part {
            weight: 0.7,
            scorer: trees(),
        },
        Part {
            weight: 0.3,
            scorer: Scorer::Blend(vec![Part {
                weight: 1.0,
                scorer: logistic(),
            }]),
        },
        Part {
            weight: 0.1,
            scorer: Scorer::Dummy { log_odds: -2.4 },
        },
        Part {
            weight: 0.2,
            scorer: additive(),
        },
    ]);
    for scorer in [
        Scorer::Dummy { log_odds: -2.4 },
        scorecard(),
        logistic(),
        additive(),
        trees(),
        blend,
    ] {
        let bundle = bundle(scorer);
        for row in [client(), vec![Value::Missing; 8]] {
            let found = contributions(&bundle, &row).unwrap();
            let sum = found.base + found.per_feature.iter().sum::<f64>();
            assert!((sum - found.margin).abs() < 1e-12);
            assert_eq!(found.margin, bundle.score(&row).unwrap().margin);
        }
    }
}

#[test]
fn a_dummy_model_gives_no_reason() {
    let explanation = explain(
        &bundle(Scorer::Dummy { log_odds: -1.0 }),
        &client(),
        Lang::Fr,
    )
    .unwrap();
    assert!(explanation.reasons.is_empty() && explanation.strengths.is_empty());
    assert!(explanation.waterfall.steps.is_empty());
    assert_eq!(explanation.waterfall.start, explanation.waterfall.end);
}

/// Bundles around random trees, under each calibration.
fn random_bundles() -> impl Iterator<Item = (Bundle, Vec<Value>)> {
    (0..60u64).map(|seed| {
        let mut random = Random::new(seed);
        let trees: Vec<_> = (0..30).map(|_| random_tree(&mut random, 9, 7)).collect();
        let mut bundle = bundle(Scorer::Trees(Ensemble::from_trees(-2.0, &trees).unwrap()));
        bundle.calibration = match seed % 3 {
            0 => Calibration::Identity,
            1 => Calibration::Platt {
                slope: 0.9,
                intercept: -0.2,
            },
            _ => Calibration::Isotonic {
                margins: vec![-3.0, -2.0, -1.0],
                probabilities: vec![0.04, 0.1, 0.3],
            },
        };
        let number = |random: &mut Random| match random.unit() {
            unit if unit < 0.2 => Value::Missing,
            unit => Value::Number(4.0 * unit - 2.0),
        };
        let mut row: Vec<Value> = (0..8).map(|_| number(&mut random)).collect();
        row[6] = [
            Value::Category("Tenant".into()),
            Value::Category("Owner".into()),
            Value::Missing,
        ][random.below(3)]
        .clone();
        (bundle, row)
    })
}

#[test]
fn the_waterfall_telescopes_from_the_base_to_the_client() {
    for (bundle, row) in random_bundles() {
        let explanation = explain(&bundle, &row, Lang::En).unwrap();
        let waterfall = &explanation.waterfall;
        assert_eq!(
            waterfall.start,
            bundle.calibration.probability(explanation.base)
        );
        assert_eq!(waterfall.end, bundle.score(&row).unwrap().probability);
        let mut at = waterfall.start;
        for step in &waterfall.steps {
            assert_eq!(step.from, at);
            assert_eq!(step.delta, step.to - step.from);
            at = step.to;
        }
        assert_eq!(at, waterfall.end);
        let pooled = waterfall
            .steps
            .iter()
            .filter(|step| step.concept.is_none())
            .count();
        assert_eq!(pooled, usize::from(waterfall.others > 0));
        assert_ne!(waterfall.others, 1);
    }
}

#[test]
fn reasons_are_principal_signed_and_never_of_nothing() {
    for (bundle, row) in random_bundles() {
        let explanation = explain(&bundle, &row, Lang::Fr).unwrap();
        for (reasons, sign) in [(&explanation.reasons, 1.0), (&explanation.strengths, -1.0)] {
            assert!(reasons.len() <= 4);
            assert!(
                reasons
                    .iter()
                    .all(|reason| reason.contribution * sign > 0.0)
            );
            assert!(
                reasons
                    .windows(2)
                    .all(|pair| pair[0].contribution.abs() >= pair[1].contribution.abs())
            );
        }
        for reason in explanation.reasons.iter().chain(&explanation.strengths) {
            let sentence = &reason.sentence;
            assert!(
                sentence.ends_with('.')
                    && !sentence.contains("..")
                    && !sentence.contains(['{', '}']),
                "{sentence}"
            );
            assert!(!sentence.contains("Unknown localization key"), "{sentence}");
            assert_eq!(reason.protected, reason.concept == "age");
            assert_eq!(
                sentence.contains("protégée par la loi"),
                reason.protected,
                "{sentence}"
            );
        }
    }
}

#[test]
fn concepts_and_themes_keep_the_whole_sum() {
    for (bundle, row) in random_bundles() {
        let explanation = explain(&bundle, &row, Lang::En).unwrap();
        let margin = explanation.margin - explanation.base;
        let concepts: f64 = explanation
            .concepts
            .iter()
            .map(|concept| concept.contribution)
            .sum();
        let themes: f64 = explanation
            .themes
            .iter()
            .map(|theme| theme.contribution)
            .sum();
        assert!((concepts - margin).abs() < 1e-9 && (themes - margin).abs() < 1e-9);
        let points: f64 = explanation
            .concepts
            .iter()
            .map(|concept| concept.points)
            .sum();
        assert!((explanation.waterfall.start + points - explanation.waterfall.end).abs() < 1e-12);
        let features: usize = explanation
            .concepts
            .iter()
            .map(|concept| concept.features.len())
            .sum();
        assert_eq!(features, bundle.features.len());
    }
}

#[test]
fn a_value_that_one_would_not_expect_to_have_this_effect_says_so() {
    // A high rating that raises the risk: the value alone would not be taken for a reason.
    let tree = limpide_model::Tree {
        feature: vec![0],
        threshold: vec![0.5],
        default_left: vec![1],
        left: vec![-1],
        right: vec![-2],
        value: vec![-0.5, 0.5],
        cover: vec![500.0, 500.0],
    };
    let bundle = bundle(Scorer::Trees(Ensemble::from_trees(-2.0, &[tree]).unwrap()));
    let mut row = client();
    row[0] = Value::Number(0.82);
    let explanation = explain(&bundle, &row, Lang::En).unwrap();
    assert_eq!(
        explanation.reasons[0].sentence,
        "The mean external rating is 0.82 out of 1, higher than for 90% of clients; in this file, it raises the risk."
    );
}

#[test]
fn the_risk_is_told_on_more_people_where_a_hundred_would_mislead() {
    let told = |probability: f64, threshold: f64| {
        let mut bundle = bundle(Scorer::Dummy {
            log_odds: (probability / (1.0 - probability)).ln(),
        });
        bundle.calibration = Calibration::Identity;
        bundle.policy = Policy {
            threshold,
            review: [threshold; 2],
            ..bundle.policy
        };
        explain(&bundle, &client(), Lang::En).unwrap().summary.risk
    };
    assert!(
        told(0.142, 0.11)
            .starts_with("Out of 100 applicants with a similar file, about 14 would have")
    );
    assert!(told(0.142, 0.11).ends_with("The bank accepts up to 11."));
    assert!(
        told(0.112, 0.11)
            .starts_with("Out of 1,000 applicants with a similar file, about 112 would")
    );
    assert!(told(0.112, 0.11).ends_with("The bank accepts up to 110."));
    assert!(
        told(0.002, 0.11).starts_with("Out of 1,000 applicants with a similar file, about 2 would")
    );
    assert!(
        told(0.000_01, 0.11)
            .starts_with("Out of 10,000 applicants with a similar file, fewer than one would")
    );
}

#[test]
fn a_row_that_does_not_fit_is_refused() {
    let bundle = bundle(trees());
    assert!(matches!(
        explain(&bundle, &client()[..5], Lang::Fr),
        Err(Error::Model(_))
    ));
    let mut row = client();
    row[0] = Value::Category("high".into());
    assert!(matches!(
        explain(&bundle, &row, Lang::Fr),
        Err(Error::Model(_))
    ));
}

#[test]
fn importance_is_the_mean_size_of_what_clients_are_told() {
    let rows = [client(), vec![Value::Missing; 8], client()];
    let explainer = Explainer::new(Arc::new(bundle(trees())));
    let found = importance(&explainer, rows.clone()).unwrap();
    let told = rows.map(|row| explained(&row, Lang::En));
    assert_eq!(found.clients, 3);
    for (place, feature) in explainer.bundle().features.iter().enumerate() {
        let of = |told: &Explanation| {
            let mut features = told.contributions.iter();
            let found = features.find(|found| found.feature == feature.name);
            found.map_or(0.0, |found| found.contribution.abs())
        };
        let wanted = told.iter().map(of).sum::<f64>() / 3.0;
        assert!(
            (found.features[place] - wanted).abs() < 1e-12,
            "{}",
            feature.name
        );
    }
    for (place, concept) in explainer.bundle().concepts.iter().enumerate() {
        let of = |told: &Explanation| {
            let mut concepts = told.concepts.iter();
            let found = concepts.find(|found| found.concept == concept.id);
            found.map_or(0.0, |found| found.contribution.abs())
        };
        let wanted = told.iter().map(of).sum::<f64>() / 3.0;
        assert!(
            (found.concepts[place] - wanted).abs() < 1e-12,
            "{}",
            concept.id
        );
    }
    assert!(found.concepts.iter().any(|size| *size > 0.1));
    let nobody = importance(&explainer, Vec::new()).unwrap();
    assert_eq!(nobody, limpide_model::Importance::default());
}

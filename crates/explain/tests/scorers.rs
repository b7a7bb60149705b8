//! What holds of the contributions and interactions of every sort of scorer.
#![allow(clippy::unwrap_used)]

mod lender;

use std::sync::Arc;

use lender::{bundle, client, scorecard, trees};
use limpide_explain::{Contributions, Error, Explainer, TreeExplainer};
use limpide_model::{
    Additive, Bundle, Ensemble, LinearTerm, Logistic, Pair, Part, Scorer, Shape, Tree, Value,
};

fn scorers() -> [Scorer; 6] {
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
            columns: [1, 4],
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
    [
        Scorer::Dummy { log_odds: -2.4 },
        scorecard(),
        logistic(),
        additive(),
        trees(),
        blend,
    ]
}

/// Rows in which every feature is missing, known, and known otherwise.
fn rows() -> Vec<Vec<Value>> {
    let mut rows = vec![client(), vec![Value::Missing; 8]];
    for number in 0..21 {
        let mut row = client();
        for (place, value) in row.iter_mut().enumerate() {
            *value = match ((number + place) % 5, &value) {
                (0, _) => Value::Missing,
                (share, Value::Number(known)) => Value::Number(known * (share as f64 - 1.5)),
                (share, _) => Value::Category(["Tenant", "Owner", "Barge", ""][share - 1].into()),
            };
        }
        rows.push(row);
    }
    rows
}

fn explainer(scorer: Scorer) -> Explainer {
    Explainer::new(Arc::new(bundle(scorer)))
}

fn check_sum(found: &Contributions, bundle: &Bundle, row: &[Value]) {
    let sum = found.base + found.per_feature.iter().sum::<f64>();
    assert!((sum - found.margin).abs() < 1e-12);
    assert_eq!(found.margin, bundle.score(row).unwrap().margin);
}

#[test]
fn every_sort_of_scorer_adds_up_one_by_one_and_together() {
    for scorer in scorers() {
        let explainer = explainer(scorer);
        let rows = rows();
        let many = explainer.many(&rows).unwrap();
        assert_eq!(many.len(), rows.len());
        for (row, together) in rows.iter().zip(many) {
            check_sum(&together, explainer.bundle(), row);
            assert_eq!(explainer.contributions(row).unwrap(), together);
        }
        assert_eq!(explainer.many(&[]).unwrap(), []);
    }
}

#[test]
fn known_margins_change_nothing_and_another_rows_is_refused() {
    let explainer = explainer(trees());
    let rows = rows();
    let many = explainer.many(&rows).unwrap();
    let margins: Vec<f64> = many.iter().map(|one| one.margin).collect();
    for every in 1..=3 {
        let known = margins.iter().enumerate();
        let known: Vec<_> = known
            .map(|(place, margin)| (place % every == 0).then_some(*margin))
            .collect();
        assert_eq!(explainer.many_known(&rows, &known).unwrap(), many);
    }
    let mut wrong: Vec<Option<f64>> = margins.iter().copied().map(Some).collect();
    wrong[0] = Some(margins[0] + 1e-6);
    let error = explainer.many_known(&rows, &wrong).unwrap_err();
    assert!(matches!(error, Error::NotAdditive { .. }), "{error:?}");
}

/// Shapley's values by feature of a row of columns against others, by all coalitions of columns.
fn by_coalitions(bundle: &Bundle, row: &[f32], others: &[Vec<f32>]) -> Vec<f64> {
    let columns = row.len();
    let factorial = |n: usize| (1..=n).map(|k| k as f64).product::<f64>();
    let mut per_feature = vec![0.0; bundle.features.len()];
    for other in others {
        let worth = |known: usize| {
            let mix = (0..columns).map(|at| {
                if known >> at & 1 == 1 {
                    row[at]
                } else {
                    other[at]
                }
            });
            bundle.scorer.margin(&mix.collect::<Vec<f32>>())
        };
        let worths: Vec<f64> = (0..1 << columns).map(worth).collect();
        for (column, encoded) in bundle.encoder.columns.iter().enumerate() {
            for without in (0..1usize << columns).filter(|set| set >> column & 1 == 0) {
                let size = without.count_ones() as usize;
                let weight = factorial(size) * factorial(columns - size - 1) / factorial(columns);
                let gain = worths[without | 1 << column] - worths[without];
                per_feature[encoded.feature] += weight * gain / others.len() as f64;
            }
        }
    }
    per_feature
}

#[test]
fn contributions_against_a_sample_are_those_of_all_coalitions_and_add_up_from_its_mean_margin() {
    let rows = rows();
    let (others, rows) = (&rows[3..7], &rows[..3]);
    for scorer in scorers() {
        let explainer = explainer(scorer);
        let bundle = explainer.bundle();
        let sample = explainer.sample(others).unwrap();
        let encoded: Vec<_> = others
            .iter()
            .map(|row| bundle.encode(row).unwrap())
            .collect();
        let margins = encoded.iter().map(|row| bundle.scorer.margin(row));
        let base = margins.sum::<f64>() / others.len() as f64;
        for row in rows {
            let found = explainer.against(row, &sample).unwrap();
            check_sum(&found, bundle, row);
            assert!((found.base - base).abs() < 1e-12);
            let exact = by_coalitions(bundle, &bundle.encode(row).unwrap(), &encoded);
            for (found, exact) in found.per_feature.iter().zip(exact) {
                assert!((found - exact).abs() < 1e-12, "{found} for {exact}");
            }
        }
    }
}

#[test]
fn interactions_are_symmetric_and_sum_to_contributions_and_margin() {
    for scorer in scorers() {
        let explainer = explainer(scorer);
        let bundle = explainer.bundle();
        for row in rows() {
            let found = explainer.interactions(&row).unwrap();
            let contributions = explainer.contributions(&row).unwrap();
            let side = bundle.concepts.len() + 1;
            assert_eq!(
                (found.concepts + 1, found.matrix.len()),
                (side, side * side)
            );
            let sum = found.base + found.matrix.iter().sum::<f64>();
            assert!((sum - found.margin).abs() < 1e-12);
            for (one, concept) in bundle.concepts.iter().enumerate() {
                let of_concept = bundle.features.iter().zip(&contributions.per_feature);
                let of_concept = of_concept.filter(|(feature, _)| feature.concept == concept.id);
                let alone: f64 = of_concept.map(|(_, contribution)| contribution).sum();
                let row = &found.matrix[one * side..][..side];
                assert!((row.iter().sum::<f64>() - alone).abs() < 1e-12);
                for (other, half) in row.iter().enumerate() {
                    assert_eq!(found.matrix[other * side + one], *half);
                }
            }
            let strongest = found.strongest();
            assert_eq!(strongest.len(), (side - 1) * (side - 2) / 2);
            assert!(strongest.is_sorted_by(|a, b| a.2.abs() >= b.2.abs()));
        }
    }
}

/// Where a feature's concept stands in the bundle; behind all where it is not described.
fn concept_of(bundle: &Bundle, feature: usize) -> usize {
    let id = &bundle.features[feature].concept;
    let mut concepts = bundle.concepts.iter();
    let found = concepts.position(|concept| concept.id == *id);
    found.unwrap_or(bundle.concepts.len())
}

#[test]
fn a_pair_of_an_additive_model_is_the_interaction_of_its_concepts_and_a_line_has_none() {
    let [_, _, logistic, additive, ..] = scorers();
    let Scorer::Additive(model) = &additive else {
        unreachable!("the fourth is an additive model")
    };
    let pair = model.pairs()[0].clone();
    let additive = explainer(additive);
    let bundle = additive.bundle();
    let [one, other] = pair
        .columns
        .map(|column| concept_of(bundle, bundle.encoder.columns[column].feature));
    assert_ne!(one, other);
    let encoded = bundle.encode(&client()).unwrap();
    let together = pair.contribution(pair.columns.map(|column| encoded[column]));
    let found = additive.interactions(&client()).unwrap();
    assert!(together != 0.0);
    assert_eq!(found.between(one, other), together);
    assert_eq!(
        found.strongest()[0],
        (one.min(other), one.max(other), together)
    );
    assert!(found.strongest()[1..].iter().all(|pair| pair.2 == 0.0));

    let logistic = explainer(logistic).interactions(&client()).unwrap();
    assert!(logistic.strongest().iter().all(|pair| pair.2 == 0.0));
}

#[test]
fn interactions_of_trees_are_folded_from_columns_into_concepts() {
    // Column 6 decides what column 0 means, and column 3 what both do.
    let tree = Tree {
        feature: vec![3, 6, 0, 0],
        threshold: vec![-500.0, 0.5, 0.3, 0.1],
        default_left: vec![1, 0, 1, 0],
        left: vec![1, 2, -1, -4],
        right: vec![3, -2, -3, -5],
        value: vec![0.5, -0.25, 0.125, 1.0, -1.0],
        cover: vec![10.0, 20.0, 30.0, 25.0, 15.0],
    };
    let ensemble = Ensemble::from_trees(-2.0, &[tree]).unwrap();
    let columns = TreeExplainer::new(&ensemble, 9);
    let explainer = explainer(Scorer::Trees(ensemble));
    let bundle = explainer.bundle();
    let encoded = bundle.encode(&client()).unwrap();
    let by_column = columns.interactions(&encoded);
    let side = bundle.concepts.len() + 1;
    let mut wanted = vec![0.0; side * side];
    let place = |column: usize| concept_of(bundle, bundle.encoder.columns[column].feature);
    for one in 0..9 {
        for other in 0..9 {
            wanted[place(one) * side + place(other)] += by_column[one * 9 + other];
        }
    }
    let found = explainer.interactions(&client()).unwrap();
    assert!(found.strongest()[0].2.abs() > 1e-3);
    for (found, wanted) in found.matrix.iter().zip(wanted) {
        assert!((found - wanted).abs() < 1e-12);
    }
}

#[test]
fn what_does_not_add_up_is_refused_for_many_rows_and_against_a_sample() {
    // A term of no finite weight has no finite contribution.
    let term = LinearTerm {
        fill: 0.0,
        low: -1.0,
        high: 1.0,
        mean: 0.0,
        weight: f64::INFINITY,
        missing_mean: 0.0,
        missing_weight: 0.0,
    };
    let explainer = explainer(Scorer::Logistic(Logistic {
        intercept: 0.0,
        terms: vec![term; 9],
    }));
    let rows = vec![client(); 3];
    let sample = explainer.sample(&rows).unwrap();
    let refused = [
        explainer.many(&rows).err(),
        explainer.against(&rows[0], &sample).err(),
        explainer.interactions(&rows[0]).err(),
    ];
    for error in refused {
        assert!(
            matches!(error, Some(Error::NotAdditive { .. })),
            "{error:?}"
        );
    }
}

#[test]
fn rows_that_do_not_fit_and_empty_samples_are_refused() {
    let explainer = explainer(trees());
    let rows = [client(), vec![Value::Missing; 3]];
    assert!(matches!(explainer.many(&rows), Err(Error::Model(_))));
    assert!(matches!(explainer.sample(&rows), Err(Error::Model(_))));
    let error = explainer.sample(&[]).unwrap_err();
    insta::assert_snapshot!(error, @"a sample of 0 rows: wanted one at least to hold a client against");
}

//! What holds of learned features as they are fitted.
#![allow(clippy::unwrap_used)]

use limpide_model::learned::declared::{
    DeclaredGroups, DeclaredKey, DeclaredNeighbours, DeclaredNumber, DeclaredRows,
};
use limpide_model::learned::groups::Relation;
use limpide_model::learned::row_model::Summary;
use limpide_model::{DetailTable, Direction, Text, Unit};
use serde::Deserialize;

use super::*;
use crate::config::Effort;
use crate::observer::Observer;
use crate::prepare::{Prepared, Purpose};
use crate::random::SplitMix;

const N: usize = 400;

fn feature(name: &str, kind: Kind) -> Feature {
    Feature {
        name: name.to_owned(),
        kind,
        label: Text {
            fr: "les {k} plus proches".to_owned(),
            en: "the {k} nearest".to_owned(),
        },
        values: Default::default(),
        concept: String::new(),
        unit: Unit::None,
        direction: Direction::None,
        actionable: false,
        protected: false,
    }
}

/// Clients with a rating, an income, a job, and none to five earlier loans.
fn clients() -> Dataset {
    let mut random = SplitMix::new(3);
    let mut uniform = move || random.draw() as f64 / u64::MAX as f64;
    let (mut rating, mut income, mut job, mut labels) = (vec![], vec![], vec![], vec![]);
    let mut loans = DetailTable {
        name: "loans".to_owned(),
        columns: vec!["day".to_owned(), "refused".to_owned()],
        offsets: vec![0],
        values: Vec::new(),
    };
    for _ in 0..N {
        let risk = uniform();
        let label = u8::from(uniform() < risk * 0.5);
        labels.push(label);
        rating.push(if uniform() < 0.2 {
            f64::NAN
        } else {
            1.0 - risk + 0.3 * uniform()
        });
        income.push((1000.0 * (1.0 + 3.0 * uniform())).round());
        job.push((uniform() < 0.8).then(|| format!("job {}", (uniform() * 4.0) as u32)));
        for _ in 0..(uniform() * 6.0) as usize {
            loans.values.push(-(uniform() * 900.0).round() as f32);
            loans.values.push(if uniform() < risk { 1.0 } else { 0.0 });
        }
        loans.offsets.push(loans.values.len() / 2);
    }
    let outputs = |name: &str, relations: &[Relation]| DeclaredNumber {
        input: name.to_owned(),
        outputs: relations
            .iter()
            .map(|&relation| {
                (
                    relation,
                    feature(&format!("{name} {relation:?}"), Kind::Number),
                )
            })
            .collect(),
    };
    Dataset {
        clients: (0..N as i64).map(|row| 100 + 3 * row).collect(),
        features: vec![
            feature("rating", Kind::Number),
            feature("income", Kind::Number),
            feature("job", Kind::Category),
        ],
        columns: vec![
            Column::Numbers(rating),
            Column::Numbers(income),
            Column::Categories(job),
        ],
        labels,
        unlabelled: Vec::new(),
        learned: vec![
            Declared::Neighbours(DeclaredNeighbours {
                feature: feature("near", Kind::Number),
                inputs: vec!["rating".to_owned(), "income".to_owned()],
                neighbours: 500,
                from_clients: 0,
            }),
            Declared::Groups(DeclaredGroups {
                by: vec![
                    DeclaredKey {
                        feature: "job".to_owned(),
                        bands: Vec::new(),
                    },
                    DeclaredKey {
                        feature: "income".to_owned(),
                        bands: vec![1500.0, 3000.0],
                    },
                ],
                least: 20,
                from_clients: N,
                numbers: vec![
                    outputs("income", &[Relation::Median, Relation::Ratio]),
                    outputs("rating", &[Relation::Deviation, Relation::Z]),
                ],
            }),
            Declared::Rows(DeclaredRows {
                table: "loans".to_owned(),
                latest: Some("day".to_owned()),
                from_clients: 0,
                outputs: [
                    Summary::Mean,
                    Summary::Max,
                    Summary::Min,
                    Summary::Sum,
                    Summary::Latest,
                ]
                .map(|summary| {
                    (
                        summary,
                        feature(&format!("loans {summary:?}"), Kind::Number),
                    )
                })
                .to_vec(),
            }),
        ],
        details: vec![loans],
    }
}

fn setting<'a>(dataset: &'a Dataset, observer: &'a Observer<'a>) -> Setting<'a> {
    Setting {
        dataset,
        seed: 5,
        effort: Effort::Quick,
        tuning: None,
        observer,
    }
}

fn fitted(dataset: &Dataset, rows: &[usize], threads: usize) -> FittedFeatures {
    let observer = Observer::silent();
    fit(&setting(dataset, &observer), rows, threads).unwrap()
}

/// Gives the bits of all learned values of one row.
fn bits(columns: &[Column], row: usize) -> Vec<u64> {
    let number = |column: &Column| match column {
        Column::Numbers(numbers) => numbers[row].to_bits(),
        Column::Categories(_) => 0,
    };
    columns.iter().map(number).collect()
}

fn halves() -> (Vec<usize>, Vec<usize>) {
    (0..N).partition(|row| row % 4 != 0)
}

#[test]
fn a_training_clients_own_label_changes_nothing_of_its_values() {
    let dataset = clients();
    let (seen, _) = halves();
    let before = fitted(&dataset, &seen, 1);
    let mut others_changed = 0;
    for &row in &[seen[0], seen[77], seen[200]] {
        let mut changed = dataset.clone();
        changed.labels[row] = 1 - changed.labels[row];
        let after = fitted(&changed, &seen, 1);
        assert_eq!(bits(&before.columns, row), bits(&after.columns, row));
        // Nor does it change those who share its inner fold.
        for &other in &seen {
            let same = inner_fold(5, dataset.clients[other]) == inner_fold(5, dataset.clients[row]);
            let equal = bits(&before.columns, other) == bits(&after.columns, other);
            assert!(equal || !same);
            others_changed += usize::from(!equal);
        }
    }
    assert!(
        others_changed > 100,
        "a label does teach of others: {others_changed}"
    );
}

#[test]
fn values_of_clients_who_are_judged_depend_on_no_label_of_theirs_nor_on_each_other() {
    let dataset = clients();
    let (seen, judged) = halves();
    let mut changed = dataset.clone();
    for (place, &row) in judged.iter().enumerate() {
        changed.labels[row] = u8::from(place % 3 == 0);
    }
    // All but the first have another rating.
    if let Column::Numbers(ratings) = &mut changed.columns[0] {
        judged[1..].iter().for_each(|&row| ratings[row] = 9.0);
    }
    let values = |dataset: &Dataset| {
        let fitted = fitted(dataset, &seen, 1);
        let judged = apply(&fitted.learned, dataset, &judged, 1).unwrap();
        (fitted, judged)
    };
    let ((before, judged_before), (after, judged_after)) = (values(&dataset), values(&changed));
    assert_eq!(before.learned, after.learned);
    for &row in &seen {
        assert_eq!(bits(&before.columns, row), bits(&after.columns, row));
    }
    assert_eq!(
        bits(&judged_before, judged[0]),
        bits(&judged_after, judged[0])
    );
    assert_ne!(
        bits(&judged_before, judged[1]),
        bits(&judged_after, judged[1])
    );
}

#[test]
fn threads_change_nothing_and_the_order_of_clients_nothing_of_rates_and_groups() {
    let dataset = clients();
    let (seen, _) = halves();
    let (one, two) = (fitted(&dataset, &seen, 1), fitted(&dataset, &seen, 2));
    assert_eq!(one.learned, two.learned);
    for &row in &seen {
        assert_eq!(bits(&one.columns, row), bits(&two.columns, row));
    }
    let turned: Vec<usize> = seen.iter().rev().copied().collect();
    let turned = fitted(&dataset, &turned, 1);
    for &row in &seen {
        assert_eq!(
            bits(&one.columns[..5], row),
            bits(&turned.columns[..5], row)
        );
    }
}

#[test]
fn rows_that_are_judged_are_encoded_as_one_client_is_served() {
    let dataset = clients();
    let (seen, judged) = halves();
    let observer = Observer::silent();
    let prepared = Prepared::fit(&setting(&dataset, &observer), &seen, 1, Purpose::Judged).unwrap();
    let encoded = prepared.encode(&judged).unwrap();
    let width = prepared.width();
    let parts = prepared.into_parts();
    let n_base = dataset.features.len();
    assert_eq!(parts.features.len(), n_base + 1 + 4 + 5);
    assert_eq!(parts.features[n_base].label.fr, "les 15 plus proches");
    for (&row, encoded) in judged.iter().zip(encoded.chunks(width)) {
        let details = Details::of(&dataset.details, row);
        let complete = parts.learned.complete(&dataset.row(row), details);
        let served = parts.encoder.encode_row(&complete);
        let bits = |values: &[f32]| values.iter().map(|v| v.to_bits()).collect::<Vec<u32>>();
        assert_eq!(bits(&served), bits(encoded));
    }
    let json = serde_json::to_string(&parts.learned).unwrap();
    assert_eq!(
        serde_json::from_str::<Learned>(&json).unwrap(),
        parts.learned
    );
}

#[test]
fn learned_features_tell_clients_apart_whom_they_have_not_seen() {
    let dataset = clients();
    let (seen, judged) = halves();
    let fitted = fitted(&dataset, &seen, 1);
    let judged_columns = apply(&fitted.learned, &dataset, &judged, 1).unwrap();
    for place in [0, 5] {
        for (columns, rows) in [(&fitted.columns, &seen), (&judged_columns, &judged)] {
            let Column::Numbers(numbers) = &columns[place] else {
                panic!("learned features are numbers");
            };
            let value = |&row: &usize| {
                if numbers[row].is_nan() {
                    0.2
                } else {
                    numbers[row]
                }
            };
            let values: Vec<f64> = rows.iter().map(value).collect();
            let labels: Vec<u8> = rows.iter().map(|&row| dataset.labels[row]).collect();
            let area = limpide_model::metrics::auc(&values, &labels);
            assert!((0.55..0.85).contains(&area), "{place}: {area}");
        }
    }
}

#[test]
fn groups_are_measured_on_the_given_clients_only_by_median_and_sample_deviation() {
    let mut dataset = clients();
    dataset.learned.remove(0);
    dataset.learned.truncate(1);
    let Column::Numbers(incomes) = &mut dataset.columns[1] else {
        panic!("incomes are numbers");
    };
    incomes[..25].copy_from_slice(&[7.0; 25]);
    incomes[..4].copy_from_slice(&[1.0, 2.0, 4.0, 8.0]);
    let Declared::Groups(groups) = &mut dataset.learned[0] else {
        panic!("groups are declared");
    };
    groups.by.clear();
    groups.least = 2;
    let fitted = fitted(&dataset, &[0, 1, 2, 3], 1);
    let Part::Groups(groups) = &fitted.learned.parts[0] else {
        panic!("groups are fitted");
    };
    let usual = groups.levels[0][0].usual[0].unwrap();
    assert_eq!(usual.median, 3.0);
    // statistics.stdev([1, 2, 4, 8])
    assert!((usual.deviation - 3.095_695_936_834_452).abs() < 1e-15);
}

#[test]
fn what_takes_more_clients_than_there_are_is_not_learned() {
    let mut dataset = clients();
    if let Declared::Groups(groups) = &mut dataset.learned[1] {
        groups.from_clients = N + 1;
    }
    let fitted = fitted(&dataset, &halves().0, 1);
    assert_eq!((fitted.learned.len(), fitted.features.len()), (6, 6));
    assert_eq!(fitted.columns.len(), 6);
}

#[test]
fn what_is_declared_and_not_there_is_refused_in_words() {
    let refused = |change: fn(&mut Dataset)| {
        let mut dataset = clients();
        change(&mut dataset);
        check(&dataset).unwrap_err().to_string()
    };
    check(&clients()).unwrap();
    assert_eq!(
        refused(|dataset| drop(dataset.features.remove(0))),
        "the training data does not fit together: learned features read rating, which is no Number of the data"
    );
    assert_eq!(
        refused(|dataset| dataset.details.clear()),
        "the training data does not fit together: learned features read the rows of loans, which are not there"
    );
    assert_eq!(
        refused(|dataset| dataset.details[0].offsets.truncate(N)),
        "the training data does not fit together: the rows of loans are not the clients'"
    );
    assert_eq!(
        refused(|dataset| dataset.learned.push(dataset.learned[0].clone())),
        "the training data does not fit together: the learned feature near is no number, or its name stands twice"
    );
}

#[derive(Deserialize)]
struct Golden {
    clients: Vec<Vec<Option<f64>>>,
    labels: Vec<u8>,
    queries: Vec<Vec<Option<f64>>>,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    k: usize,
    rates: Vec<f64>,
}

/// Golden numbers: tests/golden/neighbours.py (scikit-learn 1.9). Rates are whole numbers over k,
/// so the tolerance only allows for one division.
#[test]
fn rates_of_neighbours_are_those_of_scikit_learn() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/golden/neighbours.json"
    );
    let golden: Golden = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let numbers = |axis: usize| {
        let all = golden.clients.iter().chain(&golden.queries);
        all.map(|row| row[axis].unwrap_or(f64::NAN)).collect()
    };
    let names = ["a", "b", "c", "d"];
    let n = golden.clients.len();
    let mut labels = golden.labels.clone();
    labels.resize(n + golden.queries.len(), 0);
    let dataset = Dataset {
        clients: (0..labels.len() as i64).collect(),
        features: names.map(|name| feature(name, Kind::Number)).to_vec(),
        columns: (0..4).map(|axis| Column::Numbers(numbers(axis))).collect(),
        labels,
        ..Dataset::default()
    };
    let declared = DeclaredNeighbours {
        feature: feature("near", Kind::Number),
        inputs: names.map(str::to_owned).to_vec(),
        neighbours: 1,
        from_clients: 0,
    };
    let rows: Vec<usize> = (0..n).collect();
    for case in &golden.cases {
        let fitted = neighbours::fit(&dataset, &declared, case.k, &rows).unwrap();
        for (row, &rate) in (n..).zip(&case.rates) {
            let found = fitted.rate(&DatasetRow {
                dataset: &dataset,
                row,
            });
            assert!((found - rate).abs() < 1e-12, "k {}: {found} {rate}", case.k);
        }
    }
}

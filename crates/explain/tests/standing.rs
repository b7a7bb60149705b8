//! Percentiles, distributions and clouds.
//!
//! Golden numbers: tests/golden/similar.py (scipy 1.17).
#![allow(clippy::unwrap_used)]

#[allow(dead_code)]
mod forest;
#[allow(dead_code)]
mod lender;

use forest::Random;
use lender::{bundle, trees};
use limpide_explain::clouds::{self, MOST_POINTS, cloud};
use limpide_explain::percentile::{self, distribution, standing};
use limpide_explain::{Axis, Values};
use limpide_model::{Decision, Lang, Value};
use serde::Deserialize;

#[derive(Deserialize)]
struct Golden {
    rows: Vec<Vec<Option<f64>>>,
    percentiles: Vec<Percentiles>,
}

#[derive(Deserialize)]
struct Percentiles {
    feature: usize,
    places: Vec<usize>,
    percentiles: Vec<f64>,
}

fn golden() -> Golden {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/golden/similar.json"
    );
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn column(golden: &Golden, feature: usize) -> Values {
    let numbers = golden.rows.iter();
    Values::Numbers(
        numbers
            .map(|row| row[feature].unwrap_or(f64::NAN))
            .collect(),
    )
}

#[test]
fn percentiles_are_scipys() {
    let golden = golden();
    let places: Vec<usize> = (0..golden.rows.len()).collect();
    for wanted in &golden.percentiles {
        let values = column(&golden, wanted.feature);
        assert!(wanted.places.len() > 5);
        for (&place, wanted) in wanted.places.iter().zip(&wanted.percentiles) {
            let found = standing(&values, &values.value(place), places.iter().copied());
            assert!((found.percentile.unwrap() - wanted).abs() < 1e-10);
        }
    }
}

#[test]
fn missing_values_and_categories_have_no_percentile() {
    let numbers = Values::Numbers(vec![1.0, f64::NAN, 2.0, f64::NAN]);
    let found = standing(&numbers, &Value::Missing, [0, 1, 2, 3]);
    assert_eq!((found.known, found.same, found.percentile), (2, 2, None));
    let nobody = standing(&numbers, &Value::Number(1.0), [1, 3]);
    assert_eq!((nobody.known, nobody.percentile), (0, None));
    let homes = [Some("own"), None, Some("rent"), Some("own")];
    let homes = Values::categories(homes.into_iter());
    let own = Value::Category("own".into());
    let found = standing(&homes, &own, [0, 1, 2, 3]);
    assert_eq!((found.known, found.same, found.percentile), (3, 2, None));
    let unseen = standing(&homes, &Value::Category("boat".into()), [0, 1, 2, 3]);
    assert_eq!(unseen.same, 0);
    let missing = standing(&homes, &Value::Missing, [0, 1, 2, 3]);
    assert_eq!(missing.same, 1);
}

#[test]
fn a_standing_is_told_in_words() {
    let features = bundle(trees()).features;
    let ages = Values::Numbers((0..40).map(|at| -8_000.0 - 400.0 * f64::from(at)).collect());
    let homes = [Some("Owner"), None, Some("Tenant"), Some("Owner")];
    let homes = Values::categories(homes.into_iter().cycle().take(40));
    let places: Vec<usize> = (0..40).collect();
    let mut said = Vec::new();
    for lang in [Lang::En, Lang::Fr] {
        for (feature, values, own) in [
            (&features[4], &ages, Value::Number(-12_000.0)),
            (&features[4], &ages, Value::Missing),
            (&features[6], &homes, Value::Category("Owner".into())),
            (&features[6], &homes, Value::Missing),
        ] {
            let found = standing(values, &own, places.iter().copied());
            said.push(percentile::sentence(&found, feature, &own, "€", lang));
        }
        let own = Value::Number(-12_000.0);
        let nobody = standing(&ages, &own, []);
        said.push(percentile::sentence(&nobody, &features[4], &own, "€", lang));
    }
    insta::assert_snapshot!("standings", said.join("\n"));
}

#[test]
fn every_client_falls_into_one_part_or_is_missing() {
    let mut random = Random::new(8);
    let spread: Vec<f64> = (0..900)
        .map(|at| {
            if at % 9 == 0 {
                f64::NAN
            } else {
                random.unit() * 1e6
            }
        })
        .collect();
    let skewed = (0..900).map(|at| {
        if at < 895 {
            0.0
        } else {
            f64::from(at) + random.unit()
        }
    });
    let mixed: Vec<f64> = (0..900)
        .map(|at| f64::from(at % 15) * f64::from(u8::from(!(12..=890).contains(&at))))
        .collect();
    let words: Vec<String> = (0..900)
        .map(|at| format!("word {}", at % 31 * at % 31))
        .collect();
    let all = [
        Values::Numbers(spread),
        Values::Numbers(skewed.collect()),
        Values::Numbers(mixed),
        Values::Numbers(vec![f64::NAN; 900]),
        Values::Numbers((0..900).map(|at| f64::from(at % 3)).collect()),
        Values::categories(words.iter().map(|word| Some(word.as_str()))),
        Values::categories((0..900).map(|_| None)),
    ];
    for values in &all {
        for own in [0, 1, 450, 899] {
            let own = values.value(own);
            let axis = Axis::new(values, &own);
            let places: Vec<usize> = (0..900).filter(|_| random.below(2) == 0).collect();
            let found = distribution(&axis, values, &own, places.iter().copied());
            let counted: usize = found.counts.iter().sum();
            assert_eq!(counted + found.missing, places.len());
            assert_eq!(found.own.is_none(), own.is_missing());
            assert!(found.counts.len() == axis.parts() && axis.parts() <= 24);
            if let (Axis::Categories(names), Value::Category(own)) = (&axis, &own) {
                assert!(names.contains(own), "{own}");
            }
        }
    }
}

#[test]
fn a_cloud_is_an_even_sample_the_same_each_time_and_counts_all() {
    let n = 5_000;
    let mut random = Random::new(9);
    let x = Values::Numbers((0..n).map(|_| random.unit()).collect());
    let y: Vec<Option<&str>> = (0..n)
        .map(|_| [Some("own"), Some("rent"), None][random.below(3)])
        .collect();
    let y = Values::categories(y.into_iter());
    let outcomes: Vec<Option<u8>> = (0..n).map(|at| [Some(0), Some(1), None][at % 3]).collect();
    let places: Vec<usize> = (0..n).collect();
    let own = (0..n).find(|&at| !y.value(at).is_missing()).unwrap();
    let axes = [&x, &y].map(|values| Axis::new(values, &values.value(own)));
    let made = |seed, places: &[usize]| {
        let clients = clouds::Clients {
            own,
            places,
            outcomes: &outcomes,
            seed,
        };
        cloud([&axes[0], &axes[1]], [&x, &y], &clients, |_| {
            Decision::Granted
        })
    };
    let found = made(1, &places);
    assert_eq!(found, made(1, &places));
    assert_ne!(found.points, made(2, &places).points);
    assert_eq!(found.points.len(), MOST_POINTS);
    assert!(
        found
            .points
            .iter()
            .all(|point| point.place != own && !point.y.is_missing())
    );
    assert_eq!(found.own, Some([x.value(own), y.value(own)]));
    assert_eq!(found.clients + found.missing, n);
    assert_eq!(
        found.density.iter().map(|cell| cell.clients).sum::<usize>(),
        found.clients
    );
    for cell in &found.density {
        assert!(cell.clients >= cell.known && cell.known >= cell.defaults && cell.clients > 0);
    }
    // A sample of every eighth place would miss none of ten parts of the places.
    for part in 0..10 {
        let within = found
            .points
            .iter()
            .filter(|point| point.place * 10 / n == part);
        assert!((60..140).contains(&within.count()), "part {part}");
    }
    // The group's sample holds those of the larger one's that are in it.
    let half: Vec<usize> = (0..n / 2).collect();
    let of_half = made(1, &half);
    let mut both = found.points.iter().filter(|point| point.place < n / 2);
    assert!(both.all(|point| of_half.points.contains(point)));
}

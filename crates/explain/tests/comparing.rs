//! One client beside others: filters that a person sets, whom they leave, and what is refused.
#![allow(clippy::unwrap_used)]

#[allow(dead_code)]
mod forest;
#[allow(dead_code)]
mod lender;

use std::sync::Arc;

use forest::Random;
use lender::{bundle, trees};
use limpide_explain::comparing::{Among, Band, Comparing, Filter, Population, Wish};
use limpide_explain::similar::{LeafIndex, Partitions};
use limpide_explain::{Error, Values};
use limpide_model::{Bundle, Feature, Scorer, Text, Value};

const CLIENTS: usize = 700;
const HOMES: [&str; 3] = ["Owner", "Rented", "With parents"];

/// Clients of the lender in tests/lender, drawn; a fifth of ages and homes is not known.
struct Drawn {
    bundle: Arc<Bundle>,
    numbers: Vec<i64>,
    rows: Vec<Vec<Value>>,
    outcomes: Vec<Option<u8>>,
    filters: Vec<Filter>,
}

fn text(words: &str) -> Text {
    Text {
        fr: format!("{words} (fr)"),
        en: words.to_owned(),
    }
}

fn band(name: &str, from: Option<f64>, to: Option<f64>) -> Band {
    Band {
        name: name.to_owned(),
        from,
        to,
        label: text(name),
    }
}

fn drawn() -> Drawn {
    let mut random = Random::new(11);
    let mut bundle = bundle(trees());
    let tenant = ("Rented".to_owned(), text("Tenant"));
    bundle.features[6].values.extend([tenant]);
    let rows = (0..CLIENTS).map(|_| {
        let mut row: Vec<Value> = [1.0, 1.0, 0.6, -9_000.0, -20_000.0, 4.0]
            .iter()
            .map(|scale| Value::Number((scale * random.unit() * 100.0).round() / 100.0))
            .collect();
        row.push(Value::Category(HOMES[random.below(3)].to_owned()));
        row.push(Value::Number((random.unit() * 50.0).round() * 1_000.0));
        for place in [4, 6] {
            if random.below(5) == 0 {
                row[place] = Value::Missing;
            }
        }
        row
    });
    let filter = |name: &str, feature: &str, bands| Filter {
        name: name.to_owned(),
        label: text(name),
        feature: feature.to_owned(),
        bands,
    };
    let ages = vec![
        band("young", Some(-8_000.0), None),
        band("middle", Some(-14_000.0), Some(-8_000.0)),
        band("old", None, Some(-14_000.0)),
    ];
    Drawn {
        rows: rows.collect(),
        numbers: (0..CLIENTS as i64).map(|place| 1_000 + 3 * place).collect(),
        outcomes: (0..CLIENTS)
            .map(|place| [Some(0), Some(0), Some(1), None][place % 4])
            .collect(),
        filters: vec![
            filter("age", "age_days", ages),
            filter("home", "housing", vec![]),
            filter("gone", "a column that is not there", vec![]),
        ],
        bundle: Arc::new(bundle),
    }
}

impl Population for Drawn {
    fn clients(&self) -> &[i64] {
        &self.numbers
    }

    fn outcomes(&self) -> &[Option<u8>] {
        &self.outcomes
    }

    fn filters(&self) -> &[Filter] {
        &self.filters
    }

    fn column(&self, name: &str) -> Result<(Feature, Values), String> {
        let place = self.bundle.feature(name).ok_or("a feature")?;
        let values = self.rows.iter().map(|row| &row[place]);
        let column = match place {
            6 => Values::categories(values.map(Value::category)),
            _ => Values::Numbers(values.map(|one| one.number().unwrap_or(f64::NAN)).collect()),
        };
        Ok((self.bundle.features[place].clone(), column))
    }
}

fn comparing() -> Comparing {
    let drawn = drawn();
    let bundle = Arc::clone(&drawn.bundle);
    let partitions = Partitions::new(&bundle);
    let encoded = |places: std::ops::Range<usize>| {
        let rows = drawn.rows[places].iter();
        let rows: Result<Vec<Vec<f32>>, _> = rows.map(|row| bundle.encode(row)).collect();
        Ok::<_, limpide_model::Error>(rows?.concat())
    };
    let index = LeafIndex::build(&partitions, CLIENTS, 2, encoded).unwrap();
    Comparing::new(Box::new(drawn), Arc::clone(&bundle), &partitions, index).unwrap()
}

fn among(wishes: &[(&str, &str)], similar: Option<usize>) -> Among {
    let wish = |&(name, value): &(&str, &str)| Wish {
        name: name.to_owned(),
        value: value.to_owned(),
    };
    Among {
        wishes: wishes.iter().map(wish).collect(),
        similar,
    }
}

#[test]
fn filters_leave_those_whose_values_are_in_the_band_and_the_category() {
    let (comparing, drawn) = (comparing(), drawn());
    assert_eq!(comparing.filters().count(), 2);
    let age = |place: usize| drawn.rows[place][4].number();
    let home = |place: usize| drawn.rows[place][6].category();
    let is_middle = |age: f64| (-14_000.0..-8_000.0).contains(&age);
    // Somebody in the middle band, a tenant; and somebody of whom neither is known.
    let known =
        (0..CLIENTS).find(|&at| age(at).is_some_and(is_middle) && home(at) == Some("Rented"));
    let unknown = (0..CLIENTS).find(|&at| age(at).is_none() && home(at).is_none());
    let (known, unknown) = (known.unwrap(), unknown.unwrap());
    type Fits<'a> = Box<dyn Fn(usize) -> bool + 'a>;
    let middle = || -> Fits<'_> { Box::new(|at| age(at).is_some_and(is_middle)) };
    let rented = || -> Fits<'_> { Box::new(|at| home(at) == Some("Rented")) };
    type Case<'a> = (usize, &'a [(&'a str, &'a str)], Vec<Fits<'a>>);
    let cases: Vec<Case<'_>> = vec![
        (known, &[], vec![]),
        (known, &[("age", "same")], vec![middle()]),
        (unknown, &[("age", "middle")], vec![middle()]),
        (known, &[("home", "Rented")], vec![rented()]),
        (known, &[("home", "tenant (FR)")], vec![rented()]),
        (
            known,
            &[("home", "same"), ("age", "same")],
            vec![rented(), middle()],
        ),
        (
            unknown,
            &[("age", "same")],
            vec![Box::new(|at| age(at).is_none())],
        ),
        (
            unknown,
            &[("home", "same"), ("age", "old")],
            vec![
                Box::new(|at| home(at).is_none()),
                Box::new(|at| age(at).is_some_and(|age| age < -14_000.0)),
            ],
        ),
    ];
    for (own, wishes, fits) in cases {
        let others: Vec<usize> = (0..CLIENTS).filter(|&other| other != own).collect();
        let all = |at: &&usize| fits.iter().all(|fits| fits(**at));
        let passing: Vec<usize> = others.iter().filter(all).copied().collect();
        assert!(passing.len() > 10 && (wishes.is_empty() || passing.len() < CLIENTS / 2));
        let found = comparing
            .similar(drawn.numbers[own], &among(wishes, Some(40)))
            .unwrap();
        assert_eq!(found.passing.clients, passing.len());
        for (chosen, fits) in found.filters.iter().zip(&fits) {
            let alone = others.iter().filter(|&&other| fits(other)).count();
            assert_eq!(chosen.clients, alone, "{}", chosen.name);
        }
        assert_eq!(found.neighbours.len(), passing.len().min(40));
        for (client, _) in &found.neighbours {
            let place = drawn.numbers.binary_search(client).unwrap();
            assert!(passing.contains(&place));
        }
        let defaults = found.neighbours.iter().filter(|(client, _)| {
            let place = drawn.numbers.binary_search(client).unwrap();
            drawn.outcomes[place] == Some(1)
        });
        assert_eq!(found.observed.defaults, defaults.count());
        assert_eq!(
            found.decisions.iter().sum::<usize>(),
            found.neighbours.len()
        );

        // The same clients are compared by a feature, and nobody's own value counts.
        let compared = comparing
            .comparison(
                drawn.numbers[own],
                &among(wishes, None),
                "amount",
                Some("housing"),
            )
            .unwrap();
        assert_eq!(compared.compared.clients, passing.len());
        let amount = |at: usize| drawn.rows[at][7].number().unwrap();
        let below = passing
            .iter()
            .filter(|&&at| amount(at) < amount(own))
            .count();
        assert_eq!(compared.feature.standing.below, below);
        assert_eq!(compared.feature.standing_among_all.clients, CLIENTS - 1);
        let cloud = compared.cloud.unwrap();
        assert_eq!(cloud.clients + cloud.missing, passing.len());
        assert!(
            cloud
                .points
                .iter()
                .all(|point| passing.contains(&point.place))
        );
    }
}

#[test]
fn what_is_not_there_is_refused_with_what_is() {
    let comparing = comparing();
    let client = drawn().numbers[0];
    let similar = |wishes: &[(&str, &str)], k| {
        comparing
            .similar(client, &among(wishes, k))
            .unwrap_err()
            .to_string()
    };
    let everybody = among(&[], None);
    let feature = comparing
        .comparison(client, &everybody, "amont", None)
        .unwrap_err();
    let said = [
        similar(&[("ages", "young")], None),
        similar(&[("gone", "same")], None),
        similar(&[("age", "yung")], None),
        similar(&[("home", "boat")], None),
        similar(&[], Some(0)),
        similar(&[], Some(1_001)),
        feature.to_string(),
        comparing.similar(7, &everybody).unwrap_err().to_string(),
        Wish::parse("age").unwrap_err().to_string(),
        Wish::parse("=young").unwrap_err().to_string(),
    ];
    insta::assert_snapshot!("refused", said.join("\n"));
}

#[test]
fn a_model_that_tells_nobody_apart_compares_nobody() {
    let bundle = Arc::new(bundle(Scorer::Dummy { log_odds: -2.0 }));
    let partitions = Partitions::new(&bundle);
    let encoded =
        |places: std::ops::Range<usize>| Ok::<_, limpide_model::Error>(vec![0.0; 9 * places.len()]);
    let index = LeafIndex::build(&partitions, CLIENTS, 1, encoded).unwrap();
    let refused = Comparing::new(Box::new(drawn()), bundle, &partitions, index).err();
    assert!(matches!(refused, Some(Error::Alike)));
}

use std::sync::atomic::AtomicBool;

use limpide_model::Direction;
use limpide_model::scorecard::Split;

use super::*;
use crate::candidates::ColumnNote;
use crate::encoded::EncodedRows;
use crate::error::Error;
use crate::random::SplitMix;

const N: usize = 3000;

/// Encoded rows: three numbers that tell (the second where it is missing, the third falling), a
/// copy of the first, a category of four columns that tells, and ten numbers that tell nothing.
struct Invented {
    encoded: Vec<f32>,
    columns: Vec<ColumnNote>,
    labels: Vec<u8>,
}

const WIDTH: usize = 18;

fn invented(seed: u64) -> Invented {
    let mut random = SplitMix::new(seed);
    let mut uniform = move || random.draw() as f64 / u64::MAX as f64;
    let (mut encoded, mut labels) = (Vec::new(), Vec::new());
    for _ in 0..N {
        let (a, b, c) = (uniform(), uniform() < 0.3, uniform());
        let town = (uniform() * 4.0) as usize;
        let of_town = [0.0, 1.2, 0.1, 1.3][town];
        let log_odds = -3.0 + 2.5 * a + if b { 1.5 } else { 0.0 } - 2.0 * c + of_town;
        labels.push(u8::from(uniform() < sigmoid(log_odds)));
        let missing = if b { f32::NAN } else { uniform() as f32 };
        encoded.extend([
            a as f32,
            missing,
            c as f32,
            (a * 7.0 + uniform() * 0.01) as f32,
        ]);
        encoded.extend((0..4).map(|one| if one == town { 1.0 } else { 0.0 }));
        encoded.extend((0..10).map(|_| uniform() as f32));
    }
    let note = |column: usize| ColumnNote {
        feature: match column {
            ..4 => column,
            4..8 => 4,
            _ => column - 3,
        },
        direction: if column == 2 {
            Direction::Down
        } else {
            Direction::None
        },
        is_category: (4..8).contains(&column),
    };
    Invented {
        encoded,
        columns: (0..WIDTH).map(note).collect(),
        labels,
    }
}

fn fitted_on(threads: usize, invented: &Invented) -> Scorer {
    fit(&Training {
        encoded: &invented.encoded.clone().into(),
        width: WIDTH,
        columns: &invented.columns,
        labels: &invented.labels,
        weights: None,
        seed: 3,
        effort: Effort::Quick,
        hyperparameters: Hyperparameters::defaults(invented.labels.len(), Effort::Quick),
        threads,
        observer: &Observer::silent(),
    })
    .unwrap()
}

fn card(invented: &Invented) -> Scorecard {
    match fitted_on(1, invented) {
        Scorer::Scorecard(card) => card,
        other => panic!("no scorecard: {other:?}"),
    }
}

fn first_columns(card: &Scorecard) -> Vec<usize> {
    card.characteristics
        .iter()
        .map(|one| one.split.columns()[0])
        .collect()
}

#[test]
fn what_tells_is_on_the_card_once_and_with_the_right_sign() {
    let card = card(&invented(1));
    let columns = first_columns(&card);
    for told in [1, 2, 4] {
        assert!(columns.contains(&told), "{columns:?}");
    }
    let copies = columns
        .iter()
        .filter(|&&column| column == 0 || column == 3)
        .count();
    assert_eq!(copies, 1, "{columns:?}");
    let noise = columns.iter().filter(|&&column| column >= 8).count();
    assert!(noise <= 3, "{columns:?}");
    for one in &card.characteristics {
        assert!(one.coefficient > 0.0 && one.iv >= 0.02);
        let Split::Numbers { bounds, .. } = &one.split else {
            continue;
        };
        let rates: Vec<f64> = one.bins[..=bounds.len()]
            .iter()
            .map(|bin| bin.tally.event_rate())
            .collect();
        let turns = |pair: &[f64]| pair[0] > pair[1];
        let falls = rates.windows(2).filter(|pair| turns(pair)).count();
        assert!(falls == 0 || falls == rates.len() - 1, "{rates:?}");
        assert!(
            one.bins
                .iter()
                .all(|bin| bin.woe == 0.0 || bin.tally.events >= RULES.cases)
        );
    }
    let missing = card
        .characteristics
        .iter()
        .find(|one| one.split.columns() == [1])
        .unwrap();
    assert!(
        missing.bins.last().unwrap().woe < -0.3,
        "missing is a risk: {missing:?}"
    );
}

#[test]
fn categories_of_like_risk_are_one_bin() {
    let card = card(&invented(2));
    let town = card
        .characteristics
        .iter()
        .find(|one| one.split.columns().len() == 4)
        .unwrap();
    let Split::Categories { bins, .. } = &town.split else {
        panic!("{:?}", town.split)
    };
    assert!(
        bins[0] < bins[1] && bins[2] < bins[3],
        "the riskier come later: {bins:?}"
    );
}

#[test]
fn a_feature_against_the_recipes_direction_is_no_characteristic() {
    let mut invented = invented(3);
    invented.columns[2].direction = Direction::Up;
    assert!(!first_columns(&card(&invented)).contains(&2));
}

#[test]
fn probabilities_sum_to_the_defaults_and_terms_to_nothing() {
    let invented = invented(4);
    let card = card(&invented);
    let rows = || invented.encoded.chunks(WIDTH);
    let expected: f64 = rows().map(|row| sigmoid(card.margin(row))).sum();
    let defaults = invented.labels.iter().filter(|&&label| label == 1).count() as f64;
    assert!((expected - defaults).abs() < 1e-6, "{expected} {defaults}");
    for one in &card.characteristics {
        let sum: f64 = rows().map(|row| one.contribution(row)).sum();
        assert!(sum.abs() < 1e-6, "{sum}");
    }
}

#[test]
fn one_thread_and_two_give_the_same_card() {
    let invented = invented(5);
    assert_eq!(fitted_on(1, &invented), fitted_on(2, &invented));
}

#[test]
fn what_cannot_be_binned_ends_in_a_dummy() {
    let is_dummy = |change: fn(&mut Invented)| {
        let mut invented = invented(6);
        change(&mut invented);
        matches!(fitted_on(1, &invented), Scorer::Dummy { log_odds } if log_odds.is_finite())
    };
    assert!(is_dummy(|clients| clients.labels.fill(0)), "one class");
    assert!(
        is_dummy(|clients| clients.labels.fill(1)),
        "the other class"
    );
    assert!(
        is_dummy(|clients| clients.encoded.fill(f32::NAN)),
        "all missing"
    );
    assert!(is_dummy(|clients| clients.encoded.fill(0.5)), "constant");
    let few = |clients: &mut Invented| {
        let mut events = 0;
        for label in &mut clients.labels {
            events += *label;
            *label = u8::from(*label == 1 && events <= 4);
            events = events.min(5);
        }
    };
    assert!(is_dummy(few), "fewer events than bins");
    let no_columns = Training {
        encoded: &EncodedRows::default(),
        width: 0,
        columns: &[],
        labels: &[0, 1, 0],
        weights: None,
        seed: 0,
        effort: Effort::Quick,
        hyperparameters: Hyperparameters::defaults(3, Effort::Quick),
        threads: 2,
        observer: &Observer::silent(),
    };
    assert!(matches!(fit(&no_columns), Ok(Scorer::Dummy { .. })));
}

#[test]
fn it_stops_when_asked() {
    let invented = invented(7);
    let stop = AtomicBool::new(true);
    let training = Training {
        encoded: &invented.encoded.clone().into(),
        width: WIDTH,
        columns: &invented.columns,
        labels: &invented.labels,
        weights: None,
        seed: 0,
        effort: Effort::Quick,
        hyperparameters: Hyperparameters::defaults(invented.labels.len(), Effort::Quick),
        threads: 1,
        observer: &Observer {
            stop: &stop,
            ..Observer::silent()
        },
    };
    assert!(matches!(fit(&training), Err(Error::Stopped)));
}

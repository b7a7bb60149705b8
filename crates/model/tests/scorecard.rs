//! What holds of a scorecard: its points, its table, and what is refused.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use limpide_model::scorecard::sql::Measure;
use limpide_model::scorecard::{Bin, Characteristic, Scaling, Scorecard, Split, Tally};
use limpide_model::{Direction, EncodedColumn, Encoder, Error, Feature, Kind, Source, Text, Unit};

fn feature(name: &str, kind: Kind) -> Feature {
    Feature {
        name: name.to_owned(),
        kind,
        label: Text::default(),
        values: BTreeMap::new(),
        concept: String::new(),
        unit: Unit::None,
        direction: Direction::None,
        actionable: false,
        protected: false,
    }
}

/// A number with a special value, and a category that two columns stand for.
fn card() -> (Scorecard, Encoder, Vec<Feature>) {
    let tallies = |counts: &[(usize, usize)]| -> Vec<Tally> {
        let tally = |&(rows, events)| Tally { rows, events };
        counts.iter().map(tally).collect()
    };
    let debt = Split::Numbers {
        column: 0,
        bounds: vec![0.5],
        special: vec![9.0],
    };
    let home = Split::Categories {
        columns: vec![1, 2],
        bins: vec![1, 0],
    };
    let mut characteristics = vec![
        Characteristic::new(debt, &tallies(&[(50, 5), (30, 10), (10, 4), (10, 1)]), 2),
        Characteristic::new(home, &tallies(&[(60, 6), (40, 14), (0, 0)]), 2),
    ];
    characteristics[0].coefficient = 0.5;
    characteristics[1].coefficient = 0.75;
    let scorecard = Scorecard {
        intercept: -1.5,
        scaling: Scaling::default(),
        characteristics,
    };
    let column = |feature, source| EncodedColumn { feature, source };
    let columns = vec![
        column(0, Source::Number),
        column(1, Source::Equals("own, \"free\"".to_owned())),
        column(1, Source::Equals("=rent".to_owned())),
    ];
    let features = vec![
        feature("debt", Kind::Number),
        feature("home", Kind::Category),
    ];
    (scorecard, Encoder { columns }, features)
}

#[test]
fn points_double_the_odds_and_sum_over_the_bins() {
    let (scorecard, ..) = card();
    let scaling = scorecard.scaling;
    assert!((scaling.score(-50f64.ln()) - 600.0).abs() < 1e-9);
    assert!((scaling.score(-100f64.ln()) - 620.0).abs() < 1e-9);
    for row in [
        [0.2, 1.0, 0.0],
        [0.5, 0.0, 1.0],
        [9.0, 0.0, 0.0],
        [f32::NAN, 0.0, 1.0],
    ] {
        let bins = scorecard.characteristics.iter();
        let sum: f64 = bins
            .map(|one| scorecard.points(one, &one.bins[one.split.bin(&row)]))
            .sum();
        assert!((sum - scorecard.score(&row)).abs() < 1e-9);
        assert!((scaling.score(scorecard.margin(&row)) - scorecard.score(&row)).abs() < 1e-12);
    }
}

#[test]
fn values_fall_into_their_bins() {
    let (scorecard, ..) = card();
    let [debt, home] = &scorecard.characteristics[..] else {
        panic!("two characteristics")
    };
    let places = [f32::MIN, 0.499, 0.5, 8.9, 9.0, f32::MAX, f32::NAN]
        .map(|value| debt.split.bin(&[value, 0.0, 0.0]));
    assert_eq!(places, [0, 0, 1, 1, 2, 1, 3]);
    let places = [[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]
        .map(|columns| home.split.bin(&[0.0, columns[0], columns[1]]));
    assert_eq!(places, [1, 0, 2]);
    // One event among the missing: too few to tell, so it is as the mean client is.
    assert_eq!(debt.bins[3].woe, 0.0);
    assert_eq!(
        home.bins[2],
        Bin {
            tally: Tally::default(),
            woe: 0.0
        }
    );
}

#[test]
fn the_terms_of_the_training_rows_sum_to_nothing() {
    let (scorecard, ..) = card();
    for one in &scorecard.characteristics {
        let weighted = |bin: &Bin| bin.tally.rows as f64 * one.contribution_of(bin);
        let sum: f64 = one.bins.iter().map(weighted).sum();
        assert!(sum.abs() < 1e-12, "{sum}");
    }
}

#[test]
fn the_csv_names_every_bin_and_no_text_becomes_a_formula() {
    let (scorecard, encoder, features) = card();
    let csv = scorecard.csv(&encoder, &features).unwrap();
    let lines: Vec<&str> = csv.split_terminator("\r\n").collect();
    let starts = [
        "feature,values,rows,share,events,event_rate,woe,iv,coefficient,contribution,points",
        "debt,below 0.5,50,0.5,5,0.1,",
        "debt,0.5 or more,30,0.3,10,",
        "debt,9,10,0.1,4,0.4,",
        "debt,missing,10,0.1,1,0.1,0,0,0.5,",
        "home,'=rent,60,0.6,6,0.1,",
        "home,\"own, \"\"free\"\"\",40,0.4,14,0.35,",
        "home,other or missing,0,0,0,0,0,0,0.75,",
    ];
    assert_eq!(lines.len(), starts.len());
    for (line, start) in lines.iter().zip(starts) {
        assert!(line.starts_with(start), "{line}");
    }
    let table = scorecard.table(&encoder, &features).unwrap();
    let iv: f64 = table
        .iter()
        .filter(|line| line.feature == "debt")
        .map(|line| line.iv)
        .sum();
    assert!((iv - scorecard.characteristics[0].iv).abs() < 1e-12 && iv > 0.1);
}

#[test]
fn a_card_without_characteristics_is_its_intercept_in_sql_too() {
    let (mut scorecard, encoder, features) = card();
    scorecard.characteristics.clear();
    let sql = |measure| scorecard.sql(&encoder, &features, measure).unwrap();
    assert_eq!(sql(Measure::Margin), "-1.5e0");
    let points: f64 = sql(Measure::Points).parse().unwrap();
    assert_eq!(points, scorecard.score(&[]));
    assert_eq!(scorecard.width(), 0);
}

#[test]
fn an_encoder_of_other_features_is_refused() {
    let (scorecard, encoder, features) = card();
    let swapped = Encoder {
        columns: encoder.columns.iter().rev().cloned().collect(),
    };
    for (encoder, features) in [(&swapped, &features[..]), (&encoder, &features[..1])] {
        for refused in [
            scorecard.csv(encoder, features).map(drop),
            scorecard.sql(encoder, features, Measure::Points).map(drop),
        ] {
            assert!(matches!(refused, Err(Error::Damaged { .. })));
        }
    }
}

#[test]
fn a_damaged_card_says_what_does_not_fit() {
    type Damage = fn(&mut Scorecard);
    let damages: [(Damage, &str); 7] = [
        (|card| card.intercept = f64::NAN, "without an intercept"),
        (
            |card| card.scaling.odds = 0.0,
            "without an intercept or base odds",
        ),
        (
            |card| card.scaling.points_to_double = -20.0,
            "-20 points to double the odds",
        ),
        (
            |card| card.characteristics[0].bins.truncate(3),
            "3 bins, its split has 4",
        ),
        (
            |card| card.characteristics[1].coefficient = f64::INFINITY,
            "not finite",
        ),
        (
            |card| card.characteristics[1].bins[0].tally.events = 61,
            "61 events among 60 rows",
        ),
        (
            |card| {
                card.characteristics[1].split = Split::Categories {
                    columns: vec![1, 2],
                    bins: vec![0, usize::MAX],
                };
            },
            "characteristic 1 of the scorecard: 2 categories in the bins",
        ),
    ];
    assert_eq!(card().0.misfit(), None);
    for (damage, wanted) in damages {
        let (mut scorecard, ..) = card();
        damage(&mut scorecard);
        let reason = scorecard.misfit().unwrap();
        assert!(reason.contains(wanted), "{reason}");
    }
}

#[test]
fn a_card_read_back_is_the_same() {
    let (scorecard, ..) = card();
    let text = serde_json::to_string(&scorecard).unwrap();
    assert_eq!(serde_json::from_str::<Scorecard>(&text).unwrap(), scorecard);
}

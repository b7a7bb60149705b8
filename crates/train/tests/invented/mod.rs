//! Invented labelled clients for the suites.
#![allow(dead_code)]

use limpide_model::{Column, Dataset, Direction, Feature, Kind, Text, Unit};

/// Draws numbers from a seed.
pub struct Draw(pub u64);

impl Draw {
    /// Draws a number between 0 and 1.
    pub fn uniform(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 11) as f64) / (1u64 << 53) as f64
    }

    /// Draws a number from the standard normal distribution.
    pub fn normal(&mut self) -> f64 {
        let (a, b) = (self.uniform().max(1e-300), self.uniform());
        (-2.0 * a.ln()).sqrt() * (std::f64::consts::TAU * b).cos()
    }
}

/// Makes a feature of no concept.
pub fn feature(name: String, kind: Kind) -> Feature {
    Feature {
        name,
        kind,
        label: Text::default(),
        concept: String::new(),
        unit: Unit::None,
        direction: Direction::None,
        values: Default::default(),
        actionable: false,
        protected: false,
    }
}

/// Makes clients of whom about a sixth default: one feature in eight tells something, two
/// interact, many values are missing (which tells something too), two features are categories.
pub fn clients(n: usize, n_numbers: usize, seed: u64) -> Dataset {
    let mut draw = Draw(seed);
    let mut numbers: Vec<Vec<f64>> = (0..n_numbers)
        .map(|_| (0..n).map(|_| draw.normal()).collect())
        .collect();
    let regions = ["north", "south", "east", "west", "islands"];
    let drawn: Vec<usize> = (0..n)
        .map(|_| (draw.uniform().powi(2) * 5.0) as usize)
        .collect();
    let mut labels = Vec::with_capacity(n);
    for row in 0..n {
        let at = |column: usize| numbers[column % n_numbers][row];
        let told: f64 = (0..n_numbers)
            .step_by(8)
            .map(|column| at(column) * 0.25)
            .sum();
        let scale = (n_numbers as f64 / 8.0).sqrt().max(1.0);
        let log_odds = -2.4 + told / scale * 4.0 + 0.4 * at(1) * at(2) + 0.3 * drawn[row] as f64;
        labels.push(u8::from(draw.uniform() < 1.0 / (1.0 + (-log_odds).exp())));
    }
    for (column, values) in numbers.iter_mut().enumerate() {
        let share = (column % 4) as f64 * 0.15;
        for value in values.iter_mut() {
            if draw.uniform() < share {
                *value = f64::NAN;
            }
        }
    }
    let mut features: Vec<Feature> = (0..n_numbers)
        .map(|column| feature(format!("n{column}"), Kind::Number))
        .collect();
    let mut columns: Vec<Column> = numbers.into_iter().map(Column::Numbers).collect();
    features.push(feature("region".to_owned(), Kind::Category));
    columns.push(Column::Categories(
        drawn
            .iter()
            .map(|&region| Some(regions[region].to_owned()))
            .collect(),
    ));
    features.push(feature("mood".to_owned(), Kind::Category));
    let moods = (0..n)
        .map(|_| (draw.uniform() < 0.7).then(|| format!("m{}", (draw.uniform() * 4.0) as u32)));
    columns.push(Column::Categories(moods.collect()));
    Dataset {
        clients: (0..n as i64).map(|row| 1000 + 7 * row).collect(),
        features,
        columns,
        labels,
        unlabelled: Vec::new(),
        ..Dataset::default()
    }
}

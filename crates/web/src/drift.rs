//! Whether the probabilities that are answered still spread as those of the training clients did: the population
//! stability index (PSI), and how much of it chance alone explains. Pure.

pub(crate) mod features;

use limpide_model::Bundle;

/// Parts that the distribution is cut into, about equally large.
const PARTS: usize = 10;
/// Rows below which nothing is said: with 200, chance alone gives up to 0.085, hardly less than what counts as a
/// shift.
pub(crate) const FEWEST: u64 = 200;
/// From here on people speak of a shift, and of a large one.
const SHIFTED: [f64; 2] = [0.1, 0.25];
/// The normal distribution's 95 % quantile.
const Z95: f64 = 1.644_853_626_951_472_2;

/// How the training clients' probabilities spread, out of fold.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Expected {
    /// Rising; each is where one part ends and the next begins.
    pub(crate) bounds: Vec<f64>,
    /// The share of clients in each part; one more than bounds.
    pub(crate) shares: Vec<f64>,
    /// How many clients.
    clients: usize,
}

/// What was found of some rows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Shift {
    /// How many rows.
    pub(crate) rows: u64,
    /// The index.
    pub(crate) psi: f64,
    /// What chance alone gives on average, and in 19 cases of 20 at most.
    pub(crate) chance: [f64; 2],
}

/// What a shift comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Finding {
    /// Nothing can be said.
    TooFew,
    /// No more than chance gives.
    Chance,
    /// More than chance gives, and below what counts.
    Small,
    /// What counts as a shift.
    Moderate,
    /// What counts as a large shift.
    Large,
}

impl Expected {
    /// Cuts a model's distribution into parts; `None` where the bundle does not tell it.
    pub(crate) fn of(bundle: &Bundle) -> Option<Self> {
        let rows = &bundle.thresholds;
        let (mut bounds, mut shares, mut below) = (Vec::new(), Vec::new(), 0.0);
        for part in 1..PARTS {
            let wanted = part as f64 / PARTS as f64;
            let away = |share: f64| (share - wanted).abs();
            let nearest = rows
                .iter()
                .min_by(|a, b| away(a.approved).total_cmp(&away(b.approved)))?;
            if nearest.approved > below && nearest.approved < 1.0 {
                bounds.push(nearest.threshold);
                shares.push(nearest.approved - below);
                below = nearest.approved;
            }
        }
        shares.push(1.0 - below);
        (!bounds.is_empty()).then_some(Self {
            bounds,
            shares,
            clients: bundle.trained_on.rows,
        })
    }

    /// Compares rows, counted by part, with what was expected. A part without rows counts as half a row, so that
    /// the index stays finite.
    pub(crate) fn shift(&self, counts: &[u64]) -> Shift {
        let counts = &counts[..self.shares.len().min(counts.len())];
        let rows: u64 = counts.iter().sum();
        let parts = self.shares.iter().zip(counts);
        let psi = parts.map(|(&expected, &count)| {
            let found = (count as f64).max(0.5) / rows.max(1) as f64;
            (found - expected) * (found / expected).ln()
        });
        // Of two samples of one population, the index over this spread is distributed as chi-squared.
        let spread = 1.0 / rows.max(1) as f64 + 1.0 / self.clients.max(1) as f64;
        let freedom = (self.shares.len() - 1) as f64;
        Shift {
            rows,
            psi: psi.sum(),
            chance: [freedom * spread, chi_squared_95(freedom) * spread],
        }
    }
}

impl Shift {
    /// What it comes to.
    pub(crate) fn finding(&self) -> Finding {
        match self.psi {
            _ if self.rows < FEWEST => Finding::TooFew,
            psi if psi <= self.chance[1] => Finding::Chance,
            psi if psi < SHIFTED[0] => Finding::Small,
            psi if psi < SHIFTED[1] => Finding::Moderate,
            _ => Finding::Large,
        }
    }
}

/// The 95 % quantile of chi-squared, as Wilson and Hilferty approach it (PNAS 17, 1931).
fn chi_squared_95(freedom: f64) -> f64 {
    let part = 2.0 / (9.0 * freedom);
    freedom * (1.0 - part + Z95 * part.sqrt()).powi(3)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn halves(clients: usize) -> Expected {
        Expected {
            bounds: vec![0.1],
            shares: vec![0.5, 0.5],
            clients,
        }
    }

    #[test]
    fn the_index_is_the_one_of_its_definition() {
        // (0.6 − 0.5) ln(0.6 / 0.5) + (0.4 − 0.5) ln(0.4 / 0.5) = 0.1 ln 1.5 = 0.040547
        let shift = halves(1_000_000).shift(&[600, 400]);
        assert!((shift.psi - 0.040_546_5).abs() < 1e-7, "{}", shift.psi);
        let thirds = Expected {
            bounds: vec![0.1, 0.2],
            shares: vec![0.2, 0.3, 0.5],
            clients: 1_000_000,
        };
        // 0.1 ln 1.5 + 0 + (−0.1) ln 0.8 = 0.0405465 + 0.0223144
        let shift = thirds.shift(&[300, 300, 400]);
        assert!((shift.psi - 0.062_860_9).abs() < 1e-7, "{}", shift.psi);
        assert_eq!(thirds.shift(&[200, 300, 500]).psi, 0.0);
    }

    #[test]
    fn an_empty_part_counts_as_half_a_row() {
        // (0.0005 − 0.5) ln(0.001) + (1 − 0.5) ln 2 = 3.450424 + 0.346574
        let shift = halves(1_000_000).shift(&[0, 1000]);
        assert!((shift.psi - 3.796_998).abs() < 1e-5, "{}", shift.psi);
    }

    #[test]
    fn chance_is_what_tables_of_chi_squared_say() {
        for (freedom, quantile) in [(1.0, 3.841), (3.0, 7.815), (9.0, 16.919)] {
            let found: f64 = chi_squared_95(freedom);
            assert!((found / quantile - 1.0).abs() < 0.03, "{freedom}: {found}");
        }
        // One degree of freedom, a spread of 1/1000 + 1/1000.
        let chance = halves(1000).shift(&[600, 400]).chance;
        assert!((chance[0] - 0.002).abs() < 1e-12);
    }

    #[test]
    fn samples_of_one_population_stay_within_chance_in_nineteen_cases_of_twenty() {
        let expected = Expected {
            bounds: (1..PARTS).map(|part| part as f64 / 10.0).collect(),
            shares: vec![0.1; PARTS],
            clients: usize::MAX,
        };
        let (mut state, samples) = (7u64, 2000);
        let mut within = 0;
        for _ in 0..samples {
            let mut counts = [0u64; PARTS];
            for _ in 0..1000 {
                state = state.wrapping_mul(6_364_136_223_846_793_005) + 1;
                counts[(state >> 33) as usize % PARTS] += 1;
            }
            let found = expected.shift(&counts).finding();
            within += usize::from(found == Finding::Chance);
        }
        let share = within as f64 / samples as f64;
        assert!((0.93..0.97).contains(&share), "{share}");
    }

    #[test]
    fn what_is_found_depends_on_rows_chance_and_size() {
        let expected = halves(1_000_000);
        let finding = |counts: &[u64]| expected.shift(counts).finding();
        assert_eq!(finding(&[199, 0]), Finding::TooFew);
        assert_eq!(finding(&[510, 490]), Finding::Chance);
        assert_eq!(finding(&[6000, 4000]), Finding::Small);
        // 0.2 ln 2.333 = 0.169 and 0.3 ln 4 = 0.416
        assert_eq!(finding(&[7000, 3000]), Finding::Moderate);
        assert_eq!(finding(&[8000, 2000]), Finding::Large);
    }
}

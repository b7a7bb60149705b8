//! Where to look next: a tree-structured Parzen estimator.
//!
//! Trials so far are split into the better few and the rest. Each part becomes a density over
//! all hyperparameters at once; of places drawn from the density of the better ones, the place
//! is tried where it exceeds the other density most. One component of each density is uniform,
//! so no place is ever out of reach. The kernels are logistic instead of Gaussian: cut at the
//! bounds they keep a closed form, for drawing as for the density.
//!
//! # Source
//! Bergstra, Bardenet, Bengio and Kégl, "Algorithms for hyper-parameter optimization", NIPS
//! 2011, section 4; joint kernels and their widths as in Falkner, Klein and Hutter, "BOHB",
//! ICML 2018, section 3.3, and Watanabe, "Tree-structured Parzen estimator", 2023, section 3.

use crate::random::{SplitMix, derive};

/// The share of trials that are taken for the better ones.
const BETTER: f64 = 0.15;
/// Places that are drawn for one trial.
const DRAWN: usize = 32;
/// The kernels' width among one trial, as a share of the space.
const WIDTH: f64 = 0.25;
/// The least width of kernels.
const LEAST_WIDTH: f64 = 0.02;
/// The standard deviation of the standard logistic distribution, π / √3.
const LOGISTIC_DEVIATION: f64 = 1.813_799_364_234_217_8;

/// Gives a place uniformly drawn from the unit cube.
pub(super) fn uniform(n: usize, seed: u64) -> Vec<f64> {
    let mut random = SplitMix::new(seed);
    (0..n).map(|_| draw(&mut random)).collect()
}

/// Gives the place in the unit cube to try next, after places and what they gained, the more
/// the better; there is at least one.
///
/// `snap` moves a place to the nearest that can be tried.
pub(super) fn suggest(
    tried: &[(Vec<f64>, f64)],
    seed: u64,
    snap: impl Fn(&[f64]) -> Vec<f64>,
) -> Vec<f64> {
    let mut order: Vec<usize> = (0..tried.len()).collect();
    order.sort_by(|&a, &b| tried[b].1.total_cmp(&tried[a].1).then(a.cmp(&b)));
    let n_better = ((BETTER * tried.len() as f64).ceil() as usize).max(1);
    let places = |order: &[usize]| order.iter().map(|&trial| tried[trial].0.clone()).collect();
    let n_dimensions = tried[0].0.len();
    let better = Density::new(places(&order[..n_better]), n_dimensions);
    let rest = Density::new(places(&order[n_better..]), n_dimensions);
    let mut random = SplitMix::new(derive(seed, &[1]));
    let mut best = (f64::NEG_INFINITY, Vec::new());
    for _ in 0..DRAWN {
        let place = snap(&better.sample(&mut random));
        let ratio = better.log_density(&place) - rest.log_density(&place);
        if ratio > best.0 {
            best = (ratio, place);
        }
    }
    best.1
}

/// Holds an even mixture of one kernel a place, and of one uniform component.
struct Density {
    centres: Vec<Vec<f64>>,
    n_dimensions: usize,
    /// The scale of the logistic kernels.
    scale: f64,
}

impl Density {
    fn new(centres: Vec<Vec<f64>>, n_dimensions: usize) -> Self {
        let n = (centres.len() + 1) as f64;
        let width = WIDTH * n.powf(-1.0 / (n_dimensions as f64 + 4.0));
        Self {
            centres,
            n_dimensions,
            scale: width.max(LEAST_WIDTH) / LOGISTIC_DEVIATION,
        }
    }

    fn sample(&self, random: &mut SplitMix) -> Vec<f64> {
        let component = random.below(self.centres.len() + 1);
        let Some(centre) = self.centres.get(component) else {
            return (0..self.n_dimensions).map(|_| draw(random)).collect();
        };
        let inside = |&middle: &f64| {
            let (low, high) = (self.below(0.0, middle), self.below(1.0, middle));
            let share = low + draw(random) * (high - low);
            let place = middle + self.scale * (share / (1.0 - share)).ln();
            place.clamp(0.0, 1.0)
        };
        centre.iter().map(inside).collect()
    }

    fn log_density(&self, place: &[f64]) -> f64 {
        let kernel = |centre: &Vec<f64>| {
            let pairs = place.iter().zip(centre);
            pairs
                .map(|(&at, &middle)| self.kernel(at, middle))
                .product::<f64>()
        };
        let sum = 1.0 + self.centres.iter().map(kernel).sum::<f64>();
        (sum / (self.centres.len() + 1) as f64).ln()
    }

    /// Gives the density of a kernel, cut at the bounds.
    fn kernel(&self, at: f64, middle: f64) -> f64 {
        let tail = (-((at - middle) / self.scale).abs()).exp();
        let density = tail / ((1.0 + tail) * (1.0 + tail) * self.scale);
        density / (self.below(1.0, middle) - self.below(0.0, middle))
    }

    /// Gives the share of an uncut kernel below a place.
    fn below(&self, at: f64, middle: f64) -> f64 {
        1.0 / (1.0 + (-(at - middle) / self.scale).exp())
    }
}

/// Draws a number from 0 to below 1.
fn draw(random: &mut SplitMix) -> f64 {
    (random.draw() >> 11) as f64 / (1u64 << 53) as f64
}

//! Percentile intervals of a mean, by resampling clients.

use crate::random::SplitMix;

/// Samples that are drawn.
const SAMPLES: usize = 1000;

/// Gives the 95 % interval of the mean of one value a client: the 2.5 % and 97.5 % points of the
/// means of 1,000 samples of as many clients, drawn with replacement; [0, 0] without a client.
///
/// # Source
/// Efron and Tibshirani, "An introduction to the bootstrap", 1993, chapter 13: the percentile
/// interval; the quantiles are interpolated between neighbouring means.
pub fn bootstrap_interval(values: &[f64], seed: u64) -> [f64; 2] {
    let n = values.len();
    if n == 0 {
        return [0.0; 2];
    }
    let mut random = SplitMix::new(seed);
    let mut means: Vec<f64> = Vec::with_capacity(SAMPLES);
    for _ in 0..SAMPLES {
        let mut sum = 0.0;
        for _ in 0..n {
            sum += values[random.below(n)];
        }
        means.push(sum / n as f64);
    }
    means.sort_by(f64::total_cmp);
    let quantile = |share: f64| {
        let place = share * (SAMPLES - 1) as f64;
        let (low, part) = (place.floor() as usize, place.fract());
        let high = (low + 1).min(SAMPLES - 1);
        means[low] + part * (means[high] - means[low])
    };
    [quantile(0.025), quantile(0.975)]
}

//! Gauss–Legendre rules on [0, 1].
//!
//! A rule of n points integrates every polynomial of degree up to 2n − 1 exactly, which is why the
//! contributions of a tree are exact and not an approximation. Points come in blocks of four so that
//! the kernel works on whole registers.

/// Points that the kernel treats together.
pub(crate) const LANES: usize = 4;

/// Four points of a rule.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Block {
    /// Points, each strictly inside (0, 1).
    pub t: [f64; LANES],
    /// 1 − t, kept so that it is rounded once.
    pub rest: [f64; LANES],
    /// Weights; they sum to 1 over all the blocks of a rule.
    pub weight: [f64; LANES],
}

/// Gives the rule of `4 × blocks` points on [0, 1], exact for polynomials of degree below `8 × blocks`.
pub(crate) fn rule(blocks: usize) -> Vec<Block> {
    let (points, weights) = gauss_legendre(blocks * LANES);
    (0..blocks)
        .map(|block| {
            let mut out = Block {
                t: [0.0; LANES],
                rest: [0.0; LANES],
                weight: [0.0; LANES],
            };
            for lane in 0..LANES {
                let at = block * LANES + lane;
                out.t[lane] = 0.5 + 0.5 * points[at];
                out.rest[lane] = 0.5 - 0.5 * points[at];
                out.weight[lane] = 0.5 * weights[at];
            }
            out
        })
        .collect()
}

/// Blocks that integrate exactly a product of `factors` linear factors, one of them left out.
pub(crate) fn blocks_for(factors: usize) -> usize {
    factors.div_ceil(2).div_ceil(LANES).max(1)
}

/// Points and weights on [−1, 1]: roots of the Legendre polynomial of degree `n`, by Newton's method.
fn gauss_legendre(n: usize) -> (Vec<f64>, Vec<f64>) {
    let mut points = vec![0.0; n];
    let mut weights = vec![0.0; n];
    for i in 0..n.div_ceil(2) {
        // Tricomi's first guess is near enough for Newton to converge in a few steps at every n.
        let mut x = (std::f64::consts::PI * (i as f64 + 0.75) / (n as f64 + 0.5)).cos();
        for _ in 0..50 {
            let (value, slope) = legendre(n, x);
            let step = value / slope;
            x -= step;
            if step.abs() < 1e-16 {
                break;
            }
        }
        let (_, slope) = legendre(n, x);
        let weight = 2.0 / ((1.0 - x * x) * slope * slope);
        points[i] = -x;
        points[n - 1 - i] = x;
        weights[i] = weight;
        weights[n - 1 - i] = weight;
    }
    (points, weights)
}

/// Value and slope of the Legendre polynomial of degree `n` at `x`, by its three-term recurrence.
fn legendre(n: usize, x: f64) -> (f64, f64) {
    let (mut before, mut value) = (1.0, x);
    for k in 2..=n {
        let k = k as f64;
        let next = ((2.0 * k - 1.0) * x * value - (k - 1.0) * before) / k;
        before = value;
        value = next;
    }
    (value, n as f64 * (x * value - before) / (x * x - 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_monomial_of_the_promised_degree_is_integrated_exactly() {
        for blocks in 1..=6 {
            let rule = rule(blocks);
            for degree in 0..8 * blocks {
                let sum: f64 = rule
                    .iter()
                    .flat_map(|b| (0..LANES).map(|q| b.weight[q] * b.t[q].powi(degree as i32)))
                    .sum();
                let exact = 1.0 / (degree as f64 + 1.0);
                assert!(
                    (sum - exact).abs() < 1e-14,
                    "{blocks} blocks, degree {degree}: {sum} for {exact}"
                );
            }
        }
    }

    #[test]
    fn four_points_serve_paths_of_up_to_eight_features() {
        assert_eq!(
            (
                blocks_for(0),
                blocks_for(1),
                blocks_for(8),
                blocks_for(9),
                blocks_for(17)
            ),
            (1, 1, 1, 2, 3)
        );
    }
}

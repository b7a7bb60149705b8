//! Gauss–Legendre rules on [0, 1].
//!
//! A rule of n points integrates every polynomial of degree up to 2n − 1 exactly, which is why the
//! contributions of a tree are exact and not an approximation. Points come in blocks of up to eight,
//! which the kernel treats together.

/// Most points that the kernel treats together.
pub(crate) const MOST_POINTS: usize = crate::lanes::LANES;

/// Up to eight points of a rule; at the places beyond them t is 1 and the weight 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Block {
    /// Points, each strictly inside (0, 1).
    pub t: [f64; MOST_POINTS],
    /// 1 − t, kept so that it is rounded once.
    pub rest: [f64; MOST_POINTS],
    /// Weights; they sum to 1 over all the blocks of a rule.
    pub weight: [f64; MOST_POINTS],
}

/// A rule on [0, 1], exact for polynomials of degree below twice its points.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rule {
    /// Points in each block, 1 to 8.
    pub points: usize,
    /// The points, block after block.
    pub blocks: Vec<Block>,
}

impl Rule {
    /// Gives the rule of `blocks` blocks of `points` points.
    pub(crate) fn new(points: usize, blocks: usize) -> Self {
        let (places, weights) = gauss_legendre(blocks * points);
        let none = [0.0; MOST_POINTS];
        let empty = Block {
            t: [1.0; MOST_POINTS],
            rest: none,
            weight: none,
        };
        let mut rule = vec![empty; blocks];
        for (at, (place, weight)) in places.iter().zip(weights).enumerate() {
            let (block, at) = (&mut rule[at / points], at % points);
            block.t[at] = 0.5 + 0.5 * place;
            block.rest[at] = 0.5 - 0.5 * place;
            block.weight[at] = 0.5 * weight;
        }
        Self {
            points,
            blocks: rule,
        }
    }

    /// Gives points a block and blocks of the smallest rule that is exact for a product of `factors`
    /// linear factors less one; up to eight points make one block, more are spread evenly.
    pub(crate) fn shape_for(factors: usize) -> (usize, usize) {
        let points = factors.div_ceil(2).max(1);
        let blocks = points.div_ceil(MOST_POINTS);
        (points.div_ceil(blocks), blocks)
    }
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
        for factors in 1..=60 {
            let (points, blocks) = Rule::shape_for(factors);
            let rule = Rule::new(points, blocks);
            for degree in 0..factors {
                let mut sum = 0.0;
                for block in &rule.blocks {
                    for (t, weight) in block.t.iter().zip(&block.weight).take(rule.points) {
                        sum += weight * t.powi(degree as i32);
                    }
                }
                let exact = 1.0 / (degree as f64 + 1.0);
                assert!(
                    (sum - exact).abs() < 1e-14,
                    "{factors} factors, degree {degree}: {sum} for {exact}"
                );
            }
        }
    }

    #[test]
    fn a_path_takes_half_as_many_points_as_it_has_features() {
        let shapes = [0, 1, 2, 3, 4, 5, 9, 16].map(Rule::shape_for);
        let points = [1, 1, 1, 2, 2, 3, 5, 8];
        assert_eq!(shapes, points.map(|points| (points, 1)));
        assert_eq!([17, 32, 33].map(Rule::shape_for), [(5, 2), (8, 2), (6, 3)]);
    }
}

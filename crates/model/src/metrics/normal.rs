//! The standard normal distribution, as far as intervals and tests need it.

use std::f64::consts::{FRAC_1_SQRT_2, PI};

/// The 97.5 % point.
pub const NORMAL_97_5: f64 = 1.959_963_984_540_054;

/// Gives the probability of a value at least as far from 0 as this, either way.
pub(super) fn two_sided_p_value(z: f64) -> f64 {
    complementary_error(z.abs() * FRAC_1_SQRT_2)
}

/// Gives the complementary error function of a number that is not negative.
///
/// # Source
/// Abramowitz and Stegun, "Handbook of mathematical functions", 1964: the series 7.1.6 where the
/// number is small, else the continued fraction 7.1.14, from its far end.
fn complementary_error(x: f64) -> f64 {
    const SMALL: f64 = 2.0;
    const TERMS: u32 = 120;
    let bell = (-x * x).exp();
    if x < SMALL {
        let (mut term, mut sum) = (x, x);
        for n in 1..TERMS {
            term *= 2.0 * x * x / f64::from(2 * n + 1);
            sum += term;
        }
        return 1.0 - 2.0 / PI.sqrt() * bell * sum;
    }
    let mut tail = x;
    for n in (1..TERMS).rev() {
        tail = x + f64::from(n) / 2.0 / tail;
    }
    bell / PI.sqrt() / tail
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values of scipy.special.erfc (scipy 1.17).
    #[test]
    fn the_complementary_error_function_is_scipys() {
        for (x, wanted) in [
            (0.0, 1.0),
            (0.1, 0.8875370839817152),
            (0.5, 0.4795001221869535),
            (1.0, 0.15729920705028516),
            (1.9, 0.007209570764742531),
            (1.999, 0.0046984433486294865),
            (2.0, 0.004677734981047266),
            (2.5, 0.00040695201744495886),
            (3.7, 1.6715105790914599e-07),
            (6.0, 2.1519736712498913e-17),
            (12.0, 1.3562611692059047e-64),
        ] {
            let found = complementary_error(x);
            assert!(
                (found - wanted).abs() <= 1e-15 + 1e-12 * wanted,
                "{x}: {found}"
            );
        }
    }
}

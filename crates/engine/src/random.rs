//! Seeded random numbers as SQL functions: `uniform(seed, key, salt)` and `normal(seed, key, salt)`.
//!
//! They are counter-based: a value depends on its three arguments alone, so a synthetic
//! portfolio is the same in any row order and on any number of threads.
//!
//! # Source
//! The mixing step is the finaliser of SplitMix64 (Steele, Lea, Flood: "Fast splittable
//! pseudorandom number generators", OOPSLA 2014); the normal is Box and Muller, 1958.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, Float64Array};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::cast::{as_int64_array, as_string_array};
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, TypeSignature,
    Volatility,
};

/// Both functions, ready to be registered.
pub(crate) fn functions() -> [ScalarUDF; 2] {
    [Distribution::Uniform, Distribution::Normal]
        .map(|distribution| ScalarUDF::from(Random::new(distribution)))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Distribution {
    /// Uniform on [0, 1).
    Uniform,
    /// Standard normal.
    Normal,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Random {
    distribution: Distribution,
    signature: Signature,
}

impl Random {
    fn new(distribution: Distribution) -> Self {
        let with_salt = |salt| TypeSignature::Exact(vec![DataType::Int64, DataType::Int64, salt]);
        Self {
            distribution,
            signature: Signature::one_of(
                vec![with_salt(DataType::Int64), with_salt(DataType::Utf8)],
                Volatility::Immutable,
            ),
        }
    }
}

impl ScalarUDFImpl for Random {
    fn name(&self) -> &str {
        match self.distribution {
            Distribution::Uniform => "uniform",
            Distribution::Normal => "normal",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arg_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Float64)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [seed, key, salt] = args.args.as_slice() else {
            return exec_err!("{} takes (seed, key, salt)", self.name());
        };
        let rows = args.number_rows;
        let seeds = seed.to_array(rows)?;
        let keys = key.to_array(rows)?;
        let seeds = as_int64_array(&seeds)?;
        let keys = as_int64_array(&keys)?;
        let salts = Salts::new(salt, rows)?;
        let draw = match self.distribution {
            Distribution::Uniform => uniform,
            Distribution::Normal => normal,
        };
        let values: Float64Array = (0..rows)
            .map(|row| {
                (seeds.is_valid(row) && keys.is_valid(row)).then(|| {
                    draw(
                        seeds.value(row) as u64,
                        keys.value(row) as u64,
                        salts.get(row),
                    )
                })
            })
            .collect();
        Ok(ColumnarValue::Array(Arc::new(values) as ArrayRef))
    }
}

/// Salts as numbers; a text salt is hashed once, not once a row.
enum Salts {
    One(u64),
    Many(Vec<u64>),
}

impl Salts {
    fn new(salt: &ColumnarValue, rows: usize) -> Result<Self> {
        let constant = matches!(salt, ColumnarValue::Scalar(_));
        let array = salt.to_array(if constant { 1 } else { rows })?;
        let values: Vec<u64> = if array.data_type() == &DataType::Utf8 {
            as_string_array(&array)?
                .iter()
                .map(|text| text_salt(text.unwrap_or("")))
                .collect()
        } else {
            as_int64_array(&array)?
                .iter()
                .map(|value| value.unwrap_or(0) as u64)
                .collect()
        };
        Ok(if constant {
            Self::One(values[0])
        } else {
            Self::Many(values)
        })
    }

    fn get(&self, row: usize) -> u64 {
        match self {
            Self::One(salt) => *salt,
            Self::Many(salts) => salts[row],
        }
    }
}

const GOLDEN_GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;

fn mix(mut z: u64) -> u64 {
    z = z.wrapping_add(GOLDEN_GAMMA);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// FNV-1a: short texts to well-spread numbers.
fn text_salt(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

fn bits(seed: u64, key: u64, salt: u64) -> u64 {
    mix(mix(mix(seed) ^ key) ^ salt)
}

fn unit_interval(bits: u64) -> f64 {
    (bits >> 11) as f64 / (1u64 << 53) as f64
}

fn uniform(seed: u64, key: u64, salt: u64) -> f64 {
    unit_interval(bits(seed, key, salt))
}

fn normal(seed: u64, key: u64, salt: u64) -> f64 {
    let first = bits(seed, key, salt);
    let radius = (-2.0 * (1.0 - unit_interval(first)).ln()).sqrt();
    radius * (std::f64::consts::TAU * unit_interval(mix(first))).cos()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_have_the_moments_of_their_distribution() {
        let n = 200_000u64;
        let mean = |draw: fn(u64, u64, u64) -> f64, power: i32| {
            (0..n).map(|key| draw(7, key, 3).powi(power)).sum::<f64>() / n as f64
        };
        // Five standard errors of each mean at n = 200,000.
        assert!((mean(uniform, 1) - 0.5).abs() < 5.0 * (1.0f64 / 12.0 / n as f64).sqrt());
        assert!(mean(normal, 1).abs() < 5.0 / (n as f64).sqrt());
        assert!((mean(normal, 2) - 1.0).abs() < 5.0 * (2.0f64 / n as f64).sqrt());
        assert!((mean(normal, 4) - 3.0).abs() < 5.0 * (96.0f64 / n as f64).sqrt());
    }

    #[test]
    fn seed_key_and_salt_each_change_the_draw() {
        let draws = [
            uniform(1, 2, 3),
            uniform(2, 2, 3),
            uniform(1, 3, 3),
            uniform(1, 2, 4),
            uniform(2, 1, 3),
            uniform(1, 2, text_salt("income")),
            uniform(1, 2, text_salt("age")),
        ];
        for (i, a) in draws.iter().enumerate() {
            assert!(draws.iter().skip(i + 1).all(|b| a != b));
        }
    }
}

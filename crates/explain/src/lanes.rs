//! Eight numbers at a time, with the vector instructions that the machine has: looked at when the
//! program runs, so that one build serves every processor.
//!
//! The only place of this crate with unsafe code: instructions that not every processor has may be
//! called only where they have been looked for. No sort of processor changes a bit of the outcome: an
//! operation rounds each lane as plain f64 does, and a product and a sum are never joined into one.

#[cfg(target_arch = "x86_64")]
use std::arch::x86_64::*;

/// How many numbers are taken together: AVX-512's widest vector of f64, and a cache line.
pub(crate) const LANES: usize = 8;

/// One bit a lane, the lowest for the first.
pub(crate) type Mask = u8;

/// Eight numbers, and what can be done with all of them at once.
pub(crate) trait Lanes: Copy {
    /// Puts one number into all lanes.
    fn splat(number: f64) -> Self;
    /// Takes numbers from memory.
    fn from_array(numbers: [f64; LANES]) -> Self;
    /// Gives them back.
    fn to_array(self) -> [f64; LANES];
    /// Adds lane by lane.
    fn plus(self, other: Self) -> Self;
    /// Subtracts lane by lane.
    fn minus(self, other: Self) -> Self;
    /// Multiplies lane by lane.
    fn times(self, other: Self) -> Self;
    /// Takes a lane from `one` where the mask's bit is set, else from `other`.
    fn choose(mask: Mask, one: Self, other: Self) -> Self;
    /// Tells which of eight values are below a threshold; a missing one counts as `missing` says.
    fn below(values: &[f32; LANES], threshold: f32, missing: bool) -> Mask;
}

/// Work that is compiled once a sort of processor.
pub(crate) trait Job {
    /// Does it; this and what it calls must be `#[inline(always)]`, for instructions reach as far as
    /// the compiler inlines.
    fn run<V: Lanes>(self);
}

/// A sort of processor that this program runs on; there is no other way to come by one than to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Processor(Sort);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    #[cfg(target_arch = "x86_64")]
    Avx512,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    Any,
}

impl Processor {
    /// Gives what this machine can do, the fastest first.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        let sorts = [
            #[cfg(target_arch = "x86_64")]
            (
                Sort::Avx512,
                is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx2"),
            ),
            #[cfg(target_arch = "x86_64")]
            (Sort::Avx2, is_x86_feature_detected!("avx2")),
            (Sort::Any, true),
        ];
        let there = sorts.into_iter().filter(|(_, there)| *there);
        there.map(|(sort, _)| Self(sort))
    }

    /// Gives the fastest that this machine can do.
    pub(crate) fn best() -> Self {
        Self::all().next().unwrap_or(Self(Sort::Any))
    }

    /// Does the work with this processor's instructions.
    pub(crate) fn run(self, job: impl Job) {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: a processor of this sort exists only where `all` has found its instructions.
            #[allow(unsafe_code, reason = "there is no other way to call them")]
            Sort::Avx512 => unsafe { with_avx512(job) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: as above.
            #[allow(unsafe_code, reason = "there is no other way to call them")]
            Sort::Avx2 => unsafe { with_avx2(job) },
            Sort::Any => job.run::<Plain>(),
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx2")]
fn with_avx512(job: impl Job) {
    job.run::<Avx512>();
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn with_avx2(job: impl Job) {
    job.run::<Avx2>();
}

/// Eight numbers of any processor.
#[derive(Debug, Clone, Copy)]
struct Plain([f64; LANES]);

impl Lanes for Plain {
    #[inline(always)]
    fn splat(number: f64) -> Self {
        Self([number; LANES])
    }

    #[inline(always)]
    fn from_array(numbers: [f64; LANES]) -> Self {
        Self(numbers)
    }

    #[inline(always)]
    fn to_array(self) -> [f64; LANES] {
        self.0
    }

    #[inline(always)]
    fn plus(mut self, other: Self) -> Self {
        for lane in 0..LANES {
            self.0[lane] += other.0[lane];
        }
        self
    }

    #[inline(always)]
    fn minus(mut self, other: Self) -> Self {
        for lane in 0..LANES {
            self.0[lane] -= other.0[lane];
        }
        self
    }

    #[inline(always)]
    fn times(mut self, other: Self) -> Self {
        for lane in 0..LANES {
            self.0[lane] *= other.0[lane];
        }
        self
    }

    #[inline(always)]
    fn choose(mask: Mask, one: Self, other: Self) -> Self {
        let mut chosen = other;
        for lane in 0..LANES {
            // Bits instead of a branch, which would be guessed wrong half of the time.
            let take = u64::from(mask >> lane & 1).wrapping_neg();
            let (one, other) = (one.0[lane].to_bits(), other.0[lane].to_bits());
            chosen.0[lane] = f64::from_bits(one & take | other & !take);
        }
        chosen
    }

    #[inline(always)]
    fn below(values: &[f32; LANES], threshold: f32, missing: bool) -> Mask {
        let mut mask = 0;
        for (lane, &value) in values.iter().enumerate() {
            mask |= u8::from((value < threshold) | (value.is_nan() & missing)) << lane;
        }
        mask
    }
}

/// Eight numbers in one vector of AVX-512.
#[cfg(target_arch = "x86_64")]
#[derive(Debug, Clone, Copy)]
struct Avx512(__m512d);

#[cfg(target_arch = "x86_64")]
#[allow(
    unsafe_code,
    reason = "there is no other way to call these instructions"
)]
// SAFETY, of every call below: the type is private, and `with_avx512` alone works with it, on machines
// that have AVX-512F and AVX2. A vector and an array of eight f64 are the same 64 bytes.
impl Lanes for Avx512 {
    #[inline(always)]
    fn splat(number: f64) -> Self {
        Self(unsafe { _mm512_set1_pd(number) })
    }

    #[inline(always)]
    fn from_array(numbers: [f64; LANES]) -> Self {
        Self(unsafe { std::mem::transmute::<[f64; LANES], __m512d>(numbers) })
    }

    #[inline(always)]
    fn to_array(self) -> [f64; LANES] {
        unsafe { std::mem::transmute::<__m512d, [f64; LANES]>(self.0) }
    }

    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        Self(unsafe { _mm512_add_pd(self.0, other.0) })
    }

    #[inline(always)]
    fn minus(self, other: Self) -> Self {
        Self(unsafe { _mm512_sub_pd(self.0, other.0) })
    }

    #[inline(always)]
    fn times(self, other: Self) -> Self {
        Self(unsafe { _mm512_mul_pd(self.0, other.0) })
    }

    #[inline(always)]
    fn choose(mask: Mask, one: Self, other: Self) -> Self {
        Self(unsafe { _mm512_mask_blend_pd(mask, other.0, one.0) })
    }

    #[inline(always)]
    fn below(values: &[f32; LANES], threshold: f32, missing: bool) -> Mask {
        unsafe { below(values, threshold, missing) }
    }
}

/// Eight numbers in two vectors of AVX2.
#[cfg(target_arch = "x86_64")]
#[derive(Debug, Clone, Copy)]
struct Avx2([__m256d; 2]);

#[cfg(target_arch = "x86_64")]
#[allow(
    unsafe_code,
    reason = "there is no other way to call these instructions"
)]
// SAFETY, of every call below: the type is private, and `with_avx2` alone works with it, on machines
// that have AVX2. Two vectors and an array of eight f64 are the same 64 bytes.
impl Lanes for Avx2 {
    #[inline(always)]
    fn splat(number: f64) -> Self {
        Self([unsafe { _mm256_set1_pd(number) }; 2])
    }

    #[inline(always)]
    fn from_array(numbers: [f64; LANES]) -> Self {
        Self(unsafe { std::mem::transmute::<[f64; LANES], [__m256d; 2]>(numbers) })
    }

    #[inline(always)]
    fn to_array(self) -> [f64; LANES] {
        unsafe { std::mem::transmute::<[__m256d; 2], [f64; LANES]>(self.0) }
    }

    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        let ([a, b], [c, d]) = (self.0, other.0);
        Self(unsafe { [_mm256_add_pd(a, c), _mm256_add_pd(b, d)] })
    }

    #[inline(always)]
    fn minus(self, other: Self) -> Self {
        let ([a, b], [c, d]) = (self.0, other.0);
        Self(unsafe { [_mm256_sub_pd(a, c), _mm256_sub_pd(b, d)] })
    }

    #[inline(always)]
    fn times(self, other: Self) -> Self {
        let ([a, b], [c, d]) = (self.0, other.0);
        Self(unsafe { [_mm256_mul_pd(a, c), _mm256_mul_pd(b, d)] })
    }

    #[inline(always)]
    fn choose(mask: Mask, one: Self, other: Self) -> Self {
        let ([a, b], [c, d]) = (one.0, other.0);
        unsafe {
            let bits = _mm256_set1_epi64x(i64::from(mask));
            let take = |lanes| {
                let there = _mm256_cmpeq_epi64(_mm256_and_si256(bits, lanes), lanes);
                _mm256_castsi256_pd(there)
            };
            let (low, high) = (
                take(_mm256_setr_epi64x(1, 2, 4, 8)),
                take(_mm256_setr_epi64x(16, 32, 64, 128)),
            );
            Self([_mm256_blendv_pd(c, a, low), _mm256_blendv_pd(d, b, high)])
        }
    }

    #[inline(always)]
    fn below(values: &[f32; LANES], threshold: f32, missing: bool) -> Mask {
        unsafe { below(values, threshold, missing) }
    }
}

/// # Safety
/// The machine must have AVX2.
#[cfg(target_arch = "x86_64")]
#[allow(
    unsafe_code,
    reason = "there is no other way to call these instructions"
)]
#[inline(always)]
unsafe fn below(values: &[f32; LANES], threshold: f32, missing: bool) -> Mask {
    // SAFETY: the caller's; a vector and an array of eight f32 are the same 32 bytes.
    unsafe {
        let values = std::mem::transmute::<[f32; LANES], __m256>(*values);
        let threshold = _mm256_set1_ps(threshold);
        let below = match missing {
            false => _mm256_cmp_ps::<_CMP_LT_OQ>(values, threshold),
            // Not at or above it: so is what is missing.
            true => _mm256_cmp_ps::<_CMP_NGE_UQ>(values, threshold),
        };
        _mm256_movemask_ps(below) as Mask
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What every operation gives for some numbers, as bits.
    struct Operations<'a>(&'a mut Vec<u64>);

    impl Job for Operations<'_> {
        #[inline(always)]
        fn run<V: Lanes>(self) {
            let mut one = [0.1, -0.0, 1e300, -7.25, 1e-310, 3.0, f64::MAX, 0.7];
            let mut values = one.map(|number| number as f32);
            values[3] = f32::NAN;
            for round in 0..8 {
                let (a, b) = (V::from_array(one), V::splat(1.0 / 3.0));
                let mask = V::below(&values, 0.7, round % 2 == 0);
                let found = [a.plus(b), a.minus(b), a.times(b), V::choose(mask, a, b)];
                self.0.push(u64::from(mask));
                self.0.extend(
                    found
                        .map(V::to_array)
                        .as_flattened()
                        .iter()
                        .map(|n| n.to_bits()),
                );
                one.rotate_left(1);
                values.rotate_left(1);
            }
        }
    }

    #[test]
    fn every_processor_gives_the_same_bits() {
        let found: Vec<Vec<u64>> = Processor::all()
            .map(|processor| {
                let mut bits = Vec::new();
                processor.run(Operations(&mut bits));
                bits
            })
            .collect();
        assert_eq!(found[0].len(), 8 * (1 + 4 * LANES));
        for other in &found {
            assert_eq!(*other, found[0]);
        }
        // Below 0.7: 0.1, −0, 1e−310 and, where it counts as such, the missing one; −7.25 is missing.
        assert_eq!(found[0][0], 0b0001_1011);
    }
}

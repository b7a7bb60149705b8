//! Ranks, their correlation, and how well one feature alone tells two groups apart.

/// Rows are padded to whole groups of this many, so that sums run in lanes.
const LANES: usize = 8;

/// Holds the ranks of a feature's known values, centred, of length 1; missing ones are 0.
pub(super) struct Ranked(Vec<f32>);

impl Ranked {
    pub(super) fn new(numbers: impl Iterator<Item = f64>) -> Self {
        let numbers: Vec<f64> = numbers.collect();
        let mut order: Vec<(f64, u32)> = numbers
            .iter()
            .zip(0..)
            .filter(|(number, _)| !number.is_nan())
            .map(|(&number, place)| (number + 0.0, place))
            .collect();
        order.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let mut ranks = vec![0.0f32; numbers.len().div_ceil(LANES) * LANES];
        let middle = (order.len() as f64 - 1.0) / 2.0;
        let (mut below, mut squares) = (0, 0.0);
        for tied in order.chunk_by(|a, b| a.0 == b.0) {
            let rank = below as f64 + (tied.len() as f64 - 1.0) / 2.0 - middle;
            squares += rank * rank * tied.len() as f64;
            for &(_, place) in tied {
                ranks[place as usize] = rank as f32;
            }
            below += tied.len();
        }
        if squares > 0.0 {
            let scale = squares.sqrt().recip();
            for rank in &mut ranks {
                *rank = (f64::from(*rank) * scale) as f32;
            }
        }
        Self(ranks)
    }
}

/// Gives Spearman's correlation of two features that are missing in the same rows.
pub(super) fn correlation(a: &Ranked, b: &Ranked) -> f64 {
    let mut sums = [0.0f32; LANES];
    for (a, b) in a.0.chunks_exact(LANES).zip(b.0.chunks_exact(LANES)) {
        for lane in 0..LANES {
            sums[lane] += a[lane] * b[lane];
        }
    }
    sums.iter().map(|&sum| f64::from(sum)).sum()
}

/// Gives how well a number alone tells two groups apart, 0.5 to 1: whichever way it points, with
/// missing values below all others or above them, whichever tells more.
pub(super) fn auc_alone(values: impl Iterator<Item = (f64, u8)>) -> f64 {
    let mut known: Vec<(f64, u8)> = Vec::new();
    let mut missing = [0.0f64; 2];
    for (number, group) in values {
        if number.is_nan() {
            missing[usize::from(group)] += 1.0;
        } else {
            known.push((number + 0.0, group));
        }
    }
    known.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let (mut below, mut won, mut n) = (0.0, 0.0, [0.0f64; 2]);
    for tied in known.chunk_by(|a, b| a.0 == b.0) {
        let ones = tied.iter().filter(|(_, group)| *group == 1).count() as f64;
        let zeros = tied.len() as f64 - ones;
        won += ones * (below + zeros / 2.0);
        below += zeros;
        n[0] += zeros;
        n[1] += ones;
    }
    let pairs = (n[0] + missing[0]) * (n[1] + missing[1]);
    if pairs == 0.0 {
        return 0.5;
    }
    let ties = missing[0] * missing[1] / 2.0;
    let lowest = (won + ties + n[1] * missing[0]) / pairs;
    let highest = (won + ties + missing[1] * n[0]) / pairs;
    lowest.max(1.0 - lowest).max(highest).max(1.0 - highest)
}

//! Rows down the trees: several trees, or several rows, at a time.
//!
//! A step waits for a split, for the row's value and for their comparison, one after the other.
//! So several walks are under way at once, each a step further in turn, and which way a step
//! goes is computed instead of branched upon: a wrong guess costs more than the step. A walk that
//! has reached its leaf stays there until the others have. The sum is always taken tree after
//! tree from the base, so a margin has the same bits whichever way it was walked to.

use super::Ensemble;

/// Walks under way at once.
const LANES: usize = 8;
/// Rows that go down a tree before the next tree is fetched.
const ROWS_AT_ONCE: usize = 64;

/// Marks a split whose missing values go left; the bit of an f32's sign.
const MIRRORED: u32 = 1 << 31;

/// A split or a leaf, 16 bytes.
///
/// A row goes to the first child where `value < threshold`, so that a missing value goes to the
/// second, which is the right one. A split whose missing values go left is kept mirrored: the
/// first child is the right one, and `value >= threshold`, for numbers the same as
/// `-value < -(the f32 before threshold)`, is what leads there.
///
/// A leaf is a split that always leads back to itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Node {
    threshold: f32,
    /// The encoded column that is tested, with [`MIRRORED`].
    column: u32,
    /// Places among the nodes.
    children: [u32; 2],
}

impl Node {
    pub(super) fn split(
        column: u32,
        threshold: f32,
        default_left: bool,
        [left, right]: [u32; 2],
    ) -> Self {
        match default_left {
            // Adding 0 makes of both zeros one.
            false => Self {
                threshold: threshold + 0.0,
                column,
                children: [left, right],
            },
            true => Self {
                threshold: -threshold.next_down(),
                column: column | MIRRORED,
                children: [right, left],
            },
        }
    }

    pub(super) fn leaf(place: u32) -> Self {
        Self {
            threshold: f32::NEG_INFINITY,
            column: 0,
            children: [place, place],
        }
    }

    pub(super) fn threshold(&self) -> f32 {
        match self.default_left() {
            false => self.threshold,
            true => (-self.threshold).next_up() + 0.0,
        }
    }

    #[inline(always)]
    pub(super) fn column(&self) -> usize {
        (self.column & !MIRRORED) as usize
    }

    pub(super) fn set_column(&mut self, column: u32) {
        self.column = column | self.column & MIRRORED;
    }

    pub(super) fn default_left(&self) -> bool {
        self.column & MIRRORED != 0
    }

    /// Gives the places of the left and of the right child.
    pub(super) fn children(&self) -> [u32; 2] {
        let [first, second] = self.children;
        match self.default_left() {
            false => [first, second],
            true => [second, first],
        }
    }

    /// Gives the place of the child that a row goes to.
    #[inline(always)]
    pub(super) fn next(&self, encoded: &[f32]) -> u32 {
        let value = encoded[self.column()].to_bits();
        let [first, second] = self.children;
        match f32::from_bits(value ^ (self.column & MIRRORED)) < self.threshold {
            true => first,
            false => second,
        }
    }
}

impl Ensemble {
    /// Sums base and leaf values for one encoded row, in f64, tree after tree.
    ///
    /// The margin of a LightGBM model has the bits of LightGBM's own raw score.
    pub fn margin(&self, encoded: &[f32]) -> f64 {
        let mut sum = self.base;
        let mut groups = self.roots.chunks_exact(LANES);
        for roots in &mut groups {
            let roots = std::array::from_fn(|lane| roots[lane]);
            for value in self.walk::<LANES>(roots, |_| encoded) {
                sum += value;
            }
        }
        for &root in groups.remainder() {
            let [value] = self.walk([root], |_| encoded);
            sum += value;
        }
        sum
    }

    /// Gives the margins of encoded rows, `(n_rows, width)`, row after row; to the bit those of
    /// [`Self::margin`], in less time.
    pub fn margins(&self, encoded: &[f32], n_rows: usize) -> Vec<f64> {
        let mut margins = vec![self.base; n_rows];
        let width = encoded.len() / n_rows.max(1);
        if width == 0 {
            margins.fill_with(|| self.margin(&[]));
            return margins;
        }
        let blocks = encoded.chunks(ROWS_AT_ONCE * width);
        for (sums, rows) in margins.chunks_mut(ROWS_AT_ONCE).zip(blocks) {
            for &root in &self.roots {
                self.add_tree(root, rows, width, sums);
            }
        }
        margins
    }

    /// Adds the leaf values that rows reach in one tree to their sums.
    fn add_tree(&self, root: u32, rows: &[f32], width: usize, sums: &mut [f64]) {
        let mut sums = sums.chunks_exact_mut(LANES);
        let mut groups = rows.chunks_exact(LANES * width);
        for (sums, rows) in (&mut sums).zip(&mut groups) {
            let row = |lane: usize| &rows[lane * width..(lane + 1) * width];
            let values = self.walk::<LANES>([root; LANES], row);
            for (sum, value) in sums.iter_mut().zip(values) {
                *sum += value;
            }
        }
        let rest = groups.remainder().chunks_exact(width);
        for (sum, row) in sums.into_remainder().iter_mut().zip(rest) {
            let [value] = self.walk([root], |_| row);
            *sum += value;
        }
    }

    /// Gives the leaf of one tree that each encoded row reaches, `(n_rows, width)`, row after row.
    /// Leaves are numbered from 0 as the tree's values are, which for a model of LightGBM's is as
    /// LightGBM numbers them.
    pub fn leaves(&self, tree: usize, encoded: &[f32], leaves: &mut [u32]) {
        let width = encoded.len() / leaves.len().max(1);
        let root = self.roots[tree];
        let first = self.first_leaf + (self.starts[tree] + tree) as u32;
        let row = |place: usize| &encoded[place * width..(place + 1) * width];
        let mut start = 0;
        let mut groups = leaves.chunks_exact_mut(LANES);
        for group in &mut groups {
            let places = self.descend::<LANES>([root; LANES], |lane| row(start + lane));
            for (leaf, place) in group.iter_mut().zip(places) {
                *leaf = place - first;
            }
            start += LANES;
        }
        for (lane, leaf) in groups.into_remainder().iter_mut().enumerate() {
            let [place] = self.descend([root], |_| row(start + lane));
            *leaf = place - first;
        }
    }

    /// Takes walks from their roots to their leaves, each along a row of its own, and gives the
    /// leaves' values.
    #[inline(always)]
    fn walk<'a, const N: usize>(
        &self,
        roots: [u32; N],
        row: impl Fn(usize) -> &'a [f32],
    ) -> [f64; N] {
        let leaves = self.descend(roots, row);
        leaves.map(|place| self.values[(place - self.first_leaf) as usize])
    }

    /// Takes walks from their roots to their leaves and gives the leaves' places.
    #[inline(always)]
    fn descend<'a, const N: usize>(
        &self,
        mut places: [u32; N],
        row: impl Fn(usize) -> &'a [f32],
    ) -> [u32; N] {
        let nodes = self.nodes.as_slice();
        let rows: [&[f32]; N] = std::array::from_fn(row);
        let first_leaf = self.first_leaf;
        loop {
            let mut open = 0;
            for place in places {
                open |= place.wrapping_sub(first_leaf);
            }
            // Below the first leaf the difference wraps, and its highest bit is set.
            if open >> 31 == 0 {
                break;
            }
            for lane in 0..N {
                places[lane] = nodes[places[lane] as usize].next(rows[lane]);
            }
        }
        places
    }
}

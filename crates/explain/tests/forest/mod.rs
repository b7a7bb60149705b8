//! Random trees and rows, the same on every machine.

use limpide_model::Tree;

/// SplitMix64.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    pub fn below(&mut self, bound: usize) -> usize {
        (self.unit() * bound as f64) as usize
    }
}

/// Grows a tree by splitting a random leaf until it has so many splits; columns repeat as they come.
pub fn random_tree(random: &mut Random, columns: usize, splits: usize) -> Tree {
    let mut tree = Tree {
        value: vec![random.unit() - 0.5],
        cover: vec![1.0 + 999.0 * random.unit()],
        ..Tree::default()
    };
    // Where each leaf hangs: its parent and side.
    let mut hooks: Vec<Option<(usize, bool)>> = vec![None];
    for split in 0..splits {
        let leaf = random.below(tree.value.len());
        match hooks[leaf] {
            Some((parent, true)) => tree.left[parent] = split as i32,
            Some((parent, false)) => tree.right[parent] = split as i32,
            None => {}
        }
        let fresh = tree.value.len();
        tree.feature.push(random.below(columns) as u32);
        tree.threshold.push((4.0 * random.unit() - 2.0) as f32);
        tree.default_left.push((random.next() & 1) as u8);
        tree.left.push(-1 - leaf as i32);
        tree.right.push(-1 - fresh as i32);
        // Some leaves hold nearly all or nearly none of their parent's rows.
        let share = if random.unit() < 0.1 {
            1e-6
        } else {
            0.02 + 0.96 * random.unit()
        };
        let cover = tree.cover[leaf];
        tree.cover[leaf] = cover * share;
        tree.cover.push(cover * (1.0 - share));
        tree.value.push(random.unit() - 0.5);
        hooks[leaf] = Some((split, true));
        hooks.push(Some((split, false)));
    }
    tree
}

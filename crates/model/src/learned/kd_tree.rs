//! Points in boxes within boxes: the exact k nearest without looking at all points.
//!
//! Points stand in the order of their leaves, so a box is a range of them. Ranges are halved
//! until they are small; nothing but the points' order has to be kept, and boxes are measured
//! anew when a tree is read back. Distances are summed in f64 in the order of the coordinates,
//! and so are the least and the greatest distance of a box: rounding is monotone, so a box
//! that is passed over holds no nearer point, to the bit.

/// Points of a leaf at most.
const LEAF: usize = 32;

/// Holds points with a label of 0 or 1 each.
#[derive(Debug, Clone, PartialEq)]
pub struct KdTree {
    dimensions: usize,
    points: Vec<f32>,
    /// How many points before each place have label 1.
    ones_before: Vec<u32>,
    /// Each node's box, lows then highs; node `i` has the children `2i + 1` and `2i + 2`.
    boxes: Vec<f32>,
}

/// Counts the nearest points, those at the k-th distance apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Nearest {
    /// Points nearer than the k-th.
    pub inside: usize,
    /// Label 1 among them.
    pub inside_ones: usize,
    /// Points exactly as far as the k-th.
    pub tied: usize,
    /// Label 1 among them.
    pub tied_ones: usize,
}

/// A node with its range of points.
#[derive(Clone, Copy)]
struct Node {
    number: usize,
    from: usize,
    to: usize,
}

impl Node {
    fn is_leaf(self) -> bool {
        self.to - self.from <= LEAF
    }

    fn children(self) -> [Self; 2] {
        let half = self.from + (self.to - self.from) / 2;
        let child = |number, from, to| Self { number, from, to };
        [
            child(2 * self.number + 1, self.from, half),
            child(2 * self.number + 2, half, self.to),
        ]
    }
}

impl KdTree {
    /// Puts points, `(n_points, dimensions)`, in order: a box is halved along its longest side.
    pub fn build(dimensions: usize, points: &[f32], labels: &[u8]) -> Self {
        let mut order: Vec<usize> = (0..labels.len()).collect();
        let at = |place: usize, axis: usize| points[place * dimensions + axis];
        let mut waiting = vec![Node {
            number: 0,
            from: 0,
            to: labels.len(),
        }];
        while let Some(node) = waiting.pop() {
            if node.is_leaf() {
                continue;
            }
            let range = &mut order[node.from..node.to];
            let mut longest = (f32::NEG_INFINITY, 0);
            for axis in 0..dimensions {
                let (mut low, mut high) = (f32::INFINITY, f32::NEG_INFINITY);
                for &place in range.iter() {
                    low = low.min(at(place, axis));
                    high = high.max(at(place, axis));
                }
                if high - low > longest.0 {
                    longest = (high - low, axis);
                }
            }
            let axis = longest.1;
            let half = range.len() / 2;
            range.select_nth_unstable_by(half, |&a, &b| {
                at(a, axis).total_cmp(&at(b, axis)).then(a.cmp(&b))
            });
            waiting.extend(node.children());
        }
        let ordered = order
            .iter()
            .flat_map(|&place| &points[place * dimensions..(place + 1) * dimensions]);
        let ordered = ordered.copied().collect();
        let labels: Vec<u8> = order.iter().map(|&place| labels[place]).collect();
        Self::from_ordered(dimensions, ordered, &labels)
    }

    /// Takes points that stand in a tree's order already.
    pub fn from_ordered(dimensions: usize, points: Vec<f32>, labels: &[u8]) -> Self {
        let mut ones_before = Vec::with_capacity(labels.len() + 1);
        let mut ones = 0;
        ones_before.push(ones);
        for &label in labels {
            ones += u32::from(label == 1);
            ones_before.push(ones);
        }
        let mut tree = Self {
            dimensions,
            points,
            ones_before,
            boxes: Vec::new(),
        };
        tree.measure(Node {
            number: 0,
            from: 0,
            to: labels.len(),
        });
        tree
    }

    /// Counts the points.
    pub fn len(&self) -> usize {
        self.ones_before.len() - 1
    }

    /// Tells whether there is no point.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Gives the points in the tree's order.
    pub fn points(&self) -> &[f32] {
        &self.points
    }

    /// Gives the labels in the tree's order.
    pub fn labels(&self) -> Vec<u8> {
        let pairs = self.ones_before.windows(2);
        pairs.map(|pair| u8::from(pair[1] > pair[0])).collect()
    }

    /// Counts the `k` nearest points to a place; all where there are fewer. `k` is at least 1.
    pub fn nearest(&self, place: &[f32], k: usize) -> Nearest {
        let k = k.min(self.len());
        if k == 0 {
            return Nearest::default();
        }
        self.count(place, self.kth_distance(place, k))
    }

    /// Finds the squared distance of the k-th nearest point.
    fn kth_distance(&self, place: &[f32], k: usize) -> f64 {
        let mut bound = f64::INFINITY;
        let mut found: Vec<f64> = Vec::with_capacity(2 * k + LEAF);
        let mut waiting = vec![(0.0, self.root())];
        while let Some((least, node)) = waiting.pop() {
            if least > bound {
                continue;
            }
            if node.is_leaf() {
                for point in self.range(node) {
                    let distance = distance(point, place);
                    if distance <= bound {
                        found.push(distance);
                    }
                }
                if found.len() >= 2 * k || (bound.is_infinite() && found.len() >= k) {
                    bound = kth(&mut found, k);
                }
                continue;
            }
            let [left, right] = node
                .children()
                .map(|child| (self.least_distance(child, place), child));
            // The nearer one is looked at first.
            if left.0 <= right.0 {
                waiting.extend([right, left]);
            } else {
                waiting.extend([left, right]);
            }
        }
        kth(&mut found, k)
    }

    /// Counts the points within a squared distance, those on its edge apart.
    fn count(&self, place: &[f32], radius: f64) -> Nearest {
        let mut nearest = Nearest::default();
        let mut waiting = vec![self.root()];
        while let Some(node) = waiting.pop() {
            if self.least_distance(node, place) > radius {
                continue;
            }
            if self.greatest_distance(node, place) < radius {
                nearest.inside += node.to - node.from;
                nearest.inside_ones +=
                    (self.ones_before[node.to] - self.ones_before[node.from]) as usize;
                continue;
            }
            if !node.is_leaf() {
                waiting.extend(node.children());
                continue;
            }
            for (point, number) in self.range(node).zip(node.from..) {
                let one = (self.ones_before[number + 1] - self.ones_before[number]) as usize;
                let distance = distance(point, place);
                if distance < radius {
                    nearest.inside += 1;
                    nearest.inside_ones += one;
                } else if distance == radius {
                    nearest.tied += 1;
                    nearest.tied_ones += one;
                }
            }
        }
        nearest
    }

    fn root(&self) -> Node {
        Node {
            number: 0,
            from: 0,
            to: self.len(),
        }
    }

    fn range(&self, node: Node) -> impl Iterator<Item = &[f32]> {
        let width = self.dimensions;
        self.points[node.from * width..node.to * width].chunks_exact(width)
    }

    fn lows_and_highs(&self, node: Node) -> (&[f32], &[f32]) {
        let start = node.number * 2 * self.dimensions;
        self.boxes[start..start + 2 * self.dimensions].split_at(self.dimensions)
    }

    fn least_distance(&self, node: Node, place: &[f32]) -> f64 {
        let (lows, highs) = self.lows_and_highs(node);
        let mut sum = 0.0;
        for ((&low, &high), &at) in lows.iter().zip(highs).zip(place) {
            let outside = f64::from(at.clamp(low, high)) - f64::from(at);
            sum += outside * outside;
        }
        sum
    }

    fn greatest_distance(&self, node: Node, place: &[f32]) -> f64 {
        let (lows, highs) = self.lows_and_highs(node);
        let mut sum = 0.0;
        for ((&low, &high), &at) in lows.iter().zip(highs).zip(place) {
            let (low, high) = (
                f64::from(low) - f64::from(at),
                f64::from(high) - f64::from(at),
            );
            sum += (low * low).max(high * high);
        }
        sum
    }

    /// Measures a node's box and those below it.
    fn measure(&mut self, node: Node) {
        let width = self.dimensions;
        let start = node.number * 2 * width;
        if self.boxes.len() < start + 2 * width {
            self.boxes.resize(start + 2 * width, 0.0);
        }
        let (mut lows, mut highs) = (vec![f32::INFINITY; width], vec![f32::NEG_INFINITY; width]);
        let mut widen = |from: &[f32], to: &[f32]| {
            for axis in 0..width {
                lows[axis] = lows[axis].min(from[axis]);
                highs[axis] = highs[axis].max(to[axis]);
            }
        };
        if node.is_leaf() {
            for point in self.range(node) {
                widen(point, point);
            }
        } else {
            for child in node.children() {
                self.measure(child);
                let (from, to) = self.lows_and_highs(child);
                widen(from, to);
            }
        }
        self.boxes[start..start + width].copy_from_slice(&lows);
        self.boxes[start + width..start + 2 * width].copy_from_slice(&highs);
    }
}

fn distance(point: &[f32], place: &[f32]) -> f64 {
    let mut sum = 0.0;
    for (&a, &b) in point.iter().zip(place) {
        let apart = f64::from(a) - f64::from(b);
        sum += apart * apart;
    }
    sum
}

/// Keeps the `k` smallest and gives the largest of them; all where there are fewer.
fn kth(found: &mut Vec<f64>, k: usize) -> f64 {
    let last = k.min(found.len()) - 1;
    let (_, &mut kth, _) = found.select_nth_unstable_by(last, f64::total_cmp);
    found.truncate(last + 1);
    kth
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Draws whole numbers below `bound`.
    fn drawn(seed: &mut u64, bound: u64) -> u64 {
        *seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (*seed >> 33) % bound
    }

    fn brute(points: &[f32], labels: &[u8], width: usize, place: &[f32], k: usize) -> Nearest {
        let all = || points.chunks_exact(width).zip(labels);
        let mut sorted: Vec<f64> = all().map(|(point, _)| distance(point, place)).collect();
        sorted.sort_by(f64::total_cmp);
        let radius = sorted[k.min(sorted.len()) - 1];
        let mut nearest = Nearest::default();
        for (point, &label) in all() {
            let distance = distance(point, place);
            nearest.inside += usize::from(distance < radius);
            nearest.inside_ones += usize::from(distance < radius && label == 1);
            nearest.tied += usize::from(distance == radius);
            nearest.tied_ones += usize::from(distance == radius && label == 1);
        }
        nearest
    }

    #[test]
    fn the_nearest_are_those_that_looking_at_every_point_finds() {
        let mut seed = 7;
        // A coarse grid has many points at the same place and many at the same distance.
        for (n, width, grid) in [(1, 2, 9), (33, 1, 5), (700, 3, 6), (3000, 4, 100_000)] {
            let points: Vec<f32> = (0..n * width)
                .map(|_| drawn(&mut seed, grid) as f32 / 7.0)
                .collect();
            let labels: Vec<u8> = (0..n).map(|_| drawn(&mut seed, 2) as u8).collect();
            let tree = KdTree::build(width, &points, &labels);
            assert_eq!(tree.len(), n);
            let read_back = KdTree::from_ordered(width, tree.points().to_vec(), &tree.labels());
            assert_eq!(read_back, tree);
            for _ in 0..60 {
                let place: Vec<f32> = (0..width)
                    .map(|_| drawn(&mut seed, grid + 4) as f32 / 7.0)
                    .collect();
                for k in [1, 7, 60, n / 2 + 1, n, n + 5] {
                    let expected = brute(&points, &labels, width, &place, k);
                    assert_eq!(tree.nearest(&place, k), expected, "{n} points, k {k}");
                    assert!(expected.inside < k && k.min(n) <= expected.inside + expected.tied);
                }
            }
        }
    }

    #[test]
    fn no_points_have_no_nearest() {
        let tree = KdTree::build(2, &[], &[]);
        assert!(tree.is_empty());
        assert_eq!(tree.nearest(&[0.0, 0.0], 5), Nearest::default());
    }
}

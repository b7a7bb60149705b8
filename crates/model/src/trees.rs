//! The one compact form that every learner's trees are brought to.
//!
//! A node takes 16 bytes. A row goes left where `value < threshold` (both f32), and to the
//! node's default side where the value is NaN. Learners that test `value <= threshold` are
//! brought to this rule when they are imported, exactly. Covers stand beside: those of the
//! leaves come from the learner, those of inner nodes are the sums of their leaves' in f64,
//! so that contributions made from them add up.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

const LEAF: u32 = u32::MAX;
const DEFAULT_LEFT: u32 = 1 << 31;

/// Holds one tree as plain arrays: splits and leaves apart, split 0 the root.
///
/// A child that is 0 or more is a split; a negative one is leaf `-1 - child`. A child that is
/// a split always has a higher number than its parent. A tree of one leaf has no split.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Tree {
    /// The encoded column that each split tests.
    pub feature: Vec<u32>,
    /// Rows whose value is less go left.
    pub threshold: Vec<f32>,
    /// 1 where a missing value goes left, else 0.
    pub default_left: Vec<u8>,
    /// Left children.
    pub left: Vec<i32>,
    /// Right children.
    pub right: Vec<i32>,
    /// The leaves' values, log-odds.
    pub value: Vec<f64>,
    /// The weight of the training rows in each leaf, above 0.
    pub cover: Vec<f64>,
}

/// Holds a sum of trees, `base + Σ leaf values`, in log-odds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Parts", into = "Parts")]
pub struct Ensemble {
    base: f64,
    nodes: Vec<Node>,
    covers: Vec<f64>,
    starts: Vec<usize>,
}

/// A split keeps its children where a leaf keeps the two halves of its f64.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Node {
    threshold: f32,
    feature: u32,
    left: u32,
    right: u32,
}

/// Shows one tree of an ensemble; node 0 is the root, children have higher numbers.
#[derive(Debug, Clone, Copy)]
pub struct TreeView<'a> {
    nodes: &'a [Node],
    covers: &'a [f64],
}

/// Shows one node.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum NodeView {
    /// An inner node.
    Split {
        /// The encoded column that is tested.
        feature: usize,
        /// Rows whose value is less go left.
        threshold: f32,
        /// Whether a missing value goes left.
        default_left: bool,
        /// The left child's number in the tree.
        left: usize,
        /// The right child's number in the tree.
        right: usize,
    },
    /// A leaf.
    Leaf {
        /// Its value, log-odds.
        value: f64,
    },
}

#[derive(Serialize, Deserialize)]
struct Parts {
    base: f64,
    trees: Vec<Tree>,
}

impl Ensemble {
    /// Lays trees out in the compact form.
    ///
    /// # Errors
    /// [`Error::Damaged`] where a tree's arrays do not make a tree.
    pub fn from_trees(base: f64, trees: &[Tree]) -> Result<Self> {
        Self::lay_out(base, trees).map_err(|reason| Error::Damaged { reason })
    }

    pub(crate) fn lay_out(base: f64, trees: &[Tree]) -> std::result::Result<Self, String> {
        if !base.is_finite() {
            return Err(format!("base value {base} is not finite"));
        }
        let mut ensemble = Self {
            base,
            nodes: Vec::new(),
            covers: Vec::new(),
            starts: vec![0],
        };
        for (number, tree) in trees.iter().enumerate() {
            check(tree).map_err(|reason| format!("tree {number}: {reason}"))?;
            ensemble.push(tree);
        }
        Ok(ensemble)
    }

    /// Reads an XGBoost model saved as JSON: see [`crate::import::xgboost`].
    ///
    /// # Errors
    /// [`Error::Import`] where the model holds what cannot be taken over.
    pub fn from_xgboost_json(bytes: &[u8]) -> Result<Self> {
        crate::import::xgboost::read(bytes)
    }

    /// Reads a LightGBM model saved as text: see [`crate::import::lightgbm`].
    ///
    /// # Errors
    /// [`Error::Import`] where the model holds what cannot be taken over.
    pub fn from_lightgbm_text(text: &str) -> Result<Self> {
        crate::import::lightgbm::read(text)
    }

    /// Joins ensembles, at least one: the margin is the mean of theirs.
    pub fn mean(ensembles: &[Self]) -> Self {
        let share = 1.0 / ensembles.len() as f64;
        let mut mean = Self {
            base: ensembles.iter().map(|one| one.base).sum::<f64>() * share,
            nodes: Vec::new(),
            covers: Vec::new(),
            starts: vec![0],
        };
        for one in ensembles {
            let start = mean.nodes.len();
            mean.nodes
                .extend(one.nodes.iter().map(|node| node.times(share)));
            mean.covers.extend(&one.covers);
            mean.starts
                .extend(one.starts[1..].iter().map(|end| start + end));
        }
        mean
    }

    /// Sums base and leaf values for one encoded row, in f64, tree after tree.
    pub fn margin(&self, encoded: &[f32]) -> f64 {
        let mut sum = self.base;
        for bounds in self.starts.windows(2) {
            sum += leaf_value(&self.nodes[bounds[0]..bounds[1]], encoded);
        }
        sum
    }

    /// Gives the value that is added to the trees' sum.
    pub fn base(&self) -> f64 {
        self.base
    }

    /// Gives the mean margin over the training rows: the base and each tree's mean leaf value,
    /// weighted by cover.
    pub fn expected_margin(&self) -> f64 {
        self.base + self.trees().map(|tree| tree.expected_value()).sum::<f64>()
    }

    /// Counts the trees.
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Tells whether there is no tree.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Gives the trees in the order of their sum.
    pub fn trees(&self) -> impl ExactSizeIterator<Item = TreeView<'_>> {
        self.starts.windows(2).map(|bounds| TreeView {
            nodes: &self.nodes[bounds[0]..bounds[1]],
            covers: &self.covers[bounds[0]..bounds[1]],
        })
    }

    /// Gives the number of encoded columns that a row must have at least.
    pub fn width(&self) -> usize {
        let splits = self.nodes.iter().filter(|node| !node.is_leaf());
        splits.map(|node| node.column() + 1).max().unwrap_or(0)
    }

    /// Gives the encoded columns that are tested, rising.
    pub fn columns(&self) -> Vec<usize> {
        let splits = self.nodes.iter().filter(|node| !node.is_leaf());
        let columns: BTreeSet<usize> = splits.map(Node::column).collect();
        columns.into_iter().collect()
    }

    /// Gives every tested column another number, `places[column]`.
    pub(crate) fn renumber(&mut self, places: &[usize]) {
        for node in self.nodes.iter_mut().filter(|node| !node.is_leaf()) {
            let place = places[node.column()] as u32;
            node.feature = place | node.feature & DEFAULT_LEFT;
        }
    }

    fn push(&mut self, tree: &Tree) {
        let start = self.nodes.len();
        let n_splits = tree.feature.len();
        let place = |child: i32| match child {
            0.. => child as u32,
            _ => n_splits as u32 + (-1 - child) as u32,
        };
        for split in 0..n_splits {
            let default = if tree.default_left[split] == 1 {
                DEFAULT_LEFT
            } else {
                0
            };
            self.nodes.push(Node {
                threshold: tree.threshold[split],
                feature: tree.feature[split] | default,
                left: place(tree.left[split]),
                right: place(tree.right[split]),
            });
        }
        for &value in &tree.value {
            let bits = value.to_bits();
            self.nodes.push(Node {
                threshold: 0.0,
                feature: LEAF,
                left: bits as u32,
                right: (bits >> 32) as u32,
            });
        }
        self.covers.resize(start + n_splits, 0.0);
        self.covers.extend_from_slice(&tree.cover);
        for split in (start..start + n_splits).rev() {
            let node = self.nodes[split];
            self.covers[split] =
                self.covers[start + node.left as usize] + self.covers[start + node.right as usize];
        }
        self.starts.push(self.nodes.len());
    }
}

impl TreeView<'_> {
    /// Counts the nodes, leaves included.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Tells whether there is no node; never so.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Shows a node.
    pub fn node(&self, node: usize) -> NodeView {
        let found = &self.nodes[node];
        if found.is_leaf() {
            return NodeView::Leaf {
                value: found.value(),
            };
        }
        NodeView::Split {
            feature: found.column(),
            threshold: found.threshold,
            default_left: found.default_left(),
            left: found.left as usize,
            right: found.right as usize,
        }
    }

    /// Gives the weight of the training rows that reached a node, above 0.
    pub fn cover(&self, node: usize) -> f64 {
        self.covers[node]
    }

    /// Tells whether a row goes left at a split.
    pub fn goes_left(&self, node: usize, encoded: &[f32]) -> bool {
        self.nodes[node].goes_left(encoded)
    }

    /// Gives the value of the leaf that a row reaches.
    pub fn value(&self, encoded: &[f32]) -> f64 {
        leaf_value(self.nodes, encoded)
    }

    /// Gives the mean leaf value, weighted by cover.
    pub fn expected_value(&self) -> f64 {
        let leaves = self
            .nodes
            .iter()
            .zip(self.covers)
            .filter(|(node, _)| node.is_leaf());
        leaves
            .map(|(node, cover)| node.value() * (cover / self.covers[0]))
            .sum()
    }
}

impl Node {
    fn is_leaf(&self) -> bool {
        self.feature == LEAF
    }

    fn value(&self) -> f64 {
        f64::from_bits(u64::from(self.right) << 32 | u64::from(self.left))
    }

    /// Gives the node with its value multiplied, if it is a leaf.
    fn times(&self, factor: f64) -> Self {
        if !self.is_leaf() {
            return *self;
        }
        let bits = (self.value() * factor).to_bits();
        Self {
            left: bits as u32,
            right: (bits >> 32) as u32,
            ..*self
        }
    }

    fn column(&self) -> usize {
        (self.feature & !DEFAULT_LEFT) as usize
    }

    fn default_left(&self) -> bool {
        self.feature & DEFAULT_LEFT != 0
    }

    fn goes_left(&self, encoded: &[f32]) -> bool {
        let value = encoded[self.column()];
        if value.is_nan() {
            self.default_left()
        } else {
            value < self.threshold
        }
    }
}

impl TryFrom<Parts> for Ensemble {
    type Error = String;

    fn try_from(parts: Parts) -> std::result::Result<Self, String> {
        Self::lay_out(parts.base, &parts.trees)
    }
}

impl From<Ensemble> for Parts {
    fn from(ensemble: Ensemble) -> Self {
        Self {
            base: ensemble.base,
            trees: ensemble.trees().map(plain).collect(),
        }
    }
}

fn plain(view: TreeView<'_>) -> Tree {
    let mut tree = Tree::default();
    let n_splits = view.nodes.iter().filter(|node| !node.is_leaf()).count();
    let child = |place: u32| match (place as usize).checked_sub(n_splits) {
        Some(leaf) => -1 - leaf as i32,
        None => place as i32,
    };
    for (node, &cover) in view.nodes.iter().zip(view.covers) {
        if node.is_leaf() {
            tree.value.push(node.value());
            tree.cover.push(cover);
            continue;
        }
        tree.feature.push(node.column() as u32);
        tree.threshold.push(node.threshold);
        tree.default_left.push(u8::from(node.default_left()));
        tree.left.push(child(node.left));
        tree.right.push(child(node.right));
    }
    tree
}

fn leaf_value(nodes: &[Node], encoded: &[f32]) -> f64 {
    let mut node = &nodes[0];
    while !node.is_leaf() {
        let next = if node.goes_left(encoded) {
            node.left
        } else {
            node.right
        };
        node = &nodes[next as usize];
    }
    node.value()
}

/// Says why arrays do not make a tree: every node must have one parent that comes before it.
fn check(tree: &Tree) -> std::result::Result<(), String> {
    let n_splits = tree.feature.len();
    let n_leaves = tree.value.len();
    let splits = [
        tree.threshold.len(),
        tree.default_left.len(),
        tree.left.len(),
        tree.right.len(),
    ];
    if splits.iter().any(|&found| found != n_splits) {
        return Err(format!(
            "arrays of lengths {splits:?} for {n_splits} splits"
        ));
    }
    if n_leaves != n_splits + 1 || tree.cover.len() != n_leaves {
        return Err(format!(
            "{n_leaves} leaves and {} covers for {n_splits} splits",
            tree.cover.len()
        ));
    }
    let mut reached = vec![false; n_splits + n_leaves];
    for parent in 0..n_splits {
        for child in [tree.left[parent], tree.right[parent]] {
            let place = if child >= 0 {
                child as usize
            } else {
                n_splits + (-1 - i64::from(child)) as usize
            };
            let is_split = child >= 0;
            if place >= reached.len()
                || (is_split && (place >= n_splits || place <= parent))
                || reached[place]
            {
                return Err(format!("split {parent} cannot have the child {child}"));
            }
            reached[place] = true;
        }
        if !tree.threshold[parent].is_finite() || tree.feature[parent] >= DEFAULT_LEFT - 1 {
            return Err(format!(
                "split {parent} tests column {} against {}",
                tree.feature[parent], tree.threshold[parent]
            ));
        }
    }
    match tree
        .value
        .iter()
        .zip(&tree.cover)
        .find(|(value, cover)| !value.is_finite() || !cover.is_finite() || **cover <= 0.0)
    {
        Some((value, cover)) => Err(format!("a leaf of value {value} and cover {cover}")),
        None => Ok(()),
    }
}

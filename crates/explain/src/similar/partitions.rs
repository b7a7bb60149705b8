//! How a model divides its clients: each tree by its leaves, each feature by its bins.

use limpide_model::scorecard::Split;
use limpide_model::{Bundle, Ensemble, Logistic, Scorer, Source, additive};

use super::BLOCK;

/// Most bytes that are kept of a client.
const MOST_BYTES: usize = 128;
/// Most leaves of a tree that is kept.
const MOST_CELLS: usize = 1 << u16::BITS;
/// The percentiles of training clients between which a logistic regression's numbers are alike.
const TENTHS: [usize; 9] = [10, 20, 30, 40, 50, 60, 70, 80, 90];

/// Holds the ways in which one model divides clients, of which all or an even choice are kept.
///
/// - Trees, also those within a blend, whose other parts are left out: a cell is a leaf.
/// - A scorecard: a cell is a bin of a characteristic.
/// - An additive model: a cell is a bin of a shape, that is values which it does not tell apart.
/// - A logistic regression, which has no bins: a cell is a tenth of the training clients by a
///   column's value, or whether a category is theirs; missing values are a cell.
/// - A blend without trees: those of its parts, one after the other.
///
/// At most 128 are kept, or 64 where one has more than 256 cells (none of more than 65,536): every n-th, so that early trees,
/// which tell much, and late ones, which tell little, keep their shares.
#[derive(Debug, Clone)]
pub struct Partitions {
    scorer: Scorer,
    kept: Vec<Partition>,
    in_all: usize,
    is_wide: bool,
}

/// One way to divide clients.
#[derive(Debug, Clone)]
enum Partition {
    /// By the leaves of a tree: the ensemble's number in the scorer, and the tree's in it.
    Leaves { ensemble: usize, tree: usize },
    /// By the bins of one encoded column.
    Bins { column: usize, edges: Vec<f32> },
    /// By the bins of a characteristic.
    Characteristic(Split),
}

impl Partitions {
    /// Chooses the ways in which a bundle's scorer divides clients; none where it tells no clients
    /// apart.
    pub fn new(bundle: &Bundle) -> Self {
        let (all, most_cells) = leaves(&bundle.scorer);
        if !all.is_empty() {
            return Self::keep(bundle.scorer.clone(), &all, most_cells);
        }
        let mut all = Vec::new();
        add_bins(&bundle.scorer, bundle, &mut all);
        let most_cells = all.iter().map(Partition::n_bins).max();
        Self::keep(bundle.scorer.clone(), &all, most_cells.unwrap_or(0))
    }

    /// Chooses the ways in which an ensemble of trees divides clients.
    pub fn of_trees(ensemble: Ensemble) -> Self {
        let scorer = Scorer::Trees(ensemble);
        let (all, most_cells) = leaves(&scorer);
        Self::keep(scorer, &all, most_cells)
    }

    fn keep(scorer: Scorer, all: &[Partition], most_cells: usize) -> Self {
        let is_wide = most_cells > 1 << u8::BITS;
        let most = if is_wide { MOST_BYTES / 2 } else { MOST_BYTES };
        let in_all = all.len();
        let kept = in_all.min(most);
        let kept = (0..kept).map(|place| all[place * in_all / kept].clone());
        Self {
            kept: kept.collect(),
            in_all,
            is_wide,
            scorer,
        }
    }

    /// Counts the kept ones.
    pub fn len(&self) -> usize {
        self.kept.len()
    }

    /// Tells whether the model tells no clients apart.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// Counts all that the model has.
    pub fn in_all(&self) -> usize {
        self.in_all
    }

    /// Gives the scorer that divides.
    pub(super) fn scorer(&self) -> &Scorer {
        &self.scorer
    }

    /// Tells whether a cell's number may take two bytes.
    pub(super) fn is_wide(&self) -> bool {
        self.is_wide
    }

    /// Gives the cells of at most [`BLOCK`] encoded rows, `(n_rows, width)`, partition after
    /// partition, `(n_partitions, BLOCK)`; 0 beyond the rows.
    pub(super) fn cells(&self, encoded: &[f32], n_rows: usize) -> Vec<u32> {
        let ensembles = ensembles(&self.scorer);
        let width = encoded.len() / n_rows.max(1);
        let mut cells = vec![0; self.kept.len() * BLOCK];
        for (partition, cells) in self.kept.iter().zip(cells.chunks_exact_mut(BLOCK)) {
            let cells = &mut cells[..n_rows];
            let rows = encoded.chunks_exact(width.max(1)).zip(cells.iter_mut());
            match partition {
                Partition::Leaves { ensemble, tree } => {
                    ensembles[*ensemble].leaves(*tree, encoded, cells);
                }
                Partition::Bins { column, edges } => {
                    rows.for_each(|(row, cell)| *cell = additive::bin(edges, row[*column]) as u32);
                }
                Partition::Characteristic(split) => {
                    rows.for_each(|(row, cell)| *cell = split.bin(row) as u32);
                }
            }
        }
        cells
    }
}

impl Partition {
    fn n_bins(&self) -> usize {
        match self {
            Self::Leaves { .. } => 0,
            Self::Bins { edges, .. } => edges.len() + 2,
            Self::Characteristic(split) => split.n_bins(),
        }
    }
}

/// The leaves of all trees of a scorer, and the most leaves of one tree.
fn leaves(scorer: &Scorer) -> (Vec<Partition>, usize) {
    let (mut all, mut most) = (Vec::new(), 0);
    for (ensemble, trees) in ensembles(scorer).into_iter().enumerate() {
        for (tree, view) in trees.trees().enumerate() {
            let n_leaves = view.len().div_ceil(2);
            if n_leaves <= MOST_CELLS {
                all.push(Partition::Leaves { ensemble, tree });
                most = n_leaves.max(most);
            }
        }
    }
    (all, most)
}

/// A scorer's sums of trees, in order.
fn ensembles(scorer: &Scorer) -> Vec<&Ensemble> {
    match scorer {
        Scorer::Trees(ensemble) => vec![ensemble],
        Scorer::Blend(parts) => {
            let parts = parts.iter();
            parts.flat_map(|part| ensembles(&part.scorer)).collect()
        }
        _ => Vec::new(),
    }
}

/// Adds the bins of a scorer without trees.
fn add_bins(scorer: &Scorer, bundle: &Bundle, all: &mut Vec<Partition>) {
    match scorer {
        Scorer::Dummy { .. } | Scorer::Trees(_) => {}
        Scorer::Scorecard(scorecard) => {
            let splits = scorecard.characteristics.iter();
            all.extend(splits.map(|one| Partition::Characteristic(one.split.clone())));
        }
        Scorer::Additive(additive) => {
            let shapes = additive.shapes().iter();
            all.extend(shapes.map(|shape| Partition::Bins {
                column: shape.column,
                edges: shape.edges.clone(),
            }));
        }
        Scorer::Logistic(logistic) => add_tenths(logistic, bundle, all),
        Scorer::Blend(parts) => {
            for part in parts {
                add_bins(&part.scorer, bundle, all);
            }
        }
    }
}

/// Adds a partition for each column that a logistic regression weighs.
fn add_tenths(logistic: &Logistic, bundle: &Bundle, all: &mut Vec<Partition>) {
    let columns = bundle.encoder.columns.iter().enumerate();
    for ((column, encoded), term) in columns.zip(&logistic.terms) {
        if term.weight == 0.0 && term.missing_weight == 0.0 {
            continue;
        }
        let edges = match &encoded.source {
            Source::Equals(_) => vec![0.5],
            Source::Number => {
                let reference = &bundle.reference.features[encoded.feature];
                let quantiles = TENTHS.iter().filter_map(|&at| reference.quantiles.get(at));
                let mut edges: Vec<f32> = quantiles.map(|&quantile| quantile as f32).collect();
                edges.dedup();
                edges
            }
        };
        all.push(Partition::Bins { column, edges });
    }
}

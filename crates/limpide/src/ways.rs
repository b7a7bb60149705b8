//! Ways to a yes: the recipe's changes, the features that follow from them and the model, joined.

use std::collections::BTreeMap;
use std::time::Instant;

use limpide_explain::ways::{
    Field, Follow, Grid, Point, Question, Search, Verified, Wanted, Ways, search, ways,
};
use limpide_features::changes::variants::Varied;
use limpide_features::{Axis, Change, Computed, Points};
use limpide_model::{Column, Decision, Score, Text, Unit, Value};
use limpide_portfolio::ClientTables;
use limpide_web::{ComputeError, UnfitValue, WaysAsked};
use serde_json::Map;
use tokio::runtime::Handle;

use crate::online::{OnlineRows, failed};
use crate::rows;

/// The most ways that may be asked for.
pub const MOST_WAYS: usize = 10;

/// One client's request, ready to be varied.
struct Request<'a> {
    rows: &'a OnlineRows,
    tables: ClientTables,
    before: Computed,
    row: Vec<Value>,
    score: Score,
    /// The fields that may change, with this client's values.
    axes: Vec<Axis>,
}

/// Fields that may not change of which an answer tells.
const MOST_UNKNOWN: usize = 5;

impl OnlineRows {
    /// The smallest changes of a client's request that it would be granted with; `None`: no such
    /// client.
    pub fn find_ways(&self, client: i64, asked: &WaysAsked) -> Result<Option<Ways>, ComputeError> {
        let start = Instant::now();
        let chosen = self.chosen(asked)?;
        let Some(tables) = self.reader.rows(client).map_err(failed)? else {
            return Ok(None);
        };
        let request = self.request(tables, &chosen)?;
        let fields: Vec<Field> = request
            .axes
            .iter()
            .map(|axis| field(&self.changes.all()[axis.change], axis))
            .collect::<anyhow::Result<_>>()
            .map_err(failed)?;
        let mut found = None;
        let mut verified = Vec::new();
        if request.score.decision != Decision::Granted {
            let searched = request.search(asked, || start.elapsed() >= asked.time)?;
            for point in &searched.found {
                verified.push(request.verify(point)?);
            }
            found = Some(searched);
        }
        let question = Question {
            bundle: &self.bundle,
            score: &request.score,
            fields: &fields,
            search: found.as_ref(),
            lang: asked.lang,
        };
        ways(question, &verified).map(Some).map_err(failed)
    }

    /// The places of the changes that are asked for.
    fn chosen(&self, asked: &WaysAsked) -> Result<Vec<usize>, ComputeError> {
        let names: Vec<&str> = self.changes.all().iter().map(|c| c.name.as_str()).collect();
        let mut unfit = Vec::new();
        if !(1..=MOST_WAYS).contains(&asked.limit) {
            unfit.push(UnfitValue {
                field: "limit".to_owned(),
                found: asked.limit.to_string(),
                expected: format!("a whole number from 1 to {MOST_WAYS}"),
            });
        }
        let unknown = asked.only.iter();
        let unknown = unknown.filter(|name| !names.contains(&name.as_str()));
        // The first of them say it all; an answer must not be larger than what was asked.
        for name in unknown.take(MOST_UNKNOWN) {
            unfit.push(UnfitValue {
                field: name.clone(),
                found: "a field that may not change".to_owned(),
                expected: format!("one of those that may: {}", names.join(", ")),
            });
        }
        if !unfit.is_empty() {
            return Err(ComputeError::Unfit(unfit));
        }
        let is_asked = |name: &str| asked.only.is_empty() || asked.only.iter().any(|o| o == name);
        let places = (0..names.len()).filter(|place| is_asked(names[*place]));
        Ok(places.collect())
    }

    fn request(&self, tables: ClientTables, chosen: &[usize]) -> Result<Request<'_>, ComputeError> {
        let handle = Handle::current();
        let before = handle
            .block_on(self.online.compute(&tables))
            .map_err(failed)?;
        let row = self.row_of(&before)?;
        let score = self.bundle.score(&row).map_err(failed)?;
        let mut axes = handle
            .block_on(self.changes.axes(&tables))
            .map_err(failed)?;
        axes.retain(|axis| chosen.contains(&axis.change));
        Ok(Request {
            rows: self,
            tables,
            before,
            row,
            score,
            axes,
        })
    }
}

impl Request<'_> {
    fn grid(&self) -> Grid {
        let steps = |axis: &Axis| axis.values.iter().map(|value| value.step).collect();
        Grid {
            axes: self.axes.iter().map(steps).collect(),
        }
    }

    fn search(
        &self,
        asked: &WaysAsked,
        is_time_up: impl FnMut() -> bool,
    ) -> Result<Search, ComputeError> {
        let wanted = Wanted {
            limit: asked.limit,
            at_once: self.rows.changes.variants().at_once(),
        };
        search(
            &self.grid(),
            wanted,
            |points| self.grants(points),
            is_time_up,
        )
    }

    /// The application's columns at points of the grid.
    fn points(&self, points: &[Point]) -> Result<Points, ComputeError> {
        let changes = &self.rows.changes;
        let mut asked = vec![vec![None; points.len()]; changes.all().len()];
        for (place, axis) in self.axes.iter().enumerate() {
            for (row, point) in points.iter().enumerate() {
                let value = point[place]
                    .checked_sub(1)
                    .map(|step| axis.values[step].value);
                asked[axis.change][row] = value;
            }
        }
        let points = changes.points(&self.tables, &asked, points.len());
        Handle::current().block_on(points).map_err(failed)
    }

    /// Which points are offered by the lender and granted by the model.
    fn grants(&self, points: &[Point]) -> Result<Vec<bool>, ComputeError> {
        let points = self.points(points)?;
        let rows = self.rows;
        let variants = rows.changes.variants();
        let varied = variants.compute(&rows.online, &self.tables, &self.before.batch, &points);
        let margins = match Handle::current().block_on(varied).map_err(failed)? {
            Varied::Columns(columns) => {
                let changed: Vec<(usize, Column)> = rows
                    .places
                    .iter()
                    .enumerate()
                    .filter_map(|(feature, place)| {
                        let (_, column) = columns.iter().find(|(varied, _)| varied == place)?;
                        Some((feature, rows::column(column)))
                    })
                    .collect();
                let bundle = &rows.bundle;
                let encoded = bundle.encode_variants(&self.row, &changed, points.n);
                bundle.scorer.margins(&encoded.map_err(failed)?, points.n)
            }
            Varied::Whole(computed) => {
                let mut margins = Vec::with_capacity(computed.len());
                for one in &computed {
                    let row = rows.row_of(one)?;
                    margins.push(rows.bundle.score(&row).map_err(failed)?.margin);
                }
                margins
            }
        };
        let decisions = margins.iter().zip(&points.offered);
        let grants = decisions.map(|(margin, offered)| {
            *offered && rows.bundle.score_margin(*margin).decision == Decision::Granted
        });
        Ok(grants.collect())
    }

    /// Scores a point by the path of every application: edited, computed whole, scored.
    fn verify(&self, point: &Point) -> Result<Verified, ComputeError> {
        let rows = self.rows;
        let points = self.points(std::slice::from_ref(point))?;
        let nothing: Point = vec![0; point.len()];
        let as_it_is = self.points(std::slice::from_ref(&nothing))?;
        let mut edits = BTreeMap::new();
        let mut follows = Vec::new();
        for (column, _) in &points.columns {
            let (before, after) = (as_it_is.value(column, 0), points.value(column, 0));
            if before == after {
                continue;
            }
            if let Some(after) = after {
                edits.insert(column.clone(), after);
                if let Some(before) = before.filter(|_| !self.is_changed_itself(column, point)) {
                    follows.extend(self.follow(column, before, after)?);
                }
            }
        }
        let values = edits
            .iter()
            .map(|(name, value)| (name.clone(), (*value).into()));
        let values: Map<String, serde_json::Value> = values.collect();
        let row = rows.row_with(&self.tables, &values)?;
        let changed = self.axes.iter().zip(point).enumerate();
        let changes = changed.filter_map(|(place, (axis, step))| {
            let value = axis.values.get(step.checked_sub(1)?)?;
            Some((place, value.value))
        });
        Ok(Verified {
            changes: changes.collect(),
            follows,
            edits,
            distance: self.grid().distance(point),
            score: rows.bundle.score(&row).map_err(failed)?,
        })
    }

    /// Whether a column is what a point changes, and not what follows from it.
    fn is_changed_itself(&self, column: &str, point: &Point) -> bool {
        let changed = self.axes.iter().zip(point).filter(|(_, step)| **step > 0);
        let mut changed = changed.map(|(axis, _)| &self.rows.changes.all()[axis.change]);
        changed.any(|change| change.now.trim_matches('"') == column)
    }

    /// What follows, in the words of the feature that the column is.
    fn follow(
        &self,
        column: &str,
        before: f64,
        after: f64,
    ) -> Result<Option<Follow>, ComputeError> {
        let mut features = self.rows.online.plan().features();
        let Some(feature) = features.find(|feature| feature.info.name == column) else {
            return Ok(None);
        };
        Ok(Some(Follow {
            label: rows::same(&feature.info.label).map_err(failed)?,
            unit: rows::same(&feature.info.unit).map_err(failed)?,
            before,
            after,
        }))
    }
}

impl OnlineRows {
    /// The row that the model reads, of rows with other values in the application.
    pub(crate) fn row_with(
        &self,
        tables: &ClientTables,
        edits: &Map<String, serde_json::Value>,
    ) -> Result<Vec<Value>, ComputeError> {
        let edited = self.online.edited(&self.schema, tables, edits);
        let edited = Handle::current().block_on(edited).map_err(failed)?;
        self.row(&edited)
    }
}

/// A change as the explanation's words know it.
fn field(change: &Change, axis: &Axis) -> anyhow::Result<Field> {
    let text = |text: &limpide_features::Text| -> anyhow::Result<Text> { rows::same(text) };
    Ok(Field {
        name: change.name.clone(),
        label: text(&change.label)?,
        words: text(&change.words)?,
        unit: rows::same::<_, Unit>(&change.unit)?,
        now: axis.now,
        values: axis.values.len(),
    })
}

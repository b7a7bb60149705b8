//! Ways to a yes at the invented lender: only the rating may change, and only upwards.

use std::collections::BTreeMap;

use limpide_explain::Ways;
use limpide_explain::ways::{Field, Grid, Point, Question, Verified, Wanted, search, ways};
use limpide_model::{Dataset, Decision, Lang, Unit, Value};

use super::{model, text};

const STEPS: usize = 9;

pub fn find(dataset: &Dataset, row: Vec<Value>, lang: Lang) -> Ways {
    let bundle = model::bundle(dataset);
    let rating = bundle.feature("rating").unwrap();
    let now = row[rating].number().unwrap();
    let value = |step: usize| now + (1.0 - now) * step as f64 / STEPS as f64;
    let score = |step: usize| {
        let mut row = row.clone();
        row[rating] = Value::Number(value(step));
        bundle.score(&row).unwrap()
    };
    let grid = Grid {
        axes: vec![(1..=STEPS).map(|step| value(step) - now).collect()],
    };
    let granted = |point: &Point| score(point[0]).decision == Decision::Granted;
    let wanted = Wanted {
        limit: 1,
        at_once: 4,
    };
    let flips = |points: &[Point]| Ok::<_, ()>(points.iter().map(granted).collect());
    let found = search(&grid, wanted, flips, || false).unwrap();
    let verified: Vec<Verified> = found
        .found
        .iter()
        .map(|point| Verified {
            changes: vec![(0, value(point[0]))],
            follows: Vec::new(),
            edits: BTreeMap::from([("rating".to_owned(), value(point[0]))]),
            distance: grid.distance(point),
            score: score(point[0]),
        })
        .collect();
    let before = score(0);
    let field = Field {
        name: "rating".to_owned(),
        label: text("la notation", "rating"),
        words: text(
            "avoir une notation de {after} au lieu de {before}",
            "have a rating of {after} instead of {before}",
        ),
        unit: Unit::Score,
        now: Some(now),
        values: STEPS,
    };
    let question = Question {
        bundle: &bundle,
        score: &before,
        fields: &[field],
        search: (before.decision != Decision::Granted).then_some(&found),
        lang,
    };
    ways(question, &verified).unwrap()
}

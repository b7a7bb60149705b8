//! The invented clients: fifteen features, drawn the same way in every run.

use std::collections::BTreeMap;

use limpide_explain::Ways;
use limpide_model::{Column, Dataset, Direction, Feature, Kind, Text, Unit, Value};
use limpide_web::{
    ApplicationForm, ClientNumbers, ClientRows, ComputeError, ComputeRows, FeatureRows, FromRows,
    RawColumn, RawRole, RawRows, RowsDated, RowsError, RowsPage, TriedField, UnfitValue, WaysAsked,
};
use serde_json::Map;

use super::{CLIENTS, FIRST_CLIENT, SHOWN, text};

pub(super) struct Made {
    pub(super) name: &'static str,
    pub(super) label: Text,
    pub(super) concept: &'static str,
    pub(super) unit: Unit,
    pub(super) direction: Direction,
    /// Log-odds that one standard deviation adds.
    pub(super) weight: f64,
    pub(super) shape: Shape,
}

pub(super) enum Shape {
    /// Mean, deviation, least, most.
    Bell(f64, f64, f64, f64),
    /// Chance of 1.
    Flag(f64),
    /// Chance that another one follows.
    Count(f64),
    /// Categories with the log-odds of each.
    Words(&'static [(&'static str, f64)]),
}

pub(super) fn made() -> Vec<Made> {
    use Direction::{Down, None, Up};
    let one = |name, fr, en, concept, unit, direction, weight, shape| Made {
        name,
        label: text(fr, en),
        concept,
        unit,
        direction,
        weight,
        shape,
    };
    vec![
        one(
            "rating",
            "Notation externe",
            "External rating",
            "rating",
            Unit::Score,
            Down,
            -0.40,
            Shape::Bell(0.52, 0.17, 0.02, 0.95),
        ),
        one(
            "annuity_share",
            "Mensualité / revenu",
            "Repayment / income",
            "burden",
            Unit::Share,
            Up,
            0.22,
            Shape::Bell(0.19, 0.08, 0.02, 0.7),
        ),
        one(
            "job_days",
            "Emploi actuel depuis",
            "Current job since",
            "job",
            Unit::Days,
            Up,
            0.20,
            Shape::Bell(-2300.0, 1900.0, -15000.0, -30.0),
        ),
        one(
            "birth_days",
            "Âge",
            "Age",
            "age",
            Unit::Days,
            Up,
            0.16,
            Shape::Bell(-15800.0, 4300.0, -25000.0, -7700.0),
        ),
        one(
            "refusals",
            "Refus antérieurs",
            "Past refusals",
            "refusals",
            Unit::Count,
            Up,
            0.26,
            Shape::Count(0.45),
        ),
        one(
            "owns_home",
            "Propriétaire du logement",
            "Own home",
            "home",
            Unit::Flag,
            Down,
            -0.14,
            Shape::Flag(0.66),
        ),
        one(
            "income",
            "Revenu annuel",
            "Annual income",
            "income",
            Unit::Money,
            Down,
            -0.12,
            Shape::Bell(36500.0, 14000.0, 9000.0, 150_000.0),
        ),
        one(
            "amount",
            "Montant",
            "Amount",
            "amount",
            Unit::Money,
            Up,
            0.13,
            Shape::Bell(19500.0, 9000.0, 1500.0, 75000.0),
        ),
        one(
            "months",
            "Durée",
            "Duration",
            "duration",
            Unit::Months,
            None,
            0.08,
            Shape::Bell(34.0, 13.0, 6.0, 84.0),
        ),
        one(
            "late_share",
            "Échéances payées en retard",
            "Instalments paid late",
            "late",
            Unit::Share,
            Up,
            0.22,
            Shape::Bell(0.06, 0.07, 0.0, 1.0),
        ),
        one(
            "loans",
            "Prêts en cours",
            "Loans in progress",
            "loans",
            Unit::Count,
            Up,
            0.10,
            Shape::Count(0.6),
        ),
        one(
            "children",
            "Enfants",
            "Children",
            "family",
            Unit::Count,
            None,
            0.04,
            Shape::Count(0.35),
        ),
        one(
            "family",
            "Situation familiale",
            "Family status",
            "family",
            Unit::None,
            None,
            1.0,
            Shape::Words(&[("Married", -0.06), ("Single", 0.07), ("Widow", -0.02)]),
        ),
        one(
            "work",
            "Profession",
            "Occupation",
            "work",
            Unit::None,
            None,
            1.0,
            Shape::Words(&[
                ("Sales staff", 0.08),
                ("Labourers", 0.12),
                ("Managers", -0.12),
                ("Teachers", -0.09),
            ]),
        ),
        one(
            "product",
            "Type de prêt",
            "Loan type",
            "product",
            Unit::None,
            None,
            1.0,
            Shape::Words(&[("Cash", 0.02), ("Revolving", -0.1)]),
        ),
    ]
}

/// A small generator, so that every run invents the same clients.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn bell(&mut self) -> f64 {
        (0..12).map(|_| self.roll()).sum::<f64>() - 6.0
    }
}

fn column(made: &Made, dice: &mut Dice) -> Column {
    let numbers = |mut draw: Box<dyn FnMut(&mut Dice) -> f64>, dice: &mut Dice| {
        Column::Numbers((0..CLIENTS).map(|_| draw(dice)).collect())
    };
    match made.shape {
        Shape::Bell(mean, deviation, least, most) => {
            let step = if most > 1.0 { 1.0 } else { 0.001 };
            numbers(
                Box::new(move |dice| {
                    let value = (mean + deviation * dice.bell()).clamp(least, most);
                    (value / step).round() * step
                }),
                dice,
            )
        }
        Shape::Flag(chance) => numbers(
            Box::new(move |d| f64::from(u8::from(d.roll() < chance))),
            dice,
        ),
        Shape::Count(chance) => numbers(
            Box::new(move |dice| {
                let mut count = 0.0;
                while dice.roll() < chance && count < 9.0 {
                    count += 1.0;
                }
                count
            }),
            dice,
        ),
        Shape::Words(words) => Column::Categories(
            (0..CLIENTS)
                .map(|_| {
                    let at = (dice.roll() * (words.len() as f64 + 0.2)) as usize;
                    words.get(at).map(|(word, _)| (*word).to_owned())
                })
                .collect(),
        ),
    }
}

/// The client shown, written by hand.
fn set_shown(made: &[Made], columns: &mut [Column]) {
    let row = usize::try_from(SHOWN - FIRST_CLIENT).unwrap();
    let numbers = BTreeMap::from([
        ("rating", 0.212),
        ("annuity_share", 0.31),
        ("job_days", -425.0),
        ("birth_days", -12_600.0),
        ("refusals", 0.0),
        ("owns_home", 1.0),
        ("income", 38_400.0),
        ("amount", 24_000.0),
        ("months", 36.0),
        ("late_share", 0.02),
        ("loans", 2.0),
        ("children", 2.0),
    ]);
    let words = BTreeMap::from([
        ("family", "Married"),
        ("work", "Sales staff"),
        ("product", "Cash"),
    ]);
    for (made, column) in made.iter().zip(columns) {
        match column {
            Column::Numbers(values) => values[row] = numbers[made.name],
            Column::Categories(values) => values[row] = Some(words[made.name].to_owned()),
        }
    }
}

pub fn dataset() -> Dataset {
    let made = made();
    let mut dice = Dice(7);
    let mut columns: Vec<Column> = made.iter().map(|made| column(made, &mut dice)).collect();
    set_shown(&made, &mut columns);
    let features = made
        .iter()
        .map(|made| Feature {
            name: made.name.to_owned(),
            kind: if matches!(made.shape, Shape::Words(_)) {
                Kind::Category
            } else {
                Kind::Number
            },
            label: made.label.clone(),
            concept: made.concept.to_owned(),
            unit: made.unit,
            direction: made.direction,
            values: Default::default(),
            actionable: matches!(made.name, "amount" | "months" | "annuity_share"),
            protected: made.name == "birth_days",
        })
        .collect();
    Dataset {
        clients: (0..CLIENTS as i64).map(|at| FIRST_CLIENT + at).collect(),
        features,
        columns,
        labels: (0..CLIENTS).map(|at| u8::from(at % 12 == 0)).collect(),
        unlabelled: Vec::new(),
        ..Dataset::default()
    }
}

/// Rows of an invented portfolio, by client number.
pub struct InventedRows(pub Dataset);

impl InventedRows {
    fn value(&self, column: usize, row: usize) -> Value {
        match &self.0.columns[column] {
            Column::Numbers(values) if values[row].is_nan() => Value::Missing,
            Column::Numbers(values) => Value::Number(values[row]),
            Column::Categories(values) => match &values[row] {
                Some(word) => Value::Category(word.clone()),
                None => Value::Missing,
            },
        }
    }
}

impl ClientNumbers for InventedRows {
    fn numbers(&self) -> &[i64] {
        &self.0.clients
    }
}

impl ClientRows for InventedRows {
    fn row(&self, client: i64) -> Result<Option<Vec<Value>>, RowsError> {
        let names: Vec<&str> = self.0.features.iter().map(|f| f.name.as_str()).collect();
        self.named(client, &names)
    }

    fn named(&self, client: i64, features: &[&str]) -> Result<Option<Vec<Value>>, RowsError> {
        let Some(row) = self.0.clients.iter().position(|&known| known == client) else {
            return Ok(None);
        };
        let column = |name: &&str| self.0.features.iter().position(|f| f.name == *name);
        Ok(Some(
            features
                .iter()
                .map(|name| column(name).map_or(Value::Missing, |column| self.value(column, row)))
                .collect(),
        ))
    }

    fn search(&self, prefix: &str, limit: usize) -> Vec<i64> {
        self.0
            .clients
            .iter()
            .copied()
            .filter(|client| client.to_string().starts_with(prefix))
            .take(limit)
            .collect()
    }

    fn count(&self) -> usize {
        self.0.clients.len()
    }
}

/// The invented lender has one table that matters, and its columns are the features.
impl ComputeRows for InventedRows {
    fn posted(&self, tables: &Map<String, serde_json::Value>) -> Result<FromRows, ComputeError> {
        let rows = tables.get("application").and_then(|rows| rows.as_array());
        let Some([row]) = rows.map(Vec::as_slice) else {
            return Err(ComputeError::Unfit(vec![UnfitValue {
                field: "application".to_owned(),
                found: "0 rows".to_owned(),
                expected: "one row: the application".to_owned(),
            }]));
        };
        let nothing = vec![Value::Missing; self.0.features.len()];
        let mut row = row.as_object().unwrap().clone();
        let client = row.remove("number").and_then(|number| number.as_i64());
        Ok(FromRows {
            row: self.with(nothing, &row)?,
            client,
            empty_tables: vec!["loans".to_owned()],
            orphans: BTreeMap::from([("months".to_owned(), 2)]),
        })
    }

    fn edited(
        &self,
        client: i64,
        edits: &Map<String, serde_json::Value>,
    ) -> Result<Option<Vec<Value>>, ComputeError> {
        let row = self.row(client).unwrap();
        row.map(|row| self.with(row, edits)).transpose()
    }

    fn ways(&self, client: i64, asked: &WaysAsked) -> Result<Option<Ways>, ComputeError> {
        let Some(row) = self.row(client).unwrap() else {
            return Ok(None);
        };
        if let Some(field) = asked.only.iter().find(|field| *field != "rating") {
            return Err(ComputeError::Unfit(vec![UnfitValue {
                field: field.clone(),
                found: "a field that may not change".to_owned(),
                expected: "one of those that may: rating".to_owned(),
            }]));
        }
        Ok(Some(super::ways::find(&self.0, row, asked.lang)))
    }

    fn tried_fields(&self, client: i64) -> Result<Option<Vec<TriedField>>, ComputeError> {
        let field = |name: &str, unit, range, step, actionable| {
            let place = self.0.features.iter().position(|f| f.name == name)?;
            let row = self.0.clients.iter().position(|known| *known == client)?;
            Some(TriedField {
                name: name.to_owned(),
                label: self.0.features[place].label.clone(),
                unit,
                now: self.value(place, row).number()?,
                range,
                step,
                actionable,
            })
        };
        let fields = [
            field("amount", Unit::Money, [6000.0, 48_000.0], 500.0, true),
            field("months", Unit::Months, [6.0, 84.0], 1.0, true),
            field("income", Unit::Money, [10_000.0, 120_000.0], 200.0, false),
        ];
        let known = self.0.clients.contains(&client);
        Ok(known.then(|| fields.into_iter().flatten().collect()))
    }

    fn tried(
        &self,
        client: i64,
        numbers: &BTreeMap<String, f64>,
    ) -> Result<Option<Vec<Value>>, ComputeError> {
        let edits = numbers.iter();
        let edits = edits.map(|(name, number)| (name.clone(), (*number).into()));
        self.edited(client, &edits.collect())
    }

    fn application_form(
        &self,
        start: Option<i64>,
    ) -> Result<Option<ApplicationForm>, ComputeError> {
        let row = match start {
            Some(client) => self.row(client).unwrap(),
            None => Some(vec![Value::Missing; self.0.features.len()]),
        };
        Ok(row.map(|row| super::application::form(&self.0.features, &row)))
    }

    fn applied(
        &self,
        client: i64,
        application: &Map<String, serde_json::Value>,
    ) -> Result<Option<Vec<Value>>, ComputeError> {
        let form = self.application_form(Some(client))?.unwrap_or_default();
        let asked = form.sections.iter().flat_map(|section| &section.fields);
        let nothing = asked.map(|field| (field.name.clone(), serde_json::Value::Null));
        let mut whole: Map<String, serde_json::Value> = nothing.collect();
        whole.extend(application.clone());
        self.edited(client, &whole)
    }

    fn dated(
        &self,
        client: i64,
        tables: &[&str],
    ) -> Result<Option<BTreeMap<String, RowsDated>>, ComputeError> {
        let all = [
            ("loans", 3, Some(-91.0), Unit::Date),
            ("months", 24, Some(-2.0), Unit::Months),
            ("refusals", 0, None, Unit::Date),
        ];
        let asked = all.into_iter().filter(|(table, ..)| tables.contains(table));
        let dated = asked.map(|(table, count, latest, unit)| {
            let dated = RowsDated {
                count,
                latest,
                unit,
            };
            (table.to_owned(), dated)
        });
        Ok(self.0.clients.contains(&client).then(|| dated.collect()))
    }

    /// The first feature rests on three loans, every other one on the first.
    fn rows(
        &self,
        client: i64,
        _row: &[Value],
        feature: &str,
        page: RowsPage,
    ) -> Result<Option<FeatureRows>, ComputeError> {
        let Some(place) = self.0.features.iter().position(|f| f.name == feature) else {
            return Err(ComputeError::UnknownFeature {
                name: feature.to_owned(),
                nearest: Some(self.0.features[0].name.clone()),
            });
        };
        let known = self.0.clients.contains(&client);
        let told = FeatureRows {
            feature: self.0.features[place].clone(),
            sql: "avg(\"late\") OVER loans".to_owned(),
            computed: BTreeMap::from([("late".to_owned(), "paid > due".to_owned())]),
            learned: None,
            reads: match place {
                0 => Vec::new(),
                _ => vec![self.0.features[0].clone()],
            },
            rows: (place == 0).then(|| loans(page)),
            behind: Vec::new(),
        };
        Ok(known.then_some(told))
    }

    fn tables(&self, client: i64) -> Result<Option<Vec<RawRows>>, ComputeError> {
        let known = self.0.clients.contains(&client);
        Ok(known.then(|| vec![loans(RowsPage::default())]))
    }
}

/// Three loans, each with its number, its day, its amount and its kind.
fn loans(page: RowsPage) -> RawRows {
    let cash = Text {
        fr: "prêt personnel".to_owned(),
        en: "cash loan".to_owned(),
    };
    let column = |name: &str, fr: &str, en: &str, unit, role| RawColumn {
        name: name.to_owned(),
        label: Text {
            fr: fr.to_owned(),
            en: en.to_owned(),
        },
        unit,
        values: BTreeMap::from([("cash".to_owned(), cash.clone())]),
        role,
        sql: None,
    };
    let loan = |number: f64, day: f64, amount: Value, kind: &str| {
        let (number, day) = (Value::Number(number), Value::Number(day));
        vec![number, day, amount, Value::Category(kind.to_owned())]
    };
    let all = [
        loan(1_000_003.0, -91.0, Value::Number(2500.0), "cash"),
        loan(1_000_002.0, -400.0, Value::Missing, "card"),
        loan(1_000_001.0, -1500.0, Value::Number(12.5), "cash"),
    ];
    RawRows {
        label: Text {
            fr: "prêts".to_owned(),
            en: "loans".to_owned(),
        },
        columns: vec![
            column("loan", "numéro", "number", Unit::None, RawRole::Key),
            column("day", "date", "date", Unit::Date, RawRole::Time),
            column("amount", "montant", "amount", Unit::Money, RawRole::Value),
            column("kind", "type", "kind", Unit::None, RawRole::Rows),
        ],
        total: all.len(),
        offset: page.offset.min(all.len()),
        rows: all.into_iter().skip(page.offset).take(page.limit).collect(),
    }
}

impl InventedRows {
    fn with(
        &self,
        mut row: Vec<Value>,
        values: &Map<String, serde_json::Value>,
    ) -> Result<Vec<Value>, ComputeError> {
        for (name, value) in values {
            let place = self.0.features.iter().position(|f| &f.name == name);
            let Some(place) = place else {
                return Err(ComputeError::Unfit(vec![UnfitValue {
                    field: name.clone(),
                    found: "a name that table application does not have".to_owned(),
                    expected: "one of its columns, perhaps rating".to_owned(),
                }]));
            };
            row[place] = serde_json::from_value(value.clone()).unwrap();
        }
        Ok(row)
    }
}

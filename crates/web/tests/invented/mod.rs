//! An invented lender: clients, a small model over them and people who may ask. No number here
//! comes from anyone's data.
#![allow(clippy::unwrap_used, dead_code, missing_docs)]

use std::collections::BTreeMap;
use std::sync::Arc;

use limpide_model::{
    Bundle, Calibration, Column, Concept, Dataset, Direction, Encoder, Feature, Kind, LinearTerm,
    Logistic, Metrics, Policy, RecipeRef, Reference, Scorer, Source, Text, Theme, TrainedOn, Unit,
    Value,
};
use limpide_store::{NewPerson, Person, Role, Store};
use limpide_web::{ClientRows, Display, Field, Group, RowsError, Service, ServiceParts};

pub const FIRST_CLIENT: i64 = 100_001;
pub const CLIENTS: usize = 400;
/// A client whose file makes a telling page.
pub const SHOWN: i64 = 100_042;
pub const API_KEY: &str = "a key that nobody guesses";
pub const PASSWORD: &str = "four short grey words";

fn text(fr: &str, en: &str) -> Text {
    Text {
        fr: fr.to_owned(),
        en: en.to_owned(),
    }
}

struct Made {
    name: &'static str,
    label: Text,
    concept: &'static str,
    unit: Unit,
    direction: Direction,
    /// Log-odds that one standard deviation adds.
    weight: f64,
    shape: Shape,
}

enum Shape {
    /// Mean, deviation, least, most.
    Bell(f64, f64, f64, f64),
    /// Chance of 1.
    Flag(f64),
    /// Chance that another one follows.
    Count(f64),
    /// Categories with the log-odds of each.
    Words(&'static [(&'static str, f64)]),
}

fn made() -> Vec<Made> {
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
            actionable: matches!(made.name, "amount" | "months" | "annuity_share"),
            protected: made.name == "birth_days",
        })
        .collect();
    Dataset {
        clients: (0..CLIENTS as i64).map(|at| FIRST_CLIENT + at).collect(),
        features,
        columns,
        labels: (0..CLIENTS).map(|at| u8::from(at % 12 == 0)).collect(),
    }
}

fn mean_and_deviation(values: &[f64]) -> (f64, f64) {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let squares = values
        .iter()
        .map(|value| (value - mean).powi(2))
        .sum::<f64>();
    (mean, (squares / values.len() as f64).sqrt())
}

fn term(made: &Made, column: &Column, source: &Source) -> LinearTerm {
    let (mean, weight, high) = match (column, source) {
        (Column::Numbers(values), _) => {
            let (mean, deviation) = mean_and_deviation(values);
            (mean, made.weight / deviation, 1e12)
        }
        (Column::Categories(values), Source::Equals(word)) => {
            let Shape::Words(words) = made.shape else {
                panic!("no words")
            };
            let share = values
                .iter()
                .filter(|value| value.as_deref() == Some(word))
                .count() as f64
                / values.len() as f64;
            let weight = words
                .iter()
                .find(|(known, _)| known == word)
                .map_or(0.0, |(_, weight)| *weight);
            (share, weight, 1.0)
        }
        (Column::Categories(_), Source::Number) => panic!("a category is no number"),
    };
    LinearTerm {
        fill: mean,
        low: -1e12,
        high,
        mean,
        weight,
        missing_mean: 0.0,
        missing_weight: 0.0,
    }
}

fn concepts() -> Vec<Concept> {
    let concept = |id: &str, theme: &str, label: Text, raises: Text, lowers: Text| Concept {
        id: id.to_owned(),
        theme: theme.to_owned(),
        label,
        raises,
        lowers,
    };
    let none = Text::default;
    vec![
        concept(
            "rating",
            "history",
            text("Notation de crédit externe", "External credit rating"),
            text(
                "Notation de crédit externe de {value}, {comparison}",
                "External credit rating of {value}, {comparison}",
            ),
            text(
                "Notation de crédit externe de {value}, {comparison}",
                "External credit rating of {value}, {comparison}",
            ),
        ),
        concept(
            "burden",
            "loan",
            text("Mensualité / revenu", "Repayment / income"),
            none(),
            none(),
        ),
        concept(
            "job",
            "work",
            text("Ancienneté dans l’emploi", "Years in current job"),
            none(),
            none(),
        ),
        concept("age", "person", text("Âge", "Age"), none(), none()),
        concept(
            "refusals",
            "history",
            text("Refus antérieurs", "Past refusals"),
            none(),
            none(),
        ),
        concept(
            "home",
            "person",
            text("Propriétaire du logement", "Own home"),
            none(),
            none(),
        ),
        concept("income", "work", text("Revenu", "Income"), none(), none()),
        concept(
            "amount",
            "loan",
            text("Montant du prêt", "Loan amount"),
            none(),
            none(),
        ),
        concept(
            "duration",
            "loan",
            text("Durée du prêt", "Loan duration"),
            none(),
            none(),
        ),
        concept(
            "late",
            "history",
            text("Échéances en retard", "Late instalments"),
            none(),
            none(),
        ),
        concept(
            "loans",
            "history",
            text("Prêts en cours", "Loans in progress"),
            none(),
            none(),
        ),
        concept(
            "family",
            "person",
            text("Famille", "Family"),
            none(),
            none(),
        ),
        concept(
            "work",
            "work",
            text("Profession", "Occupation"),
            none(),
            none(),
        ),
        concept(
            "product",
            "loan",
            text("Type de prêt", "Loan type"),
            none(),
            none(),
        ),
    ]
}

pub fn bundle(dataset: &Dataset) -> Bundle {
    let made = made();
    let rows: Vec<usize> = (0..dataset.clients.len()).collect();
    let encoder = Encoder::fit(&dataset.features, &dataset.columns, &rows);
    let terms = encoder
        .columns
        .iter()
        .map(|column| {
            term(
                &made[column.feature],
                &dataset.columns[column.feature],
                &column.source,
            )
        })
        .collect();
    let theme = |id: &str, fr: &str, en: &str| Theme {
        id: id.to_owned(),
        label: text(fr, en),
    };
    Bundle {
        format: Bundle::FORMAT.to_owned(),
        version: Bundle::VERSION,
        name: "invented".to_owned(),
        recipe: RecipeRef {
            name: "invented".to_owned(),
            hash: "0".repeat(64),
        },
        data_hash: "0".repeat(64),
        seed: 7,
        synthetic: true,
        currency: "€".to_owned(),
        trained_on: TrainedOn {
            rows: CLIENTS,
            defaults: CLIENTS / 12,
        },
        features: dataset.features.clone(),
        concepts: concepts(),
        themes: vec![
            theme("history", "Historique de crédit", "Credit history"),
            theme("loan", "Prêt demandé", "Loan requested"),
            theme("work", "Revenus et emploi", "Income and job"),
            theme("person", "Situation", "Situation"),
        ],
        encoder,
        scorer: Scorer::Logistic(Logistic {
            intercept: -2.43,
            terms,
        }),
        calibration: Calibration::Identity,
        policy: Policy {
            cost_missed_default: 10.0,
            cost_refused_good: 1.0,
            threshold: 0.11,
        },
        metrics: Metrics {
            auc: 0.75,
            auc_interval: [0.73, 0.77],
            gini: 0.5,
            ks: 0.38,
            average_precision: 0.24,
            brier: 0.07,
            log_loss: 0.25,
            accuracy: 0.8,
            calibration_error: 0.01,
            cost_per_client: 0.5,
        },
        leaderboard: Vec::new(),
        reference: Reference::describe(dataset, 0.08),
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

pub fn display() -> Display {
    let field = |name: &str| Field {
        feature: name.to_owned(),
        ..Field::default()
    };
    let words = |name: &str, words: &[(&str, &str, &str)]| Field {
        values: words
            .iter()
            .map(|&(word, fr, en)| (word.to_owned(), text(fr, en)))
            .collect(),
        ..field(name)
    };
    let product = words(
        "product",
        &[
            ("Cash", "Prêt à la consommation", "Consumer loan"),
            ("Revolving", "Crédit renouvelable", "Revolving credit"),
        ],
    );
    let family = words(
        "family",
        &[
            ("Married", "Marié(e)", "Married"),
            ("Single", "Célibataire", "Single"),
            ("Widow", "Veuf ou veuve", "Widowed"),
        ],
    );
    let work = words(
        "work",
        &[
            ("Sales staff", "Commerce", "Sales staff"),
            ("Labourers", "Ouvriers", "Labourers"),
            ("Managers", "Cadres", "Managers"),
            ("Teachers", "Enseignement", "Teachers"),
        ],
    );
    let home = Field {
        label: Some(text("Logement", "Housing")),
        values: BTreeMap::from([
            ("1".to_owned(), text("Propriétaire", "Owner")),
            ("0".to_owned(), text("Locataire", "Tenant")),
        ]),
        ..field("owns_home")
    };
    let group = |label, fields| Group { label, fields };
    Display {
        header: vec![product, field("amount"), field("months")],
        groups: vec![
            group(
                text("Situation", "Situation"),
                vec![field("birth_days"), family, field("children"), home],
            ),
            group(
                text("Revenus et emploi", "Income & job"),
                vec![field("income"), field("job_days"), work],
            ),
            group(
                text("Prêt demandé", "Loan requested"),
                vec![field("amount"), field("months"), field("annuity_share")],
            ),
            group(
                text("Historique de crédit", "Credit history"),
                vec![
                    field("rating"),
                    field("loans"),
                    field("refusals"),
                    field("late_share"),
                ],
            ),
        ],
    }
}

pub fn service(store: Store) -> Arc<Service> {
    let dataset = dataset();
    Arc::new(
        Service::new(ServiceParts {
            bundle: Arc::new(bundle(&dataset)),
            clients: Box::new(InventedRows(dataset)),
            display: display(),
            store,
            api_key: Some(API_KEY.to_owned()),
            secure_cookies: false,
        })
        .unwrap(),
    )
}

pub async fn add(
    store: &Store,
    username: &str,
    name: &str,
    role: Role,
    client: Option<i64>,
) -> Person {
    store
        .add_person(NewPerson {
            username: username.to_owned(),
            full_name: name.to_owned(),
            title: String::new(),
            role,
            client,
            password: PASSWORD.to_owned(),
        })
        .await
        .unwrap()
}

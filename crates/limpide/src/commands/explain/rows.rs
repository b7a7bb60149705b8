//! `limpide explain rows`: from a reason to its features, and from a feature to the raw rows.

use anyhow::{Context as _, bail};
use limpide_explain::{Explanation, FeatureContribution, format};
use limpide_features::{RecipeSpec, compile};
use limpide_model::{Bundle, Feature, Lang, Value};
use limpide_portfolio::{ClientReader, ClientTables, Portfolio, Recipe, nearest};
use limpide_web::{FeatureRows, RawRows, RowsPage};
use serde_json::{Value as Json, json};

use super::Opened;
use crate::context::{Context, table};
use crate::drill::FeatureDrill;
use crate::rows::value;

/// Features of a reason whose rows are printed; all are in the JSON.
const PRINTED: usize = 3;

#[derive(clap::Args)]
pub struct Arguments {
    /// The client's number.
    #[arg(long)]
    client: i64,
    #[command(flatten)]
    what: What,
    /// The rows to leave out, the most recent first.
    #[arg(long, default_value_t = 0, value_name = "N")]
    offset: usize,
    /// The rows to tell at most, of each feature.
    #[arg(long, default_value_t = 20, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1000))]
    limit: u16,
    /// The language of words and numbers: fr or en.
    #[arg(long, default_value = "fr")]
    lang: Lang,
    /// A built-in recipe's name or a recipe folder; without it, the recipe that the model names.
    #[arg(long, value_name = "R")]
    recipe: Option<String>,
}

#[derive(clap::Args)]
#[group(required = true, multiple = false)]
struct What {
    /// The concept of a reason: all of its features that the model reads.
    #[arg(long, value_name = "ID")]
    concept: Option<String>,
    /// One feature.
    #[arg(long, value_name = "NAME")]
    feature: Option<String>,
}

pub fn run(arguments: &Arguments, context: &Context) -> anyhow::Result<()> {
    let opened = Opened::new(context)?;
    let row = opened.row(arguments.client)?;
    let explanation = limpide_explain::explain(&opened.bundle, &row, arguments.lang)?;
    let names = asked_features(arguments, &opened.bundle, &explanation)?;
    let runtime = context.runtime()?;
    let told = runtime.block_on(async {
        let (drill, tables) = open(arguments, context, &opened).await?;
        let page = RowsPage {
            offset: arguments.offset,
            limit: usize::from(arguments.limit),
        };
        let mut told = Vec::with_capacity(names.len());
        for name in &names {
            told.push(drill.of(&tables, &row, name, page).await?);
        }
        anyhow::Ok(told)
    })?;
    let reader = Reader {
        arguments,
        opened: &opened,
        row: &row,
        explanation: &explanation,
    };
    let features: Vec<Json> = told.iter().map(|one| reader.json(one)).collect();
    let json = json!({
        "client": arguments.client,
        "concept": arguments.what.concept,
        "lang": arguments.lang.to_string(),
        "features": features,
        "synthetic": opened.bundle.synthetic,
    });
    context.print(&json, &reader.text(&told))
}

/// The features asked for: one, or all of a concept that the model reads, the largest contribution
/// first.
fn asked_features(
    arguments: &Arguments,
    bundle: &Bundle,
    explanation: &Explanation,
) -> anyhow::Result<Vec<String>> {
    let Some(concept) = &arguments.what.concept else {
        return Ok(arguments.what.feature.iter().cloned().collect());
    };
    let ids = bundle.concepts.iter().map(|known| known.id.as_str());
    if !ids.clone().any(|id| id == concept) {
        let near = nearest(concept, ids).map(|near| format!("; the nearest is {near}"));
        bail!("there is no concept {concept}{}", near.unwrap_or_default());
    }
    let of_concept = explanation.contributions.iter();
    let of_concept = of_concept.filter(|one| one.concept == *concept);
    let names: Vec<String> = of_concept.map(|one| one.feature.clone()).collect();
    if names.is_empty() {
        bail!("the model reads no feature of the concept {concept}");
    }
    Ok(names)
}

/// The recipe's features ready to be followed, and the client's tables.
async fn open(
    arguments: &Arguments,
    context: &Context,
    opened: &Opened,
) -> anyhow::Result<(FeatureDrill, ClientTables)> {
    let name = arguments.recipe.as_ref();
    let recipe = Recipe::open(name.unwrap_or(&opened.bundle.recipe.name))?;
    if recipe.hash() != opened.bundle.recipe.hash {
        bail!(
            "the published model was trained with another recipe than '{}': name its own with \
             --recipe, or run 'limpide train'",
            recipe.name
        );
    }
    let portfolio = Portfolio::open(context.workspace())?;
    let spec = RecipeSpec::open(&recipe)?;
    let plan = compile(&spec, &recipe.schema, |table| {
        portfolio.table_path(table).is_some()
    })?;
    let engine = context.engine()?;
    let drill = FeatureDrill::open(&engine, &recipe.schema, &spec, &plan, &opened.bundle).await?;
    let reader = ClientReader::open(
        &portfolio,
        &recipe.schema,
        &drill.reads(),
        context.threads(),
    )?;
    let tables = reader.rows(arguments.client)?;
    let tables = tables.with_context(|| {
        let clients = reader.clients().len();
        format!(
            "client {} is not in the portfolio of {clients} clients",
            arguments.client
        )
    })?;
    Ok((drill, tables))
}

/// One client as one reader sees it.
struct Reader<'a> {
    arguments: &'a Arguments,
    opened: &'a Opened,
    row: &'a [Value],
    explanation: &'a Explanation,
}

impl Reader<'_> {
    fn lang(&self) -> Lang {
        self.arguments.lang
    }

    /// A feature's value: the model's, or the matrix's where the model does not read it.
    fn value(&self, feature: &Feature) -> Value {
        if let Some(place) = self.opened.bundle.feature(&feature.name) {
            return self.row[place].clone();
        }
        let matrix = &self.opened.clients.matrix;
        let place = matrix.catalogue.position(&feature.name);
        let row = matrix.row_of(self.arguments.client);
        match (row, place) {
            (Some(row), Some(place)) => value(matrix.cell(row, place)),
            _ => Value::Missing,
        }
    }

    fn value_text(&self, feature: &Feature) -> String {
        let currency = &self.opened.bundle.currency;
        format::value(feature, &self.value(feature), currency, self.lang())
    }

    fn contribution(&self, feature: &str) -> Option<&FeatureContribution> {
        let mut all = self.explanation.contributions.iter();
        all.find(|one| one.feature == feature)
    }

    fn json(&self, told: &FeatureRows) -> Json {
        let contribution = self.contribution(&told.feature.name);
        let mut json = self.feature_json(&told.feature);
        json["contribution"] = json!(contribution.map(|one| one.contribution));
        json["sql"] = json!(told.sql);
        json["computed"] = json!(told.computed);
        json["learned"] = json!(told.learned.as_ref().map(|text| text.get(self.lang())));
        let reads = told.reads.iter().map(|feature| self.feature_json(feature));
        json["reads"] = reads.collect();
        json["rows"] = json!(told.rows.as_ref().map(|rows| self.rows_json(rows)));
        json["behind"] = told
            .behind
            .iter()
            .map(|rows| self.rows_json(rows))
            .collect();
        json
    }

    fn feature_json(&self, feature: &Feature) -> Json {
        json!({
            "feature": feature.name,
            "label": feature.label.get(self.lang()),
            "concept": feature.concept,
            "value": self.value(feature),
            "value_text": self.value_text(feature),
        })
    }

    fn rows_json(&self, rows: &RawRows) -> Json {
        let columns = rows.columns.iter().map(|column| {
            json!({
                "name": column.name,
                "label": column.label.get(self.lang()),
                "role": format!("{:?}", column.role).to_lowercase(),
                "sql": column.sql,
            })
        });
        json!({
            "label": rows.label.get(self.lang()),
            "columns": columns.collect::<Vec<_>>(),
            "total": rows.total,
            "offset": rows.offset,
            "rows": rows.rows,
            "texts": self.texts(rows),
        })
    }

    fn texts(&self, rows: &RawRows) -> Vec<Vec<String>> {
        let currency = &self.opened.bundle.currency;
        let texts = (0..rows.rows.len()).map(|row| {
            let columns = 0..rows.columns.len();
            let texts = columns.map(|column| rows.text(row, column, currency, self.lang()));
            texts.collect()
        });
        texts.collect()
    }

    fn text(&self, told: &[FeatureRows]) -> String {
        let words = Words::of(self.lang());
        let mut text = format!("{} {}", words.client, self.arguments.client);
        if let Some(concept) = &self.arguments.what.concept {
            let mut known = self.opened.bundle.concepts.iter();
            let known = known.find(|known| known.id == *concept);
            let label = known.map_or(concept.as_str(), |known| known.label.get(self.lang()));
            text.push_str(&format!(" · {}", format::capitalised(label)));
            let head = [words.feature, words.value, words.contribution];
            let mut lines = vec![head.map(str::to_owned).to_vec()];
            lines.extend(told.iter().map(|one| self.line(&one.feature)));
            text.push_str(&format!("\n\n{}", table(&lines)));
        }
        text.push('\n');
        for one in told.iter().take(PRINTED) {
            text.push_str(&self.feature_text(one, words));
        }
        if self.opened.bundle.synthetic {
            text.push_str(&format!("\n{}\n", words.synthetic));
        }
        text
    }

    /// A feature with its value and what it adds to the margin.
    fn line(&self, feature: &Feature) -> Vec<String> {
        let contribution = self.contribution(&feature.name);
        let contribution = contribution.map(|one| format::log_odds(one.contribution, self.lang()));
        vec![
            format::capitalised(feature.label.get(self.lang())),
            self.value_text(feature),
            contribution.unwrap_or_default(),
        ]
    }

    fn feature_text(&self, told: &FeatureRows, words: &Words) -> String {
        let feature = &told.feature;
        let mut text = format!(
            "\n{} ({}){}{}\n",
            format::capitalised(feature.label.get(self.lang())),
            feature.name,
            words.colon,
            self.value_text(feature)
        );
        match &told.learned {
            Some(learned) => text.push_str(&format!("  {}\n", learned.get(self.lang()))),
            None => text.push_str(&format!("  = {}\n", told.sql)),
        }
        for (name, sql) in &told.computed {
            text.push_str(&format!("  {name} = {sql}\n"));
        }
        if !told.reads.is_empty() {
            let lines = told.reads.iter().map(|read| {
                let mut line = self.line(read);
                line.insert(1, read.name.clone());
                line
            });
            text.push_str(&indented(&table(&lines.collect::<Vec<_>>())));
        }
        for rows in told.rows.iter().chain(&told.behind) {
            text.push_str(&self.rows_text(rows, words));
        }
        text
    }

    fn rows_text(&self, rows: &RawRows, words: &Words) -> String {
        let count = |number: usize| format::number(number as f64, 0, self.lang());
        let label = format::capitalised(rows.label.get(self.lang()));
        let mut text = format!("\n  {label}{}{}", words.colon, count(rows.total));
        let printed = rows.rows.len().min(usize::from(self.arguments.limit));
        if 0 < printed && printed < rows.total {
            let (from, to) = (rows.offset + 1, rows.offset + printed);
            text.push_str(&format!(" ({} {}–{})", words.shown, count(from), count(to)));
        }
        text.push('\n');
        if rows.rows.is_empty() {
            return text;
        }
        let head = rows.columns.iter();
        let mut lines = vec![
            head.map(|column| format::capitalised(column.label.get(self.lang())))
                .collect(),
        ];
        lines.extend(self.texts(rows).into_iter().take(printed));
        text.push_str(&indented(&table(&lines)));
        text
    }
}

fn indented(text: &str) -> String {
    let lines = text.lines();
    lines.map(|line| format!("    {line}\n")).collect()
}

struct Words {
    client: &'static str,
    feature: &'static str,
    value: &'static str,
    contribution: &'static str,
    colon: &'static str,
    shown: &'static str,
    synthetic: &'static str,
}

const FRENCH: Words = Words {
    client: "Client",
    feature: "Variable",
    value: "Valeur",
    contribution: "Contribution",
    colon: "\u{a0}: ",
    shown: "lignes",
    synthetic: "Données synthétiques : aucune personne réelle n’est décrite.",
};

const ENGLISH: Words = Words {
    client: "Client",
    feature: "Feature",
    value: "Value",
    contribution: "Contribution",
    colon: ": ",
    shown: "rows",
    synthetic: "Synthetic data: no real person is described.",
};

impl Words {
    fn of(lang: Lang) -> &'static Self {
        match lang {
            Lang::Fr => &FRENCH,
            Lang::En => &ENGLISH,
        }
    }
}

//! What a new application is asked: the application's columns that features are made of, in the
//! recipe's words, with what the recipe lets them hold.

use std::collections::BTreeMap;

use limpide_engine::arrow::array::Array as _;
use limpide_features::{FeatureInfo, Online, RecipeSpec};
use limpide_model::{Text, Unit, Value};
use limpide_portfolio::quality::{Range, RowChecks};
use limpide_portfolio::{ColumnKind, Schema};
use limpide_web::{Allowed, ApplicationForm, ComputeError, FieldKind, FormField, FormSection};
use serde_json::{Map, Value as Json};

use crate::online::{OnlineRows, failed};
use crate::rows;

/// A recipe's words and demands, while its form is made.
struct Making<'a> {
    schema: &'a Schema,
    spec: &'a RecipeSpec,
    checks: &'a RowChecks,
    /// Features that are columns of the application, by name.
    features: BTreeMap<&'a str, &'a FeatureInfo>,
}

/// The form, before anything stands in it.
pub fn form(
    schema: &Schema,
    spec: &RecipeSpec,
    online: &Online,
    checks: &RowChecks,
) -> anyhow::Result<ApplicationForm> {
    let table = schema.application();
    let kinds: BTreeMap<&str, ColumnKind> = table.columns().collect();
    let features = online.plan().features().map(|feature| &feature.info);
    let making = Making {
        schema,
        spec,
        checks,
        features: features
            .filter(|info| kinds.contains_key(info.name.as_str()))
            .map(|info| (info.name.as_str(), info))
            .collect(),
    };
    let read = online.reads().remove(&table.name).unwrap_or_default();
    // The request comes first, then what the client's page shows, then all else.
    let panels = spec.display.panels.iter();
    let shown = spec.display.header.iter();
    let shown = shown.chain(panels.flat_map(|panel| &panel.features));
    let shown = shown.map(String::as_str);
    let mut asked: Vec<&str> = Vec::new();
    let mut sections: Vec<FormSection> = Vec::new();
    for name in shown.chain(table.columns().map(|(name, _)| name)) {
        let kind = match kinds.get(name) {
            None | Some(ColumnKind::Key) => continue,
            Some(kind) => *kind,
        };
        let is_read = read.iter().any(|column| column == name) && name != schema.label;
        if !is_read || asked.contains(&name) {
            continue;
        }
        asked.push(name);
        let field = making.field(name, kind)?;
        let label = making.section(name)?;
        match sections.iter_mut().find(|section| section.label == label) {
            Some(section) => section.fields.push(field),
            None => sections.push(FormSection {
                label,
                fields: vec![field],
            }),
        }
    }
    Ok(ApplicationForm {
        table: table.name.clone(),
        client: schema.client.clone(),
        sections,
    })
}

impl OnlineRows {
    /// The form with a client's own values, or empty; `None`: no such client.
    pub fn filled_form(&self, start: Option<i64>) -> Result<Option<ApplicationForm>, ComputeError> {
        let mut form = self.form.clone();
        let Some(client) = start else {
            return Ok(Some(form));
        };
        let Some(tables) = self.reader.rows(client).map_err(failed)? else {
            return Ok(None);
        };
        let Some(application) = tables.rows(&form.table) else {
            return Ok(Some(form));
        };
        let sections = form.sections.iter_mut();
        for field in sections.flat_map(|section| &mut section.fields) {
            let column = application.column_by_name(&field.name);
            if let Some(column) = column.filter(|column| !column.is_empty()) {
                field.start = rows::value(limpide_features::cell(column, 0));
            }
        }
        Ok(Some(form))
    }
}

impl OnlineRows {
    /// Every column that the form asks, those that are not named as missing.
    pub fn whole_application(&self, named: &Map<String, Json>) -> Map<String, Json> {
        let sections = self.form.sections.iter();
        let asked = sections.flat_map(|section| &section.fields);
        let mut whole: Map<String, Json> = asked
            .map(|field| (field.name.clone(), Json::Null))
            .collect();
        let named = named.iter().filter(|(name, _)| **name != self.form.client);
        whole.extend(named.map(|(name, value)| (name.clone(), value.clone())));
        whole
    }
}

impl Making<'_> {
    fn field(&self, name: &str, kind: ColumnKind) -> anyhow::Result<FormField> {
        Ok(FormField {
            name: name.to_owned(),
            label: self.label(name)?,
            kind: self.kind(name, kind)?,
            // Without what is requested there is no request.
            needed: self.spec.display.header.iter().any(|shown| shown == name),
            start: Value::Missing,
        })
    }

    fn label(&self, name: &str) -> anyhow::Result<Text> {
        if let Some(label) = self.spec.display.labels.get(name) {
            return rows::same(label);
        }
        if let Some(info) = self.features.get(name) {
            return rows::same(&info.label);
        }
        let words = self.words().and_then(|words| words.columns.get(name));
        Ok(match words {
            Some(words) => Text {
                fr: words.fr.clone(),
                en: words.en.clone(),
            },
            None => same_in_both(name),
        })
    }

    /// What people call the application's table and its columns.
    fn words(&self) -> Option<&limpide_features::table_words::Words> {
        let tables = &self.spec.table_words.tables;
        tables.get(&self.schema.application().name)
    }

    /// The panel of the client's page that shows a column, else the theme of its concept, else the
    /// table.
    fn section(&self, name: &str) -> anyhow::Result<Text> {
        let mut panels = self.spec.display.panels.iter();
        let panel = panels.find(|panel| panel.features.iter().any(|shown| shown == name));
        if let Some(panel) = panel {
            return rows::same(&panel.label);
        }
        let theme = self.features.get(name).and_then(|info| {
            let mut themes = self.spec.themes.iter();
            themes.find(|theme| theme.id == info.theme)
        });
        if let Some(theme) = theme {
            return rows::same(&theme.label);
        }
        match self.words().filter(|words| !words.label.fr.is_empty()) {
            Some(words) => rows::same(&words.label),
            None => Ok(same_in_both(&self.schema.application().name)),
        }
    }

    fn kind(&self, name: &str, kind: ColumnKind) -> anyhow::Result<FieldKind> {
        let table = &self.schema.application().name;
        if kind == ColumnKind::Text {
            let Some(texts) = self.checks.texts(table, name) else {
                return Ok(FieldKind::Text);
            };
            let choices = texts.iter();
            let choices = choices.map(|text| {
                let words = self.word(name, text)?;
                anyhow::Ok((text.clone(), words))
            });
            return Ok(FieldKind::Choice(choices.collect::<anyhow::Result<_>>()?));
        }
        let allowed = allowed(self.checks.range(table, name));
        let unit: Unit = match self.features.get(name) {
            Some(info) => rows::same(&info.unit)?,
            None => match self.words().and_then(|words| words.columns.get(name)) {
                Some(words) => rows::same(&words.unit)?,
                None => Unit::None,
            },
        };
        let ends = allowed.to.or(allowed.below).is_some_and(|end| end <= 0.0);
        Ok(match unit {
            Unit::Flag => FieldKind::YesNo,
            Unit::Date => FieldKind::Day { allowed },
            // How long something lasts at the application, counted back to the day it began.
            Unit::Days if ends => FieldKind::Day { allowed },
            unit => FieldKind::Number { unit, allowed },
        })
    }

    /// What people call a text of a column.
    fn word(&self, name: &str, text: &str) -> anyhow::Result<Text> {
        let of_feature = self.features.get(name);
        let of_feature = of_feature.and_then(|info| info.values.get(text));
        match of_feature.or_else(|| self.spec.values.get(text)) {
            Some(words) => rows::same(words),
            None => Ok(same_in_both(text)),
        }
    }
}

fn same_in_both(name: &str) -> Text {
    Text {
        fr: name.to_owned(),
        en: name.to_owned(),
    }
}

fn allowed(range: Option<Range>) -> Allowed {
    let range = range.unwrap_or_default();
    Allowed {
        from: range.from,
        above: range.above,
        to: range.to,
        below: range.below,
        texts: Vec::new(),
    }
}

//! What was typed into the form, and what is wrong with it.

use std::collections::BTreeMap;

use limpide_model::Lang;
use serde_json::{Map, Value as Json};

use super::entry::{self, FIELD, Words};
use crate::api::json_body;
use crate::api::posted_rows::MOST_BYTES;
use crate::application_form::{ApplicationForm, FormField};
use crate::error::{Error, FieldProblem};
use crate::pages::client::acts::headers;
use crate::texts::Texts;

/// How a box that is ticked is sent.
const TAKEN: &str = "1";

/// What was typed.
#[derive(Clone, Debug, Default)]
pub(super) struct Typed {
    fields: BTreeMap<String, String>,
    pub(super) client: String,
    /// Whether the client's own rows of other tables are taken along.
    past: String,
    /// Rows of other tables, as JSON.
    pub(super) history: String,
    pub(super) key: String,
    act: String,
}

/// Why it is not taken.
#[derive(Debug, Default)]
pub(super) struct Faults {
    /// By the field's name: in the reader's words, and in the API's.
    fields: BTreeMap<String, [String; 2]>,
    pub(super) client: String,
    pub(super) past: String,
    pub(super) history: String,
    /// What the API says of the rows, one entry a value.
    pub(super) details: Vec<String>,
    /// Whether the form asks something else since it was shown.
    pub(super) stale: bool,
}

impl Typed {
    /// What a form sent; of a name that stands twice, the last.
    pub(super) fn new(pairs: Vec<(String, String)>) -> Self {
        let mut typed = Self::default();
        for (name, value) in pairs {
            match name.as_str() {
                "client" => typed.client = value,
                "past" => typed.past = value,
                "history" => typed.history = value,
                "key" => typed.key = value,
                "act" => typed.act = value,
                _ => {
                    if let Some(name) = name.strip_prefix(FIELD) {
                        typed.fields.insert(name.to_owned(), value);
                    }
                }
            }
        }
        typed
    }

    /// What stands in the form before anybody types.
    pub(super) fn start(form: &ApplicationForm, client: Option<i64>, lang: Lang) -> Self {
        let fields = fields(form).map(|field| (field.name.clone(), entry::start(field, lang)));
        Self {
            fields: fields.collect(),
            client: client.map(|client| client.to_string()).unwrap_or_default(),
            past: client.map(|_| TAKEN.to_owned()).unwrap_or_default(),
            ..Self::default()
        }
    }

    /// What stands in a field.
    pub(super) fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }

    /// Whether the client's own past is taken along.
    pub(super) fn takes_past(&self) -> bool {
        self.past == TAKEN
    }

    /// Whether the form is only to be shown with all of this in it.
    pub(super) fn is_shown_again(&self) -> bool {
        self.act == "form"
    }

    /// Whether a case is to be opened.
    pub(super) fn opens_case(&self) -> bool {
        self.act == "case"
    }

    /// All of it by the form's names, to be sent again as it is.
    pub(super) fn sent(&self) -> Vec<(String, &str)> {
        let fields = self.fields.iter();
        let fields = fields.map(|(name, value)| (format!("{FIELD}{name}"), value.as_str()));
        let others = [
            ("client", &self.client),
            ("past", &self.past),
            ("history", &self.history),
        ];
        let others = others.map(|(name, value)| (name.to_owned(), value.as_str()));
        let all = fields.chain(others);
        all.filter(|(_, value)| !value.is_empty()).collect()
    }

    /// The client's number, none where it is left empty; or why it is not one.
    pub(super) fn number(&self, texts: Texts) -> Result<Option<i64>, String> {
        match self.client.trim() {
            "" => Ok(None),
            written => match written.parse::<i64>() {
                Ok(number) if number > 0 => Ok(Some(number)),
                _ => Err(texts.get("apply-fault-client")),
            },
        }
    }

    /// Why one field is not taken, empty where it is; none where the form does not ask it.
    pub(super) fn fault_of(
        &self,
        name: &str,
        form: &ApplicationForm,
        words: Words<'_>,
    ) -> Option<String> {
        let field = fields(form).find(|field| field.name == name)?;
        Some(
            entry::read(field, self.field(name), words)
                .err()
                .unwrap_or_default(),
        )
    }

    /// Why the rows of other tables are not taken; empty where they are.
    pub(super) fn history_fault(&self, texts: Texts) -> String {
        match self.history_tables() {
            Ok(_) => String::new(),
            Err(_) => texts.get("apply-fault-history"),
        }
    }

    /// The rows that were typed, by table.
    pub(super) fn tables(
        &self,
        form: &ApplicationForm,
        words: Words<'_>,
    ) -> Result<Map<String, Json>, Box<Faults>> {
        let mut faults = Faults {
            stale: self.fields.keys().any(|name| {
                let mut known = fields(form);
                !known.any(|field| field.name == *name)
            }),
            ..Faults::default()
        };
        let mut row = Map::new();
        match self.number(words.texts) {
            Ok(None) => {}
            Ok(Some(number)) => {
                row.insert(form.client.clone(), number.into());
            }
            Err(fault) => faults.client = fault,
        }
        for field in fields(form) {
            match entry::read(field, self.field(&field.name), words) {
                Ok(Some(value)) => {
                    row.insert(field.name.clone(), value);
                }
                Ok(None) => {}
                Err(fault) => {
                    let both = [fault, String::new()];
                    faults.fields.insert(field.name.clone(), both);
                }
            }
        }
        let mut tables = match self.history_tables() {
            Ok(tables) => tables,
            Err(reason) => {
                faults.history = words.texts.get("apply-fault-history");
                faults.details.push(reason);
                Map::new()
            }
        };
        let application = Json::Array(vec![Json::Object(row)]);
        if tables.insert(form.table.clone(), application).is_some() {
            let table = [("table", form.table.as_str())];
            faults.history = words.texts.with("apply-fault-table", &table);
        }
        match faults.is_empty() {
            true => Ok(tables),
            false => Err(Box::new(faults)),
        }
    }

    fn history_tables(&self) -> Result<Map<String, Json>, String> {
        if self.history.trim().is_empty() {
            return Ok(Map::new());
        }
        let body = Ok(self.history.clone().into());
        let read = headers("").and_then(|headers| json_body(&headers, body, MOST_BYTES));
        read.map_err(|error| match error {
            Error::Json { reason } => reason,
            error => error.to_string(),
        })
    }
}

impl Faults {
    /// Why the client's past cannot be taken along.
    pub(super) fn of_past(past: String) -> Self {
        Self {
            past,
            ..Self::default()
        }
    }

    /// What the recipe says of rows that were typed, beside the fields that it speaks of.
    pub(super) fn of_problems(
        problems: Vec<FieldProblem>,
        form: &ApplicationForm,
        texts: Texts,
    ) -> Self {
        let mut faults = Self::default();
        let place = format!("{}[0].", form.table);
        for problem in problems {
            let FieldProblem {
                field,
                found,
                expected,
            } = problem;
            let name = field.strip_prefix(&place).unwrap_or(&field);
            let told = format!("{found}; expected {expected}");
            if fields(form).any(|field| field.name == name) {
                let both = [texts.get("apply-fault-rules"), told];
                faults.fields.insert(name.to_owned(), both);
            } else if name == form.client {
                faults.client = texts.get("apply-fault-client");
            } else {
                faults.history = texts.get("apply-fault-rows");
                faults.details.push(format!("{field}: {told}"));
            }
        }
        faults
    }

    /// Why a field is not taken, in the reader's words and in the API's; empty where it is.
    pub(super) fn of(&self, name: &str) -> (String, String) {
        let [fault, detail] = self.fields.get(name).cloned().unwrap_or_default();
        (fault, detail)
    }

    fn is_empty(&self) -> bool {
        let told = [&self.client, &self.past, &self.history];
        self.fields.is_empty() && told.iter().all(|words| words.is_empty()) && !self.stale
    }
}

fn fields(form: &ApplicationForm) -> impl Iterator<Item = &FormField> {
    form.sections.iter().flat_map(|section| &section.fields)
}

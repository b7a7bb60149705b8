//! What is known of a client, grouped and worded, with where each value stands among all clients.

use askama::Template;
use limpide_explain::comparing::{Among, SIMILAR};
use limpide_explain::{comparison, format};
use limpide_model::{FeatureReference, Lang, Value};

use super::comparison::fault;
use super::sources::Sources;
use super::standing;
use super::view::View;
use crate::api::comparing::compare;
use crate::charts::coordinate;
use crate::display::Item;
use crate::error::Error;
use crate::router::AppState;
use crate::texts::Texts;

/// The information of a client that passes a filter.
#[derive(Template)]
#[template(path = "client/information.html")]
pub(super) struct Information {
    texts: Texts,
    client: i64,
    own: bool,
    /// Whether values may be placed among similar clients.
    sees_others: bool,
    filter: String,
    /// Whether values are placed among similar clients instead of all.
    similar: bool,
    /// Why they cannot be; empty where they are.
    fault: String,
    groups: Vec<Group>,
    /// Whether values tell where they come from.
    dated: bool,
    /// How many values are shown, in words; empty without a filter.
    count: String,
    /// The same words for none, one and, with `#` for their number, several: the page's script
    /// chooses while one types.
    counts: [String; 3],
}

/// A titled group of values.
struct Group {
    label: String,
    /// Where all its values come from; empty where they differ, or it is not known.
    source: String,
    rows: Vec<Row>,
}

impl Group {
    /// A source that all rows share is told once.
    fn new(label: String, mut rows: Vec<Row>) -> Self {
        let mut sources = rows.iter().map(|row| &row.source);
        let first = sources.next().cloned().unwrap_or_default();
        let source = match rows.len() > 1 && sources.all(|source| *source == first) {
            true => first,
            false => String::new(),
        };
        if !source.is_empty() {
            rows.iter_mut().for_each(|row| row.source.clear());
        }
        Self {
            label,
            source,
            rows,
        }
    }

    fn tells_sources(&self) -> bool {
        !self.source.is_empty() || self.rows.iter().any(|row| !row.source.is_empty())
    }

    /// Keeps the rows that a filter finds; all, where it finds the heading.
    fn narrow(&mut self, wanted: &str) {
        let heading = [&self.label, &self.source];
        if !heading.iter().any(|text| folded(text).contains(wanted)) {
            self.rows.retain(|row| row.contains(wanted));
        }
    }
}

/// One value with its name, and where it stands, where there are others.
struct Row {
    label: String,
    value: String,
    note: String,
    /// Where the value comes from and how old it is; empty where it is not known, or the group
    /// tells it.
    source: String,
    /// Where the value stands, in a view of 100 from the lowest to the highest; none for words.
    place: Option<String>,
    /// Address of the page that shows how others' values spread.
    address: String,
    /// Address of the page that asks to correct the item.
    correct: String,
}

/// Facts of the application, for the page's head.
pub(crate) fn facts(state: &AppState, client: i64, lang: Lang) -> Result<Vec<String>, Error> {
    let values = values(state, client)?;
    let information = &state.service.information;
    Ok(information
        .header
        .iter()
        .zip(&values)
        .filter(|(_, value)| !value.is_missing())
        .map(|(item, value)| written(state, item, value, lang))
        .collect())
}

impl Information {
    /// The groups of a client's information whose words contain the filter's.
    pub(super) async fn load(view: &View<'_>) -> Result<Self, Error> {
        let (state, texts, lang) = (view.state, view.texts, view.texts.lang);
        let filter = view.wanted.get("q");
        let information = &state.service.information;
        // A share of a hundred clients would tell of each one of them.
        let similar = view.sees_others && view.wanted.get("place") == "similar";
        let (references, fault) = match similar {
            true => match of_similar(view).await {
                Ok(references) => (references, String::new()),
                Err(error) => (Vec::new(), fault(error, texts)?),
            },
            false => (Vec::new(), String::new()),
        };
        let similar = similar && fault.is_empty();
        // The header's come first.
        let values = values(state, view.client)?.into_iter().enumerate();
        let mut values = values.skip(information.header.len());
        let sources = Sources::load(view).await?;
        let wanted = folded(filter);
        let mut groups = Vec::new();
        let mut count = 0;
        for (label, items) in &information.groups {
            // Every group takes its values, shown or not: they come in the order of all items.
            let rows: Vec<Row> = items
                .iter()
                .zip(values.by_ref())
                .map(|(item, (place, value))| {
                    let reference = match similar {
                        true => references.get(place).and_then(Option::as_ref),
                        false => item.reference.as_ref(),
                    };
                    let mut row = row(view, item, reference, &value);
                    row.source = sources.of(item, texts);
                    row
                })
                .collect();
            let mut group = Group::new(label.get(lang).to_owned(), rows);
            group.narrow(&wanted);
            count += group.rows.len();
            if !group.rows.is_empty() {
                groups.push(group);
            }
        }
        let written = format::number(count as f64, 0, lang);
        Ok(Self {
            texts,
            client: view.client,
            own: view.own,
            sees_others: view.sees_others,
            similar,
            fault,
            count: if filter.is_empty() {
                String::new()
            } else {
                texts.plural("filter-count", count, &written)
            },
            counts: [0, 1, 2].map(|n| texts.plural("filter-count", n, "#")),
            filter: filter.to_owned(),
            dated: groups.iter().any(Group::tells_sources),
            groups,
        })
    }
}

/// What similar clients have, in the order of the values; none where it is not kept.
async fn of_similar(view: &View<'_>) -> Result<Vec<Option<FeatureReference>>, Error> {
    let names = view.state.service.information.names();
    let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
    let client = view.client;
    let among = Among {
        similar: Some(SIMILAR),
        ..Among::default()
    };
    compare(view.state, move |comparing| {
        comparing.references(client, &among, &names)
    })
    .await
}

/// Values in the order of [`Information::names`](crate::service::Information::names).
fn values(state: &AppState, client: i64) -> Result<Vec<Value>, Error> {
    let names = state.service.information.names();
    state
        .service
        .clients
        .named(client, &names)?
        .ok_or(Error::UnknownClient { client })
}

fn row(view: &View<'_>, item: &Item, reference: Option<&FeatureReference>, value: &Value) -> Row {
    let lang = view.texts.lang;
    let known = reference.filter(|_| !value.is_missing());
    let note = known.and_then(|known| standing::short(&item.feature, known, value, view.texts));
    let among = known.zip(value.number());
    let place = among.and_then(|(known, number)| {
        let place = comparison::place(&item.feature, known, number)?;
        Some(coordinate(100.0 * place))
    });
    Row {
        label: format::capitalised(item.feature.label.get(lang)),
        value: written(view.state, item, value, lang),
        note: note.unwrap_or_default(),
        source: String::new(),
        place,
        address: view.address(
            &[("feature", &item.feature.name), ("with", "")],
            "comparison",
        ),
        correct: view.address(&[("correct", &item.feature.name)], "corrections"),
    }
}

/// An item of a client by its feature, as the page shows it: its name and its value.
pub(super) fn item(view: &View<'_>, feature: &str) -> Result<Option<[String; 2]>, Error> {
    let groups = view.state.service.information.groups.iter();
    let mut items = groups.flat_map(|(_, items)| items);
    let Some(item) = items.find(|item| item.feature.name == feature) else {
        return Ok(None);
    };
    let values = view.state.service.clients.named(view.client, &[feature])?;
    let value = values.and_then(|values| values.into_iter().next());
    Ok(value.map(|value| {
        let lang = view.texts.lang;
        let label = format::capitalised(item.feature.label.get(lang));
        [label, written(view.state, item, &value, lang)]
    }))
}

/// A value as people read it: the recipe's word for it, else as its unit is written.
pub(crate) fn written(state: &AppState, item: &Item, value: &Value, lang: Lang) -> String {
    let key = match value {
        Value::Category(category) => Some(category.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Missing => None,
    };
    if let Some(words) = key.and_then(|key| item.values.get(&key)) {
        return words.get(lang).to_owned();
    }
    format::value(&item.feature, value, &state.service.bundle.currency, lang)
}

impl Row {
    fn contains(&self, wanted: &str) -> bool {
        [&self.label, &self.value, &self.note, &self.source]
            .into_iter()
            .any(|text| folded(text).contains(wanted))
    }
}

/// Lower case without accents, and with plain spaces: what people type to find a word.
fn folded(text: &str) -> String {
    text.to_lowercase()
        .chars()
        .map(|letter| match letter {
            'à' | 'â' | 'ä' => 'a',
            'ç' => 'c',
            'é' | 'è' | 'ê' | 'ë' => 'e',
            'î' | 'ï' => 'i',
            'ô' | 'ö' => 'o',
            'ù' | 'û' | 'ü' => 'u',
            '\u{a0}' | '\u{202f}' => ' ',
            '’' => '\'',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_finds_words_without_their_accents() {
        assert_eq!(
            folded("Situation à l’étranger, 24\u{202f}000\u{a0}€"),
            "situation a l'etranger, 24 000 €"
        );
    }
}

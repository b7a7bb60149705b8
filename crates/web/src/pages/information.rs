//! What is known of a client, grouped and worded, with where each value stands among all clients.

use limpide_explain::{comparison, format};
use limpide_model::{Lang, Value};

use crate::display::Item;
use crate::error::Error;
use crate::router::AppState;
use crate::texts::Texts;

/// The information of a client that passes a filter.
pub(crate) struct Shown {
    pub(crate) filter: String,
    pub(crate) groups: Vec<ShownGroup>,
    /// How many values are shown, in words; empty without a filter.
    pub(crate) count: String,
    /// The same words for none, one and, with `#` for their number, several: the page's script
    /// chooses while one types.
    pub(crate) counts: [String; 3],
}

/// A titled group of values.
pub(crate) struct ShownGroup {
    pub(crate) label: String,
    pub(crate) rows: Vec<ShownRow>,
}

/// One value with its name, and a note where there is one.
pub(crate) struct ShownRow {
    pub(crate) label: String,
    pub(crate) value: String,
    pub(crate) note: String,
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

/// The groups of a client's information whose words contain the filter's.
pub(crate) fn load(
    state: &AppState,
    client: i64,
    lang: Lang,
    filter: &str,
) -> Result<Shown, Error> {
    let texts = Texts::new(lang);
    let information = &state.service.information;
    let mut values = values(state, client)?
        .into_iter()
        .skip(information.header.len());
    let wanted = folded(filter);
    let mut groups = Vec::new();
    let mut count = 0;
    for (label, items) in &information.groups {
        let label = label.get(lang).to_owned();
        let whole = folded(&label).contains(&wanted);
        // Every group takes its values, shown or not: they come in the order of all items.
        let rows: Vec<ShownRow> = items
            .iter()
            .zip(values.by_ref())
            .map(|(item, value)| row(state, item, &value, lang))
            .filter(|row| whole || row.contains(&wanted))
            .collect();
        count += rows.len();
        if !rows.is_empty() {
            groups.push(ShownGroup { label, rows });
        }
    }
    let written = format::number(count as f64, 0, lang);
    Ok(Shown {
        count: if filter.is_empty() {
            String::new()
        } else {
            texts.plural("filter-count", count, &written)
        },
        counts: [0, 1, 2].map(|n| texts.plural("filter-count", n, "#")),
        filter: filter.to_owned(),
        groups,
    })
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

fn row(state: &AppState, item: &Item, value: &Value, lang: Lang) -> ShownRow {
    let note = item
        .reference
        .as_ref()
        .filter(|_| value.number().is_some())
        .and_then(|reference| comparison::phrase(&item.feature, reference, value, lang));
    ShownRow {
        label: format::capitalised(item.feature.label.get(lang)),
        value: written(state, item, value, lang),
        note: note.unwrap_or_default(),
    }
}

/// A value as people read it: the recipe's word for it, else as its unit is written.
fn written(state: &AppState, item: &Item, value: &Value, lang: Lang) -> String {
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

impl ShownRow {
    fn contains(&self, wanted: &str) -> bool {
        [&self.label, &self.value, &self.note]
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

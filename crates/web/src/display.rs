//! What a client's page shows of the client: chosen by the recipe, matched with the model.

use std::collections::BTreeMap;

use limpide_model::{Bundle, Feature, FeatureReference, Kind, Text, Unit};
use serde::{Deserialize, Serialize};

/// What a client's page shows of the client, chosen by the recipe.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Display {
    /// What the lender is called.
    #[serde(default)]
    pub lender: Text,
    /// Facts of the application under the page's title, in order.
    #[serde(default)]
    pub header: Vec<Field>,
    /// Groups of the client's information, in order.
    #[serde(default)]
    pub groups: Vec<Group>,
}

/// A titled group of a client's information.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Title of the group.
    pub label: Text,
    /// What it shows, in order.
    pub fields: Vec<Field>,
}

/// One value shown of a client. What is not given here is taken from the model's feature.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Name of the feature in the matrix.
    pub feature: String,
    /// What people call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Text>,
    /// How its numbers are written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Unit>,
    /// Words for its categories, or for its numbers written as text; others show as they are.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, Text>,
    /// Where its values come from; empty where it is not known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<FieldSource>,
}

/// One source of a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldSource {
    /// What people call it.
    pub label: Text,
    /// The lender's table whose rows hold the value.
    pub table: String,
}

/// A [`Display`] matched with the model's features.
pub(crate) struct Information {
    pub(crate) lender: Text,
    pub(crate) header: Vec<Item>,
    pub(crate) groups: Vec<(Text, Vec<Item>)>,
}

/// One value to show: how it is called and written, and what the other clients have.
pub(crate) struct Item {
    pub(crate) feature: Feature,
    pub(crate) values: BTreeMap<String, Text>,
    pub(crate) sources: Vec<FieldSource>,
    pub(crate) reference: Option<FeatureReference>,
}

impl Information {
    pub(crate) fn new(display: Display, bundle: &Bundle) -> Self {
        let item = |field: Field| Item::new(field, bundle);
        Self {
            lender: display.lender,
            header: display.header.into_iter().map(item).collect(),
            groups: display
                .groups
                .into_iter()
                .map(|group| (group.label, group.fields.into_iter().map(item).collect()))
                .collect(),
        }
    }

    /// Names of all features shown: the header's, then each group's.
    pub(crate) fn names(&self) -> Vec<&str> {
        self.header
            .iter()
            .chain(self.groups.iter().flat_map(|(_, items)| items))
            .map(|item| item.feature.name.as_str())
            .collect()
    }
}

impl Item {
    fn new(field: Field, bundle: &Bundle) -> Self {
        let known = bundle.feature(&field.feature);
        let reference = known.and_then(|index| bundle.reference.features.get(index).cloned());
        let mut feature = match known {
            Some(index) => bundle.features[index].clone(),
            None => Feature {
                label: Text {
                    fr: field.feature.clone(),
                    en: field.feature.clone(),
                },
                name: field.feature,
                kind: Kind::Number,
                concept: String::new(),
                unit: Unit::None,
                direction: Default::default(),
                values: Default::default(),
                actionable: false,
                protected: false,
            },
        };
        if let Some(label) = field.label {
            feature.label = label;
        }
        if let Some(unit) = field.unit {
            feature.unit = unit;
        }
        Self {
            feature,
            values: field.values,
            sources: field.sources,
            reference,
        }
    }
}

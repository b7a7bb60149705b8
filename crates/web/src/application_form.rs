//! The form of a new application: what it asks, as the lender's recipe tells it.

use limpide_model::{Text, Unit, Value};

use crate::documents::Allowed;

/// What a new application is asked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ApplicationForm {
    /// The lender's table in which an application is one row.
    pub table: String,
    /// Its column with the client's number.
    pub client: String,
    /// What is asked, in order.
    pub sections: Vec<FormSection>,
}

/// Fields that belong together.
#[derive(Clone, Debug, PartialEq)]
pub struct FormSection {
    /// What people call them.
    pub label: Text,
    /// The fields, in order.
    pub fields: Vec<FormField>,
}

/// One value of the application's row.
#[derive(Clone, Debug, PartialEq)]
pub struct FormField {
    /// Its column.
    pub name: String,
    /// What people call it.
    pub label: Text,
    /// What is written there.
    pub kind: FieldKind,
    /// Whether an application without it is none.
    pub needed: bool,
    /// What stands there at first.
    pub start: Value,
}

/// What is written into a field.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldKind {
    /// A number.
    Number {
        /// How it is written.
        unit: Unit,
        /// The numbers that may be.
        allowed: Allowed,
    },
    /// A day up to today; its row holds how many days it lies after the application, below 0.
    Day {
        /// The numbers of days that may be.
        allowed: Allowed,
    },
    /// One of these texts, each with what people call it.
    Choice(Vec<(String, Text)>),
    /// 1 for yes, 0 for no.
    YesNo,
    /// Any text.
    Text,
}

impl Allowed {
    /// Whether a number may be.
    pub(crate) fn holds(&self, number: f64) -> bool {
        self.from.is_none_or(|from| number >= from)
            && self.above.is_none_or(|above| number > above)
            && self.to.is_none_or(|to| number <= to)
            && self.below.is_none_or(|below| number < below)
    }
}

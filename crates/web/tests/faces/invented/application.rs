//! What the invented recipe asks of a new application.

use limpide_model::{Feature, Unit, Value};
use limpide_web::{Allowed, ApplicationForm, FieldKind, FormField, FormSection};

use super::text;

pub(super) fn form(features: &[Feature], row: &[Value]) -> ApplicationForm {
    let field = |name: &str, kind| {
        let place = features.iter().position(|f| f.name == name).unwrap();
        FormField {
            name: name.to_owned(),
            label: features[place].label.clone(),
            kind,
            needed: ["amount", "product"].contains(&name),
            start: row[place].clone(),
        }
    };
    let number = |unit, allowed| FieldKind::Number { unit, allowed };
    let positive = || Allowed {
        above: Some(0.0),
        ..Allowed::default()
    };
    let between = |from, to| Allowed {
        from: Some(from),
        to: Some(to),
        ..Allowed::default()
    };
    let choice = |words: &[(&str, &str, &str)]| {
        let words = words.iter();
        let words = words.map(|&(word, fr, en)| (word.to_owned(), text(fr, en)));
        FieldKind::Choice(words.collect())
    };
    let product = choice(&[
        ("Cash", "Prêt à la consommation", "Consumer loan"),
        ("Revolving", "Crédit renouvelable", "Revolving credit"),
    ]);
    let family = choice(&[
        ("Married", "Marié(e)", "Married"),
        ("Single", "Célibataire", "Single"),
        ("Widow", "Veuf ou veuve", "Widowed"),
    ]);
    let day = || FieldKind::Day {
        allowed: between(-40_000.0, 0.0),
    };
    let section = |fr, en, fields| FormSection {
        label: text(fr, en),
        fields,
    };
    let loan = vec![
        field("product", product),
        field("amount", number(Unit::Money, positive())),
        field("months", number(Unit::Months, between(6.0, 84.0))),
    ];
    let situation = vec![
        field("birth_days", day()),
        field("family", family),
        field("children", number(Unit::Count, between(0.0, 20.0))),
        field("owns_home", FieldKind::YesNo),
    ];
    let job = vec![
        field("income", number(Unit::Money, positive())),
        field("job_days", day()),
        field("work", FieldKind::Text),
    ];
    let rating = vec![field("rating", number(Unit::Score, between(0.0, 1.0)))];
    ApplicationForm {
        table: "application".to_owned(),
        client: "number".to_owned(),
        sections: vec![
            section("Prêt demandé", "Loan requested", loan),
            section("Situation", "Situation", situation),
            section("Revenus et emploi", "Income & job", job),
            section("Historique de crédit", "Credit history", rating),
        ],
    }
}

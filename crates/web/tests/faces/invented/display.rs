//! What the invented recipe shows of a client.

use std::collections::BTreeMap;

use limpide_web::{Display, Field, FieldSource, Group};

use super::text;

pub fn display() -> Display {
    let field = |name: &str| Field {
        feature: name.to_owned(),
        sources: sources(name),
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
        lender: text("Prêteur inventé", "Invented lender"),
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

/// Where the invented lender has a value from.
fn sources(name: &str) -> Vec<FieldSource> {
    let application = ("application", "la demande de prêt", "the loan application");
    let loans = (
        "loans",
        "les registres d’autres prêteurs",
        "other lenders’ records",
    );
    let months = ("months", "les relevés de carte", "card statements");
    let refusals = ("refusals", "les demandes précédentes", "earlier requests");
    let tables = match name {
        "rating" => vec![("application", "une note externe", "an outside rating")],
        "annuity_share" => vec![application, loans],
        "loans" => vec![loans],
        "late_share" => vec![months],
        "refusals" => vec![refusals],
        _ => vec![application],
    };
    let source = |(table, fr, en): (&str, &str, &str)| FieldSource {
        label: text(fr, en),
        table: table.to_owned(),
    };
    tables.into_iter().map(source).collect()
}

//! What the invented recipe shows of a client.

use std::collections::BTreeMap;

use limpide_web::{Display, Field, Group};

use super::text;

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

//! A feature's words, made from its column's words and its aggregate's.

use crate::spec::{Aggregate, Column, Share, Subset, Text, Time, Unit};

/// "moyenne de la dette sur les crédits en cours" / "mean debt over active credits".
pub(crate) fn aggregate(
    aggregate: Aggregate,
    column: &Column,
    subset: &Subset,
    time: Option<&Time>,
) -> Text {
    let per = time.map(|time| time.per.clone()).unwrap_or_default();
    if column.unit == Unit::Flag {
        flag(aggregate, column, subset, &per)
    } else if is_date(column) {
        date(aggregate, column, subset, &per)
    } else {
        amount(aggregate, column, subset, &per)
    }
}

/// Whether a column is a date, counted in days or in months.
fn is_date(column: &Column) -> bool {
    let noun = without_article(&column.label.fr);
    column.unit == Unit::Date || (column.unit == Unit::Months && noun.starts_with("date "))
}

fn amount(aggregate: Aggregate, column: &Column, subset: &Subset, per: &Text) -> Text {
    let (fr, en) = match aggregate {
        Aggregate::Mean => ("moyenne", "mean"),
        Aggregate::Sum => ("total", "total"),
        Aggregate::Min => ("minimum", "lowest"),
        Aggregate::Max => ("maximum", "highest"),
        Aggregate::Median => ("médiane", "median"),
        Aggregate::Std => ("dispersion", "spread of"),
        Aggregate::Trend => return trend(column, subset, per),
        Aggregate::Count => ("nombre de valeurs connues", "number of known values of"),
    };
    Text {
        fr: format!("{fr} {} sur les {}", of(&column.label.fr), subset.label.fr),
        en: format!("{en} {} over {}", column.label.en, subset.label.en),
    }
}

/// "évolution par mois du solde dû sur les mois de carte".
fn trend(column: &Column, subset: &Subset, per: &Text) -> Text {
    let what = of(&column.label.fr);
    Text {
        fr: format!("évolution {} {what} sur les {}", per.fr, subset.label.fr),
        en: format!(
            "change {} in {} over {}",
            per.en, column.label.en, subset.label.en
        ),
    }
}

/// A fact that holds of a row or not: "part des échéances avec retard".
fn flag(aggregate: Aggregate, column: &Column, subset: &Subset, per: &Text) -> Text {
    let fact = without_article(&column.label.fr);
    let rows = &subset.label;
    let (fr, en) = match aggregate {
        Aggregate::Mean => (format!("part des {}", rows.fr), "share of".to_owned()),
        Aggregate::Sum => (count(subset).fr, "number of".to_owned()),
        Aggregate::Max => (format!("présence {}", some(&rows.fr)), "any".to_owned()),
        Aggregate::Trend => (
            format!("évolution {} de la part des {}", per.fr, rows.fr),
            format!("change {} in the share of", per.en),
        ),
        _ => return amount(aggregate, column, subset, per),
    };
    Text {
        fr: format!("{fr} avec {fact}"),
        en: format!("{en} {} with {}", rows.en, column.label.en),
    }
}

/// A day or a month: "date d’octroi la plus récente sur les crédits en cours".
fn date(aggregate: Aggregate, column: &Column, subset: &Subset, per: &Text) -> Text {
    let feminine = column.label.fr.starts_with("la ");
    let (fr, en) = match (aggregate, feminine) {
        (Aggregate::Min, true) => ("la plus ancienne", "earliest"),
        (Aggregate::Min, false) => ("le plus ancien", "earliest"),
        (Aggregate::Max, true) => ("la plus récente", "latest"),
        (Aggregate::Max, false) => ("le plus récent", "latest"),
        _ => return amount(aggregate, column, subset, per),
    };
    let day = without_article(&column.label.fr);
    Text {
        fr: format!("{day} {fr} sur les {}", subset.label.fr),
        en: format!("{en} {} over {}", column.label.en, subset.label.en),
    }
}

/// "part des microcrédits parmi les crédits en cours".
pub(crate) fn share(share: &Share, subset: &Subset) -> Text {
    Text {
        fr: format!("part des {} parmi les {}", share.label.fr, subset.label.fr),
        en: format!("share of {} among {}", share.label.en, subset.label.en),
    }
}

/// "nombre de crédits en cours".
pub(crate) fn count(subset: &Subset) -> Text {
    Text {
        fr: format!("nombre {}", some(&subset.label.fr)),
        en: format!("number of {}", subset.label.en),
    }
}

/// A French plural without article after "de", elided.
fn some(noun: &str) -> String {
    let vowels = [
        'a', 'e', 'é', 'è', 'ê', 'i', 'o', 'u', 'h', 'â', 'î', 'ô', 'œ',
    ];
    if noun.starts_with(vowels) {
        format!("d’{noun}")
    } else {
        format!("de {noun}")
    }
}

/// A French noun with its article after "de", contracted.
fn of(noun: &str) -> String {
    if let Some(rest) = noun.strip_prefix("le ") {
        return format!("du {rest}");
    }
    if let Some(rest) = noun.strip_prefix("les ") {
        return format!("des {rest}");
    }
    format!("de {noun}")
}

/// A French noun without its article.
pub(crate) fn without_article(noun: &str) -> String {
    let articles = ["le ", "la ", "les ", "l’"];
    let rest = articles
        .iter()
        .find_map(|article| noun.strip_prefix(article))
        .unwrap_or(noun);
    rest.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::Direction;

    fn text(fr: &str, en: &str) -> Text {
        Text {
            fr: fr.to_owned(),
            en: en.to_owned(),
        }
    }

    fn column(fr: &str, en: &str, unit: Unit) -> Column {
        Column {
            name: "X".to_owned(),
            sql: None,
            label: text(fr, en),
            concept: String::new(),
            unit,
            direction: Direction::None,
            category: false,
            actionable: false,
            protected: false,
            aggregates: Vec::new(),
            shares: Vec::new(),
            subsets: Vec::new(),
            also: Vec::new(),
        }
    }

    fn subset(fr: &str, en: &str) -> Subset {
        Subset {
            prefix: "P".to_owned(),
            condition: None,
            last: None,
            label: text(fr, en),
            count: None,
        }
    }

    fn said(how: Aggregate, column: &Column, subset: &Subset) -> (String, String) {
        let time = Time {
            column: "T".to_owned(),
            per: text("par mois", "per month"),
        };
        let label = aggregate(how, column, subset, Some(&time));
        (label.fr, label.en)
    }

    fn pair(fr: &str, en: &str) -> (String, String) {
        (fr.to_owned(), en.to_owned())
    }

    #[test]
    fn french_articles_contract_after_de() {
        assert_eq!(of("le montant"), "du montant");
        assert_eq!(of("les retards"), "des retards");
        assert_eq!(of("la dette"), "de la dette");
        assert_eq!(of("l’échéance"), "de l’échéance");
    }

    #[test]
    fn french_de_is_elided_before_a_vowel() {
        assert_eq!(some("crédits"), "de crédits");
        assert_eq!(some("échéances"), "d’échéances");
        assert_eq!(some("autres crédits"), "d’autres crédits");
    }

    #[test]
    fn an_amount_is_aggregated_over_the_rows() {
        let debt = column("la dette", "debt", Unit::Money);
        let credits = subset("crédits en cours ailleurs", "active credits elsewhere");
        let say = |how| said(how, &debt, &credits);
        assert_eq!(
            say(Aggregate::Mean),
            pair(
                "moyenne de la dette sur les crédits en cours ailleurs",
                "mean debt over active credits elsewhere"
            )
        );
        assert_eq!(
            say(Aggregate::Median),
            pair(
                "médiane de la dette sur les crédits en cours ailleurs",
                "median debt over active credits elsewhere"
            )
        );
        assert_eq!(
            say(Aggregate::Trend),
            pair(
                "évolution par mois de la dette sur les crédits en cours ailleurs",
                "change per month in debt over active credits elsewhere"
            )
        );
    }

    #[test]
    fn a_flag_is_a_share_a_number_or_a_presence_of_rows() {
        let late = column("le retard", "late payment", Unit::Flag);
        let instalments = subset("échéances", "instalments");
        let say = |how| said(how, &late, &instalments);
        assert_eq!(
            say(Aggregate::Mean),
            pair(
                "part des échéances avec retard",
                "share of instalments with late payment"
            )
        );
        assert_eq!(
            say(Aggregate::Sum),
            pair(
                "nombre d’échéances avec retard",
                "number of instalments with late payment"
            )
        );
        assert_eq!(
            say(Aggregate::Max),
            pair(
                "présence d’échéances avec retard",
                "any instalments with late payment"
            )
        );
        assert_eq!(
            say(Aggregate::Trend),
            pair(
                "évolution par mois de la part des échéances avec retard",
                "change per month in the share of instalments with late payment"
            )
        );
    }

    #[test]
    fn a_date_is_the_latest_or_the_earliest_in_days_and_in_months() {
        let credits = subset("crédits ailleurs", "credits elsewhere");
        let months = subset("mois de carte", "card months");
        let granted = column("la date d’octroi", "granting date", Unit::Date);
        assert_eq!(
            said(Aggregate::Max, &granted, &credits),
            pair(
                "date d’octroi la plus récente sur les crédits ailleurs",
                "latest granting date over credits elsewhere"
            )
        );
        let statement = column("la date du relevé", "statement date", Unit::Months);
        assert_eq!(
            said(Aggregate::Min, &statement, &months),
            pair(
                "date du relevé la plus ancienne sur les mois de carte",
                "earliest statement date over card months"
            )
        );
        let term = column("la durée", "term", Unit::Months);
        assert_eq!(
            said(Aggregate::Max, &term, &credits),
            pair(
                "maximum de la durée sur les crédits ailleurs",
                "highest term over credits elsewhere"
            )
        );
    }
}

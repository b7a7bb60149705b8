//! A feature's words, made from its column's words and its aggregate's.

use crate::spec::{Aggregate, Column, Share, Subset, Text, Unit};

/// "moyenne de la dette sur les crédits en cours" / "mean debt over active credits".
pub(crate) fn aggregate(aggregate: Aggregate, column: &Column, subset: &Subset) -> Text {
    match column.unit {
        Unit::Flag => flag(aggregate, column, subset),
        Unit::Date => date(aggregate, column, subset),
        _ => amount(aggregate, column, subset),
    }
}

fn amount(aggregate: Aggregate, column: &Column, subset: &Subset) -> Text {
    let (fr, en) = match aggregate {
        Aggregate::Mean => ("moyenne", "mean"),
        Aggregate::Sum => ("total", "total"),
        Aggregate::Min => ("minimum", "lowest"),
        Aggregate::Max => ("maximum", "highest"),
        Aggregate::Std => ("dispersion", "spread of"),
        Aggregate::Count => ("nombre de valeurs connues", "number of known values of"),
    };
    Text {
        fr: format!("{fr} {} sur les {}", of(&column.label.fr), subset.label.fr),
        en: format!("{en} {} over {}", column.label.en, subset.label.en),
    }
}

/// A fact that holds of a row or not: "part des échéances avec retard".
fn flag(aggregate: Aggregate, column: &Column, subset: &Subset) -> Text {
    let fact = without_article(&column.label.fr);
    let (fr, en) = match aggregate {
        Aggregate::Mean => (format!("part des {}", subset.label.fr), "share of"),
        Aggregate::Sum => (count(subset).fr, "number of"),
        Aggregate::Max => (format!("au moins un des {}", subset.label.fr), "any of the"),
        _ => return amount(aggregate, column, subset),
    };
    Text {
        fr: format!("{fr} avec {fact}"),
        en: format!("{en} {} with {}", subset.label.en, column.label.en),
    }
}

/// A day: "la date d’octroi la plus récente sur les crédits en cours".
fn date(aggregate: Aggregate, column: &Column, subset: &Subset) -> Text {
    let feminine = column.label.fr.starts_with("la ");
    let (fr, en) = match (aggregate, feminine) {
        (Aggregate::Min, true) => ("la plus ancienne", "earliest"),
        (Aggregate::Min, false) => ("le plus ancien", "earliest"),
        (Aggregate::Max, true) => ("la plus récente", "latest"),
        (Aggregate::Max, false) => ("le plus récent", "latest"),
        _ => return amount(aggregate, column, subset),
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
    let fr = if subset
        .label
        .fr
        .starts_with(['é', 'e', 'a', 'i', 'o', 'u', 'h'])
    {
        format!("nombre d’{}", subset.label.fr)
    } else {
        format!("nombre de {}", subset.label.fr)
    };
    Text {
        fr,
        en: format!("number of {}", subset.label.en),
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

    #[test]
    fn french_articles_contract_after_de() {
        assert_eq!(of("le montant"), "du montant");
        assert_eq!(of("les retards"), "des retards");
        assert_eq!(of("la dette"), "de la dette");
        assert_eq!(of("l’échéance"), "de l’échéance");
    }
}

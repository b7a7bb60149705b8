//! A feature's words, made from its column's words and its aggregate's.

use crate::spec::{Aggregate, Column, Share, Subset, Text};

/// "moyenne de la dette sur les crédits en cours" / "mean debt over active credits".
pub(crate) fn aggregate(aggregate: Aggregate, column: &Column, subset: &Subset) -> Text {
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

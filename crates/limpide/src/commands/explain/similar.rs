//! `limpide explain similar`: a client among those most like it.

use std::sync::Arc;

use limpide_explain::comparing::{Among, Chosen, Compared, SIMILAR, Similar, Wish};
use limpide_explain::similar::{caveat, sentence};
use limpide_explain::{format, percentile};
use limpide_model::{Bundle, Lang};
use serde_json::{Value, json};

use super::Asked;
use crate::comparing;
use crate::context::{Context, table};
use crate::registry::Registry;
use crate::stored_rows::StoredRows;

/// Similar clients that are named in the text; `--json` names all of them.
const NAMED: usize = 10;

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    asked: Asked,
    /// Only among clients of this band or category: NAME=VALUE, or NAME=same for the client's own; may stand several
    /// times, and all must hold. The recipe says which there are.
    #[arg(long = "filter", value_name = "NAME=VALUE")]
    filters: Vec<String>,
    /// How many similar clients, at most 1,000.
    #[arg(long, default_value_t = SIMILAR, value_name = "N")]
    k: usize,
    /// A feature by which to compare; may stand several times. Those of the filters if absent.
    #[arg(long = "feature", value_name = "NAME")]
    features: Vec<String>,
}

pub(super) fn run(arguments: &Arguments, context: &Context) -> anyhow::Result<()> {
    let bundle = Arc::new(Registry::new(context.workspace()).open_published()?);
    let clients = Arc::new(StoredRows::open(context.workspace(), &bundle)?);
    let comparing = comparing::open(context.workspace(), &bundle, &clients, context.threads())?;
    let Asked { client, lang } = arguments.asked;
    let wishes = arguments.filters.iter().map(|text| Wish::parse(text));
    let among = Among {
        wishes: wishes.collect::<limpide_explain::Result<_>>()?,
        similar: Some(arguments.k),
    };
    let similar = comparing.similar(client, &among)?;
    let features: Vec<String> = match arguments.features.is_empty() {
        true => comparing.filters().map(|one| one.feature.clone()).collect(),
        false => arguments.features.clone(),
    };
    let compared = features.iter().map(|feature| {
        let comparison = comparing.comparison(client, &among, feature, None)?;
        Ok(comparison.feature)
    });
    let compared: Vec<Compared> = compared.collect::<anyhow::Result<_>>()?;
    let filters = comparing.filters().map(|filter| {
        let bands: Vec<&str> = filter.bands.iter().map(|band| band.name.as_str()).collect();
        json!({"name": filter.name, "feature": filter.feature, "bands": bands})
    });
    let neighbours = similar.neighbours.iter();
    let neighbours =
        neighbours.map(|(client, proximity)| json!({"client": client, "proximity": proximity}));
    let [granted, refused, review] = similar.decisions;
    let json = json!({
        "client": client,
        "lang": lang,
        "filters": similar.filters,
        "passing": similar.passing,
        "similar": neighbours.collect::<Vec<_>>(),
        "observed": similar.observed,
        "all": similar.all,
        "decisions": {"granted": granted, "refused": refused, "review": review},
        "sentence": sentence(&similar.observed, &similar.all, lang),
        "caveat": caveat(lang),
        "kept_partitions": similar.partitions[0],
        "partitions": similar.partitions[1],
        "features": compared.iter().map(|one| of_feature(one, &bundle, lang)).collect::<Vec<_>>(),
        "known_filters": filters.collect::<Vec<_>>(),
        "synthetic": bundle.synthetic,
    });
    context.print(&json, &text(client, &similar, &compared, &bundle, lang))
}

fn of_feature(compared: &Compared, bundle: &Bundle, lang: Lang) -> Value {
    let feature = &compared.feature;
    json!({
        "feature": feature.name,
        "label": format::capitalised(feature.label.get(lang)),
        "value": compared.value,
        "value_text": format::value(feature, &compared.value, &bundle.currency, lang),
        "standing": compared.standing,
        "sentence": said(compared, bundle, lang),
        "distribution": compared.distribution,
        "standing_among_all": compared.standing_among_all,
        "distribution_of_all": compared.distribution_of_all,
    })
}

fn said(compared: &Compared, bundle: &Bundle, lang: Lang) -> String {
    percentile::sentence(
        &compared.standing,
        &compared.feature,
        &compared.value,
        &bundle.currency,
        lang,
    )
}

struct Words {
    client: &'static str,
    filters: &'static str,
    alone: &'static str,
    together: &'static str,
    likest: &'static str,
    alike: &'static str,
    compared: &'static str,
    synthetic: &'static str,
}

const FRENCH: Words = Words {
    client: "Client",
    filters: "Filtres",
    alone: "clients",
    together: "Clients qui passent tous les filtres",
    likest: "Les plus semblables",
    alike: "part des groupes du modèle en commun",
    compared: "Parmi les clients semblables",
    synthetic: "Données synthétiques : aucune personne réelle n’est décrite.",
};

const ENGLISH: Words = Words {
    client: "Client",
    filters: "Filters",
    alone: "clients",
    together: "Clients who pass all filters",
    likest: "The most similar",
    alike: "share of the model’s groups in common",
    compared: "Among similar clients",
    synthetic: "Synthetic data: no real person is described.",
};

fn text(
    client: i64,
    similar: &Similar,
    compared: &[Compared],
    bundle: &Bundle,
    lang: Lang,
) -> String {
    let words = match lang {
        Lang::Fr => &FRENCH,
        Lang::En => &ENGLISH,
    };
    let count = |clients: usize| format::number(clients as f64, 0, lang);
    let mut text = format!(
        "{} {client}\n{}\n{}\n",
        words.client,
        sentence(&similar.observed, &similar.all, lang),
        caveat(lang),
    );
    if !similar.filters.is_empty() {
        text.push_str(&format!("\n{}\n", words.filters));
        let row = |one: &Chosen| {
            let filter = format!("  {} · {}", one.label.get(lang), one.text.get(lang));
            vec![filter, format!("{} {}", count(one.clients), words.alone)]
        };
        let rows: Vec<Vec<String>> = similar.filters.iter().map(row).collect();
        text.push_str(&table(&rows));
        let passing = count(similar.passing.clients);
        text.push_str(&format!("  {} · {passing}\n", words.together));
    }
    text.push_str(&format!("\n{} ({})\n", words.likest, words.alike));
    let named = similar.neighbours.iter().take(NAMED);
    let rows = named.map(|(client, proximity)| {
        vec![
            format!("  {client}"),
            format::percent_whole(*proximity, lang),
        ]
    });
    text.push_str(&table(&rows.collect::<Vec<_>>()));
    if !compared.is_empty() {
        text.push_str(&format!("\n{}\n", words.compared));
    }
    for one in compared {
        text.push_str(&format!("  · {}\n", said(one, bundle, lang)));
    }
    if bundle.synthetic {
        text.push_str(&format!("\n{}\n", words.synthetic));
    }
    text
}

//! What a model does over all clients, in the terminal.

use limpide_explain::format::{capitalised, log_odds, number, percent};
use limpide_model::Lang;

use limpide_web::figures::behind_global as tables;
use limpide_web::figures::facts::{TO, concept};
use limpide_web::figures::of_global::Subject;
use limpide_web::figures::words::pick;

use crate::context::table;

/// Lines of a list.
const MOST_LINES: usize = 15;

/// The lists; those of the parts that the feature named `by` makes.
pub fn text(subject: &Subject<'_>, by: Option<&str>, lang: Lang) -> String {
    let (bundle, global) = (subject.bundle, subject.global);
    let mut text = match lang {
        Lang::Fr => format!(
            "Mesuré sur {} clients parmi {}, en log-cotes.\n\n",
            number(global.sampled as f64, 0, lang),
            number(global.clients as f64, 0, lang)
        ),
        Lang::En => format!(
            "Measured on {} clients of {}, in log-odds.\n\n",
            number(global.sampled as f64, 0, lang),
            number(global.clients as f64, 0, lang)
        ),
    };
    let losses = global.permutation.as_ref();
    let lists = [
        (
            pick(lang, "Concept", "Concept"),
            &global.concepts,
            losses.map(|found| &found.concepts),
        ),
        (
            pick(lang, "Variable", "Feature"),
            &global.features,
            losses.map(|found| &found.features),
        ),
    ];
    for (head, strengths, losses) in lists {
        let heads = [
            head,
            pick(lang, "taille moyenne", "mean size"),
            pick(lang, "intervalle à 95 %", "95% interval"),
            pick(lang, "AUC perdue", "AUC lost"),
            pick(lang, "coût en plus", "cost added"),
        ];
        let mut rows = vec![heads.map(str::to_owned).to_vec()];
        for one in strengths
            .iter()
            .take(MOST_LINES)
            .filter(|one| one.size > 0.0)
        {
            let known = bundle.feature(&one.id).is_some();
            let label = match known {
                true => tables::feature(bundle, &one.id, lang),
                false => concept(bundle, &one.id, lang).to_owned(),
            };
            let [low, high] = one.interval.map(|end| number(end, 3, lang));
            let lost = losses.and_then(|list| list.iter().find(|loss| loss.id == one.id));
            let told =
                |value: Option<f64>| value.map_or_else(String::new, |value| number(value, 4, lang));
            rows.push(vec![
                label,
                number(one.size, 3, lang),
                format!("{low}{TO}{high}"),
                told(lost.map(|loss| loss.auc_loss)),
                told(lost.map(|loss| loss.cost_increase)),
            ]);
        }
        text.push_str(&table(&rows));
        text.push('\n');
    }
    if losses.is_some_and(|found| found.seen) {
        text.push_str(pick(
            lang,
            "L’AUC perdue et le coût sont mesurés sur des clients que le modèle a appris : ils disent trop.\n",
            "AUC lost and cost are measured on clients that the model learned from: they say too much.\n",
        ));
    }
    let parts = global
        .segments
        .iter()
        .find(|parts| Some(parts.feature.as_str()) == by);
    if let Some((parts, place)) =
        parts.and_then(|parts| Some((parts, bundle.feature(&parts.feature)?)))
    {
        let described = &bundle.features[place];
        text.push_str(&format!("\n{}\n", capitalised(described.label.get(lang))));
        for segment in &parts.segments {
            text.push_str(&format!(
                "  {} · {} clients · {}\n    {}\n",
                tables::part(bundle, described, segment, lang),
                number(segment.clients as f64, 0, lang),
                percent(segment.mean_probability, lang),
                tables::leading(bundle, segment, lang)
            ));
        }
    }
    for mark in subject.marks {
        if let Some(place) = bundle.feature(&mark.feature) {
            let described = &bundle.features[place];
            let value =
                limpide_explain::format::value(described, &mark.value, &bundle.currency, lang);
            let label = capitalised(described.label.get(lang));
            let sign = pick(lang, "\u{a0}:", ":");
            text.push_str(&format!(
                "{label}{sign} {value} ({})\n",
                log_odds(mark.contribution, lang)
            ));
        }
    }
    text
}

//! `limpide explain --client ID`: one client's decision, with what led to it.

use limpide_explain::{Explanation, format};
use limpide_model::{Decision, Lang};
use serde_json::json;

use super::{Asked, Opened};
use crate::context::{Context, table};

pub(super) fn run(arguments: &Asked, context: &Context) -> anyhow::Result<()> {
    let opened = Opened::new(context)?;
    let bundle = &opened.bundle;
    let row = opened.row(arguments.client)?;
    let explanation = limpide_explain::explain(bundle, &row, arguments.lang)?;
    let score = &explanation.score;
    let contributions = explanation.contributions.iter().map(|c| {
        json!({"feature": c.feature, "value": c.value, "contribution": c.contribution, "concept": c.concept})
    });
    let json = json!({
        "client": arguments.client,
        "probability": score.probability,
        "interval": score.interval,
        "decision": score.decision,
        "threshold": score.threshold,
        "distance": score.distance,
        "base": explanation.base,
        "margin": explanation.margin,
        "contributions": contributions.collect::<Vec<_>>(),
        "concepts": explanation.concepts,
        "reasons": explanation.reasons,
        "strengths": explanation.strengths,
        "summary": explanation.summary,
        "stability": explanation.stability,
        "second": explanation.second,
        "synthetic": bundle.synthetic,
    });
    context.print(
        &json,
        &text(arguments.client, &explanation, bundle.synthetic),
    )
}

struct Words {
    client: &'static str,
    granted: &'static str,
    refused: &'static str,
    review: &'static str,
    above: &'static str,
    below: &'static str,
    against: &'static str,
    in_favour: &'static str,
    synthetic: &'static str,
}

const FRENCH: Words = Words {
    client: "Client",
    granted: "accord suggéré",
    refused: "refus suggéré",
    review: "à examiner",
    above: "au-dessus du seuil de",
    below: "au-dessous du seuil de",
    against: "Ce qui augmente le risque",
    in_favour: "Ce qui diminue le risque",
    synthetic: "Données synthétiques : aucune personne réelle n’est décrite.",
};

const ENGLISH: Words = Words {
    client: "Client",
    granted: "approval suggested",
    refused: "refusal suggested",
    review: "to be reviewed",
    above: "above the threshold of",
    below: "below the threshold of",
    against: "What raises the risk",
    in_favour: "What lowers the risk",
    synthetic: "Synthetic data: no real person is described.",
};

fn text(client: i64, explanation: &Explanation, synthetic: bool) -> String {
    let lang = explanation.lang;
    let words = match lang {
        Lang::Fr => &FRENCH,
        Lang::En => &ENGLISH,
    };
    let score = &explanation.score;
    let decision = match score.decision {
        Decision::Granted => words.granted,
        Decision::Refused => words.refused,
        Decision::Review => words.review,
    };
    let side = if score.distance < 0.0 {
        words.below
    } else {
        words.above
    };
    let mut text = format!(
        "{} {client} · {} · {decision}, {} {side} {}\n{}\n\n",
        words.client,
        format::percent(score.probability, lang),
        format::points_apart(score.distance, lang),
        format::percent(score.threshold, lang),
        explanation.summary.risk,
    );
    let mut sides = [
        (words.against, &explanation.reasons),
        (words.in_favour, &explanation.strengths),
    ];
    // What goes with the decision comes first.
    if score.decision == Decision::Granted {
        sides.reverse();
    }
    for (head, reasons) in sides {
        if reasons.is_empty() {
            continue;
        }
        text.push_str(&format!("{head}\n"));
        for reason in reasons {
            text.push_str(&format!("  · {}\n", reason.sentence));
        }
        text.push('\n');
    }
    text.push_str(&format!("{}\n", explanation.summary.stability));
    if let Some(second) = &explanation.second {
        text.push_str(&format!("{}\n", second.sentence));
    }
    text.push('\n');
    let waterfall = &explanation.waterfall;
    let mut rows = vec![vec![
        waterfall.start_label.clone(),
        format::percent(waterfall.start, lang),
    ]];
    for step in &waterfall.steps {
        rows.push(vec![step.label.clone(), format::points(step.delta, lang)]);
    }
    rows.push(vec![
        waterfall.end_label.clone(),
        format::percent(waterfall.end, lang),
    ]);
    text.push_str(&table(&rows));
    if synthetic {
        text.push_str(&format!("\n{}\n", words.synthetic));
    }
    text
}

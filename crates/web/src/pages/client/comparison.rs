//! How the client compares with others: the spread of one feature with the client's mark, or two
//! features at once.

use askama::Template;
use limpide_explain::comparing::{Among, SIMILAR};
use limpide_explain::{Explanation, format};

use super::view::View;
use crate::api::client_comparison::{self, ClientComparison, ComparedFeature, Question};
use crate::charts::cloud;
use crate::charts::histogram::{self, Histogram};
use crate::error::Error;
use crate::texts::Texts;

/// Features that are offered first: those that weigh most in the result.
const WEIGHTIEST: usize = 12;

#[derive(Template)]
#[template(path = "client/comparison.html")]
pub(super) struct Comparison {
    texts: Texts,
    client: i64,
    own: bool,
    similar: bool,
    groups: Vec<Group>,
    /// The second feature that is chosen; empty for none.
    with: String,
    shown: Option<Shown>,
    /// Why nothing is shown; empty where something is.
    fault: String,
}

/// Features to choose from under one heading.
struct Group {
    label: String,
    options: Vec<Choice>,
}

struct Choice {
    name: String,
    label: String,
    first: bool,
    second: bool,
}

/// What is said of the chosen features.
enum Shown {
    One(One),
    Two(Two),
}

/// One feature.
struct One {
    label: String,
    sentence: String,
    histogram: Histogram,
    /// The client's own value, as the mark says it.
    own: String,
    rows: Vec<histogram::Row>,
    missing: String,
}

/// Two features at once.
struct Two {
    labels: [String; 2],
    sentence: String,
    drawing: cloud::Drawing,
    rows: Vec<cloud::Row>,
}

impl Comparison {
    pub(super) async fn load(view: &View<'_>, explanation: &Explanation) -> Result<Self, Error> {
        let texts = view.texts;
        let heaviest = explanation.contributions.first();
        let feature = match view.wanted.get("feature") {
            "" => heaviest.map(|one| one.feature.as_str()).unwrap_or_default(),
            asked => asked,
        };
        let with =
            Some(view.wanted.get("with")).filter(|with| !with.is_empty() && *with != feature);
        let similar = view.wanted.get("among") == "similar";
        let question = Question {
            feature: feature.to_owned(),
            with: with.map(str::to_owned),
            name: if similar { "similar" } else { "all" },
            among: Among {
                similar: similar.then_some(SIMILAR),
                ..Among::default()
            },
        };
        let asked = client_comparison::tell(
            view.state,
            view.client,
            view.sees_others,
            question,
            texts.lang,
        );
        let (shown, fault) = match asked.await {
            Ok(found) => (Some(shown(view, found)), String::new()),
            Err(error) => (None, fault(error, texts)?),
        };
        Ok(Self {
            client: view.client,
            own: view.own,
            similar,
            groups: groups(view, explanation, feature, with.unwrap_or_default()),
            with: with.unwrap_or_default().to_owned(),
            shown,
            fault,
            texts,
        })
    }
}

/// Why others cannot be shown now, in words; what is no such reason is an error of the page.
pub(super) fn fault(error: Error, texts: Texts) -> Result<String, Error> {
    match error {
        Error::NotReady | Error::Alike | Error::TooFew { .. } => {
            Ok(texts.get(&format!("error-{}-text", error.slug())))
        }
        // The address names a feature that is not there, or of which no column is kept.
        Error::Row(_) => Ok(texts.get("comparison-unknown")),
        error => Err(error),
    }
}

fn groups(view: &View<'_>, explanation: &Explanation, first: &str, second: &str) -> Vec<Group> {
    let choice = |name: &str, label: String| Choice {
        first: name == first,
        second: name == second,
        name: name.to_owned(),
        label,
    };
    let lang = view.texts.lang;
    let weightiest = explanation.contributions.iter().take(WEIGHTIEST);
    let mut groups = vec![Group {
        label: view.texts.get("comparison-weightiest"),
        options: weightiest
            .map(|one| choice(&one.feature, one.label.clone()))
            .collect(),
    }];
    for (label, items) in &view.state.service.information.groups {
        let options = items.iter().map(|item| {
            let label = format::capitalised(item.feature.label.get(lang));
            choice(&item.feature.name, label)
        });
        groups.push(Group {
            label: label.get(lang).to_owned(),
            options: options.collect(),
        });
    }
    // A feature that a link names, and none of the groups holds.
    for (name, which) in [(first, true), (second, false)] {
        let all = groups.iter().flat_map(|group| &group.options);
        if name.is_empty() || all.into_iter().any(|one| one.name == name) {
            continue;
        }
        let found = explanation
            .contributions
            .iter()
            .find(|one| one.feature == name);
        if let (Some(found), Some(group)) = (found, groups.first_mut()) {
            group.options.push(Choice {
                name: name.to_owned(),
                label: found.label.clone(),
                first: which,
                second: !which,
            });
        }
    }
    // Each is chosen once, where it stands in several groups.
    let (mut first_seen, mut second_seen) = (false, false);
    for option in groups.iter_mut().flat_map(|group| &mut group.options) {
        option.first &= !first_seen;
        option.second &= !second_seen;
        first_seen |= option.first;
        second_seen |= option.second;
    }
    groups
}

fn shown(view: &View<'_>, found: ClientComparison) -> Shown {
    let (texts, lang) = (view.texts, view.texts.lang);
    let first = found.feature;
    let (Some(second), Some(cloud)) = (found.with, found.cloud) else {
        let number = first.value.number();
        let missing = first.distribution.missing.unwrap_or(0);
        let written = format::number(missing as f64, 0, lang);
        return Shown::One(One {
            histogram: histogram::draw(&first.distribution, number, lang),
            rows: histogram::rows(&first.distribution, &texts.get("comparison-few"), lang),
            own: mark(view, &first),
            missing: match missing {
                0 => String::new(),
                missing => texts.plural("comparison-missing", missing, &written),
            },
            label: first.label,
            sentence: first.sentence,
        });
    };
    let own = [&first, &second].map(|one| (one.distribution.own, one.value.number()));
    Shown::Two(Two {
        drawing: cloud::draw(&cloud, own),
        rows: cloud::rows(&cloud, lang),
        sentence: format!("{} {}", first.sentence, second.sentence),
        labels: [first.label, second.label],
    })
}

/// The words at the client's mark: "This client · 0.21".
fn mark(view: &View<'_>, feature: &ComparedFeature) -> String {
    let whose = if view.own {
        view.texts.get("mark-own")
    } else {
        view.texts.get("mark-client")
    };
    format!("{whose} · {}", feature.value_text)
}

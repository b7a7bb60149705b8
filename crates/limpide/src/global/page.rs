//! What a model does over all clients, as a page that stands alone.

use askama::Template;
use limpide_explain::format::{number, percent, percent_whole};
use limpide_explain::global::{Shapes, Term};
use limpide_model::Lang;

use limpide_web::figures::facts::concept;
pub use limpide_web::figures::of_global::Subject;
use limpide_web::figures::of_global::reach;
use limpide_web::figures::words::{self, pick};
use limpide_web::figures::{
    Figure, Folded, Table, behind_global as tables, leading, of_global as figures, plot,
};

/// Terms of the glass box on the page: those that can move a score most.
const MOST_TERMS: usize = 30;
/// Pairs of the glass box on the page.
const MOST_PAIRS: usize = 5;
/// Letters of a hash that tell models apart.
const SHORT: usize = 12;

/// The page in a language.
pub fn render(subject: &Subject<'_>, lang: Lang) -> anyhow::Result<String> {
    let content = Content::new(subject, lang);
    let content = &content;
    Ok(match lang {
        Lang::Fr => InFrench { d: content }.render()?,
        Lang::En => InEnglish { d: content }.render()?,
    })
}

/// What the templates show.
struct Content<'a> {
    lang: Lang,
    style: &'static str,
    facts: Facts<'a>,
    concepts: Figure,
    features: Figure,
    themes: Table,
    permutation: Option<(Figure, Table)>,
    curves: Vec<Folded>,
    pairs: Option<Table>,
    glass_box: Option<GlassBox<'a>>,
    segments: Vec<Table>,
}

/// Numbers as words.
struct Facts<'a> {
    recipe: &'a str,
    hash: &'a str,
    short_hash: &'a str,
    synthetic: bool,
    champion: &'a str,
    clients: String,
    sampled: String,
    average: String,
    /// The AUC on clients that the model had not seen, out of fold.
    auc: String,
    judged: Option<Judged>,
    pair_clients: String,
    client: Option<i64>,
}

/// Who the values were mixed up among.
struct Judged {
    clients: String,
    defaults: String,
    repeats: String,
    auc: String,
    seen: bool,
}

/// The model that can be read.
struct GlassBox<'a> {
    name: &'a str,
    base: String,
    terms: Vec<Folded>,
    n_terms: String,
    pairs: Vec<Table>,
    n_pairs: String,
}

#[derive(Template)]
#[template(path = "global/model.fr.html")]
struct InFrench<'a> {
    d: &'a Content<'a>,
}

#[derive(Template)]
#[template(path = "global/model.en.html")]
struct InEnglish<'a> {
    d: &'a Content<'a>,
}

impl<'a> Content<'a> {
    fn new(subject: &Subject<'a>, lang: Lang) -> Self {
        let (bundle, global) = (subject.bundle, subject.global);
        let concept_name = |id: &str| concept(bundle, id, lang).to_owned();
        let title = pick(
            lang,
            "Les concepts qui comptent le plus",
            "The concepts that count most",
        );
        let moving = global.concepts.iter().filter(|one| one.size > 0.0).cloned();
        let moving: Vec<_> = moving.collect();
        let what = pick(lang, "Concept", "Concept");
        let table = tables::strengths(subject, title, what, &moving, concept_name, lang);
        let concepts = figures::strengths("concepts", title, &moving, concept_name, table, lang);
        let features = leading::features(subject, lang);
        let permutation = leading::mixed_up(subject, lang);
        let curves = global.dependence.iter().enumerate();
        let curves =
            curves.filter_map(|(place, curve)| figures::dependence(subject, place, curve, lang));
        let segments = global.segments.iter();
        Self {
            lang,
            style: plot::STYLE,
            facts: Facts::new(subject, lang),
            concepts,
            features,
            themes: tables::themes(subject, lang),
            permutation,
            curves: curves.collect(),
            pairs: (!global.pairs.pairs.is_empty())
                .then(|| tables::pairs(bundle, &global.pairs, lang)),
            glass_box: global
                .shapes
                .as_ref()
                .map(|shapes| GlassBox::new(subject, shapes, lang)),
            segments: segments
                .filter_map(|found| tables::segmentation(bundle, found, lang))
                .collect(),
        }
    }
}

impl<'a> Facts<'a> {
    fn new(subject: &Subject<'a>, lang: Lang) -> Self {
        let (bundle, global) = (subject.bundle, subject.global);
        let count = |count: usize| number(count as f64, 0, lang);
        Self {
            recipe: &bundle.recipe.name,
            hash: subject.hash,
            short_hash: subject.hash.get(..SHORT).unwrap_or(subject.hash),
            synthetic: bundle.synthetic,
            champion: words::candidate(&bundle.name, lang).0,
            clients: count(global.clients),
            sampled: count(global.sampled),
            average: percent(bundle.calibration.probability(global.base), lang),
            auc: number(bundle.metrics.auc, 3, lang),
            judged: global.permutation.as_ref().map(|found| Judged {
                clients: count(found.clients),
                defaults: percent_whole(found.defaults as f64 / found.clients.max(1) as f64, lang),
                repeats: count(found.repeats),
                auc: number(found.auc, 3, lang),
                seen: found.seen,
            }),
            pair_clients: count(global.pairs.clients),
            client: subject.client,
        }
    }
}

impl<'a> GlassBox<'a> {
    fn new(subject: &Subject<'_>, shapes: &'a Shapes, lang: Lang) -> Self {
        let mut ranked: Vec<&Term> = shapes.terms.iter().collect();
        // Stable: equal ones stay in the model's order.
        ranked.sort_by(|a, b| reach(b).total_cmp(&reach(a)));
        let terms = ranked.into_iter().take(MOST_TERMS).enumerate();
        let terms = terms.filter_map(|(place, term)| figures::term(subject, place, term, lang));
        let pairs = shapes.pairs.iter();
        let pairs = pairs.filter_map(|pair| tables::pair_term(subject.bundle, pair, lang));
        Self {
            name: words::candidate(&shapes.name, lang).0,
            base: number(shapes.base, 2, lang),
            terms: terms.collect(),
            n_terms: number(shapes.terms.len() as f64, 0, lang),
            pairs: pairs.take(MOST_PAIRS).collect(),
            n_pairs: number(shapes.pairs.len() as f64, 0, lang),
        }
    }
}

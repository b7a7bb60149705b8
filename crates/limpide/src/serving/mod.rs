//! What the faces serve: a model over the workspace's clients, made ready when the program starts
//! ([`Source::open`]) and again beside it when another one is published ([`publication`]).

pub mod publication;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use limpide_engine::Engine;
use limpide_features::{Catalogue, RecipeSpec};
use limpide_model::{Bundle, Text};
use limpide_portfolio::Recipe;
use limpide_web::{
    ClientNumbers, Comparisons, ComputeRows, Display, Field, FieldSource, Group, ModelParts,
    NoComparisons,
};

use crate::comparing;
use crate::context::Context;
use crate::documents::PublishedDocuments;
use crate::global::KeptGlobal;
use crate::online::OnlineRows;
use crate::stored_rows::StoredRows;

/// Where models and clients come from.
#[derive(Clone)]
pub struct Source {
    workspace: PathBuf,
    recipe: Recipe,
    engine: Engine,
    threads: usize,
}

/// When clients can be compared.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Compare {
    /// As soon as may be: making the index of a large portfolio takes longer than a server should
    /// take to answer at all.
    Later,
    /// At once: a server that compares clients goes on to do so when its model is replaced.
    AtOnce,
    /// Not at all.
    Never,
}

impl Source {
    /// Opens a workspace with a recipe.
    pub fn open(context: &Context, recipe: &Recipe) -> anyhow::Result<Self> {
        Ok(Self {
            workspace: context.workspace().to_owned(),
            recipe: recipe.clone(),
            engine: context.engine()?,
            threads: context.threads(),
        })
    }

    /// Makes a model over the workspace's clients ready to be served.
    pub async fn model(&self, bundle: Bundle, compare: Compare) -> anyhow::Result<ModelParts> {
        let workspace = self.workspace.as_path();
        let spec = RecipeSpec::open(&self.recipe)?;
        let bundle = Arc::new(bundle);
        let clients = Arc::new(StoredRows::open(workspace, &bundle)?);
        let mut online = None;
        if self.recipe.hash() == bundle.recipe.hash {
            online = Some(OnlineRows::open(&self.engine, &self.recipe, workspace, &bundle).await?);
        } else {
            tracing::warn!(
                recipe = self.recipe.name,
                "the published model was trained with another recipe: posted rows and changed \
                 values cannot be scored until it is named with --recipe, or a model is trained anew"
            );
        }
        let global = KeptGlobal::new(workspace, &bundle.hash()?, &clients.matrix_hash);
        let checks = online.as_ref().map(|online| &online.checks);
        let documents = PublishedDocuments::new(workspace, &bundle, &clients.catalogue, checks)?;
        let numbers: Arc<dyn ClientNumbers> = Arc::<StoredRows>::clone(&clients);
        Ok(ModelParts {
            comparisons: self.comparisons(&bundle, &clients, compare),
            display: display(&spec, &bundle, &clients.catalogue),
            clients: Box::new(clients),
            compute: online.map(|online| Box::new(online) as Box<dyn ComputeRows>),
            numbers,
            documents: Some(Arc::new(documents)),
            global: Some(Box::new(global)),
            bundle,
        })
    }

    fn comparisons(
        &self,
        bundle: &Arc<Bundle>,
        clients: &Arc<StoredRows>,
        compare: Compare,
    ) -> Comparisons {
        let made = Comparisons::default();
        let promised = Arc::clone(&made);
        let (source, bundle, clients) = (self.clone(), Arc::clone(bundle), Arc::clone(clients));
        let make = move || {
            let open = || comparing::open(&source.workspace, &bundle, &clients, source.threads);
            // Else the faces would say for ever that they are getting ready.
            let opened = std::panic::catch_unwind(std::panic::AssertUnwindSafe(open));
            let opened = opened.unwrap_or_else(|_| Err(anyhow::anyhow!("a thread panicked")));
            let opened = opened.map_err(|error| match error.downcast_ref() {
                Some(limpide_explain::Error::Alike) => NoComparisons::Alike,
                _ => {
                    tracing::error!("clients cannot be compared: {error:#}");
                    NoComparisons::Failed
                }
            });
            // Nobody else sets it.
            let _ = promised.set(opened);
        };
        match compare {
            Compare::Later => drop(std::thread::spawn(make)),
            Compare::AtOnce => make(),
            Compare::Never => {}
        }
        made
    }

    /// The folder that holds them.
    pub fn workspace(&self) -> &Path {
        &self.workspace
    }
}

/// What the client page shows, less what this portfolio's tables do not give.
fn display(spec: &RecipeSpec, bundle: &Bundle, catalogue: &Catalogue) -> Display {
    let text = |text: &limpide_features::Text| Text {
        fr: text.fr.clone(),
        en: text.en.clone(),
    };
    let sources = |name: &String| -> Vec<FieldSource> {
        let mut known = catalogue
            .features
            .iter()
            .chain(catalogue.learned_features());
        let known = known.find(|info| info.name == *name);
        let found = known.map(|info| limpide_features::origins(&spec.table_words, info));
        let found = found.unwrap_or_default().into_iter();
        found
            .map(|origin| FieldSource {
                label: text(&origin.label),
                table: origin.table,
            })
            .collect()
    };
    let fields = |names: &[String]| -> Vec<Field> {
        let known = names.iter().filter(|name| bundle.feature(name).is_some());
        known
            .map(|name| Field {
                feature: name.clone(),
                label: spec.display.labels.get(name).map(text),
                sources: sources(name),
                ..Field::default()
            })
            .collect()
    };
    let groups = spec.display.panels.iter().map(|panel| Group {
        label: text(&panel.label),
        fields: fields(&panel.features),
    });
    Display {
        lender: text(&spec.title),
        header: fields(&spec.display.header),
        groups: groups.filter(|group| !group.fields.is_empty()).collect(),
    }
}

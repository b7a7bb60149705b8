//! `limpide demo`: everything at once on a synthetic portfolio, then the dashboard.

use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context as _, bail};
use limpide_features::build;
use limpide_model::{Bundle, Decision, Lang};
use limpide_portfolio::{Asked, Portfolio, Quality, SynthConfig, ingest, synthesise};
use limpide_store::{NewPerson, Retention, Role, Store, random_password};
use limpide_web::{Face, Lender, Limits, SessionLimits, SettingSection};
use serde_json::{Value, json};

use super::serve::{self, Listeners, Options};
use super::train;
use super::{DATABASE, RecipeArgument};
use crate::catalogue::pages;
use crate::context::{Context, table};
use crate::quality_page::page;
use crate::rows::PortfolioRows;
use crate::serving::Source;
use crate::serving::publication::Stamp;
use crate::settings::{Flags, LISTEN, OfServe, RECIPE, Settings, WORKSPACE};

#[derive(clap::Args)]
pub struct Arguments {
    /// Clients with a known outcome.
    #[arg(long, default_value_t = 20_000, value_parser = clap::value_parser!(u64).range(500..=10_000_000))]
    pub clients: u64,
    /// The seed of portfolio, folds and sampling.
    #[arg(long, default_value_t = 1)]
    pub seed: u32,
    /// The address to listen on.
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "A")]
    pub listen: SocketAddr,
    /// End with a summary instead of serving.
    #[arg(long)]
    pub no_serve: bool,
    #[command(flatten)]
    pub recipe: RecipeArgument,
}

pub fn run(arguments: &Arguments, context: &Context) -> anyhow::Result<()> {
    let start = Instant::now();
    let runtime = context.runtime()?;
    // The address is taken first: minutes of work must not end at a port in use.
    let listener = match arguments.no_serve {
        true => None,
        false => Some(runtime.block_on(serve::bind(arguments.listen))?),
    };
    let recipe_argument = &arguments.recipe;
    let recipe = recipe_argument.open()?;
    let workspace = context.create_workspace()?;
    refuse_what_is_not_a_demo(workspace)?;
    let source = workspace.join("synthetic");
    remove_folder(&source)?;
    let engine = context.engine()?;
    let reporter = context.reporter();
    let progress = |p| reporter.step(&p);
    let config = SynthConfig {
        clients: arguments.clients,
        seed: u64::from(arguments.seed),
    };
    let set = runtime.block_on(async {
        synthesise(&engine, &recipe, config, &source, &progress).await?;
        let page = |portfolio: &Portfolio, quality: &Quality| page(portfolio, quality, Lang::En);
        let asked = Asked {
            strict: true,
            page: &page,
        };
        ingest(&engine, &recipe, &source, workspace, &asked, &progress).await?;
        remove_folder(&source)?;
        anyhow::Ok(build(&engine, &recipe, workspace, &pages, &progress).await?)
    })?;
    drop(reporter);
    let training = train::Arguments {
        effort: limpide_train::Effort::Quick,
        seed: u64::from(arguments.seed),
        folds: None,
        oof: None,
        tuning: train::TuningArguments::default(),
        references: None,
        no_publish: false,
        by: None,
        mlflow: None,
        imported: Vec::new(),
        imported_unseen: Vec::new(),
        recipe: recipe_argument.clone(),
    };
    let train::Done { trained, hash, .. } = train::train(&training, context)?;
    let people = runtime.block_on(sign_ins(context, &trained.bundle))?;
    let seconds = start.elapsed().as_secs_f64();
    let address = match &listener {
        Some(listener) => format!("http://{}/", listener.local_addr()?),
        None => String::new(),
    };
    let metrics = &trained.bundle.metrics;
    let json = json!({
        "synthetic": true,
        "clients": set.rows,
        "features": set.features,
        "champion": trained.bundle.name,
        "bundle": hash,
        "auc": metrics.auc,
        "cost_per_client": metrics.cost_per_client,
        "threshold": trained.bundle.policy.threshold,
        "address": address,
        "people": people.iter().map(SignIn::json).collect::<Vec<_>>(),
        "seconds": seconds,
    });
    let mut text = format!(
        "{} synthetic clients, {} features, champion {}: AUC {:.4}, cost {:.4} a client, in {seconds:.0} s\n",
        set.rows, set.features, trained.bundle.name, metrics.auc, metrics.cost_per_client
    );
    let mut rows = vec![
        ["sign in as", "password", "who"]
            .map(str::to_owned)
            .to_vec(),
    ];
    rows.extend(people.iter().map(SignIn::row));
    text.push_str(&table(&rows));
    match &listener {
        Some(_) => text.push_str(&format!("open {address} (stop with Ctrl-C)\n")),
        None => text.push_str("serve it with: limpide serve\n"),
    }
    context.print(&json, &text)?;
    let Some(listener) = listener else {
        return Ok(());
    };
    runtime.block_on(async {
        let store = Store::open(workspace.join(DATABASE)).await?;
        let options = Options {
            listen: arguments.listen,
            face: Face::All,
            recipe: recipe_argument.recipe.clone(),
            api_key: None,
            secure_cookies: false,
            metrics_listen: None,
            limits: Limits::default(),
            sessions: SessionLimits::default(),
            retention: Retention::default(),
            provider: None,
            lender: Lender::default(),
            in_force: in_force(arguments, context)?,
        };
        let seen = Stamp::of(workspace);
        let source = Source::open(context, &recipe)?;
        let service = serve::service(&source, trained.bundle, store, &options).await?;
        let listeners = Listeners {
            faces: listener,
            probes: None,
        };
        serve::serve(listeners, service, Face::All, source, seen).await
    })
}

/// What a demo is served with: it reads neither environment nor file for that.
fn in_force(arguments: &Arguments, context: &Context) -> anyhow::Result<Vec<SettingSection>> {
    let said = BTreeMap::from([
        (WORKSPACE.name, context.workspace().display().to_string()),
        (LISTEN.name, arguments.listen.to_string()),
        (RECIPE.name, arguments.recipe.recipe.clone()),
    ]);
    Settings::saying(said)
        .with(&Flags::<OfServe>::none())
        .in_force()
}

/// A demo replaces the workspace's portfolio, models and people: never a lender's own.
fn refuse_what_is_not_a_demo(workspace: &Path) -> anyhow::Result<()> {
    let holds = match Portfolio::open(workspace) {
        Ok(portfolio) if portfolio.synthetic => return Ok(()),
        Ok(_) => "a portfolio that is not synthetic",
        Err(limpide_portfolio::Error::NoPortfolio(_)) if workspace.join(DATABASE).exists() => {
            "people who sign in"
        }
        Err(limpide_portfolio::Error::NoPortfolio(_)) => return Ok(()),
        Err(_) => "a portfolio that this version cannot read",
    };
    bail!(
        "{} holds {holds}, which the demo would replace: choose another folder with --workspace",
        workspace.display()
    )
}

fn remove_folder(folder: &Path) -> anyhow::Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    Ok(())
}

/// A person of the demo and how to sign in.
struct SignIn {
    username: String,
    password: String,
    who: String,
}

impl SignIn {
    fn json(&self) -> Value {
        json!({"username": self.username, "password": self.password, "who": self.who})
    }

    fn row(&self) -> Vec<String> {
        vec![
            self.username.clone(),
            self.password.clone(),
            self.who.clone(),
        ]
    }
}

/// Gives the demo two advisers, an analyst, an auditor, an admin, a refused and a granted client, with passwords made
/// at random.
async fn sign_ins(context: &Context, bundle: &Bundle) -> anyhow::Result<Vec<SignIn>> {
    let path = context.workspace().join(DATABASE);
    // The demo's people belong to its portfolio: both are made anew.
    for ending in ["", "-wal", "-shm"] {
        let file = context.workspace().join(format!("{DATABASE}{ending}"));
        if file.exists() {
            fs::remove_file(&file).with_context(|| file.display().to_string())?;
        }
    }
    let clients = PortfolioRows::open(context.workspace(), bundle)?;
    let store = Store::open(&path).await?;
    let staff = [
        (
            "adviser",
            "Camille Moreau",
            Role::Adviser,
            "adviser: every client",
        ),
        (
            "reviewer",
            "Nadia Benali",
            Role::Adviser,
            "adviser: the second look at what is contested",
        ),
        (
            "analyst",
            "Louis Girard",
            Role::Analyst,
            "analyst: the model, proposes another one",
        ),
        (
            "auditor",
            "Inès Caron",
            Role::Auditor,
            "auditor: the decision log",
        ),
        (
            "admin",
            "Paul Renaud",
            Role::Admin,
            "admin: people and keys, approves a model",
        ),
    ];
    let staff = staff.map(|(username, full_name, role, who)| {
        let [username, full_name, who] = [username, full_name, who].map(str::to_owned);
        (username, full_name, role, None, who)
    });
    let mut people = Vec::from(staff);
    for (decision, username, word) in [
        (Decision::Refused, "client-refused", "refused"),
        (Decision::Granted, "client-granted", "granted"),
    ] {
        if let Some(client) = first_with(&clients, bundle, decision)? {
            people.push((
                username.to_owned(),
                format!("N° {client}"),
                Role::Client,
                Some(client),
                format!("client {client} ({word}): own page only"),
            ));
        }
    }
    let mut signs = Vec::new();
    for (username, full_name, role, client, who) in people {
        let password = random_password()?;
        let new = NewPerson {
            username: username.clone(),
            full_name,
            title: String::new(),
            role,
            client,
            password: password.clone(),
        };
        store.add_person(new).await?;
        signs.push(SignIn {
            username,
            password,
            who,
        });
    }
    store.close().await;
    Ok(signs)
}

/// The first client with a decision.
fn first_with(
    clients: &PortfolioRows,
    bundle: &Bundle,
    decision: Decision,
) -> anyhow::Result<Option<i64>> {
    for (row, client) in clients.matrix.clients().iter().enumerate() {
        if bundle.score(&clients.row(row))?.decision == decision {
            return Ok(Some(*client));
        }
    }
    Ok(None)
}

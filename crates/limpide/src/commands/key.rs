//! `limpide key`: the keys that programs call the API with.

use limpide_store::{Key, KeyState, NewKey, Scope, Store};
use serde_json::{Value, json};
use time::Duration;

use super::DatabaseArgument;
use crate::clock;
use crate::context::{Context, table};

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    database: DatabaseArgument,
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Makes a key and prints it; it cannot be had again.
    Add {
        /// What to call the key.
        name: String,
        /// What it opens: read, score, decide and audit, separated by commas.
        #[arg(
            long,
            value_delimiter = ',',
            default_value = "read,score",
            value_name = "SCOPES"
        )]
        scopes: Vec<Scope>,
        /// For how many days it opens anything; for ever if absent.
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
        days: Option<u16>,
    },
    /// Lists the keys, without what opens.
    List,
    /// Makes a key open nothing any more; a running server knows it within two seconds.
    Revoke {
        /// What the key is called.
        name: String,
    },
}

pub fn run(arguments: Arguments, context: &Context) -> anyhow::Result<()> {
    let location = arguments.database.for_writing(context)?;
    context.runtime()?.block_on(async {
        let store = Store::connect(&location).await?;
        match arguments.action {
            Action::Add { name, scopes, days } => {
                let now = clock::now();
                let new = NewKey {
                    name,
                    scopes: scopes.into_iter().collect(),
                    expires_at: days.map(|days| now + Duration::days(days.into())),
                };
                let (key, secret) = store.add_key(new, now).await?;
                let mut json = described(&key);
                json["key"] = json!(secret);
                let text = format!("{secret}\nKeep it: it is not shown again.\n");
                context.print(&json, &text)
            }
            Action::List => list(&store, context).await,
            Action::Revoke { name } => {
                store.revoke_key(&name, clock::now()).await?;
                let text = format!("the key {name} opens nothing any more\n");
                context.print(&json!({"revoked": name}), &text)
            }
        }
    })
}

async fn list(store: &Store, context: &Context) -> anyhow::Result<()> {
    let keys = store.keys().await?;
    let heads = ["key", "opens", "made", "last used", "state"];
    let mut rows = vec![heads.map(str::to_owned).to_vec()];
    rows.extend(keys.iter().map(|key| {
        vec![
            key.name.clone(),
            scopes(key).join(" "),
            clock::written_seconds(key.created_at),
            moment(key.last_used_at).unwrap_or_default(),
            state(key),
        ]
    }));
    let json: Vec<Value> = keys.iter().map(described).collect();
    context.print(&json!({"keys": json}), &table(&rows))
}

fn described(key: &Key) -> Value {
    json!({
        "name": key.name,
        "scopes": scopes(key),
        "created_at": clock::written_seconds(key.created_at),
        "expires_at": moment(key.expires_at),
        "last_used_at": moment(key.last_used_at),
        "revoked_at": moment(key.revoked_at),
    })
}

fn scopes(key: &Key) -> Vec<&'static str> {
    key.scopes.iter().map(|scope| scope.as_str()).collect()
}

fn moment(seconds: Option<i64>) -> Option<String> {
    seconds.map(clock::written_seconds)
}

fn state(key: &Key) -> String {
    match key.state(clock::now()) {
        KeyState::Revoked(_) => "revoked".to_owned(),
        KeyState::Expired(_) => "expired".to_owned(),
        KeyState::Until(end) => format!("until {}", clock::written_seconds(end)),
        KeyState::Active => "active".to_owned(),
    }
}

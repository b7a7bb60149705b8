//! `limpide user`: who may sign in.

use limpide_store::{NewPerson, Portfolio, Role, Store, random_password};
use serde_json::json;

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
    /// Adds a person and prints a password made at random.
    Add {
        /// The name to sign in with.
        username: String,
        /// adviser, client, analyst, auditor or admin.
        #[arg(long)]
        role: Role,
        /// The name to show; the sign-in name if absent.
        #[arg(long)]
        full_name: Option<String>,
        /// What the person does, in a few words.
        #[arg(long, default_value = "")]
        title: String,
        /// The client's number, for the role client.
        #[arg(long)]
        client: Option<i64>,
    },
    /// Lists the people.
    List,
    /// Takes a person's sign-in away.
    Disable {
        /// The name to sign in with.
        username: String,
    },
    /// Makes a new password at random and prints it; ends the person's sessions.
    Password {
        /// The name to sign in with.
        username: String,
    },
    /// Says which clients an adviser sees.
    Assign {
        /// The adviser's name to sign in with.
        username: String,
        /// Numbers of clients to add to the adviser's own, separated by commas.
        #[arg(long, value_delimiter = ',', value_name = "ID", required_unless_present_any = ["remove", "all"])]
        clients: Vec<i64>,
        /// Numbers of clients to take away.
        #[arg(long, value_delimiter = ',', value_name = "ID")]
        remove: Vec<i64>,
        /// Every client from now on.
        #[arg(long, conflicts_with_all = ["clients", "remove"])]
        all: bool,
    },
}

pub fn run(arguments: Arguments, context: &Context) -> anyhow::Result<()> {
    let location = arguments.database.for_writing(context)?;
    context.runtime()?.block_on(async {
        let store = Store::connect(&location).await?;
        match arguments.action {
            Action::Add {
                username,
                role,
                full_name,
                title,
                client,
            } => {
                let password = random_password()?;
                let new = NewPerson {
                    full_name: full_name.unwrap_or_else(|| username.clone()),
                    username,
                    title,
                    role,
                    client,
                    password: password.clone(),
                };
                let person = store.add_person(new).await?;
                let json = json!({
                    "username": person.username,
                    "role": person.role.as_str(),
                    "password": password,
                });
                let text = format!(
                    "{} signs in with the password {password}\n",
                    person.username
                );
                context.print(&json, &text)
            }
            Action::List => list(&store, context).await,
            Action::Disable { username } => {
                store.disable(&username).await?;
                let text = format!("{username} can no longer sign in\n");
                context.print(&json!({"disabled": username}), &text)
            }
            Action::Password { username } => {
                let password = random_password()?;
                store.set_password(&username, &password).await?;
                let text = format!("{username} signs in with the password {password}\n");
                context.print(&json!({"username": username, "password": password}), &text)
            }
            Action::Assign {
                username,
                clients,
                remove,
                all,
            } => {
                if all {
                    store.set_portfolio(&username, Portfolio::All).await?;
                } else {
                    store.reassign(&username, &clients, &remove).await?;
                }
                assigned(&store, &username, context).await
            }
        }
    })
}

/// Says which clients an adviser sees now.
async fn assigned(store: &Store, username: &str, context: &Context) -> anyhow::Result<()> {
    let person = store.find(username).await?;
    let clients = match person.portfolio {
        Portfolio::All => None,
        Portfolio::Assigned => Some(store.assigned_clients(person.id, "", usize::MAX).await?),
    };
    let text = match &clients {
        None => format!("{username} sees every client\n"),
        Some(clients) => format!("{username} sees {} clients\n", clients.len()),
    };
    let json = json!({
        "username": person.username,
        "portfolio": person.portfolio.as_str(),
        "clients": clients,
    });
    context.print(&json, &text)
}

async fn list(store: &Store, context: &Context) -> anyhow::Result<()> {
    let people = store.list().await?;
    let heads = ["person", "role", "client", "name", "last sign-in", "state"];
    let mut rows = vec![heads.map(str::to_owned).to_vec()];
    for person in &people {
        rows.push(vec![
            person.username.clone(),
            person.role.as_str().to_owned(),
            person
                .client
                .map_or_else(String::new, |client| client.to_string()),
            person.full_name.clone(),
            person
                .last_sign_in_at
                .map_or_else(String::new, clock::written_seconds),
            if person.disabled {
                "disabled"
            } else {
                "active"
            }
            .to_owned(),
        ]);
    }
    let people = people.iter().map(|person| {
        json!({
            "username": person.username,
            "role": person.role.as_str(),
            "client": person.client,
            "full_name": person.full_name,
            "portfolio": person.portfolio.as_str(),
            "last_sign_in_at": person.last_sign_in_at.map(clock::written_seconds),
            "disabled": person.disabled,
        })
    });
    context.print(
        &json!({"people": people.collect::<Vec<_>>()}),
        &table(&rows),
    )
}

//! `limpide user`: who may sign in.

use limpide_store::{NewPerson, Role, Store, random_password};
use serde_json::json;

use crate::context::{Context, table};

#[derive(clap::Subcommand)]
pub enum Arguments {
    /// Adds a person and prints a password made at random.
    Add {
        /// The name to sign in with.
        username: String,
        /// adviser, client, analyst or auditor.
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
}

pub fn run(arguments: Arguments, context: &Context) -> anyhow::Result<()> {
    let path = context.create_workspace()?.join(super::serve::DATABASE);
    context.runtime()?.block_on(async {
        let store = Store::open(&path).await?;
        match arguments {
            Arguments::Add {
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
            Arguments::List => list(&store, context).await,
            Arguments::Disable { username } => {
                store.disable(&username).await?;
                let text = format!("{username} can no longer sign in\n");
                context.print(&json!({"disabled": username}), &text)
            }
        }
    })
}

async fn list(store: &Store, context: &Context) -> anyhow::Result<()> {
    let people = store.list().await?;
    let heads = ["person", "role", "client", "name", "state"];
    let mut rows = vec![heads.map(str::to_owned).to_vec()];
    for person in &people {
        rows.push(vec![
            person.username.clone(),
            person.role.as_str().to_owned(),
            person
                .client
                .map_or_else(String::new, |client| client.to_string()),
            person.full_name.clone(),
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
            "disabled": person.disabled,
        })
    });
    context.print(
        &json!({"people": people.collect::<Vec<_>>()}),
        &table(&rows),
    )
}

//! Whoever is forgotten is forgotten everywhere in the database, and told when something may be left.

use limpide_store::{NewKey, NewPerson, Role, Scope, SignIn, Store, WriteAheadLog};
use tower_sessions::SessionStore;
use tower_sessions::session::{Id, Record};

use crate::database::{Database, on_both};
use crate::decisions::{SECOND, at, fill};
use crate::sql::execute;

async fn add(store: &Store, username: &str, role: Role, client: Option<i64>) -> i64 {
    let new = NewPerson {
        username: username.to_owned(),
        full_name: format!("{username} Laurent"),
        title: String::new(),
        role,
        client,
        password: "four short grey words".to_owned(),
    };
    store.add_person(new).await.unwrap().id
}

#[tokio::test]
async fn a_forgotten_client_has_no_account_no_session_and_no_adviser() {
    on_both(async |database| {
        let store = database.open().await;
        fill(&store).await;
        let client = add(&store, "amina", Role::Client, Some(7)).await;
        let other = add(&store, "paul", Role::Client, Some(8)).await;
        add(&store, "adviser", Role::Adviser, None).await;
        store.assign("adviser", &[7, 8]).await.unwrap();
        let sessions = store.session_store();
        let mut kept = Vec::new();
        for person in [client, other] {
            let mut record = Record {
                id: Id::default(),
                data: [
                    ("person".to_owned(), person.into()),
                    ("generation".to_owned(), 0.into()),
                ]
                .into(),
                expiry_date: time::OffsetDateTime::now_utc() + time::Duration::hours(1),
            };
            sessions.create(&mut record).await.unwrap();
            kept.push(record.id);
        }
        let erased = store
            .erase_client(7, SECOND, "demande", at(9))
            .await
            .unwrap();
        assert_eq!(
            (erased.entries.len(), erased.accounts, erased.assignments),
            (2, 1, 1)
        );
        let expected = match database {
            Database::Sqlite(_) => WriteAheadLog::Emptied,
            Database::Postgres(_) => WriteAheadLog::TheServers,
        };
        assert_eq!(erased.write_ahead_log, expected);
        assert!(store.account_of(7).await.unwrap().is_none());
        assert!(store.advisers_of(7).await.unwrap().is_empty());
        assert_eq!(store.advisers_of(8).await.unwrap(), ["adviser Laurent"]);
        assert!(sessions.load(&kept[0]).await.unwrap().is_none());
        assert!(sessions.load(&kept[1]).await.unwrap().is_some());
        let tried = store
            .sign_in("amina", "four short grey words", at(9))
            .await
            .unwrap();
        assert_eq!(tried, SignIn::Refused);
        let named = format!("erased-{client}");
        for password in ["", "four short grey words"] {
            let tried = store.sign_in(&named, password, at(9)).await;
            assert!(!matches!(tried, Ok(SignIn::Opened(_))), "{tried:?}");
        }
        assert_eq!(store.erasure_of(7).await.unwrap(), Some((at(9), SECOND)));
        assert_eq!(store.erasure_of(8).await.unwrap(), None);
        // The client may come back, as somebody new.
        let back = add(&store, "amina", Role::Client, Some(7)).await;
        assert_ne!(back, client);
    })
    .await;
}

#[tokio::test]
async fn a_reader_who_keeps_old_pages_in_use_is_told_of() {
    let database = Database::sqlite();
    let store = database.open().await;
    fill(&store).await;
    let address = format!("sqlite://{}", database.address());
    let mut reader = <sqlx::AnyConnection as sqlx::Connection>::connect(&address)
        .await
        .unwrap();
    let read = "BEGIN; SELECT count(*) FROM decision_log;";
    sqlx::raw_sql(read).execute(&mut reader).await.unwrap();
    let erased = store
        .erase_client(7, SECOND, "demande", at(9))
        .await
        .unwrap();
    assert_eq!(erased.write_ahead_log, WriteAheadLog::Busy);
    sqlx::raw_sql("COMMIT").execute(&mut reader).await.unwrap();
    assert_eq!(
        store.empty_write_ahead_log().await.unwrap(),
        WriteAheadLog::Emptied
    );
}

#[tokio::test]
async fn a_key_opens_where_its_use_cannot_be_noted() {
    on_both(async |database| {
        let store = database.open().await;
        let key = NewKey {
            name: "batch".to_owned(),
            scopes: [Scope::Read].into(),
            expires_at: None,
        };
        let (_, secret) = store.add_key(key, at(0)).await.unwrap();
        let refuse = match database {
            Database::Sqlite(_) => {
                "CREATE TRIGGER only_read BEFORE UPDATE ON api_keys
                 BEGIN SELECT RAISE(ABORT, 'attempt to write a readonly database'); END;"
            }
            Database::Postgres(_) => {
                "ALTER DATABASE postgres SET default_transaction_read_only = on;"
            }
        };
        execute(database, refuse).await.unwrap();
        let read_only = database.location();
        let store = match database {
            Database::Sqlite(_) => store,
            // Connections of before would still write.
            Database::Postgres(_) => {
                let again = Store::connect(&read_only).await;
                match again {
                    Ok(again) => again,
                    Err(_) => return,
                }
            }
        };
        assert!(store.open_key(&secret, at(100)).await.unwrap().is_some());
        assert_eq!(store.keys().await.unwrap()[0].last_used_at, None);
    })
    .await;
}

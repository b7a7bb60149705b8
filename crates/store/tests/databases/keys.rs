//! API keys: shown once, kept as hashes, open what they are for until they end.

use std::collections::BTreeSet;

use limpide_store::{Error, NewKey, Scope};
use time::{Duration, OffsetDateTime};

use crate::database::{Database, on_both};

fn at(second: i64) -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + Duration::days(20_000) + Duration::seconds(second)
}

fn new(name: &str, expires_at: Option<OffsetDateTime>) -> NewKey {
    NewKey {
        name: name.to_owned(),
        scopes: BTreeSet::from([Scope::Score, Scope::Read]),
        expires_at,
    }
}

#[tokio::test]
async fn a_key_opens_until_it_expires_or_is_revoked() {
    on_both(async |database| {
        let store = database.open().await;
        let (made, secret) = store
            .add_key(new("batch", Some(at(100))), at(0))
            .await
            .unwrap();
        assert_eq!(secret.len(), 4 + 64);
        let opened = store.open_key(&secret, at(10)).await.unwrap().unwrap();
        assert_eq!(opened, made);
        assert_eq!(
            store.keys().await.unwrap()[0].last_used_at,
            Some(at(10).unix_timestamp())
        );
        let other = secret.replace('a', "b") + "c";
        for wrong in ["", "lmp_", other.as_str()] {
            assert!(store.open_key(wrong, at(10)).await.unwrap().is_none());
        }
        assert!(store.open_key(&secret, at(99)).await.unwrap().is_some());
        assert!(store.open_key(&secret, at(100)).await.unwrap().is_none());

        let (_, secret) = store.add_key(new("nightly", None), at(0)).await.unwrap();
        store.revoke_key("nightly", at(50)).await.unwrap();
        assert!(store.open_key(&secret, at(51)).await.unwrap().is_none());
        let error = store.revoke_key("nightly", at(52)).await.unwrap_err();
        assert!(matches!(error, Error::UnknownKey(_)), "{error}");
        // A revoked key's name is free.
        store.add_key(new("nightly", None), at(60)).await.unwrap();
        assert_eq!(store.keys().await.unwrap().len(), 3);
    })
    .await;
}

#[tokio::test]
async fn the_last_use_is_noted_once_a_minute() {
    on_both(async |database| {
        let store = database.open().await;
        let (_, secret) = store.add_key(new("batch", None), at(0)).await.unwrap();
        for (second, noted) in [(10, 10), (40, 10), (69, 10), (70, 70)] {
            store.open_key(&secret, at(second)).await.unwrap();
            let last = store.keys().await.unwrap()[0].last_used_at;
            assert_eq!(last, Some(at(noted).unix_timestamp()));
        }
    })
    .await;
}

#[tokio::test]
async fn malformed_keys_are_refused_in_words() {
    on_both(async |database| {
        let store = database.open().await;
        store.add_key(new("batch", None), at(0)).await.unwrap();
        let mut nothing = new("nothing", None);
        nothing.scopes.clear();
        for (key, expected) in [
            (new("batch", None), "the key name \"batch\" is taken"),
            (
                new("two words", None),
                "the key name \"two words\" cannot be used",
            ),
            (
                new("late", Some(at(0))),
                "the key would have expired already",
            ),
            (nothing, "a key needs a scope"),
        ] {
            let error = store.add_key(key, at(0)).await.unwrap_err().to_string();
            assert!(error.starts_with(expected), "{error}");
        }
        assert_eq!(store.keys().await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn the_file_holds_no_key() {
    let database = Database::sqlite();
    let store = database.open().await;
    let (_, secret) = store.add_key(new("batch", None), at(0)).await.unwrap();
    store.close().await;
    let bytes = std::fs::read(database.address()).unwrap();
    assert!(
        !bytes
            .windows(64)
            .any(|window| window == &secret.as_bytes()[4..])
    );
}

//! What people can count on: accounts survive a restart, only the right password opens one.
#![allow(clippy::unwrap_used)]

use limpide_store::{Error, NewPerson, Role, Store};

fn adviser() -> NewPerson {
    NewPerson {
        username: "c.moreau".to_owned(),
        full_name: "C. Moreau".to_owned(),
        title: "Chargée de clientèle".to_owned(),
        role: Role::Adviser,
        client: None,
        password: "un mot de passe".to_owned(),
    }
}

#[tokio::test]
async fn the_right_password_and_no_other_opens_an_account() {
    let store = Store::open(":memory:").await.unwrap();
    let added = store.add_person(adviser()).await.unwrap();
    let verified = store.verify("C.Moreau", "un mot de passe").await.unwrap();
    assert_eq!(verified.unwrap().id, added.id);
    assert!(store.verify("c.moreau", "autre").await.unwrap().is_none());
    assert!(store.verify("nobody", "autre").await.unwrap().is_none());
}

#[tokio::test]
async fn people_survive_reopening_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("limpide.db");
    let store = Store::open(&path).await.unwrap();
    let added = store.add_person(adviser()).await.unwrap();
    store.close().await;
    let store = Store::open(&path).await.unwrap();
    assert_eq!(store.list().await.unwrap(), vec![added.clone()]);
    assert_eq!(store.active_person(added.id).await.unwrap(), Some(added));
}

#[tokio::test]
async fn a_person_is_stored_before_add_person_returns() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("limpide.db");
    let store = Store::open(&path).await.unwrap();
    store.add_person(adviser()).await.unwrap();
    // The first store is never closed: a second one must see the person all the same.
    let other = Store::open(&path).await.unwrap();
    assert_eq!(other.list().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_disabled_person_cannot_sign_in() {
    let store = Store::open(":memory:").await.unwrap();
    let added = store.add_person(adviser()).await.unwrap();
    store.disable("c.moreau").await.unwrap();
    assert!(
        store
            .verify("c.moreau", "un mot de passe")
            .await
            .unwrap()
            .is_none()
    );
    assert!(store.active_person(added.id).await.unwrap().is_none());
    assert!(store.list().await.unwrap()[0].disabled);
    assert!(matches!(
        store.disable("nobody").await,
        Err(Error::UnknownUsername(_))
    ));
}

#[tokio::test]
async fn a_username_is_taken_whatever_its_case() {
    let store = Store::open(":memory:").await.unwrap();
    store.add_person(adviser()).await.unwrap();
    let again = NewPerson {
        username: "C.MOREAU".to_owned(),
        ..adviser()
    };
    let error = store.add_person(again).await.unwrap_err().to_string();
    assert_eq!(
        error,
        "the username \"C.MOREAU\" is taken: choose another one"
    );
}

#[tokio::test]
async fn malformed_people_are_refused_in_words() {
    let store = Store::open(":memory:").await.unwrap();
    let cases = [
        (
            NewPerson {
                username: "two words".to_owned(),
                ..adviser()
            },
            "the username \"two words\" cannot be used",
        ),
        (
            NewPerson {
                full_name: "  ".to_owned(),
                ..adviser()
            },
            "the full name is empty",
        ),
        (
            NewPerson {
                password: "court".to_owned(),
                ..adviser()
            },
            "the password has 5 characters",
        ),
        (
            NewPerson {
                role: Role::Client,
                ..adviser()
            },
            "role client without a client number: an account",
        ),
        (
            NewPerson {
                client: Some(7),
                ..adviser()
            },
            "role adviser with client number 7: an account",
        ),
    ];
    for (person, expected) in cases {
        let error = store.add_person(person).await.unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}");
    }
    assert!(store.list().await.unwrap().is_empty());
}

#[test]
fn roles_read_back_from_their_names() {
    for role in Role::ALL {
        assert_eq!(role.to_string().parse::<Role>().unwrap(), role);
    }
    let error = "boss".parse::<Role>().unwrap_err().to_string();
    assert!(error.contains("expected adviser, client, analyst or auditor"));
}

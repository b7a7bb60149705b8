//! A person stays bound to what a provider called them first.

use limpide_store::{Actor, Binding, NewPerson, Role, Store};
use time::OffsetDateTime;

use crate::database::on_both;

const ISSUER: &str = "https://id.example";
const NOW: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

async fn add(store: &Store, username: &str, client: Option<i64>) -> i64 {
    let new = NewPerson {
        username: username.to_owned(),
        full_name: username.to_owned(),
        title: String::new(),
        role: client.map_or(Role::Auditor, |_| Role::Client),
        client,
        password: "un mot de passe".to_owned(),
    };
    store.add_person(new).await.unwrap().id
}

#[tokio::test]
async fn a_person_is_bound_to_the_first_subject_and_a_subject_to_one_person() {
    on_both(async |database| {
        let store = database.open().await;
        let (one, other) = (
            add(&store, "one", None).await,
            add(&store, "other", None).await,
        );
        let bind = async |person, issuer, subject| {
            let bound = store.bind_subject(person, issuer, subject, NOW).await;
            bound.unwrap()
        };
        assert!(!store.has_subject(one).await.unwrap());
        for _ in 0..2 {
            assert_eq!(bind(one, ISSUER, "a").await, Binding::Same);
        }
        assert!(store.has_subject(one).await.unwrap());
        for (issuer, subject, is_known) in [
            (ISSUER, "a", true),
            (ISSUER, "b", false),
            ("https://other.example", "a", false),
        ] {
            let known = store.knows_subject(issuer, subject).await.unwrap();
            assert_eq!(known, is_known, "{issuer} {subject}");
        }
        assert_eq!(bind(one, ISSUER, "b").await, Binding::Other);
        assert_eq!(bind(other, ISSUER, "a").await, Binding::Other);
        // What was refused left nothing behind.
        assert_eq!(bind(other, ISSUER, "b\0").await, Binding::Same);
        assert_eq!(bind(one, "https://other.example", "b").await, Binding::Same);

        assert!(store.release_subjects(one).await.unwrap());
        assert!(!store.release_subjects(one).await.unwrap());
        assert_eq!(bind(one, ISSUER, "c").await, Binding::Same);
    })
    .await;
}

#[tokio::test]
async fn of_two_at_once_one_is_bound() {
    on_both(async |database| {
        let store = database.open().await;
        let person = add(&store, "one", None).await;
        let subjects = ["a", "b", "c", "d"];
        let all = subjects.map(|subject| store.bind_subject(person, ISSUER, subject, NOW));
        let bound = futures::future::join_all(all).await.into_iter();
        let bound = bound.filter(|one| *one.as_ref().unwrap() == Binding::Same);
        assert_eq!(bound.count(), 1);
    })
    .await;
}

#[tokio::test]
async fn who_is_forgotten_is_bound_to_nothing() {
    on_both(async |database| {
        let store = database.open().await;
        let person = add(&store, "client", Some(7)).await;
        let bound = store.bind_subject(person, ISSUER, "a", NOW).await;
        assert_eq!(bound.unwrap(), Binding::Same);
        let by = Actor::Program;
        store.erase_client(7, by, "demande", NOW).await.unwrap();
        assert!(!store.has_subject(person).await.unwrap());
    })
    .await;
}

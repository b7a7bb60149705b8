//! What people can count on: accounts survive a restart, only the right password opens one.

use limpide_store::{Error, NewPerson, Portfolio, Role, SignIn};
use time::{Duration, OffsetDateTime};

use crate::database::on_both;

const PASSWORD: &str = "un mot de passe";

/// A moment so many seconds after the tests' first one.
fn at(second: i64) -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + Duration::days(20_000) + Duration::seconds(second)
}

fn adviser() -> NewPerson {
    NewPerson {
        username: "c.moreau".to_owned(),
        full_name: "C. Moreau".to_owned(),
        title: "Chargée de clientèle".to_owned(),
        role: Role::Adviser,
        client: None,
        password: PASSWORD.to_owned(),
    }
}

#[tokio::test]
async fn the_right_password_and_no_other_opens_an_account() {
    on_both(async |database| {
        let store = database.open().await;
        let added = store.add_person(adviser()).await.unwrap();
        let opened = store.sign_in("C.Moreau", PASSWORD, at(0)).await.unwrap();
        let SignIn::Opened(person) = opened else {
            panic!("{opened:?}")
        };
        assert_eq!(*person, added);
        let seen = store.find("c.moreau").await.unwrap();
        assert_eq!(seen.last_sign_in_at, Some(at(0).unix_timestamp()));
        for name in ["c.moreau", "nobody"] {
            let answer = store.sign_in(name, "autre chose", at(0)).await.unwrap();
            assert_eq!(answer, SignIn::Refused);
        }
    })
    .await;
}

#[tokio::test]
async fn failures_lock_a_name_for_longer_and_longer_whether_it_exists_or_not() {
    on_both(async |database| {
        let store = database.open().await;
        store.add_person(adviser()).await.unwrap();
        let mut answers = Vec::new();
        for name in ["c.moreau", "nobody"] {
            let mut told = Vec::new();
            for second in [0, 1, 2, 3, 4, 5, 33, 34, 35, 90, 94] {
                told.push(
                    store
                        .sign_in(name, "autre chose", at(second))
                        .await
                        .unwrap(),
                );
            }
            answers.push(told);
        }
        let refused = || SignIn::Refused;
        let locked = |seconds| SignIn::Locked { seconds };
        let mut expected = vec![refused(), refused(), refused(), refused(), refused()];
        // Locked for 30 seconds from the fifth failure on, then for 60 from the sixth.
        expected.extend([
            locked(29),
            locked(1),
            refused(),
            locked(59),
            locked(4),
            refused(),
        ]);
        assert_eq!(answers[0], expected);
        assert_eq!(answers[0], answers[1]);
        // Not even the right password opens a locked name, nor does a restart unlock it.
        store.close().await;
        let store = database.open().await;
        let answer = store.sign_in("C.MOREAU ", PASSWORD, at(95)).await.unwrap();
        assert_eq!(answer, locked(119));
        let answer = store.sign_in("c.moreau", PASSWORD, at(214)).await.unwrap();
        assert!(matches!(answer, SignIn::Opened(_)), "{answer:?}");
        // What was right is forgotten: there are four more tries.
        for second in 215..219 {
            let answer = store
                .sign_in("c.moreau", "autre chose", at(second))
                .await
                .unwrap();
            assert_eq!(answer, refused());
        }
        let answer = store.sign_in("c.moreau", PASSWORD, at(220)).await.unwrap();
        assert!(matches!(answer, SignIn::Opened(_)), "{answer:?}");
        assert_eq!(store.purge_failures(at(2 * 24 * 3600)).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn tries_at_the_same_time_all_count() {
    on_both(async |database| {
        let store = database.open().await;
        let tries = (0..20).map(|_| store.sign_in("nobody", "autre chose", at(0)));
        let answers = futures::future::join_all(tries).await;
        let refused = answers
            .iter()
            .filter(|answer| matches!(answer, Ok(SignIn::Refused)));
        assert_eq!(refused.count(), 5);
    })
    .await;
}

#[tokio::test]
async fn a_new_password_ends_the_old_one_and_older_sessions() {
    on_both(async |database| {
        let store = database.open().await;
        let added = store.add_person(adviser()).await.unwrap();
        store
            .set_password("C.Moreau", "un autre mot")
            .await
            .unwrap();
        let answer = store.sign_in("c.moreau", PASSWORD, at(0)).await.unwrap();
        assert_eq!(answer, SignIn::Refused);
        let answer = store
            .sign_in("c.moreau", "un autre mot", at(0))
            .await
            .unwrap();
        assert!(matches!(answer, SignIn::Opened(_)), "{answer:?}");
        let active = store.active_person(added.id).await.unwrap().unwrap();
        assert_eq!(active.generation, added.generation + 1);
        let error = store.set_password("c.moreau", "court").await.unwrap_err();
        assert!(
            matches!(error, Error::PasswordLength { found: 5, .. }),
            "{error}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_client_has_one_active_account() {
    on_both(async |database| {
        let store = database.open().await;
        let paul = |username: &str| NewPerson {
            username: username.to_owned(),
            role: Role::Client,
            client: Some(7),
            ..adviser()
        };
        store.add_person(paul("paul")).await.unwrap();
        let error = store.add_person(paul("paul2")).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "client number 7 has an account already: disable it first"
        );
        store.disable("paul").await.unwrap();
        store.add_person(paul("paul2")).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn an_adviser_sees_assigned_clients_once_there_are_some() {
    on_both(async |database| {
        let store = database.open().await;
        let adviser = store.add_person(adviser()).await.unwrap();
        assert!(store.may_see(&adviser, 7).await.unwrap());
        store.assign("c.moreau", &[7, 71, 8, 7]).await.unwrap();
        let adviser = store.find("c.moreau").await.unwrap();
        assert_eq!(adviser.portfolio, Portfolio::Assigned);
        for (client, expected) in [(7, true), (71, true), (9, false)] {
            assert_eq!(store.may_see(&adviser, client).await.unwrap(), expected);
        }
        let found = async |prefix, limit| {
            store
                .assigned_clients(adviser.id, prefix, limit)
                .await
                .unwrap()
        };
        assert_eq!(found("", 10).await, [7, 8, 71]);
        assert_eq!(found("", 2).await, [7, 8]);
        assert_eq!(found("7", 10).await, [7, 71]);
        assert!(found("%", 10).await.is_empty());
        store.reassign("c.moreau", &[], &[7]).await.unwrap();
        assert!(!store.may_see(&adviser, 7).await.unwrap());
        store
            .set_portfolio("c.moreau", Portfolio::All)
            .await
            .unwrap();
        let adviser = store.find("c.moreau").await.unwrap();
        assert!(store.may_see(&adviser, 7).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn an_admin_sees_no_client_and_has_no_portfolio() {
    on_both(async |database| {
        let store = database.open().await;
        let admin = NewPerson {
            role: Role::Admin,
            ..adviser()
        };
        let admin = store.add_person(admin).await.unwrap();
        assert!(!store.may_see(&admin, 7).await.unwrap());
        let error = store.assign("c.moreau", &[7]).await.unwrap_err();
        assert!(
            error.to_string().contains("expected an adviser's"),
            "{error}"
        );
    })
    .await;
}

#[tokio::test]
async fn people_survive_reopening_the_file() {
    on_both(async |database| {
        let store = database.open().await;
        let added = store.add_person(adviser()).await.unwrap();
        store.close().await;
        let store = database.open().await;
        assert_eq!(store.list().await.unwrap(), vec![added.clone()]);
        assert_eq!(store.active_person(added.id).await.unwrap(), Some(added));
    })
    .await;
}

#[tokio::test]
async fn a_person_is_stored_before_add_person_returns() {
    on_both(async |database| {
        let store = database.open().await;
        store.add_person(adviser()).await.unwrap();
        // The first store is never closed: a second one must see the person all the same.
        let other = database.open().await;
        assert_eq!(other.list().await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_disabled_person_cannot_sign_in() {
    on_both(async |database| {
        let store = database.open().await;
        let added = store.add_person(adviser()).await.unwrap();
        store.disable("c.moreau").await.unwrap();
        assert_eq!(
            store.sign_in("c.moreau", PASSWORD, at(0)).await.unwrap(),
            SignIn::Refused
        );
        assert!(store.active_person(added.id).await.unwrap().is_none());
        assert!(store.list().await.unwrap()[0].disabled);
        assert!(matches!(
            store.disable("nobody").await,
            Err(Error::UnknownUsername(_))
        ));
    })
    .await;
}

#[tokio::test]
async fn a_username_is_taken_whatever_its_case() {
    on_both(async |database| {
        let store = database.open().await;
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
    })
    .await;
}

#[tokio::test]
async fn malformed_people_are_refused_in_words() {
    on_both(async |database| {
        let store = database.open().await;
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
    })
    .await;
}

#[test]
fn roles_read_back_from_their_names() {
    for role in Role::ALL {
        assert_eq!(role.to_string().parse::<Role>().unwrap(), role);
    }
    let error = "boss".parse::<Role>().unwrap_err().to_string();
    assert!(error.contains("expected adviser, client, analyst, auditor or admin"));
}

#[tokio::test]
async fn somebody_who_administers_always_stays() {
    on_both(async |database| {
        let store = database.open().await;
        for username in ["ada", "bob"] {
            let new = NewPerson {
                username: username.to_owned(),
                full_name: username.to_owned(),
                title: String::new(),
                role: Role::Admin,
                client: None,
                password: "un mot de passe".to_owned(),
            };
            store.add_person(new).await.unwrap();
        }
        // At once: one of them stays.
        let (ada, bob) = tokio::join!(store.disable("ada"), store.disable("bob"));
        assert!(ada.is_ok() != bob.is_ok(), "{ada:?} {bob:?}");
        let stays = if ada.is_ok() { "bob" } else { "ada" };
        let error = store.set_role(stays, Role::Auditor).await.unwrap_err();
        assert!(matches!(error, Error::LastAdmin), "{error}");
        let gone = if ada.is_ok() { "ada" } else { "bob" };
        store.enable(gone).await.unwrap();
        store.set_role(stays, Role::Auditor).await.unwrap();
        assert_eq!(store.find(stays).await.unwrap().role, Role::Auditor);
        let error = store.disable(gone).await.unwrap_err();
        assert!(matches!(error, Error::LastAdmin), "{error}");
    })
    .await;
}

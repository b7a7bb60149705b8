//! Sessions live until they expire, survive a restart, and are stored under a hash only.

use limpide_store::Store;
use time::{Duration, OffsetDateTime};
use tower_sessions::SessionStore;
use tower_sessions::session::{Id, Record};

use crate::database::on_both;

fn record(lives: Duration) -> Record {
    Record {
        id: Id::default(),
        data: [("person".to_owned(), serde_json::json!(7))].into(),
        expiry_date: OffsetDateTime::now_utc() + lives,
    }
}

#[tokio::test]
async fn a_session_survives_reopening_the_file() {
    on_both(async |database| {
        let store = database.open().await;
        let mut record = record(Duration::hours(8));
        store.session_store().create(&mut record).await.unwrap();
        store.close().await;

        let sessions = database.open().await.session_store();
        let loaded = sessions.load(&record.id).await.unwrap().unwrap();
        assert_eq!(loaded.data["person"], serde_json::json!(7));
        assert_eq!(
            loaded.expiry_date.unix_timestamp(),
            record.expiry_date.unix_timestamp()
        );
    })
    .await;
}

#[tokio::test]
async fn an_expired_session_is_not_loaded_and_purging_removes_it_alone() {
    on_both(async |database| {
        let sessions = database.open().await.session_store();
        let mut over = record(Duration::seconds(-1));
        let mut alive = record(Duration::hours(1));
        sessions.create(&mut over).await.unwrap();
        sessions.create(&mut alive).await.unwrap();
        assert!(sessions.load(&over.id).await.unwrap().is_none());
        assert_eq!(sessions.purge_expired().await.unwrap(), 1);
        assert!(sessions.load(&alive.id).await.unwrap().is_some());
    })
    .await;
}

#[tokio::test]
async fn a_new_session_never_takes_an_existing_ones_token() {
    on_both(async |database| {
        let sessions = database.open().await.session_store();
        let mut first = record(Duration::hours(1));
        sessions.create(&mut first).await.unwrap();
        let mut second = Record {
            id: first.id,
            ..record(Duration::hours(1))
        };
        sessions.create(&mut second).await.unwrap();
        assert_ne!(first.id, second.id);
    })
    .await;
}

#[tokio::test]
async fn a_deleted_session_is_gone() {
    on_both(async |database| {
        let sessions = database.open().await.session_store();
        let mut record = record(Duration::hours(1));
        sessions.create(&mut record).await.unwrap();
        record.data.insert("lang".to_owned(), "fr".into());
        sessions.save(&record).await.unwrap();
        let loaded = sessions.load(&record.id).await.unwrap().unwrap();
        assert_eq!(loaded.data["lang"], "fr");
        sessions.delete(&record.id).await.unwrap();
        assert!(sessions.load(&record.id).await.unwrap().is_none());
        // A request that was under way meanwhile does not bring it back.
        sessions.save(&record).await.unwrap();
        assert!(sessions.load(&record.id).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn the_file_holds_no_token() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("limpide.db");
    let store = Store::open(&path).await.unwrap();
    let mut record = record(Duration::hours(1));
    store.session_store().create(&mut record).await.unwrap();
    store.close().await;
    let bytes = std::fs::read(&path).unwrap();
    let token = record.id.0.to_le_bytes();
    assert!(!bytes.windows(16).any(|window| window == token));
    let cookie = record.id.to_string();
    assert!(!bytes.windows(cookie.len()).any(|w| w == cookie.as_bytes()));
}

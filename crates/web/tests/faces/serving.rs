//! A server on a real port: it answers, and stops when told to.

use std::time::Duration;

use limpide_store::Store;
use limpide_web::{Face, Published, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use crate::invented;

#[tokio::test]
async fn a_server_answers_until_it_is_told_to_stop() {
    let store = Store::open(":memory:").await.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let published = Published::new(invented::service(store), Face::All);
    let server = tokio::spawn(serve(
        listener,
        published,
        async move { stopped.await.unwrap() },
    ));
    let mut connection = TcpStream::connect(address).await.unwrap();
    let request = "GET /healthz HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n";
    connection.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    stop.send(()).unwrap();
    let ended = tokio::time::timeout(Duration::from_secs(10), server).await;
    ended.unwrap().unwrap().unwrap();
    assert!(TcpStream::connect(address).await.is_err());
}

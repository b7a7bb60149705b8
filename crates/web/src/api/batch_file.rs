//! A file as the body of an answer, read piece by piece as it is sent.

use std::fs::File;
use std::io::{self, Read};

use axum::body::{Body, Bytes};
use futures::stream;
use tokio::sync::mpsc;

/// Bytes of a piece.
const PIECE: usize = 64 * 1024;
/// Pieces read ahead of a slow receiver.
const AHEAD: usize = 4;

/// Reads a file on a thread that may, no further ahead than the receiver takes.
pub(crate) fn body(mut file: File) -> Body {
    let (pieces, mut received) = mpsc::channel::<io::Result<Bytes>>(AHEAD);
    tokio::task::spawn_blocking(move || {
        loop {
            let mut piece = vec![0; PIECE];
            let read = file.read(&mut piece).map(|bytes| {
                piece.truncate(bytes);
                Bytes::from(piece)
            });
            let is_last = read.as_ref().map_or(true, Bytes::is_empty);
            // Nobody receives any more: the connection is gone.
            if read.as_ref().is_ok_and(Bytes::is_empty) || pieces.blocking_send(read).is_err() {
                return;
            }
            if is_last {
                return;
            }
        }
    });
    Body::from_stream(stream::poll_fn(move |context| received.poll_recv(context)))
}

//! The least of a collector of traces: it speaks enough HTTP/2 to take what a gRPC exporter sends,
//! and keeps the bytes.
#![cfg(feature = "telemetry")]

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// A frame's kind (RFC 9113, section 6).
const DATA: u8 = 0;
const HEADERS: u8 = 1;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const END_STREAM: u8 = 1;
const ACK: u8 = 1;
const END_HEADERS: u8 = 4;

/// What a client says first.
const PREFACE: usize = 24;

/// A collector on a port of its own.
pub struct Collector {
    pub address: SocketAddr,
    received: Arc<Mutex<Vec<u8>>>,
}

impl Collector {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let received = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&received);
        thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let kept = Arc::clone(&kept);
                // A client that leaves ends its thread.
                thread::spawn(move || take(connection, &kept));
            }
        });
        Self { address, received }
    }

    /// All messages as a text; names in them are plain.
    pub fn received(&self) -> String {
        String::from_utf8_lossy(&self.bytes()).into_owned()
    }

    /// The bytes of all messages.
    pub fn bytes(&self) -> Vec<u8> {
        self.received.lock().unwrap().clone()
    }
}

fn take(mut connection: TcpStream, kept: &Mutex<Vec<u8>>) -> io::Result<()> {
    connection.read_exact(&mut [0; PREFACE])?;
    connection.write_all(&frame(SETTINGS, 0, 0, &[]))?;
    loop {
        let mut head = [0; 9];
        connection.read_exact(&mut head)?;
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let (kind, flags) = (head[3], head[4]);
        let stream = u32::from_be_bytes([head[5], head[6], head[7], head[8]]);
        let mut payload = vec![0; usize::try_from(length).unwrap()];
        connection.read_exact(&mut payload)?;
        match kind {
            SETTINGS if flags & ACK == 0 => connection.write_all(&frame(SETTINGS, ACK, 0, &[]))?,
            PING if flags & ACK == 0 => connection.write_all(&frame(PING, ACK, 0, &payload))?,
            DATA => {
                kept.lock().unwrap().extend(&payload);
                if flags & END_STREAM != 0 {
                    connection.write_all(&done(stream))?;
                }
            }
            _ => {}
        }
    }
}

/// An answer that is trailers alone: status 200, gRPC's status 0.
fn done(stream: u32) -> Vec<u8> {
    // `:status: 200` by its place in the table, then two headers as they are.
    let mut headers = vec![0x88];
    for (name, value) in [("content-type", "application/grpc"), ("grpc-status", "0")] {
        headers.push(0);
        for text in [name, value] {
            headers.push(u8::try_from(text.len()).unwrap());
            headers.extend(text.as_bytes());
        }
    }
    frame(HEADERS, END_HEADERS | END_STREAM, stream, &headers)
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut frame = length[1..].to_vec();
    frame.extend([kind, flags]);
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

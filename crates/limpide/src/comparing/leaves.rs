//! The index of leaves in the workspace: `models/<hash>.leaves`, beside the bundle that it is of.
//!
//! It follows from the bundle and the matrix. A file that cannot be used is said so and made anew.

use std::fs::File;
use std::io::{BufWriter, ErrorKind, Write as _};
use std::ops::Range;
use std::path::Path;
use std::time::Instant;

use limpide_explain::similar::stored::{self, Identity};
use limpide_explain::similar::{LeafIndex, Partitions};
use limpide_model::Bundle;
use limpide_portfolio::portfolio::Aside;

use crate::stored_rows::StoredRows;

pub(super) fn open(
    workspace: &Path,
    bundle: &Bundle,
    clients: &StoredRows,
    partitions: &Partitions,
    threads: usize,
) -> anyhow::Result<LeafIndex> {
    let identity = Identity {
        bundle: bundle.hash()?,
        matrix: clients.matrix_hash.clone(),
    };
    let path = workspace
        .join("models")
        .join(format!("{}.leaves", identity.bundle));
    match File::open(&path).and_then(|file| Ok((file.metadata()?.len(), file))) {
        Ok((bytes, file)) => match stored::read(file, bytes, &identity, partitions) {
            Ok(index) if index.len() == clients.clients().len() => return Ok(index),
            Ok(_) => tracing::warn!(path = %path.display(), "is of other clients: it is made anew"),
            Err(error) => tracing::warn!(path = %path.display(), "{error}: it is made anew"),
        },
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => tracing::warn!(path = %path.display(), "{error}: it is made anew"),
    }
    let start = Instant::now();
    let encoded = |places: Range<usize>| -> anyhow::Result<Vec<f32>> {
        let mut encoded = Vec::new();
        for place in places {
            encoded.extend(bundle.encode(&clients.row_at(place)?)?);
        }
        Ok(encoded)
    };
    let n_clients = clients.clients().len();
    let index = LeafIndex::build(partitions, n_clients, threads, encoded)?;
    let seconds = start.elapsed().as_secs_f64();
    tracing::info!(
        clients = n_clients,
        bytes = index.bytes(),
        seconds,
        "similar clients can be found"
    );
    // What cannot be kept is made again next time: a full disk must not end the program.
    if let Err(error) = keep(&path, &index, &identity) {
        tracing::warn!(path = %path.display(), "{error:#}: it is made anew each time");
    }
    Ok(index)
}

fn keep(path: &Path, index: &LeafIndex, identity: &Identity) -> anyhow::Result<()> {
    let mut aside = Aside::create(path)?;
    let mut writer = BufWriter::new(&mut aside);
    stored::write(index, identity, &mut writer)?;
    writer.flush()?;
    drop(writer);
    Ok(aside.commit()?)
}

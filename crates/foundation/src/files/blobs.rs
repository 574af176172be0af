//! Where files are kept: a local folder by default, or any store that speaks S3.

use std::fmt;
use std::future::ready;
use std::path::Path as FolderPath;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use futures_util::stream::{self, BoxStream, StreamExt, TryStreamExt};
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{Error as StoreError, ObjectStore, ObjectStoreExt, RetryConfig};

use super::private;
use crate::clock::Micros;

/// Written by [`Blobs::probe`] over and over; it holds nothing.
const PROBE_KEY: &str = "readiness-probe";

/// Files by key. Cloning is cheap and shares the connections.
#[derive(Clone, Debug)]
pub struct Blobs {
    store: Arc<dyn ObjectStore>,
}

/// A file as a listing tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its key.
    pub key: String,
    /// When it was last written, by the clock of wherever it lies.
    pub written_at: Micros,
}

/// How to reach a store that speaks S3. The secret key is never printed.
#[derive(Clone)]
pub struct S3Config {
    /// `https://host[:port]`; plain `http` is accepted, for a store on the same machine or network.
    pub endpoint: String,
    /// The bucket; it must exist.
    pub bucket: String,
    /// As the store names it, `us-east-1` where it has none.
    pub region: String,
    /// The key's public half.
    pub access_key: String,
    /// The key's secret half.
    pub secret_key: String,
    /// True for `endpoint/bucket/key` (MinIO, Ceph), false for `bucket.endpoint/key` (public clouds).
    pub path_style: bool,
}

/// Why a file could not be stored, read or removed.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// The folder cannot be made.
    #[error("the folder for files, {folder}, cannot be made")]
    Folder {
        /// As configured.
        folder: String,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The store cannot be set up as configured.
    #[error("the store for files cannot be set up")]
    Setup {
        /// What is wrong with the configuration.
        source: StoreError,
    },
    /// Keys are names joined by `/`, without `.`, `..` or empty names.
    #[error("{key:?} cannot name a file")]
    Key {
        /// What was given.
        key: String,
    },
    /// The store refused or did not answer.
    #[error("the file {key} could not be {done}")]
    Store {
        /// `stored`, `read`, `removed` or, for a folder, `listed`.
        done: &'static str,
        /// Which file.
        key: String,
        /// What the store said.
        source: StoreError,
    },
}

impl Blobs {
    /// Keeps files below `folder`, which is made if need be, for this user alone. A stored file is on
    /// the disk before [`Blobs::put`] returns.
    pub fn local(folder: &FolderPath) -> Result<Blobs, BlobError> {
        private::folder(folder)
            .map_err(|source| BlobError::Folder { folder: folder.display().to_string(), source })?;
        let store = LocalFileSystem::new_with_prefix(folder)
            .map_err(|source| BlobError::Setup { source })?
            .with_fsync(true);
        Ok(Blobs { store: Arc::new(store) })
    }

    /// Keeps files in a bucket. Nothing is sent yet; [`Blobs::probe`] tells whether it answers.
    pub fn s3(config: &S3Config) -> Result<Blobs, BlobError> {
        // Whoever came first has installed one already, and any will do.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let store = s3_store(config).map_err(|source| BlobError::Setup { source })?;
        Ok(Blobs { store: Arc::new(store) })
    }

    /// Stores `bytes` under `key`, in one piece or not at all. What was there before is replaced.
    pub async fn put(&self, key: &str, bytes: impl Into<Bytes>) -> Result<(), BlobError> {
        let stored = self.store.put(&path(key)?, bytes.into().into()).await;
        stored.map(drop).map_err(failed("stored", key))
    }

    /// The bytes under `key`, or `None` when nothing is there.
    pub async fn get(&self, key: &str) -> Result<Option<Bytes>, BlobError> {
        match self.store.get(&path(key)?).await {
            Ok(found) => found.bytes().await.map(Some).map_err(failed("read", key)),
            Err(StoreError::NotFound { .. }) => Ok(None),
            Err(source) => Err(failed("read", key)(source)),
        }
    }

    /// Removes what is under `key`. That nothing was there is no error.
    pub async fn delete(&self, key: &str) -> Result<(), BlobError> {
        match self.store.delete(&path(key)?).await {
            Ok(()) | Err(StoreError::NotFound { .. }) => Ok(()),
            Err(source) => Err(failed("removed", key)(source)),
        }
    }

    /// Every file below the folder `below`, in no order, at most `most` at a time: a listing of millions
    /// never stands in memory. What is stored or removed meanwhile may or may not be among them.
    pub fn list(&self, below: &str, most: usize) -> BoxStream<'static, Result<Vec<Listed>, BlobError>> {
        let folder = match path(below) {
            Ok(folder) => folder,
            Err(error) => return stream::once(ready(Err(error))).boxed(),
        };
        let below = below.to_owned();
        let listed = self.store.list(Some(&folder)).map_ok(|file| Listed {
            key: file.location.to_string(),
            written_at: file.last_modified.timestamp_micros(),
        });
        listed.try_chunks(most).map_err(move |cut| failed("listed", &below)(cut.1)).boxed()
    }

    /// Whether a photo could be stored now: writes a few bytes, since a full disk or a lost right to
    /// write shows in no other way.
    pub async fn probe(&self) -> Result<(), BlobError> {
        self.put(PROBE_KEY, &b"ready"[..]).await
    }
}

impl fmt::Debug for S3Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("S3Config")
            .field("endpoint", &self.endpoint)
            .field("bucket", &self.bucket)
            .field("region", &self.region)
            .field("access_key", &self.access_key)
            .field("path_style", &self.path_style)
            .finish_non_exhaustive()
    }
}

fn s3_store(config: &S3Config) -> Result<AmazonS3, StoreError> {
    // Somebody waits for the answer with a telephone in hand: seconds, not the default's minutes.
    let retry =
        RetryConfig { max_retries: 3, retry_timeout: Duration::from_secs(10), ..RetryConfig::default() };
    AmazonS3Builder::new()
        .with_endpoint(endpoint(config))
        .with_allow_http(config.endpoint.starts_with("http://"))
        .with_bucket_name(&config.bucket)
        .with_region(&config.region)
        .with_access_key_id(&config.access_key)
        .with_secret_access_key(&config.secret_key)
        .with_virtual_hosted_style_request(!config.path_style)
        // Not every store that speaks S3 knows how to delete in bulk.
        .with_disable_bulk_delete(true)
        .with_retry(retry)
        .build()
}

/// In the hosted style the bucket belongs to the host's name.
fn endpoint(config: &S3Config) -> String {
    let endpoint = config.endpoint.trim_end_matches('/');
    match endpoint.split_once("://") {
        Some((scheme, host)) if !config.path_style => {
            format!("{scheme}://{}.{host}", config.bucket)
        }
        _ => endpoint.to_owned(),
    }
}

fn path(key: &str) -> Result<Path, BlobError> {
    Path::parse(key)
        .ok()
        .filter(|path| path.as_ref() == key && !key.is_empty())
        .ok_or_else(|| BlobError::Key { key: key.to_owned() })
}

fn failed(done: &'static str, key: &str) -> impl FnOnce(StoreError) -> BlobError {
    move |source| BlobError::Store { done, key: key.to_owned(), source }
}

#[cfg(test)]
mod tests;

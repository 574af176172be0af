use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;
use uuid::Uuid;

use super::*;
use crate::ids::Ids;

struct TempFolder(PathBuf);

impl TempFolder {
    fn new() -> TempFolder {
        let name = format!("lianxin-blobs-{}", Uuid::from_bytes(Ids::random().bytes()));
        TempFolder(std::env::temp_dir().join(name))
    }
}

impl Drop for TempFolder {
    fn drop(&mut self) {
        // A test that made no folder has nothing to remove.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// What every store must do, wherever the bytes go.
async fn keeps_files(blobs: &Blobs) {
    let key = "421223/photos/0192-full.jpg";
    blobs.probe().await.unwrap();
    assert_eq!(blobs.get(key).await.unwrap(), None);
    blobs.put(key, vec![1, 2, 3]).await.unwrap();
    assert_eq!(blobs.get(key).await.unwrap().as_deref(), Some(&[1, 2, 3][..]));
    blobs.put(key, vec![4]).await.unwrap();
    assert_eq!(blobs.get(key).await.unwrap().as_deref(), Some(&[4][..]));
    blobs.delete(key).await.unwrap();
    assert_eq!(blobs.get(key).await.unwrap(), None);
    blobs.delete(key).await.unwrap();
}

/// A listing tells of every file below its folder and of no other, some at a time.
async fn lists_files(blobs: &Blobs) {
    let keys: Vec<String> = (0..5).map(|n| format!("photos/{n}.jpg")).collect();
    assert_eq!(listed(blobs, "photos", 2).await, Vec::<Vec<String>>::new(), "nothing there yet");
    for key in keys.iter().map(String::as_str).chain(["photos-of-old/x.jpg", "readiness-probe"]) {
        blobs.put(key, vec![1]).await.unwrap();
    }
    let some = listed(blobs, "photos", 2).await;
    assert_eq!(some.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 1]);
    let mut all = some.concat();
    all.sort();
    assert_eq!(all, keys);
}

async fn listed(blobs: &Blobs, below: &str, most: usize) -> Vec<Vec<String>> {
    let listed: Vec<Vec<Listed>> = blobs.list(below, most).try_collect().await.unwrap();
    let since = crate::clock::parse_rfc3339("2025-01-01T00:00:00Z").unwrap();
    assert!(listed.iter().flatten().all(|file| file.written_at > since), "{listed:?}");
    listed.into_iter().map(|some| some.into_iter().map(|file| file.key).collect()).collect()
}

#[tokio::test]
async fn a_local_folder_lists_its_files() {
    let folder = TempFolder::new();
    let blobs = Blobs::local(&folder.0).unwrap();
    lists_files(&blobs).await;
    assert!(blobs.list("../out", 2).try_collect::<Vec<_>>().await.is_err());
}

#[tokio::test]
async fn a_bucket_lists_its_files() {
    let endpoint = StandIn::default().start().await;
    lists_files(&Blobs::s3(&config(endpoint)).unwrap()).await;
    let broken = StandIn { broken: true, ..StandIn::default() }.start().await;
    let error =
        Blobs::s3(&config(broken)).unwrap().list("photos", 2).try_collect::<Vec<_>>().await.unwrap_err();
    assert!(matches!(error, BlobError::Store { done: "listed", .. }), "{error}");
}

#[tokio::test]
async fn a_local_folder_keeps_files() {
    let folder = TempFolder::new();
    keeps_files(&Blobs::local(&folder.0.join("below/that")).unwrap()).await;
}

#[tokio::test]
async fn a_local_folder_is_found_again() {
    let folder = TempFolder::new();
    Blobs::local(&folder.0).unwrap().put("a/b", vec![7]).await.unwrap();
    let again = Blobs::local(&folder.0).unwrap();
    assert_eq!(again.get("a/b").await.unwrap().as_deref(), Some(&[7][..]));
}

#[cfg(unix)]
#[test]
fn a_new_folder_is_private() {
    use std::os::unix::fs::PermissionsExt;

    let folder = TempFolder::new();
    Blobs::local(&folder.0).unwrap();
    assert_eq!(std::fs::metadata(&folder.0).unwrap().permissions().mode() & 0o777, 0o700);
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let folder = TempFolder::new();
    std::fs::create_dir(&folder.0).unwrap();
    let file = folder.0.join("taken");
    std::fs::write(&file, b"").unwrap();
    let error = Blobs::local(&file.join("below")).unwrap_err();
    assert!(matches!(error, BlobError::Folder { .. }) && error.to_string().contains("taken"));
}

#[tokio::test]
async fn keys_never_leave_the_folder() {
    let folder = TempFolder::new();
    let blobs = Blobs::local(&folder.0).unwrap();
    for key in ["", "/", "..", "../out", "a/../../out", "a//b", "/etc/passwd", "a/", "./a", "a\0b"] {
        let error = blobs.put(key, vec![1]).await.unwrap_err();
        assert!(matches!(error, BlobError::Key { .. }), "{key:?}: {error}");
    }
}

type Shelf = Arc<Mutex<BTreeMap<String, Bytes>>>;

/// As much of S3 as is used, with what it was asked in the order it came.
#[derive(Clone, Default)]
struct StandIn {
    shelf: Shelf,
    asked: Arc<Mutex<Vec<String>>>,
    broken: bool,
}

impl StandIn {
    async fn start(self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let app = Router::new().fallback(answer).with_state(self);
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        format!("http://{address}")
    }
}

async fn answer(State(stand_in): State<StandIn>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path().to_owned();
    stand_in.asked.lock().unwrap().push(format!("{} {path}", parts.method));
    if stand_in.broken || !is_signed(&parts.headers) {
        return (StatusCode::FORBIDDEN, "<Error><Code>AccessDenied</Code></Error>").into_response();
    }
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let mut shelf = stand_in.shelf.lock().unwrap();
    match parts.method {
        Method::PUT => {
            shelf.insert(path, body);
            [(header::ETAG, "\"1\"")].into_response()
        }
        Method::GET if path.trim_matches('/') == "photos" => {
            contents(&shelf, parts.uri.query().unwrap_or_default()).into_response()
        }
        Method::GET => match shelf.get(&path) {
            Some(bytes) => {
                let modified = (header::LAST_MODIFIED, "Sun, 22 Nov 2026 00:00:00 GMT");
                ([(header::ETAG, "\"1\""), modified], bytes.clone()).into_response()
            }
            None => StatusCode::NOT_FOUND.into_response(),
        },
        Method::DELETE => {
            shelf.remove(&path);
            StatusCode::NO_CONTENT.into_response()
        }
        _ => StatusCode::METHOD_NOT_ALLOWED.into_response(),
    }
}

/// A listing of the bucket, as its second version has it.
fn contents(shelf: &BTreeMap<String, Bytes>, query: &str) -> String {
    let prefix = query.split('&').find_map(|pair| pair.strip_prefix("prefix=")).unwrap_or_default();
    let prefix = format!("/photos/{}", prefix.replace("%2F", "/"));
    let keys = shelf.keys().filter(|key| key.starts_with(&prefix)).map(|key| {
        let key = &key["/photos/".len()..];
        format!(
            "<Contents><Key>{key}</Key><LastModified>2026-11-22T00:00:00.000Z</LastModified>\
             <ETag>&quot;1&quot;</ETag><Size>1</Size></Contents>"
        )
    });
    format!("<ListBucketResult>{}</ListBucketResult>", keys.collect::<String>())
}

fn is_signed(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("");
    let authorization = text("authorization");
    authorization.starts_with("AWS4-HMAC-SHA256 Credential=test-key/")
        && authorization.contains("/east-1/s3/aws4_request")
        && authorization.contains("SignedHeaders=")
        && authorization.contains("x-amz-content-sha256")
        && authorization.contains("Signature=")
        && text("x-amz-content-sha256").len() == 64
        && !text("x-amz-date").is_empty()
}

fn config(endpoint: String) -> S3Config {
    S3Config {
        endpoint,
        bucket: "photos".into(),
        region: "east-1".into(),
        access_key: "test-key".into(),
        secret_key: "test-secret".into(),
        path_style: true,
    }
}

#[tokio::test]
async fn a_bucket_keeps_files() {
    let stand_in = StandIn::default();
    let endpoint = stand_in.clone().start().await;
    keeps_files(&Blobs::s3(&config(endpoint)).unwrap()).await;
    let file = "/photos/421223/photos/0192-full.jpg";
    let expected: Vec<String> = std::iter::once("PUT /photos/readiness-probe".to_owned())
        .chain(
            ["GET", "PUT", "GET", "PUT", "GET", "DELETE", "GET", "DELETE"]
                .map(|verb| format!("{verb} {file}")),
        )
        .collect();
    assert_eq!(*stand_in.asked.lock().unwrap(), expected);
}

#[tokio::test]
async fn a_bucket_that_refuses_is_not_ready() {
    let endpoint = StandIn { broken: true, ..StandIn::default() }.start().await;
    let blobs = Blobs::s3(&config(endpoint)).unwrap();
    let error = blobs.probe().await.unwrap_err();
    assert!(matches!(error, BlobError::Store { done: "stored", .. }), "{error}");
    assert!(blobs.get("a").await.is_err());
}

#[test]
fn the_secret_key_is_never_printed() {
    assert!(!format!("{:?}", config("http://127.0.0.1".into())).contains("test-secret"));
    let blobs = Blobs::s3(&config("http://127.0.0.1".into())).unwrap();
    assert!(!format!("{blobs:?}").contains("test-secret"));
}

#[test]
fn the_bucket_stands_in_the_host_or_in_the_path() {
    let in_path = config("https://store.example/".into());
    let in_host = S3Config { path_style: false, ..in_path.clone() };
    assert_eq!(endpoint(&in_path), "https://store.example");
    assert_eq!(endpoint(&in_host), "https://photos.store.example");
}

//! A server on the loopback interface for the demo and the tests: what an upload uses of Polar and of its
//! storage. It checks what they check.

use std::{
    collections::BTreeMap,
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::{post, put},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use polar_hyper::types::files::{FileCreate, FileUploadCompleted, S3FileCreatePart};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;

/// A clone is the same server.
#[derive(Debug, Clone, Default)]
pub(crate) struct Server(Arc<Mutex<Storage>>);

#[derive(Debug, Default)]
pub(crate) struct Storage {
    /// How many requests for parts fail before one succeeds.
    pub(crate) failures: u32,
    /// Whether the presigned URLs have expired.
    pub(crate) is_expired: bool,
    /// The number of the part and the status, for each request for a part.
    pub(crate) log: Vec<(i64, u16)>,
    /// The content of the file whose upload has ended.
    pub(crate) content: Option<Vec<u8>>,
    url: String,
    created: Option<FileCreate>,
    parts: BTreeMap<i64, Bytes>,
}

impl Server {
    /// Starts to listen, and returns the URL.
    pub(crate) async fn start(&self) -> io::Result<String> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        self.storage().url.clone_from(&url);
        let router = Router::new()
            .route("/v1/files/", post(create))
            .route("/bucket/guide.pdf", put(store))
            .route(&format!("/v1/files/{FILE}/uploaded"), post(uploaded))
            .layer(DefaultBodyLimit::disable())
            .with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(url)
    }

    pub(crate) fn storage(&self) -> MutexGuard<'_, Storage> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Begins an upload. The parts must cover the file.
async fn create(State(server): State<Server>, headers: HeaderMap, body: Bytes) -> Response {
    let Ok(create) = serde_json::from_slice::<FileCreate>(&body) else {
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, "is not a file");
    };
    if !is_authorized(&headers) {
        return refuse(StatusCode::UNAUTHORIZED, "has no token");
    }
    let parts = &create.upload.parts;
    let mut end = 0;
    for (number, part) in (1..).zip(parts) {
        let is_small =
            part.chunk_end - part.chunk_start < MIN_PART && part.chunk_end != create.size;
        if part.number != number || part.chunk_start != end || is_small {
            return refuse(StatusCode::UNPROCESSABLE_ENTITY, "has other parts");
        }
        end = part.chunk_end;
    }
    if end != create.size {
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, "does not cover the file");
    }

    let mut storage = server.storage();
    let parts: Vec<_> = parts
        .iter()
        .map(|part| {
            let checksum = part.checksum_sha256_base64.as_deref();
            json!({
                "number": part.number,
                "chunk_start": part.chunk_start,
                "chunk_end": part.chunk_end,
                "checksum_sha256_base64": checksum,
                "url": format!("{}{}", storage.url, path(part.number)),
                "expires_at": "2026-11-30T11:50:30.687504Z",
                "headers": {
                    "x-amz-checksum-sha256": checksum,
                    "x-amz-sdk-checksum-algorithm": "SHA256",
                },
            })
        })
        .collect();
    let upload = json!({ "id": UPLOAD, "path": "guide.pdf", "parts": parts });
    let response = file(&create, false, ("upload", upload));
    storage.created = Some(create);
    (StatusCode::CREATED, response.to_string()).into_response()
}

/// Stores a part, like S3.
async fn store(
    State(server): State<Server>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut storage = server.storage();
    let mut parts = storage.created.iter().flat_map(|file| &file.upload.parts);
    let part = parts
        .find(|part| uri == path(part.number).as_str())
        .cloned();
    let Some(part) = part else {
        return refuse(StatusCode::FORBIDDEN, "has another signature");
    };
    let number = part.number;
    let response = if storage.is_expired {
        refuse(StatusCode::FORBIDDEN, "has expired")
    } else if let Err((status, problem)) = check(&part, &headers, &body) {
        refuse(status, problem)
    } else if storage.failures > 0 {
        storage.failures -= 1;
        refuse(StatusCode::SERVICE_UNAVAILABLE, "comes too fast")
    } else {
        let tag = etag(&body);
        storage.parts.insert(number, body);
        ([(header::ETAG, tag)], "").into_response()
    };
    storage.log.push((number, response.status().as_u16()));
    response
}

/// Returns why S3 would refuse a part.
fn check(
    part: &S3FileCreatePart,
    headers: &HeaderMap,
    body: &Bytes,
) -> Result<(), (StatusCode, &'static str)> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let checksum = part.checksum_sha256_base64.as_deref();
    if text("x-amz-checksum-sha256") != checksum
        || text("x-amz-sdk-checksum-algorithm") != Some("SHA256")
    {
        return Err((StatusCode::FORBIDDEN, "has other headers than those signed"));
    }
    if is_authorized(headers) {
        return Err((StatusCode::BAD_REQUEST, "has two kinds of authorization"));
    }
    let length = part.chunk_end - part.chunk_start;
    if text("content-length").and_then(|length| length.parse().ok()) != Some(length) {
        return Err((StatusCode::LENGTH_REQUIRED, "has another length"));
    }
    if checksum != Some(&*sha256(body)) {
        return Err((StatusCode::BAD_REQUEST, "has another checksum"));
    }
    Ok(())
}

/// Ends an upload. All parts must be there, in order.
async fn uploaded(State(server): State<Server>, headers: HeaderMap, body: Bytes) -> Response {
    let Ok(completed) = serde_json::from_slice::<FileUploadCompleted>(&body) else {
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, "is not an upload");
    };
    if !is_authorized(&headers) {
        return refuse(StatusCode::UNAUTHORIZED, "has no token");
    }
    let mut storage = server.storage();
    let named = completed.parts.iter().map(|part| {
        let checksum = part.checksum_sha256_base64.clone();
        (part.number, part.checksum_etag.clone(), checksum)
    });
    let stored = storage.parts.iter().map(|(number, bytes)| {
        let checksum = sha256(bytes);
        (*number, etag(bytes), Some(checksum))
    });
    if completed.id != UPLOAD || completed.path != "guide.pdf" || !named.eq(stored) {
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, "has other parts");
    }
    let content: Vec<_> = storage.parts.values().flatten().copied().collect();
    let Some(create) = storage.created.take() else {
        return refuse(StatusCode::NOT_FOUND, "was not created");
    };
    if create.checksum_sha256_base64 != Some(sha256(&content)) {
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, "has another checksum");
    }
    storage.content = Some(content);
    let created_at = json!("2026-11-30T10:50:30.689982Z");
    file(&create, true, ("created_at", created_at))
        .to_string()
        .into_response()
}

fn file(create: &FileCreate, is_uploaded: bool, (key, value): (&str, Value)) -> Value {
    json!({
        "id": FILE,
        "organization_id": "4564ba0b-77d1-4368-9051-42c617268499",
        "name": create.name,
        "path": "guide.pdf",
        "mime_type": create.mime_type,
        "size": create.size,
        "checksum_sha256_base64": create.checksum_sha256_base64,
        "service": create.service,
        "is_uploaded": is_uploaded,
        key: value,
    })
}

fn refuse(status: StatusCode, problem: &str) -> Response {
    let detail = format!("The request {problem}.");
    let body = json!({ "error": "Refused", "detail": detail });
    (status, body.to_string()).into_response()
}

fn is_authorized(headers: &HeaderMap) -> bool {
    headers.contains_key(header::AUTHORIZATION)
}

/// The path and query of the presigned URL of a part.
fn path(number: i64) -> String {
    let signature = number * 7_919;
    format!("/bucket/guide.pdf?uploadId={UPLOAD}&partNumber={number}&X-Amz-Signature={signature:x}")
}

fn sha256(bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(Sha256::digest(bytes))
}

fn etag(bytes: &Bytes) -> String {
    format!("\"{}-{}\"", bytes.len(), bytes.first().unwrap_or(&0))
}

const FILE: &str = "8258fb54-dc94-4995-b934-8668fbd42bd3";
const UPLOAD: &str = "bYy68pGeYje2puriwhiGVNOZqTT2dLKbF9YHdhim0z08EkmXnf8DlbLLSw";
const MIN_PART: i64 = 5 * 1024 * 1024;

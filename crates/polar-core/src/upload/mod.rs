//! Uploading a file in parts.
//!
//! A file goes to Polar's storage directly: each part with one `PUT` to a presigned URL. Only the
//! beginning and the end of an upload, [`files::Create`] and [`files::Uploaded`], are calls of
//! Polar's API. The requests in between are values of the `http` crate. Send them with any HTTP
//! client, or with a [`Transport`](crate::Transport) of this library.
//!
//! ```
//! use std::{error::Error, io, ops::Range};
//!
//! use polar_core::{
//!     blocking::Client,
//!     bytes::Bytes,
//!     http::{Request, Response},
//!     types::files::{File, FileService},
//!     upload::{Upload, UploadPlan},
//! };
//!
//! /// Uploads a file. `read` reads a part of it, `sha256` returns a checksum in Base64, and `send`
//! /// sends a request.
//! fn upload(
//!     client: &Client,
//!     size: u64,
//!     read: impl Fn(Range<u64>) -> io::Result<Bytes>,
//!     sha256: impl Fn(&[u8]) -> String,
//!     send: impl Fn(Request<Bytes>) -> io::Result<Response<Bytes>>,
//! ) -> Result<File, Box<dyn Error>> {
//!     let plan = UploadPlan::new(size)?;
//!     let mut checksums = Vec::new();
//!     for range in plan.ranges() {
//!         checksums.push(sha256(&read(range)?));
//!     }
//!     let service = FileService::Downloadable;
//!     let request = plan.request("guide.pdf", "application/pdf", service, checksums)?;
//!     let upload = Upload::new(client.files().create(request)?);
//!
//!     let mut stored = Vec::new();
//!     for part in upload.parts() {
//!         let response = send(part.request(read(part.range())?)?)?;
//!         stored.push(part.stored(&response)?);
//!     }
//!     Ok(client.call(upload.finish(stored)?)?)
//! }
//! ```
//!
//! Uploading a part again replaces it, so each `PUT` can be repeated after a failure. The URLs expire
//! after an hour. Then create the file again: a file that was not completed is not listed.

mod plan;

use std::{collections::BTreeMap, error::Error as StdError, fmt, ops::Range};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, Response, StatusCode, Uri, header};
use polar_types::{
    Timestamp,
    files::{FileUpload, FileUploadCompleted, S3FileUploadCompletedPart, S3FileUploadPart},
};

pub use self::plan::UploadPlan;
use crate::{InvalidRequest, files};

/// An upload that has begun.
///
/// To continue it in another process, store the [`FileUpload`] and the stored parts. Until it
/// expires, its URLs are secrets.
#[derive(Debug, Clone)]
pub struct Upload {
    file: FileUpload,
}

impl Upload {
    /// Creates an upload from the response of [`files::Create`].
    #[must_use]
    pub const fn new(file: FileUpload) -> Self {
        Self { file }
    }

    /// Returns the response of [`files::Create`].
    #[must_use]
    pub const fn file(&self) -> &FileUpload {
        &self.file
    }

    /// Returns the parts to upload. Polar's dashboard uploads them one after the other.
    pub fn parts(&self) -> impl Iterator<Item = UploadPart<'_>> {
        self.file.upload.parts.iter().map(UploadPart)
    }

    /// Returns the operation that ends the upload, after which the file can be used. The parts can be
    /// in any order.
    ///
    /// # Errors
    ///
    /// If a part is missing.
    pub fn finish(
        &self,
        stored: impl IntoIterator<Item = S3FileUploadCompletedPart>,
    ) -> Result<files::Uploaded, InvalidRequest> {
        let mut stored: BTreeMap<_, _> =
            stored.into_iter().map(|part| (part.number, part)).collect();
        let mut parts = Vec::new();
        // S3 requires them in ascending order.
        let mut numbers: Vec<_> = self.parts().map(UploadPart::number).collect();
        numbers.sort_unstable();
        for number in numbers {
            parts.push(stored.remove(&number).ok_or_else(|| {
                InvalidRequest::new("parts", format!("must include part {number}"))
            })?);
        }
        let upload = &self.file.upload;
        let completed = FileUploadCompleted::new(&*upload.id, &*upload.path, parts);
        Ok(files::Uploaded::new(self.file.id, completed))
    }
}

/// A part of an upload: the range of the file, and the request that stores it.
#[derive(Debug, Clone, Copy)]
pub struct UploadPart<'a>(&'a S3FileUploadPart);

impl<'a> UploadPart<'a> {
    /// Returns the number of the part; the first is 1.
    #[must_use]
    pub const fn number(self) -> i64 {
        self.0.number
    }

    /// Returns which bytes of the file belong to the part.
    #[must_use]
    pub fn range(self) -> Range<u64> {
        let [start, end] = [self.0.chunk_start, self.0.chunk_end];
        start.try_into().unwrap_or(0)..end.try_into().unwrap_or(0)
    }

    /// Returns when the request expires. After that, S3 responds with 403.
    #[must_use]
    pub const fn expires_at(self) -> &'a Timestamp {
        &self.0.expires_at
    }

    /// Returns the request that stores the part, with the bytes of its [`range`](Self::range).
    ///
    /// It is complete, with `Content-Length`. Do not add a token. Its URL is signed, and allows
    /// storing the part until it expires, so do not log the request.
    ///
    /// # Errors
    ///
    /// If `bytes` has not the length of the range, or if the URL or a header from Polar is invalid.
    pub fn request(self, bytes: impl Into<Bytes>) -> Result<Request<Bytes>, InvalidRequest> {
        let bytes = bytes.into();
        let (length, range) = (bytes.len(), self.range());
        let expected = range.end.saturating_sub(range.start);
        if u64::try_from(length) != Ok(expected) {
            let problem = format!("must have {expected} bytes, and has {length}");
            return Err(InvalidRequest::new("part", problem));
        }
        let uri: Uri = self
            .0
            .url
            .expose()
            .parse()
            .map_err(|_| InvalidRequest::new("URL of the part", "is invalid"))?;
        let mut request = Request::new(bytes);
        *request.method_mut() = http::Method::PUT;
        *request.uri_mut() = uri;
        let headers = request.headers_mut();
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
        for (name, value) in self.0.headers.iter().flatten() {
            let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value))
            else {
                return Err(InvalidRequest::new("header of the part", "is invalid"));
            };
            headers.insert(name, value);
        }
        Ok(request)
    }

    /// Returns the stored part, from the response to its request.
    ///
    /// # Errors
    ///
    /// If the status is not a success, or if there is no `ETag` header.
    pub fn stored<B>(
        self,
        response: &Response<B>,
    ) -> Result<S3FileUploadCompletedPart, UploadError> {
        let tag = response
            .headers()
            .get(header::ETAG)
            .and_then(|tag| tag.to_str().ok())
            .filter(|_| response.status().is_success())
            .ok_or(UploadError {
                part: self.0.number,
                status: response.status(),
            })?;
        let mut stored = S3FileUploadCompletedPart::new(self.0.number, tag);
        stored
            .checksum_sha256_base64
            .clone_from(&self.0.checksum_sha256_base64);
        Ok(stored)
    }
}

/// The error of a part that was not stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UploadError {
    part: i64,
    status: StatusCode,
}

impl UploadError {
    /// Returns the number of the part.
    #[must_use]
    pub const fn part(&self) -> i64 {
        self.part
    }

    /// Returns the status of the response.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns what to do, for a person.
    #[must_use]
    pub fn next_step(&self) -> &'static str {
        match self.status {
            StatusCode::BAD_REQUEST => {
                "Compare the part with the checksum that the file was created with."
            }
            StatusCode::FORBIDDEN => {
                "The upload may have expired: create the file again, and upload each part again."
            }
            _ => "Upload the part again; that replaces it.",
        }
    }
}

impl fmt::Display for UploadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { part, status } = self;
        if status.is_success() {
            write!(f, "the response to part {part} has no ETag header")
        } else {
            write!(
                f,
                "part {part} was not stored: the storage returned {status}"
            )
        }
    }
}

impl StdError for UploadError {}

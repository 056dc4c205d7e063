use std::ops::Range;

use polar_types::files::{FileCreate, FileService, S3FileCreateMultipart, S3FileCreatePart};

use crate::InvalidRequest;

/// How a file is divided into parts.
///
/// All parts have the same size, except the last one, which has the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UploadPlan {
    size: u64,
    part_size: u64,
}

impl UploadPlan {
    /// Divides a file of `size` bytes into parts of 10 MB, or of more if it had more than 10,000 parts
    /// otherwise. An empty file has one empty part.
    ///
    /// # Errors
    ///
    /// If the file is larger than 10,000 parts of 5 GiB.
    pub fn new(size: u64) -> Result<Self, InvalidRequest> {
        Self::with_part_size(size, size.div_ceil(MAX_PARTS).max(PART_SIZE))
    }

    /// Divides a file of `size` bytes into parts of `part_size` bytes.
    ///
    /// # Errors
    ///
    /// If a part is smaller than 5 MiB or larger than 5 GiB, or if there are more than 10,000 parts:
    /// the limits of S3.
    pub fn with_part_size(size: u64, part_size: u64) -> Result<Self, InvalidRequest> {
        if !(MIN_PART_SIZE..=MAX_PART_SIZE).contains(&part_size) {
            let problem = "must be from 5 MiB to 5 GiB";
            return Err(InvalidRequest::new("part size", problem));
        }
        if size.div_ceil(part_size) > MAX_PARTS {
            let problem = "must be at most 10,000 times the part size";
            return Err(InvalidRequest::new("file size", problem));
        }
        Ok(Self { size, part_size })
    }

    /// Returns the parts in order, as ranges of bytes.
    pub fn ranges(&self) -> impl Iterator<Item = Range<u64>> + use<> {
        let Self { size, part_size } = *self;
        let count = size.div_ceil(part_size).max(1);
        (0..count).map(move |index| {
            let start = index * part_size;
            start..size.min(start + part_size)
        })
    }

    /// Returns the request that begins the upload, for [`files::Create`](crate::files::Create).
    ///
    /// `checksums` are the SHA-256 digests of the parts in Base64, in the order of
    /// [`ranges`](Self::ranges). The storage rejects a part with another checksum. For the buyers of a
    /// download, add the checksum of the whole file with
    /// [`checksum_sha256_base64`](FileCreate::checksum_sha256_base64).
    ///
    /// Polar limits the size and the media type by the service, and its error says which:
    ///
    /// | service | size | media type |
    /// |---|---|---|
    /// | `Downloadable` | | any |
    /// | `ProductMedia` | 10 MiB | JPEG, PNG, GIF, WebP and SVG images |
    /// | `OrganizationAvatar` | 1 MiB | the same |
    /// | `SupportCaseAttachment` | 250 MiB | images, videos, PDF, CSV, plain text, Word and Excel |
    ///
    /// # Errors
    ///
    /// If there are more or fewer checksums than parts, or if one is not 32 bytes in Base64.
    pub fn request(
        &self,
        name: impl Into<String>,
        mime_type: impl Into<String>,
        service: FileService,
        checksums: impl IntoIterator<Item = impl Into<String>>,
    ) -> Result<FileCreate, InvalidRequest> {
        let checksums: Vec<String> = checksums.into_iter().map(Into::into).collect();
        if checksums.len() != self.ranges().count() {
            let problem = "must be one for each part";
            return Err(InvalidRequest::new("checksums", problem));
        }
        if !checksums.iter().all(|checksum| is_digest(checksum)) {
            let problem = "must be SHA-256 digests in Base64, of 44 characters";
            return Err(InvalidRequest::new("checksums", problem));
        }
        let parts: Vec<_> = (1..)
            .zip(self.ranges())
            .zip(checksums)
            .map(|((number, range), checksum)| {
                S3FileCreatePart::new(number, to_signed(range.start), to_signed(range.end))
                    .checksum_sha256_base64(checksum)
            })
            .collect();
        let upload = S3FileCreateMultipart::new(parts);
        Ok(FileCreate::new(
            name,
            mime_type,
            to_signed(self.size),
            upload,
            service,
        ))
    }
}

/// Returns whether a text is 32 bytes in Base64: 43 characters and one of padding.
fn is_digest(text: &str) -> bool {
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    text.len() == 44
        && text
            .strip_suffix('=')
            .is_some_and(|rest| rest.bytes().all(is_base64))
}

/// The sizes of a plan are far below the limit of the type.
fn to_signed(bytes: u64) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

const PART_SIZE: u64 = 10_000_000;
const MIN_PART_SIZE: u64 = 5 * 1024 * 1024;
const MAX_PART_SIZE: u64 = 5 * 1024 * 1024 * 1024;
const MAX_PARTS: u64 = 10_000;

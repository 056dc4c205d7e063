//! The upload itself. This is the part to copy.

use std::{
    error::Error,
    io::{self, SeekFrom},
    ops::Range,
    path::Path,
    time::Duration,
};

use base64::{Engine, prelude::BASE64_STANDARD};
use polar_hyper::{
    Attempt, Client, HyperTransport, Transport,
    bytes::Bytes,
    types::files::{FileService, S3FileUploadCompletedPart},
    upload::{Upload, UploadPart, UploadPlan},
};
use sha2::{Digest, Sha256};
use tokio::{
    fs::File,
    io::{AsyncReadExt, AsyncSeekExt},
    time::sleep,
};

/// Uploads a file that buyers can download. One part of it is in memory at a time.
pub(crate) async fn upload(
    client: &Client,
    path: &Path,
    mime_type: &str,
) -> Result<polar_hyper::types::files::File, BoxError> {
    let name = path.file_name().unwrap_or(path.as_os_str());
    let name = name.to_string_lossy().into_owned();
    let mut file = File::open(path).await?;
    let plan = UploadPlan::new(file.metadata().await?.len())?;

    let mut whole = Sha256::new();
    let mut checksums = Vec::new();
    for range in plan.ranges() {
        let bytes = read(&mut file, range).await?;
        whole.update(&bytes);
        checksums.push(BASE64_STANDARD.encode(Sha256::digest(&bytes)));
    }
    let request = plan
        .request(name, mime_type, FileService::Downloadable, checksums)?
        .checksum_sha256_base64(BASE64_STANDARD.encode(whole.finalize()));
    let upload = Upload::new(client.files().create(request).await?);

    // The storage is another server: the access token is only for Polar.
    let storage = HyperTransport::new();
    let mut stored = Vec::new();
    for part in upload.parts() {
        stored.push(store(&storage, part, &mut file).await?);
    }
    Ok(client.call(upload.finish(stored)?).await?)
}

/// Stores a part. Storing it twice does no harm, so a failure can be repeated.
async fn store(
    storage: &HyperTransport,
    part: UploadPart<'_>,
    file: &mut File,
) -> Result<S3FileUploadCompletedPart, BoxError> {
    let bytes = read(file, part.range()).await?;
    let mut retries = 0;
    loop {
        let request = part.request(bytes.clone())?;
        let attempt = Attempt::new(request, PART_TIMEOUT, MAX_RESPONSE);
        let failure: BoxError = match storage.send(attempt).await {
            Ok(response) => match part.stored(&response) {
                Ok(stored) => return Ok(stored),
                Err(error) if !error.status().is_server_error() => {
                    return Err(format!("{error}\n{}", error.next_step()).into());
                }
                Err(error) => error.into(),
            },
            Err(error) => error.into(),
        };
        if retries == MAX_RETRIES {
            return Err(failure);
        }
        retries += 1;
        sleep(Duration::from_millis(500) * retries).await;
    }
}

async fn read(file: &mut File, range: Range<u64>) -> io::Result<Bytes> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(range.start)).await?;
    file.take(range.end - range.start)
        .read_to_end(&mut bytes)
        .await?;
    Ok(bytes.into())
}

type BoxError = Box<dyn Error + Send + Sync>;

/// Long enough for 10 MB over a slow connection.
const PART_TIMEOUT: Duration = Duration::from_secs(300);
const MAX_RESPONSE: usize = 64 * 1024;
const MAX_RETRIES: u32 = 2;

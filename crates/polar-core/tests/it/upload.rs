//! Uploads: the parts of a file, the requests that store them, and a recorded upload.

use polar_core::{
    Operation,
    bytes::Bytes,
    http::{Response, StatusCode},
    types::files::{FileService, FileUpload, FileUploadCompleted},
    upload::{Upload, UploadPart, UploadPlan},
};
use proptest::prelude::*;
use serde_json::{Value, json};

const CREATE: &str = include_str!("fixtures/upload/create.json");
const CREATED: &str = include_str!("fixtures/upload/created.json");
const UPLOADED: &str = include_str!("fixtures/upload/uploaded.json");
const CHECKSUM: &str = "g8D8Ovy4NLGowbGmtS0/g3rS722H1mdfL+2ItQcLvRM=";
const MIB: u64 = 1024 * 1024;
const GIB: u64 = 1024 * MIB;

#[test]
fn recorded_upload_has_the_same_requests() {
    let plan = UploadPlan::new(120).unwrap();
    let create = plan
        .request(
            "guide.txt",
            "text/plain",
            FileService::Downloadable,
            [CHECKSUM],
        )
        .unwrap()
        .checksum_sha256_base64(CHECKSUM)
        .version("1.0");
    let create: Value = serde_json::to_value(create).unwrap();
    assert_eq!(create, serde_json::from_str::<Value>(CREATE).unwrap());

    let upload = Upload::new(serde_json::from_str(CREATED).unwrap());
    let part = upload.parts().next().unwrap();
    assert_eq!((part.number(), part.range()), (1, 0..120));
    assert_eq!(part.expires_at().to_string(), "2026-11-30T11:50:30.687504Z");
    let request = part.request(vec![7; 120]).unwrap();
    let created: Value = serde_json::from_str(CREATED).unwrap();
    let recorded = &created["upload"]["parts"][0];
    assert_eq!(request.method(), "PUT");
    assert_eq!(request.uri().to_string(), recorded["url"]);
    let headers: Value = request
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), json!(value.to_str().unwrap())))
        .collect::<serde_json::Map<_, _>>()
        .into();
    assert_eq!(
        headers,
        json!({
            "content-length": "120",
            "x-amz-checksum-sha256": recorded["headers"]["x-amz-checksum-sha256"],
            "x-amz-sdk-checksum-algorithm": recorded["headers"]["x-amz-sdk-checksum-algorithm"],
        })
    );
    assert_eq!(request.body(), &vec![7; 120]);

    let response = response(200, Some("\"bc3b6e5902aee41161b0e0b917843c7c\""));
    let uploaded = upload.finish([part.stored(&response).unwrap()]).unwrap();
    assert_eq!(
        uploaded.target().path_and_query().unwrap(),
        "/v1/files/8258fb54-dc94-4995-b934-8668fbd42bd3/uploaded"
    );
    let body: FileUploadCompleted = serde_json::from_str(UPLOADED).unwrap();
    assert_eq!(uploaded.request, body);
    assert_eq!(
        serde_json::to_value(&uploaded.request).unwrap(),
        serde_json::from_str::<Value>(UPLOADED).unwrap()
    );
}

#[test]
fn files_are_divided_into_the_documented_parts() {
    let ranges = |size| -> Vec<(u64, u64)> {
        let ranges = UploadPlan::new(size).unwrap().ranges();
        ranges.map(|range| (range.start, range.end)).collect()
    };
    assert_eq!(ranges(0), [(0, 0)]);
    assert_eq!(ranges(10_000_000), [(0, 10_000_000)]);
    assert_eq!(
        ranges(10_000_001),
        [(0, 10_000_000), (10_000_000, 10_000_001)]
    );
    let large = ranges(1024 * GIB);
    assert_eq!(large.len(), 10_000);
    assert!(large[0].1 < 110_000_000);

    for (size, part_size) in [(1, 5 * MIB - 1), (1, 5 * GIB + 1), (1, 0)] {
        let error = UploadPlan::with_part_size(size, part_size).unwrap_err();
        assert_eq!(error.to_string(), "part size must be from 5 MiB to 5 GiB");
    }
    let most = 10_000 * 5 * MIB;
    assert!(UploadPlan::with_part_size(most, 5 * MIB).is_ok());
    let error = UploadPlan::with_part_size(most + 1, 5 * MIB).unwrap_err();
    assert_eq!(
        error.to_string(),
        "file size must be at most 10,000 times the part size"
    );
    assert!(UploadPlan::new(10_000 * 5 * GIB).is_ok());
    for size in [10_000 * 5 * GIB + 1, u64::MAX] {
        assert_eq!(UploadPlan::new(size).unwrap_err().field(), "part size");
    }
}

#[test]
fn request_needs_a_digest_for_each_part() {
    let plan = UploadPlan::with_part_size(10 * MIB, 5 * MIB).unwrap();
    let request = |checksums: &[&str]| {
        plan.request("a", "b/c", FileService::Downloadable, checksums.to_vec())
    };
    let parts = request(&[CHECKSUM, CHECKSUM]).unwrap().upload.parts;
    let parts: Vec<_> = parts
        .iter()
        .map(|part| (part.number, part.chunk_start, part.chunk_end))
        .collect();
    assert_eq!(parts, [(1, 0, 5_242_880), (2, 5_242_880, 10_485_760)]);

    for count in [0, 1, 3] {
        let error = request(&vec![CHECKSUM; count]).unwrap_err();
        assert_eq!(error.to_string(), "checksums must be one for each part");
    }
    let hex = "83c0fc3afcb834b1a8c1b1a6b52d3f837ad2ef6d87d6675f2fed88b5070bbd13";
    let url_safe = CHECKSUM.replace(['+', '/'], "-");
    let unpadded = CHECKSUM.trim_end_matches('=');
    for wrong in ["", hex, &url_safe, unpadded, "==", &"=".repeat(44)] {
        let error = request(&[CHECKSUM, wrong]).unwrap_err();
        assert_eq!(error.field(), "checksums", "{wrong}");
        assert!(error.to_string().contains("Base64"), "{error}");
    }
}

#[test]
fn part_request_needs_the_bytes_of_the_range_and_a_valid_url() {
    let upload = upload(|_| {});
    let part = upload.parts().next().unwrap();
    for length in [0, 119, 121] {
        let error = part.request(vec![0; length]).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("part must have 120 bytes, and has {length}")
        );
    }
    for (change, message) in [
        (json!({"url": "s3cret url"}), "URL of the part is invalid"),
        (json!({"url": ""}), "URL of the part is invalid"),
        (
            json!({"headers": {"a b": "s3cret"}}),
            "header of the part is invalid",
        ),
        (
            json!({"headers": {"a": "s3cret\n"}}),
            "header of the part is invalid",
        ),
    ] {
        let upload = self::upload(|part| {
            for (key, value) in change.as_object().unwrap() {
                part[key] = value.clone();
            }
        });
        let error = upload.parts().next().unwrap().request(vec![0; 120]);
        assert_eq!(error.unwrap_err().to_string(), message);
    }
    assert!(!format!("{upload:?} {part:?}").contains("X-Amz-Signature"));
}

#[test]
fn a_part_is_stored_if_the_response_is_a_success_with_an_etag() {
    let upload = upload(|_| {});
    let part = upload.parts().next().unwrap();
    for (status, tag, message, next_step) in [
        (
            200,
            None,
            "the response to part 1 has no ETag header",
            "again; that replaces",
        ),
        (
            403,
            Some("\"a\""),
            "part 1 was not stored: the storage returned 403 Forbidden",
            "expired",
        ),
        (
            400,
            None,
            "part 1 was not stored: the storage returned 400 Bad Request",
            "checksum",
        ),
        (
            503,
            None,
            "part 1 was not stored: the storage returned 503 Service Unavailable",
            "again; that replaces",
        ),
    ] {
        let error = part.stored(&response(status, tag)).unwrap_err();
        assert_eq!((error.part(), error.status().as_u16()), (1, status));
        assert_eq!(error.to_string(), message);
        assert!(error.next_step().contains(next_step), "{error:?}");
    }
}

#[test]
fn finish_needs_each_part_once_and_sorts_them() {
    let mut created: Value = serde_json::from_str(CREATED).unwrap();
    let mut parts = vec![created["upload"]["parts"][0].clone(); 3];
    for (number, part) in [3, 1, 2].into_iter().zip(&mut parts) {
        part["number"] = json!(number);
    }
    created["upload"]["parts"] = json!(parts);
    let upload = Upload::new(serde_json::from_value(created).unwrap());
    let stored = |part: UploadPart<'_>| {
        let tag = format!("\"{}\"", part.number());
        part.stored(&response(200, Some(&tag))).unwrap()
    };
    let all: Vec<_> = upload.parts().map(stored).collect();
    let uploaded = upload.finish(all.clone()).unwrap();
    let numbers: Vec<_> = uploaded
        .request
        .parts
        .iter()
        .map(|part| (part.number, &*part.checksum_etag))
        .collect();
    assert_eq!(numbers, [(1, "\"1\""), (2, "\"2\""), (3, "\"3\"")]);

    for missing in 0..3 {
        let mut some = all.clone();
        let part = some.remove(missing).number;
        let error = upload.finish(some).unwrap_err().to_string();
        assert_eq!(error, format!("parts must include part {part}"));
    }
}

proptest! {
    #[test]
    fn parts_cover_the_file(size in 0..40 * GIB, part_size in 5 * MIB..64 * MIB) {
        for plan in [UploadPlan::new(size), UploadPlan::with_part_size(size, part_size)] {
            let ranges: Vec<_> = plan.unwrap().ranges().collect();
            prop_assert!((1..=10_000).contains(&ranges.len()));
            let mut end = 0;
            for range in &ranges {
                prop_assert_eq!(range.start, end);
                let length = range.end - range.start;
                prop_assert!(length >= 5 * MIB || range.end == size);
                prop_assert!(length > 0 || size == 0);
                end = range.end;
            }
            prop_assert_eq!(end, size);
        }
    }
}

/// The recorded upload, with a change to its part.
fn upload(change: impl FnOnce(&mut Value)) -> Upload {
    let mut created: Value = serde_json::from_str(CREATED).unwrap();
    change(created.pointer_mut("/upload/parts/0").unwrap());
    let file: FileUpload = serde_json::from_value(created).unwrap();
    Upload::new(file)
}

fn response(status: u16, tag: Option<&str>) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    if let Some(tag) = tag {
        response.headers_mut().insert("etag", tag.parse().unwrap());
    }
    response
}

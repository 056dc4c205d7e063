use std::time::Duration;

use polar_hyper::{
    Attempt, HyperTransport, Transport,
    bytes::Bytes,
    http::Request,
    types::files::FileService,
    upload::{Upload, UploadPlan},
};

use super::*;

#[tokio::test]
async fn the_storage_has_the_content_of_the_file() {
    for (size, parts) in [(0, 1), (1, 1), (10_000_000, 1), (10_000_001, 2)] {
        let server = Server::default();
        let client = client(&server).await.unwrap();
        let content = content(size);
        let file = file(&content).unwrap();
        let uploaded = upload(&client, file.path(), "application/pdf")
            .await
            .unwrap();
        assert!(uploaded.is_uploaded);
        assert_eq!(uploaded.size, i64::from(size));
        let storage = server.storage();
        assert_eq!(storage.log.len(), parts);
        assert!(storage.content.as_ref() == Some(&content), "{size}");
    }
}

#[tokio::test]
async fn a_part_is_sent_three_times_at_most() {
    for (failures, is_stored) in [(2, true), (3, false)] {
        let server = Server::default();
        let client = client(&server).await.unwrap();
        server.storage().failures = failures;
        let file = file(&content(7)).unwrap();
        let result = upload(&client, file.path(), "application/pdf").await;
        assert_eq!(result.is_ok(), is_stored);
        assert_eq!(server.storage().log.len(), 3);
        if let Err(error) = result {
            assert!(error.to_string().contains("503"), "{error}");
        }
    }
}

#[tokio::test]
async fn an_expired_upload_is_not_sent_again() {
    let server = Server::default();
    let client = client(&server).await.unwrap();
    server.storage().is_expired = true;
    let file = file(&content(7)).unwrap();
    let error = upload(&client, file.path(), "application/pdf")
        .await
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("403 Forbidden\nThe upload may have expired"),
        "{error}"
    );
    assert_eq!(server.storage().log, [(1, 403)]);
}

#[tokio::test]
async fn the_server_refuses_other_bytes_headers_and_urls() {
    let server = Server::default();
    let client = client(&server).await.unwrap();
    let plan = UploadPlan::new(3).unwrap();
    let checksum = "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=";
    let create = plan
        .request(
            "guide.pdf",
            "application/pdf",
            FileService::Downloadable,
            [checksum],
        )
        .unwrap();
    let upload = Upload::new(client.files().create(create.clone()).await.unwrap());
    let part = upload.parts().next().unwrap();

    let request = |change: fn(&mut Request<Bytes>)| {
        let mut request = part.request("abc").unwrap();
        change(&mut request);
        request
    };
    let requests = [
        (request(|_| {}), 200),
        (request(|request| *request.body_mut() = "xyz".into()), 400),
        (
            request(|request| {
                request.headers_mut().remove("x-amz-checksum-sha256");
            }),
            403,
        ),
        (
            request(|request| {
                let token = "Bearer polar_oat_example".parse().unwrap();
                request.headers_mut().insert("authorization", token);
            }),
            400,
        ),
        (
            request(|request| {
                let uri = request
                    .uri()
                    .to_string()
                    .replace("partNumber=1", "partNumber=2");
                *request.uri_mut() = uri.parse().unwrap();
            }),
            403,
        ),
    ];
    for (request, status) in requests {
        let attempt = Attempt::new(request, Duration::from_secs(30), 1024);
        let response = HyperTransport::new().send(attempt).await.unwrap();
        assert_eq!(response.status(), status);
        assert_eq!(part.stored(&response).is_ok(), status == 200);
    }

    let mut gap = create.clone();
    gap.upload.parts[0].chunk_start = 1;
    let mut short = create;
    short.size = 4;
    for request in [gap, short] {
        let error = client.files().create(request).await.unwrap_err();
        assert_eq!(error.status().unwrap(), 422);
    }
}

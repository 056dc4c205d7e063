use bytes::Bytes;

/// The requests that a server received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerLog {
    connections: usize,
    requests: Vec<ReceivedRequest>,
}

impl ServerLog {
    pub(super) fn new(connections: &[Vec<u8>]) -> Self {
        let requests = connections
            .iter()
            .enumerate()
            .flat_map(|(number, bytes)| parse_requests(number, bytes))
            .collect();
        Self {
            connections: connections.len(),
            requests,
        }
    }

    /// Returns the number of connections that were made.
    #[must_use]
    pub const fn connections(&self) -> usize {
        self.connections
    }

    /// Returns every request, complete or not: by connection, and in order on each.
    #[must_use]
    pub fn requests(&self) -> &[ReceivedRequest] {
        &self.requests
    }

    /// Returns the requests that arrived completely.
    pub fn complete(&self) -> impl Iterator<Item = &ReceivedRequest> {
        self.requests.iter().filter(|request| request.complete)
    }

    /// Returns the requests of which a part is missing.
    pub fn incomplete(&self) -> impl Iterator<Item = &ReceivedRequest> {
        self.requests.iter().filter(|request| !request.complete)
    }

    /// Returns whether a connection carried more than one request.
    #[must_use]
    pub fn reused_connections(&self) -> bool {
        let connections = self.requests.iter().map(|request| request.connection);
        connections
            .clone()
            .zip(connections.skip(1))
            .any(|(one, next)| one == next)
    }
}

/// A request as it arrived, complete or not.
///
/// Fields of which nothing has arrived are empty.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReceivedRequest {
    /// The number of its connection; the first is 0.
    pub connection: usize,
    /// Whether all of it arrived.
    pub complete: bool,
    /// The method.
    pub method: String,
    /// The request target, as sent.
    pub target: String,
    /// The minor HTTP version: `Some(1)` for HTTP/1.1.
    pub minor_version: Option<u8>,
    /// The headers in order, with names as sent. Bytes of a value that are not UTF-8 are
    /// replaced.
    pub headers: Vec<(String, String)>,
    /// The body as sent; a chunked body includes the chunk sizes.
    pub body: Bytes,
    /// Every byte of the request.
    pub bytes: Bytes,
}

impl ReceivedRequest {
    /// Returns the values of a header, in order. The name is matched without regard to case.
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers
            .iter()
            .filter(move |(other, _)| other.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    fn parse(connection: usize, bytes: &[u8], complete: bool) -> Self {
        let mut buffer = [httparse::EMPTY_HEADER; MAX_HEADERS];
        let mut request = httparse::Request::new(&mut buffer);
        let head = match request.parse(bytes) {
            Ok(httparse::Status::Complete(head)) => head,
            // The head is incomplete or not HTTP, so there is no body.
            _ => bytes.len(),
        };
        let headers = request
            .headers
            .iter()
            .filter(|header| !header.name.is_empty());
        Self {
            connection,
            complete,
            method: request.method.unwrap_or_default().to_owned(),
            target: request.path.unwrap_or_default().to_owned(),
            minor_version: request.version,
            headers: headers
                .map(|header| {
                    let value = String::from_utf8_lossy(header.value).into_owned();
                    (header.name.to_owned(), value)
                })
                .collect(),
            body: Bytes::copy_from_slice(bytes.get(head..).unwrap_or_default()),
            bytes: Bytes::copy_from_slice(bytes),
        }
    }
}

/// Splits the bytes received on a connection into requests; only the last may be incomplete.
fn parse_requests(connection: usize, mut bytes: &[u8]) -> Vec<ReceivedRequest> {
    let mut requests = Vec::new();
    while !bytes.is_empty() {
        let parts = request_length(bytes).and_then(|end| bytes.split_at_checked(end));
        let (request, rest, complete) = match parts {
            Some((request, rest)) => (request, rest, true),
            None => (bytes, &[][..], false),
        };
        requests.push(ReceivedRequest::parse(connection, request, complete));
        bytes = rest;
    }
    requests
}

/// Returns how many complete requests have arrived.
pub(super) fn count_complete(mut bytes: &[u8]) -> usize {
    let mut count = 0;
    while let Some(rest) = request_length(bytes).and_then(|end| bytes.get(end..)) {
        count += 1;
        bytes = rest;
    }
    count
}

/// Returns the length of the first request, once all of it has arrived.
fn request_length(bytes: &[u8]) -> Option<usize> {
    let mut buffer = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut request = httparse::Request::new(&mut buffer);
    let Ok(httparse::Status::Complete(head)) = request.parse(bytes) else {
        return None;
    };
    let value = |name: &str| {
        let named = |header: &&httparse::Header<'_>| header.name.eq_ignore_ascii_case(name);
        let header = request.headers.iter().find(named)?;
        std::str::from_utf8(header.value).ok()
    };
    let body = bytes.get(head..)?;
    let length = match (value("transfer-encoding"), value("content-length")) {
        (Some(_), _) => chunked_length(body)?,
        (None, Some(length)) => length.trim().parse().ok()?,
        (None, None) => 0,
    };
    (body.len() >= length).then_some(head + length)
}

/// Returns the length of a chunked body, once all of it has arrived. Trailers are not supported.
fn chunked_length(body: &[u8]) -> Option<usize> {
    let mut at = 0_usize;
    loop {
        let parsed = httparse::parse_chunk_size(body.get(at..)?).ok()?;
        let httparse::Status::Complete((line, size)) = parsed else {
            return None;
        };
        let data = usize::try_from(size).ok()?;
        at = at.checked_add(line)?.checked_add(data)?.checked_add(2)?;
        if size == 0 {
            return (body.len() >= at).then_some(at);
        }
    }
}

const MAX_HEADERS: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;

    const POST: &[u8] = b"POST /a?b=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc";
    const CHUNKED: &[u8] =
        b"POST /c HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
    const GET: &[u8] = b"GET /d HTTP/1.1\r\nHost: x\r\n\r\n";

    #[test]
    fn parse_requests_splits_consecutive_requests() {
        let bytes = [POST, CHUNKED, GET].concat();
        assert_eq!(count_complete(&bytes), 3);
        let requests = parse_requests(7, &bytes);
        let targets: Vec<_> = requests
            .iter()
            .map(|request| request.target.as_str())
            .collect();
        assert_eq!(targets, ["/a?b=1", "/c", "/d"]);
        assert!(
            requests
                .iter()
                .all(|request| request.complete && request.connection == 7)
        );
        assert_eq!(requests[0].body, "abc");
        assert_eq!(
            requests[0].values("content-length").collect::<Vec<_>>(),
            ["3"]
        );
        assert_eq!(
            (requests[0].method.as_str(), requests[0].minor_version),
            ("POST", Some(1))
        );
    }

    #[test]
    fn every_prefix_of_a_request_is_incomplete() {
        for request in [POST, CHUNKED, GET] {
            for end in 1..request.len() {
                let part = &request[..end];
                assert_eq!(count_complete(part), 0, "{}", part.escape_ascii());
                let requests = parse_requests(0, part);
                assert_eq!(requests.len(), 1);
                assert!(!requests[0].complete && requests[0].bytes == part);
            }
        }
    }

    #[test]
    fn bytes_that_are_not_http_are_an_incomplete_request() {
        let requests = parse_requests(0, b"\x16\x03\x01\x02\x00");
        assert!(!requests[0].complete && requests[0].method.is_empty());
    }
}

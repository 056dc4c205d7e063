use bytes::Bytes;

/// A request as it arrived, in part or whole.
///
/// What has not arrived is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Received {
    /// The connection it came on; the first is 0.
    pub connection: usize,
    /// Whether all of it arrived.
    pub whole: bool,
    /// The method.
    pub method: String,
    /// The target, as it was written.
    pub target: String,
    /// The HTTP version as it was written: `Some(1)` for HTTP/1.1.
    pub minor_version: Option<u8>,
    /// The headers in order, names as they were written, with what is not UTF-8 in a value
    /// replaced.
    pub headers: Vec<(String, String)>,
    /// The body, with its chunks as they were written if it had any.
    pub body: Bytes,
    /// Every byte of it.
    pub bytes: Bytes,
}

impl Received {
    /// The values of a header, in order; its name in any case.
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers
            .iter()
            .filter(move |(other, _)| other.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    fn parse(connection: usize, bytes: &[u8], whole: bool) -> Self {
        let mut room = [httparse::EMPTY_HEADER; HEADERS];
        let mut request = httparse::Request::new(&mut room);
        let head = match request.parse(bytes) {
            Ok(httparse::Status::Complete(head)) => head,
            // Not yet a whole head, or not one at all: there is no body.
            _ => bytes.len(),
        };
        let headers = request
            .headers
            .iter()
            .filter(|header| !header.name.is_empty());
        Self {
            connection,
            whole,
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

/// The requests in what a connection sent; only the last may be there in part.
pub(super) fn requests(connection: usize, mut bytes: &[u8]) -> Vec<Received> {
    let mut requests = Vec::new();
    while !bytes.is_empty() {
        let (request, rest, whole) = match length(bytes).and_then(|end| bytes.split_at_checked(end))
        {
            Some((request, rest)) => (request, rest, true),
            None => (bytes, &[][..], false),
        };
        requests.push(Received::parse(connection, request, whole));
        bytes = rest;
    }
    requests
}

/// How many requests have arrived whole.
pub(super) fn whole(mut bytes: &[u8]) -> usize {
    let mut count = 0;
    while let Some(rest) = length(bytes).and_then(|end| bytes.get(end..)) {
        count += 1;
        bytes = rest;
    }
    count
}

/// The length of the first request, once all of it is there.
fn length(bytes: &[u8]) -> Option<usize> {
    let mut room = [httparse::EMPTY_HEADER; HEADERS];
    let mut request = httparse::Request::new(&mut room);
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
        (Some(_), _) => chunks(body)?,
        (None, Some(length)) => length.trim().parse().ok()?,
        (None, None) => 0,
    };
    (body.len() >= length).then_some(head + length)
}

/// The length of a body in chunks, once all of it is there; trailers are not foreseen.
fn chunks(body: &[u8]) -> Option<usize> {
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

const HEADERS: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;

    const POST: &[u8] = b"POST /a?b=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc";
    const CHUNKED: &[u8] =
        b"POST /c HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
    const GET: &[u8] = b"GET /d HTTP/1.1\r\nHost: x\r\n\r\n";

    #[test]
    fn requests_are_told_apart() {
        let bytes = [POST, CHUNKED, GET].concat();
        assert_eq!(whole(&bytes), 3);
        let requests = requests(7, &bytes);
        let targets: Vec<_> = requests
            .iter()
            .map(|request| request.target.as_str())
            .collect();
        assert_eq!(targets, ["/a?b=1", "/c", "/d"]);
        assert!(
            requests
                .iter()
                .all(|request| request.whole && request.connection == 7)
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
    fn every_prefix_of_a_request_is_one_in_part() {
        for request in [POST, CHUNKED, GET] {
            for end in 1..request.len() {
                let part = &request[..end];
                assert_eq!(whole(part), 0, "{}", part.escape_ascii());
                let requests = requests(0, part);
                assert_eq!(requests.len(), 1);
                assert!(!requests[0].whole && requests[0].bytes == part);
            }
        }
    }

    #[test]
    fn what_is_not_http_is_a_request_in_part() {
        let requests = requests(0, b"\x16\x03\x01\x02\x00");
        assert!(!requests[0].whole && requests[0].method.is_empty());
    }
}

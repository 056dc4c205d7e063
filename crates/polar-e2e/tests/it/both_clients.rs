//! Both clients over both transports send the same bytes for each operation of the whole API, and
//! return the same value.

use std::collections::BTreeMap;

use polar_e2e::{Caller, Operation, ScriptServer, Setup};
use polar_testkit::wire::response;

/// A request as it arrived.
#[derive(Debug, PartialEq)]
struct Arrived {
    line: String,
    headers: BTreeMap<String, String>,
    body: String,
}

#[test]
fn both_clients_send_the_same_bytes_and_return_the_same_value() {
    let operations = Operation::whole_api();
    assert_eq!(operations.len(), 186);
    for operation in operations {
        let (name, status) = (operation.name(), operation.good_status());
        let good = match operation.good_response() {
            // A response 204 has neither a body nor a length.
            body if body.is_empty() && status == 204 => "HTTP/1.1 204 Status\r\n\r\n".into(),
            body => response(status, &[], &body),
        };
        let server = ScriptServer::start(move |peer| peer.respond_always(&good));
        let setup = Setup::new(&format!("http://{}", server.address()));
        let [hyper, ureq] = Caller::both(&setup).map(|caller| {
            let result = caller.call(&operation);
            result.unwrap_or_else(|error| panic!("{name}: {error:?}"))
        });
        assert_eq!(hyper, ureq, "{name}");
        let requests: Vec<Arrived> = server.requests().iter().map(|text| parse(text)).collect();
        let [hyper, ureq] = &requests[..] else {
            panic!("{name}: {requests:?}");
        };
        assert_eq!(hyper, ureq, "{name}");
    }
}

/// Takes a request apart. Headers can be in any order and case; nothing else may differ.
fn parse(text: &str) -> Arrived {
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let (line, headers) = head.split_once("\r\n").unwrap();
    let headers = headers.lines().map(|line| line.split_once(": ").unwrap());
    let named: Vec<(String, String)> = headers
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let count = named.len();
    let headers: BTreeMap<_, _> = named.into_iter().collect();
    assert_eq!(headers.len(), count, "a header is repeated: {head}");
    Arrived {
        line: line.to_owned(),
        headers,
        body: body.to_owned(),
    }
}

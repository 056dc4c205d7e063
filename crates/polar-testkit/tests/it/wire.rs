use std::{
    io::{ErrorKind, Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use polar_testkit::wire::{Action, Server, ServerPlan, response};

const GET: &[u8] = b"GET /a HTTP/1.1\r\nhost: x\r\n\r\n";

fn connect(server: &Server) -> TcpStream {
    let stream = TcpStream::connect(server.address()).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    stream
}

/// Reads until the end of the stream, and returns the bytes and the error, if any.
fn read_all(mut stream: &TcpStream) -> (Vec<u8>, Option<ErrorKind>) {
    let mut bytes = Vec::new();
    let end = stream
        .read_to_end(&mut bytes)
        .err()
        .map(|error| error.kind());
    (bytes, end)
}

#[test]
fn request_is_recorded_as_it_arrived() {
    let good = response(200, &[], "{}");
    let server = Server::start([Action::Read, Action::Write(good.clone())]).unwrap();
    let mut stream = connect(&server);
    stream
        .write_all(b"POST /v1/a%2Fb?x=1 HTTP/1.1\r\nHost: x\r\nX-Two: 1\r\nx-two: 2\r\n")
        .unwrap();
    stream.write_all(b"Content-Length: 4\r\n\r\nbody").unwrap();
    assert_eq!(read_all(&stream), (good.to_vec(), None));
    let log = server.finish();
    let [request] = log.requests() else {
        panic!("{log:?}");
    };
    assert!(request.complete);
    assert_eq!(
        (request.method.as_str(), request.target.as_str()),
        ("POST", "/v1/a%2Fb?x=1")
    );
    assert_eq!(request.headers[1], ("X-Two".to_owned(), "1".to_owned()));
    assert_eq!(request.values("x-two").collect::<Vec<_>>(), ["1", "2"]);
    assert_eq!(request.body, "body");
}

#[test]
fn unread_bytes_are_recorded() {
    let server = Server::start([Action::KeepOpen]).unwrap();
    let mut stream = connect(&server);
    stream.write_all(&[GET, &GET[..9]].concat()).unwrap();
    let log = server.finish();
    assert_eq!((log.complete().count(), log.incomplete().count()), (1, 1));
    assert_eq!(log.incomplete().next().unwrap().bytes, &GET[..9]);
}

#[test]
fn refusing_server_keeps_its_port() {
    let server = Server::start(ServerPlan::Refuse).unwrap();
    for _ in 0..2 {
        let error = TcpStream::connect(server.address()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
    }
    assert_eq!(server.finish().connections(), 0);
}

#[test]
fn unresolvable_server_has_an_invalid_host_name() {
    use std::net::ToSocketAddrs;
    let server = Server::start(ServerPlan::Unresolvable).unwrap();
    server.authority().to_socket_addrs().unwrap_err();
}

#[test]
fn close_ends_the_stream_and_reset_is_an_error() {
    let server = Server::start([Action::Read, Action::Close]).unwrap();
    let mut stream = connect(&server);
    stream.write_all(GET).unwrap();
    assert_eq!(read_all(&stream), (Vec::new(), None));

    let server = Server::start([Action::ReadBytes(3), Action::Reset]).unwrap();
    let mut stream = connect(&server);
    stream.write_all(GET).unwrap();
    assert_eq!(
        read_all(&stream),
        (Vec::new(), Some(ErrorKind::ConnectionReset))
    );
    assert_eq!(server.finish().requests()[0].bytes, &GET[..3]);
}

#[test]
fn further_connections_repeat_the_last_list_of_the_plan() {
    let respond = |text| vec![Action::Read, Action::Write(response(200, &[], text))];
    let server = Server::start([respond("one"), respond("two")]).unwrap();
    for text in ["one", "two", "two"] {
        let mut stream = connect(&server);
        stream.write_all(GET).unwrap();
        assert_eq!(read_all(&stream).0, response(200, &[], text));
    }
    let log = server.finish();
    assert_eq!((log.connections(), log.complete().count()), (3, 3));
    assert!(!log.reused_connections());
}

#[test]
fn connection_can_carry_several_exchanges() {
    let both = response(200, &[], "x");
    let exchange = [Action::Read, Action::Write(both.clone())];
    let server = Server::start([[exchange.clone(), exchange].concat()]).unwrap();
    let mut stream = connect(&server);
    stream.write_all(GET).unwrap();
    stream.read_exact(&mut vec![0; both.len()]).unwrap();
    stream.write_all(GET).unwrap();
    assert_eq!(read_all(&stream).0, both);
    assert!(server.finish().reused_connections());
}

#[test]
fn write_forever_ends_when_the_client_disconnects() {
    let server = Server::start([
        Action::Read,
        Action::WriteForever("x".into()),
        Action::Close,
    ])
    .unwrap();
    let mut stream = connect(&server);
    stream.write_all(GET).unwrap();
    stream.read_exact(&mut [0; 1000]).unwrap();
    drop(stream);
    let start = Instant::now();
    drop(server);
    assert!(start.elapsed() < Duration::from_secs(5));
}

#[test]
fn server_closes_connections_at_its_time_limit() {
    let limit = Duration::from_millis(50);
    for actions in [
        vec![Action::KeepOpen],
        vec![Action::Read],
        vec![Action::Close, Action::KeepOpen],
        vec![Action::WriteSlowly(
            "x".repeat(10_000).into(),
            Duration::from_millis(5),
        )],
        vec![Action::Sleep(Duration::from_secs(60))],
    ] {
        let server = Server::start_with_limit([actions], limit).unwrap();
        let start = Instant::now();
        let _ = read_all(&connect(&server));
        assert!(start.elapsed() < Duration::from_secs(5));
    }
}

#[test]
fn dropping_a_server_stops_its_actions() {
    let server = Server::start([Action::Sleep(Duration::from_secs(60)), Action::KeepOpen]).unwrap();
    let stream = connect(&server);
    let start = Instant::now();
    drop(server);
    let _ = read_all(&stream);
    assert!(start.elapsed() < Duration::from_secs(5));
}

#[test]
fn wait_for_close_waits_until_the_server_closed_a_connection() {
    let brief = Duration::from_millis(20);
    for end in [Action::Close, Action::Reset] {
        let server = Server::start([vec![Action::Read, end], vec![Action::KeepOpen]]).unwrap();
        let mut stream = connect(&server);
        let other = connect(&server);
        assert!(!server.wait_for_close(0, brief));
        stream.write_all(GET).unwrap();
        assert!(server.wait_for_close(0, Duration::from_secs(10)));
        assert_eq!(read_all(&stream).0, b"");
        assert!(!server.wait_for_close(1, brief));
        drop(other);
    }
}

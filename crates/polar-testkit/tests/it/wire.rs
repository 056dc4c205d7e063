use std::{
    io::{ErrorKind, Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use polar_testkit::wire::{Act, Plan, Server, answer};

const GET: &[u8] = b"GET /a HTTP/1.1\r\nhost: x\r\n\r\n";

fn connect(server: &Server) -> TcpStream {
    let stream = TcpStream::connect(server.address()).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    stream
}

/// Everything until the end, and how it ended.
fn read_all(mut stream: &TcpStream) -> (Vec<u8>, Option<ErrorKind>) {
    let mut bytes = Vec::new();
    let end = stream
        .read_to_end(&mut bytes)
        .err()
        .map(|error| error.kind());
    (bytes, end)
}

#[test]
fn a_request_is_recorded_as_it_came() {
    let good = answer(200, &[], "{}");
    let server = Server::start([Act::Read, Act::Write(good.clone())]).unwrap();
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
    assert!(request.whole);
    assert_eq!(
        (request.method.as_str(), request.target.as_str()),
        ("POST", "/v1/a%2Fb?x=1")
    );
    assert_eq!(request.headers[1], ("X-Two".to_owned(), "1".to_owned()));
    assert_eq!(request.values("x-two").collect::<Vec<_>>(), ["1", "2"]);
    assert_eq!(request.body, "body");
}

#[test]
fn what_nobody_has_read_is_recorded_all_the_same() {
    let server = Server::start([Act::Hold]).unwrap();
    let mut stream = connect(&server);
    stream.write_all(&[GET, &GET[..9]].concat()).unwrap();
    let log = server.finish();
    assert_eq!((log.whole().count(), log.partial().count()), (1, 1));
    assert_eq!(log.partial().next().unwrap().bytes, &GET[..9]);
}

#[test]
fn a_refusing_server_keeps_its_port_and_refuses() {
    let server = Server::start(Plan::Refuse).unwrap();
    for _ in 0..2 {
        let error = TcpStream::connect(server.address()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
    }
    assert_eq!(server.finish().connections(), 0);
}

#[test]
fn a_nameless_server_has_a_name_that_nobody_resolves() {
    use std::net::ToSocketAddrs;
    let server = Server::start(Plan::Nameless).unwrap();
    server.authority().to_socket_addrs().unwrap_err();
}

#[test]
fn a_close_is_an_end_and_a_reset_is_an_error() {
    let server = Server::start([Act::Read, Act::Close]).unwrap();
    let mut stream = connect(&server);
    stream.write_all(GET).unwrap();
    assert_eq!(read_all(&stream), (Vec::new(), None));

    let server = Server::start([Act::ReadBytes(3), Act::Reset]).unwrap();
    let mut stream = connect(&server);
    stream.write_all(GET).unwrap();
    assert_eq!(
        read_all(&stream),
        (Vec::new(), Some(ErrorKind::ConnectionReset))
    );
    assert_eq!(server.finish().requests()[0].bytes, &GET[..3]);
}

#[test]
fn connections_beyond_the_plan_get_the_last_of_it() {
    let say = |text| vec![Act::Read, Act::Write(answer(200, &[], text))];
    let server = Server::start([say("one"), say("two")]).unwrap();
    for text in ["one", "two", "two"] {
        let mut stream = connect(&server);
        stream.write_all(GET).unwrap();
        assert_eq!(read_all(&stream).0, answer(200, &[], text));
    }
    let log = server.finish();
    assert_eq!((log.connections(), log.whole().count()), (3, 3));
    assert!(!log.keeps_connections());
}

#[test]
fn a_connection_can_carry_several_exchanges() {
    let both = answer(200, &[], "x");
    let exchange = [Act::Read, Act::Write(both.clone())];
    let server = Server::start([[exchange.clone(), exchange].concat()]).unwrap();
    let mut stream = connect(&server);
    stream.write_all(GET).unwrap();
    stream.read_exact(&mut vec![0; both.len()]).unwrap();
    stream.write_all(GET).unwrap();
    assert_eq!(read_all(&stream).0, both);
    assert!(server.finish().keeps_connections());
}

#[test]
fn pouring_ends_when_the_client_hangs_up() {
    let server = Server::start([Act::Read, Act::Pour("x".into()), Act::Close]).unwrap();
    let mut stream = connect(&server);
    stream.write_all(GET).unwrap();
    stream.read_exact(&mut [0; 1000]).unwrap();
    drop(stream);
    let start = Instant::now();
    drop(server);
    assert!(start.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_server_keeps_nobody_beyond_its_bound() {
    let bound = Duration::from_millis(50);
    for acts in [
        vec![Act::Hold],
        vec![Act::Read],
        vec![Act::Close, Act::Hold],
        vec![Act::Drip(
            "x".repeat(10_000).into(),
            Duration::from_millis(5),
        )],
        vec![Act::Pause(Duration::from_secs(60))],
    ] {
        let server = Server::start_bounded([acts], bound).unwrap();
        let start = Instant::now();
        let _ = read_all(&connect(&server));
        assert!(start.elapsed() < Duration::from_secs(5));
    }
}

#[test]
fn dropping_a_server_ends_what_it_does() {
    let server = Server::start([Act::Pause(Duration::from_secs(60)), Act::Hold]).unwrap();
    let stream = connect(&server);
    let start = Instant::now();
    drop(server);
    let _ = read_all(&stream);
    assert!(start.elapsed() < Duration::from_secs(5));
}

#[test]
fn one_can_wait_until_a_connection_was_ended_from_the_servers_side() {
    let brief = Duration::from_millis(20);
    for end in [Act::Close, Act::Reset] {
        let server = Server::start([vec![Act::Read, end], vec![Act::Hold]]).unwrap();
        let mut stream = connect(&server);
        let other = connect(&server);
        assert!(!server.wait_for_end(0, brief));
        stream.write_all(GET).unwrap();
        assert!(server.wait_for_end(0, Duration::from_secs(10)));
        assert_eq!(read_all(&stream).0, b"");
        assert!(!server.wait_for_end(1, brief));
        drop(other);
    }
}

use std::{io, net::TcpListener, time::Duration};

use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use polar_mock::Mock;
use tokio::net::TcpStream;

use crate::{
    exchange::{answer, whole},
    page::page,
    shutdown::ShutdownSignal,
    webhooks::{Webhooks, dispatch},
    wire::Wire,
};

/// Serves a mock on a listener, on the calling thread, until it is told to stop.
///
/// Connections are served side by side and kept alive; each request is answered as a whole, one
/// after the other. One that stays idle for five seconds is closed, as Polar was seen to do. When
/// the server stops, its connections end, and webhooks that are on their way are lost.
///
/// Webhooks are delivered as [`Webhooks::once`] says.
///
/// # Errors
///
/// When the listener cannot be used, or no runtime can be made.
pub fn run(listener: TcpListener, mock: Mock, signal: ShutdownSignal) -> io::Result<()> {
    run_with(listener, mock, Webhooks::once(), signal)
}

/// Serves a mock as [`run`] does, and delivers its webhooks in this way.
///
/// # Errors
///
/// As [`run`].
pub fn run_with(
    listener: TcpListener,
    mock: Mock,
    webhooks: Webhooks,
    signal: ShutdownSignal,
) -> io::Result<()> {
    serve_until(listener, mock, webhooks, false, signal)
}

/// Serves a mock as [`run_with`] does, with a page for people at `/_mock/`: organisations, seats, the
/// outbox, events, the clock, and faults to order. It shows the tokens of the mock, so keep the
/// listener on a loopback address.
///
/// # Errors
///
/// As [`run`].
pub fn run_with_page(
    listener: TcpListener,
    mock: Mock,
    webhooks: Webhooks,
    signal: ShutdownSignal,
) -> io::Result<()> {
    serve_until(listener, mock, webhooks, true, signal)
}

fn serve_until(
    listener: TcpListener,
    mock: Mock,
    webhooks: Webhooks,
    with_page: bool,
    signal: ShutdownSignal,
) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async move {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        tokio::spawn(dispatch(mock.clone(), webhooks));
        tokio::spawn(accept(listener, mock, with_page));
        // What is running ends with the runtime.
        signal.stopped().await;
        Ok(())
    })
}

async fn accept(listener: tokio::net::TcpListener, mock: Mock, with_page: bool) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                tokio::spawn(serve(stream, mock.clone(), with_page));
            }
            // Out of file descriptors, mostly: it passes when connections end.
            Err(_) => tokio::time::sleep(BREATHER).await,
        }
    }
}

async fn serve(stream: TcpStream, mock: Mock, with_page: bool) {
    // Without it, an answer in two pieces waits for the client's delayed acknowledgement.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| {
        let mock = mock.clone();
        async move {
            match page(&request).filter(|_| with_page) {
                Some(page) => Ok(page.map(whole)),
                None => answer(mock, request).await,
            }
        }
    });
    // An error is the client's going away; there is nobody to tell.
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(IDLE)
        .serve_connection(TokioIo::new(Wire::new(stream)), service)
        .await;
}

const IDLE: Duration = Duration::from_secs(5);
const BREATHER: Duration = Duration::from_millis(50);

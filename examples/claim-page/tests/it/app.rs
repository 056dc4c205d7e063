//! The application for one test, with its own mock, port and log.

use std::{
    io::{self, Write},
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime},
};

use async_trait::async_trait;
use bytes::Bytes;
use example_claim_page::{
    App, Clock, Contact, Secret, Settings,
    tour::{Page, UserAgent},
};
use http::Method;
use polar_hyper::{
    Attempt, Client, Config, Response, Transport, TransportError, TransportErrorKind,
    types::{AssignSeat, InvitationToken, Recipient, SubscriptionId},
};
use polar_mock::{Mock, MockTransport, Organization, Purchase};
use tokio::net::TcpListener;
use tracing::{Level, subscriber::DefaultGuard};

pub(crate) struct TestApp {
    pub(crate) mock: Mock,
    pub(crate) acme: Organization,
    pub(crate) team: Purchase<SubscriptionId>,
    pub(crate) address: SocketAddr,
    pub(crate) client: Client,
    pub(crate) transport: FaultyTransport,
    log: Log,
    _logging: DefaultGuard,
}

/// The log of all levels.
#[derive(Debug, Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl TestApp {
    /// Acme's team plan with three free seats.
    pub(crate) async fn new() -> Self {
        Self::with("Atlas for teams", |_| {}).await
    }

    pub(crate) async fn with(product: &str, change: impl FnOnce(&mut Settings)) -> Self {
        let mock = Mock::new();
        let acme = mock.organization("Acme");
        let team = acme.buyer("kim@acme.com").subscription(product, 3);
        let transport = FaultyTransport::new(&mock);
        let config = Config::new().access_token(acme.access_token());
        let client = Client::new(transport.clone(), config);

        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let contact = Contact::new("Kim Lee", "kim@acme.com");
        let portal = "https://polar.test/acme/portal";
        let password = Secret::new(PASSWORD);
        let mut settings = Settings::new(client.clone(), team.id(), portal, contact, password);
        // With only one subscriber, of one thread, tracing lets another thread decide that an event is of
        // no interest.
        let _ = tracing::subscriber::set_global_default(tracing_subscriber::registry());
        let log = Log::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(Level::TRACE)
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .finish();
        // For this thread, which also serves the pages.
        let logging = tracing::subscriber::set_default(subscriber);
        let clock = mock.clone();
        settings.clock = Clock::new(move || clock.now().into());
        settings.https = false;
        change(&mut settings);
        let router = App::new(settings).router();
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self {
            mock,
            acme,
            team,
            address,
            client,
            transport,
            log,
            _logging: logging,
        }
    }

    /// Acme's team plan, an invitation for Zoe, and her user agent with its page.
    pub(crate) async fn with_open_invitation() -> (Self, InvitationToken, UserAgent) {
        let app = Self::new().await;
        let token = app.invite("zoe@acme.com").await;
        let mut zoe = app.user_agent();
        zoe.get(&link(&token)).await.unwrap();
        (app, token, zoe)
    }

    pub(crate) fn user_agent(&self) -> UserAgent {
        UserAgent::new(self.address)
    }

    /// A user agent that is signed in as the billing manager.
    pub(crate) async fn manager(&self) -> UserAgent {
        let mut kim = self.user_agent();
        kim.get("/sign-in").await.unwrap();
        let page = submit(&mut kim, "/sign-in", ("password", PASSWORD)).await;
        assert_eq!(page.route, "GET /team");
        kim
    }

    /// Invites a person, and returns the token in the email.
    pub(crate) async fn invite(&self, email: &str) -> InvitationToken {
        let request = AssignSeat::new(self.team.id(), Recipient::email(email));
        self.client.customer_seats().assign(request).await.unwrap();
        self.mock.mail_to(email).unwrap().invitation_token
    }

    /// Asserts the status of a person's seat at Polar.
    pub(crate) async fn assert_seat(&self, email: &str, expected: Option<&str>) {
        let seats = self.client.customer_seats();
        let list = seats.list(self.team.id()).await.unwrap();
        let status = list.find_by_email(email).map(|seat| seat.status.as_str());
        assert_eq!(status, expected, "{email}");
    }

    pub(crate) fn log(&self) -> String {
        String::from_utf8(self.log.0.lock().unwrap().clone()).unwrap()
    }
}

/// Asserts that a text contains a part of it, and shows both otherwise.
#[track_caller]
pub(crate) fn assert_contains(text: &str, part: &str) {
    assert!(text.contains(part), "{part:?} is not in {text:?}");
}

pub(crate) fn link(token: &InvitationToken) -> String {
    format!("/claim?invitation_token={}", token.expose())
}

/// Opens a page without following redirects.
pub(crate) async fn get_once(user_agent: &mut UserAgent, path: &str) -> Page {
    let exchange = user_agent.exchange(Method::GET, path, Vec::new());
    exchange.await.unwrap()
}

/// Sends a form of the current page, and follows redirects.
pub(crate) async fn submit(user_agent: &mut UserAgent, path: &str, field: (&str, &str)) -> Page {
    user_agent.submit(path, &[field]).await.unwrap()
}

/// The transport of the mock, with faults on request.
#[derive(Debug, Clone)]
pub(crate) struct FaultyTransport {
    mock: MockTransport,
    fault: Arc<Mutex<Fault>>,
    claims: Arc<AtomicUsize>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Fault {
    None,
    /// No connection.
    Connect,
    /// A claim is lost, and the transport does not know whether it was sent.
    RequestLost,
    /// A claim is carried out, and its response is lost.
    ResponseLost,
    /// A claim takes this long.
    ClaimSlow(Duration),
    /// Every request gets a 429 with this `Retry-After`, in seconds.
    RateLimited(u64),
}

impl FaultyTransport {
    fn new(mock: &Mock) -> Self {
        Self {
            mock: mock.transport(),
            fault: Arc::new(Mutex::new(Fault::None)),
            claims: Arc::default(),
        }
    }

    pub(crate) fn set_fault(&self, fault: Fault) {
        *self.fault.lock().unwrap() = fault;
    }

    /// The number of claims that were sent.
    pub(crate) fn claims(&self) -> usize {
        self.claims.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Transport for FaultyTransport {
    async fn send(&self, attempt: Attempt) -> Result<Response, TransportError> {
        let is_claim = attempt.request.uri().path() == "/v1/customer-seats/claim";
        if is_claim {
            self.claims.fetch_add(1, Ordering::SeqCst);
        }
        let fault = *self.fault.lock().unwrap();
        match fault {
            Fault::Connect => Err(TransportError::not_sent(TransportErrorKind::Connect)),
            Fault::RequestLost if is_claim => {
                Err(TransportError::unknown(TransportErrorKind::Interrupted))
            }
            Fault::ResponseLost if is_claim => {
                self.mock.send(attempt).await?;
                Err(TransportError::unknown(TransportErrorKind::Interrupted))
            }
            Fault::ClaimSlow(time) if is_claim => {
                tokio::time::sleep(time).await;
                self.mock.send(attempt).await
            }
            Fault::RateLimited(seconds) => {
                let mut response = Response::new(Bytes::new());
                *response.status_mut() = http::StatusCode::TOO_MANY_REQUESTS;
                response.headers_mut().insert("retry-after", seconds.into());
                Ok(response)
            }
            _ => self.mock.send(attempt).await,
        }
    }

    async fn sleep(&self, _: Duration) {}

    fn wall_clock(&self) -> SystemTime {
        self.mock.wall_clock()
    }
}

pub(crate) const PASSWORD: &str = "correct horse battery staple";

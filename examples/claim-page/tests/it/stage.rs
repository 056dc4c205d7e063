//! An application for one test: its own Polar, its own port, its own log.

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
use example_claim_page::{App, Clock, Contact, Secret, Settings, tour::Walker};
use polar_hyper::{
    Attempt, Client, Config, Response, Transport, TransportError, TransportErrorKind,
    types::{AssignSeat, InvitationToken, Recipient, SubscriptionId},
};
use polar_mock::{Mock, MockTransport, Organization, Purchase};
use tokio::net::TcpListener;
use tracing::{Level, subscriber::DefaultGuard};

pub(crate) struct Stage {
    pub(crate) mock: Mock,
    pub(crate) acme: Organization,
    pub(crate) team: Purchase<SubscriptionId>,
    pub(crate) address: SocketAddr,
    pub(crate) client: Client,
    pub(crate) wire: Wire,
    log: Log,
    _logging: DefaultGuard,
}

/// What was logged, by all levels.
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

impl Stage {
    /// Acme's team plan with three seats, none of them taken.
    pub(crate) async fn new() -> Self {
        Self::with("Atlas for teams", |_| {}).await
    }

    pub(crate) async fn with(product: &str, change: impl FnOnce(&mut Settings)) -> Self {
        let mock = Mock::new();
        let acme = mock.organization("Acme");
        let team = acme.buyer("kim@acme.com").subscription(product, 3);
        let wire = Wire::to(&mock);
        let config = Config::new().access_token(acme.access_token());
        let client = Client::new(wire.clone(), config);

        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let contact = Contact {
            name: "Kim Lee".to_owned(),
            email: "kim@acme.com".to_owned(),
        };
        let portal = "https://polar.test/acme/portal";
        let password = Secret::new(PASSWORD);
        let mut settings = Settings::new(client.clone(), team.id(), portal, contact, password);
        let log = Log::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(Level::TRACE)
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .finish();
        // Of this thread, which serves the pages, too.
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
            wire,
            log,
            _logging: logging,
        }
    }

    pub(crate) fn walker(&self) -> Walker {
        Walker::new(self.address)
    }

    /// Somebody who signed in as the billing manager.
    pub(crate) async fn manager(&self) -> Walker {
        let mut kim = self.walker();
        kim.get("/sign-in").await.unwrap();
        let page = kim
            .submit("/sign-in", &[("password", PASSWORD)])
            .await
            .unwrap();
        assert_eq!(page.route, "GET /team");
        kim
    }

    /// Invites somebody, and gives the token in the mail.
    pub(crate) async fn invite(&self, email: &str) -> InvitationToken {
        let request = AssignSeat::new(self.team.id(), Recipient::email(email));
        self.client.customer_seats().assign(request).await.unwrap();
        self.mock.mail_to(email).unwrap().invitation_token
    }

    /// The word for the state of somebody's seat, as Polar has it.
    pub(crate) async fn state(&self, email: &str) -> Option<String> {
        let list = self
            .client
            .customer_seats()
            .list(self.team.id())
            .await
            .unwrap();
        list.find_by_email(email)
            .map(|seat| seat.status.to_string())
    }

    pub(crate) fn log(&self) -> String {
        String::from_utf8(self.log.0.lock().unwrap().clone()).unwrap()
    }
}

pub(crate) fn link(token: &InvitationToken) -> String {
    format!("/claim?invitation_token={}", token.expose())
}

/// What carries requests to the mock, unless it is cut.
#[derive(Debug, Clone)]
pub(crate) struct Wire {
    mock: MockTransport,
    cut: Arc<Mutex<Cut>>,
    claims: Arc<AtomicUsize>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Cut {
    Nowhere,
    /// Nothing gets there.
    All,
    /// A claim does not get there, and nobody can tell.
    ClaimOnTheWay,
    /// A claim gets there, and its answer gets lost.
    ClaimOnTheWayBack,
    /// A claim takes so long.
    ClaimSlow(Duration),
    /// Everything is refused for so many seconds.
    Throttled(u64),
}

impl Wire {
    fn to(mock: &Mock) -> Self {
        Self {
            mock: mock.transport(),
            cut: Arc::new(Mutex::new(Cut::Nowhere)),
            claims: Arc::default(),
        }
    }

    pub(crate) fn cut(&self, cut: Cut) {
        *self.cut.lock().unwrap() = cut;
    }

    /// How many claims were sent, whatever became of them.
    pub(crate) fn claims(&self) -> usize {
        self.claims.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Transport for Wire {
    async fn send(&self, attempt: Attempt) -> Result<Response, TransportError> {
        let is_claim = attempt.request.uri().path() == "/v1/customer-seats/claim";
        if is_claim {
            self.claims.fetch_add(1, Ordering::SeqCst);
        }
        let cut = *self.cut.lock().unwrap();
        match cut {
            Cut::All => Err(TransportError::not_sent(TransportErrorKind::Connect)),
            Cut::ClaimOnTheWay if is_claim => {
                Err(TransportError::unknown(TransportErrorKind::Interrupted))
            }
            Cut::ClaimOnTheWayBack if is_claim => {
                self.mock.send(attempt).await?;
                Err(TransportError::unknown(TransportErrorKind::Interrupted))
            }
            Cut::ClaimSlow(time) if is_claim => {
                tokio::time::sleep(time).await;
                self.mock.send(attempt).await
            }
            Cut::Throttled(seconds) => {
                let mut reply = Response::new(Bytes::new());
                *reply.status_mut() = http::StatusCode::TOO_MANY_REQUESTS;
                reply.headers_mut().insert("retry-after", seconds.into());
                Ok(reply)
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

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, StatusCode};
use polar_mock::{Customer, Mock, Organization, Purchase};
use polar_types::{AccessToken, SubscriptionId};
use serde_json::{Value, json};

/// A response, with its body as JSON if it is JSON.
#[derive(Debug, Clone)]
pub(crate) struct TestResponse {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    pub(crate) json: Value,
}

impl TestResponse {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// Returns the name of the error.
    pub(crate) fn error(&self) -> &str {
        self.json["error"].as_str().unwrap_or_default()
    }

    pub(crate) fn detail(&self) -> &str {
        self.json["detail"].as_str().unwrap_or_default()
    }

    #[track_caller]
    pub(crate) fn ok(self) -> Value {
        assert_eq!(self.status, StatusCode::OK, "{}", self.text);
        self.json
    }

    pub(crate) fn status_and_text(&self) -> (u16, &str) {
        (self.status.as_u16(), &self.text)
    }

    #[track_caller]
    pub(crate) fn assert_without(&self, headers: [&str; 2]) {
        assert_eq!(headers.map(|name| self.header(name)), [None, None]);
    }

    #[track_caller]
    pub(crate) fn assert_error(&self, status: u16, error: &str, detail: &str) {
        let found = (self.status.as_u16(), self.error(), self.detail());
        assert_eq!(found, (status, error, detail));
    }
}

/// A request under construction.
pub(crate) struct TestRequest<'a> {
    mock: &'a Mock,
    builder: http::request::Builder,
    body: Bytes,
    length: bool,
}

pub(crate) fn request<'a>(mock: &'a Mock, method: &str, path: &str) -> TestRequest<'a> {
    let builder = Request::builder()
        .method(method)
        .uri(path)
        .header("host", "mock.local");
    let length = matches!(method, "POST" | "PUT" | "PATCH");
    TestRequest {
        mock,
        builder,
        body: Bytes::new(),
        length,
    }
}

pub(crate) fn get(mock: &Mock, path: &str) -> TestResponse {
    request(mock, "GET", path).send()
}

pub(crate) fn post(mock: &Mock, path: &str, body: &Value) -> TestResponse {
    request(mock, "POST", path).json(body).send()
}

impl TestRequest<'_> {
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
        self.builder = self.builder.header(name, value);
        self
    }

    /// Sets a host other than the mock's own.
    pub(crate) fn host(mut self, host: &str) -> Self {
        let headers = self.builder.headers_mut().unwrap();
        headers.insert("host", host.parse().unwrap());
        self
    }

    pub(crate) fn token(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    /// Sets a body without a content type.
    pub(crate) fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.header("content-type", "application/json")
            .body(body.to_string())
    }

    /// Omits `Content-Length`, which a test can set with `header`.
    pub(crate) fn without_length(mut self) -> Self {
        self.length = false;
        self
    }

    pub(crate) fn with_length(mut self) -> Self {
        self.length = true;
        self
    }

    pub(crate) fn send(self) -> TestResponse {
        let mut builder = self.builder;
        if self.length {
            builder = builder.header("content-length", self.body.len());
        }
        let (head, body) = self
            .mock
            .handle(builder.body(self.body).unwrap())
            .into_parts();
        let text = String::from_utf8(body.to_vec()).unwrap();
        TestResponse {
            status: head.status,
            headers: head.headers,
            json: serde_json::from_str(&text).unwrap_or_default(),
            text,
        }
    }
}

/// An organization with a buyer and a subscription, and the calls of tests.
pub(crate) struct Team {
    pub(crate) mock: Mock,
    pub(crate) organization: Organization,
    pub(crate) buyer: Customer,
    pub(crate) subscription: Purchase<SubscriptionId>,
    token: AccessToken,
}

impl Team {
    /// Returns a team of a member-model organization.
    pub(crate) fn new(seats: u64) -> Self {
        let mock = Mock::new();
        let organization = mock.organization("Acme");
        Self::of(mock, organization, seats)
    }

    pub(crate) fn legacy(seats: u64) -> Self {
        let mock = Mock::new();
        let organization = mock.legacy_organization("Acme");
        Self::of(mock, organization, seats)
    }

    pub(crate) fn of(mock: Mock, organization: Organization, seats: u64) -> Self {
        let buyer = organization.buyer("buyer@acme.com");
        let subscription = buyer.subscription("Team plan", seats);
        let token = organization.access_token();
        Self {
            mock,
            organization,
            buyer,
            subscription,
            token,
        }
    }

    pub(crate) fn request(&self, method: &str, path: &str) -> TestRequest<'_> {
        request(&self.mock, method, path).token(self.token.expose())
    }

    /// Assigns a seat of the subscription.
    pub(crate) fn assign(&self, recipient: &Value) -> TestResponse {
        let mut body = recipient.clone();
        body["subscription_id"] = json!(self.subscription.id());
        self.request("POST", "/v1/customer-seats")
            .json(&body)
            .send()
    }

    pub(crate) fn assign_to(&self, email: &str) -> Value {
        self.assign(&json!({"email": email})).ok()
    }

    pub(crate) fn list(&self) -> Value {
        self.request("GET", &self.list_path()).send().ok()
    }

    pub(crate) fn list_path(&self) -> String {
        let id = self.subscription.id();
        format!("/v1/customer-seats?subscription_id={id}")
    }

    pub(crate) fn revoke(&self, seat: &Value) -> TestResponse {
        self.request("DELETE", &format!("/v1/customer-seats/{}", id(seat)))
            .send()
    }

    pub(crate) fn resend(&self, seat: &Value) -> TestResponse {
        self.request("POST", &format!("/v1/customer-seats/{}/resend", id(seat)))
            .send()
    }

    pub(crate) fn claim(&self, token: &str) -> TestResponse {
        let body = json!({"invitation_token": token});
        post(&self.mock, "/v1/customer-seats/claim", &body)
    }

    /// Claims with the newest invitation to an address.
    pub(crate) fn claim_as(&self, email: &str) -> TestResponse {
        self.claim(&self.token_for(email))
    }

    pub(crate) fn token_for(&self, email: &str) -> String {
        let mail = self.mock.mail_to(email).unwrap();
        mail.invitation_token.expose().to_owned()
    }

    pub(crate) fn claim_info(&self, token: &str) -> TestResponse {
        get(&self.mock, &format!("/v1/customer-seats/claim/{token}"))
    }

    /// Returns the types of the events so far.
    pub(crate) fn events(&self) -> Vec<String> {
        self.mock
            .events()
            .iter()
            .map(|event| event.kind.clone().into_owned())
            .collect()
    }
}

/// Returns the numbers of available seats and of all seats in a list.
pub(crate) fn availability(list: &Value) -> [Option<u64>; 2] {
    ["available_seats", "total_seats"].map(|key| list[key].as_u64())
}

/// The headers of responses that are compared with the server's.
pub(crate) const HEADERS: [&str; 6] = [
    "content-type",
    "www-authenticate",
    "location",
    "polar-version",
    "cache-control",
    "allow",
];

pub(crate) fn id(seat: &Value) -> &str {
    seat["id"].as_str().unwrap()
}

//! Calling an operation with both clients over a transport that plays the recorded response.

use polar_core::{
    Auth, Client, Config, Error, Operation, RetryPolicy, Spec, Target, blocking,
    http::Method,
    types::{AccessToken, CustomerSessionToken},
};
use polar_testkit::script::{ScriptStep, ScriptedTransport, SentRequest, block_on};

use crate::{
    RecordedRequest, RecordedResponse, Recording,
    table::{Built, Returned},
};

/// What a client sent, if it sent anything, and what it returned.
pub(crate) struct Played {
    pub(crate) sent: Option<SentRequest>,
    pub(crate) result: Result<Returned, Error>,
}

/// Calls an operation with both clients, with or without a credential.
pub(crate) fn play(recording: &Recording, built: &Built, token: Option<&str>) -> [Played; 2] {
    let response = &recording.response;
    let config = config(&recording.request, token);
    let session = token.and_then(|token| CustomerSessionToken::new(token).ok());
    let session = session.filter(|_| built.spec().auth == Auth::CustomerSession);
    let played = |call: &dyn Fn(ScriptedTransport, Config) -> Result<Returned, Error>| {
        let transport = transport(response);
        let result = call(transport.clone(), config.clone());
        Played {
            sent: transport.trace().sent().next().cloned(),
            result,
        }
    };
    [
        played(&|transport, config| {
            let client = blocking::Client::new(transport, config);
            built.call_blocking(&client, session.as_ref())
        }),
        played(&|transport, config| {
            let client = Client::new(transport, config);
            block_on(built.call(&client, session.as_ref()))
        }),
    ]
}

/// Returns what a client returns for a recorded response, whatever the operation.
pub(crate) fn play_response(response: &RecordedResponse) -> Result<Returned, Error> {
    let config = Config::new().retry(RetryPolicy::none());
    let client = blocking::Client::new(transport(response), config);
    Built::nothing(AnyOperation).call_blocking(&client, None)
}

/// The credential of a recorded request. A session cookie of a browser is one, too.
pub(crate) fn credential(request: &RecordedRequest) -> Option<&str> {
    let cookie = || request.header("cookie").map(|_| PLACEHOLDER);
    request.bearer().or_else(cookie)
}

fn config(request: &RecordedRequest, token: Option<&str>) -> Config {
    let mut config = Config::new().retry(RetryPolicy::none());
    let version = request.header("polar-version");
    if let Some(version) = version.and_then(|text| text.parse().ok()) {
        config = config.api_version(version);
    }
    if let Some(token) = token.and_then(|token| AccessToken::new(token).ok()) {
        config = config.access_token(token);
    }
    config
}

fn transport(response: &RecordedResponse) -> ScriptedTransport {
    let body = response.body.clone().unwrap_or_default();
    let step = ScriptStep::respond(response.status, body);
    let step = response
        .headers()
        .fold(step, |step, (name, value)| step.header(name, value));
    ScriptedTransport::new([step])
}

#[derive(Debug, Clone)]
struct AnyOperation;

impl Operation for AnyOperation {
    type Output = ();
    const SPEC: Spec = Spec::read("any", Method::GET, Auth::None);

    fn target(&self) -> Target {
        Target::new("/")
    }
}

/// Stands for a credential that the recording does not have.
pub(crate) const PLACEHOLDER: &str = "polar_placeholder";

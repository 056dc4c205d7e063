use std::error::Error;

use ureq::{
    Agent, Body,
    http::{Request, Response, StatusCode, header},
};

/// A minimal browser, which stores one cookie and follows no redirects.
#[derive(Debug)]
pub(crate) struct Visitor {
    agent: Agent,
    service: String,
    user: Option<&'static str>,
    cookie: Option<String>,
    page: String,
}

/// A response.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) body: String,
}

impl Visitor {
    pub(crate) fn new(service: &str) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false);
        Self {
            agent: config.build().into(),
            service: service.to_owned(),
            user: None,
            cookie: None,
            page: String::new(),
        }
    }

    /// Sends the header that a proxy with a sign-in sets.
    pub(crate) fn signed_in_as(mut self, user: &'static str) -> Self {
        self.user = Some(user);
        self
    }

    pub(crate) fn get(&mut self, path: &str) -> Result<Page, Box<dyn Error>> {
        let request = self.request("GET", path).body(())?;
        let response = self.agent.run(request)?;
        self.read(response)
    }

    pub(crate) fn post(&mut self, path: &str, body: &str) -> Result<Page, Box<dyn Error>> {
        let request = self
            .request("POST", path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body.to_owned())?;
        let response = self.agent.run(request)?;
        self.read(response)
    }

    /// Sends the form of the page, with its hidden fields.
    pub(crate) fn submit(&mut self, path: &str) -> Result<Page, Box<dyn Error>> {
        let field = |name: &str| {
            let value = between(&self.page, &format!("name=\"{name}\" value=\""), "\"");
            format!("{name}={}", value.unwrap_or_default())
        };
        let body = format!("{}&{}", field("form_token"), field("invitation_token"));
        self.post(path, &body)
    }

    fn request(&self, method: &str, path: &str) -> ureq::http::request::Builder {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.service));
        if let Some(user) = self.user {
            request = request.header("x-forwarded-user", user);
        }
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        request
    }

    fn read(&mut self, mut response: Response<Body>) -> Result<Page, Box<dyn Error>> {
        let cookie = response.headers().get(header::SET_COOKIE);
        if let Some(cookie) = cookie.and_then(|cookie| cookie.to_str().ok()?.split(';').next()) {
            self.cookie = Some(cookie.to_owned());
        }
        let body = response.body_mut().read_to_string()?;
        body.clone_into(&mut self.page);
        Ok(Page {
            status: response.status(),
            body,
        })
    }
}

impl Page {
    pub(crate) fn heading(&self) -> &str {
        between(&self.body, "<h1>", "</h1>").unwrap_or("no heading")
    }
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    Some(text.split_once(start)?.1.split_once(end)?.0)
}

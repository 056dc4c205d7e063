use std::{collections::BTreeMap, error::Error, net::SocketAddr};

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use tokio::net::TcpStream;

/// A minimal browser: it stores cookies, follows redirects, and sends the forms of the current page.
#[derive(Debug, Clone)]
pub struct UserAgent {
    address: SocketAddr,
    /// By name, as they are sent.
    cookies: BTreeMap<String, String>,
    form_token: Option<String>,
    html: String,
}

/// A response.
#[derive(Debug, Clone)]
pub struct Page {
    /// The method and the path, without a query.
    pub route: String,
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: http::HeaderMap,
    /// The text of the page.
    pub html: String,
}

impl UserAgent {
    /// Creates a user agent without cookies.
    #[must_use]
    pub const fn new(address: SocketAddr) -> Self {
        Self {
            address,
            cookies: BTreeMap::new(),
            form_token: None,
            html: String::new(),
        }
    }

    /// Opens a page.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no response.
    pub async fn get(&mut self, path: &str) -> Result<Page, Box<dyn Error>> {
        self.follow(Method::GET, path, Vec::new()).await
    }

    /// Sends a form of the current page: its hidden fields and these.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no response.
    pub async fn submit(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Result<Page, Box<dyn Error>> {
        let body = self.form(fields);
        self.follow(Method::POST, path, body.into_bytes()).await
    }

    /// The body that [`submit`](Self::submit) sends.
    #[must_use]
    pub fn form(&self, fields: &[(&str, &str)]) -> String {
        let invitation = value_of(&self.html, "invitation_token");
        let mut all: Vec<(&str, &str)> = fields.to_vec();
        all.extend(
            self.form_token
                .as_deref()
                .map(|token| ("form_token", token)),
        );
        all.extend(
            invitation
                .as_deref()
                .map(|token| ("invitation_token", token)),
        );
        let body = all.iter().map(|(name, value)| {
            format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC))
        });
        body.collect::<Vec<_>>().join("&")
    }

    async fn follow(
        &mut self,
        method: Method,
        path: &str,
        body: Vec<u8>,
    ) -> Result<Page, Box<dyn Error>> {
        let mut page = self.exchange(method, path, body).await?;
        for _ in 0..MAX_REDIRECTS {
            let Some(location) = page.headers.get(header::LOCATION) else {
                break;
            };
            let location = location.to_str()?.to_owned();
            let origin = format!("http://{}", self.address);
            let path = location.strip_prefix(&origin).unwrap_or(&location);
            page = self.exchange(Method::GET, path, Vec::new()).await?;
        }
        Ok(page)
    }

    /// Sends one request, without following redirects.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no response.
    pub async fn exchange(
        &mut self,
        method: Method,
        path: &str,
        body: Vec<u8>,
    ) -> Result<Page, Box<dyn Error>> {
        let stream = TcpStream::connect(self.address).await?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        let mut request = Request::builder()
            .method(&method)
            .uri(path)
            .header(header::HOST, self.address.to_string())
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        if !self.cookies.is_empty() {
            let cookies: Vec<_> = self.cookies.values().map(String::as_str).collect();
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        let response = sender
            .send_request(request.body(Full::new(Bytes::from(body)))?)
            .await?;
        let (head, body) = response.into_parts();
        let html = String::from_utf8_lossy(&body.collect().await?.to_bytes()).into_owned();
        self.store(&Response::from_parts(head.clone(), ()), &html);
        Ok(Page {
            route: format!("{method} {}", path.split('?').next().unwrap_or_default()),
            status: head.status,
            headers: head.headers,
            html,
        })
    }

    fn store(&mut self, head: &Response<()>, html: &str) {
        for cookie in head.headers().get_all(header::SET_COOKIE) {
            let pair = cookie
                .to_str()
                .ok()
                .and_then(|cookie| cookie.split(';').next());
            if let Some((pair, (name, _))) =
                pair.and_then(|pair| Some((pair, pair.split_once('=')?)))
            {
                self.cookies.insert(name.to_owned(), pair.to_owned());
            }
        }
        if let Some(token) = value_of(html, "form_token") {
            self.form_token = Some(token);
        }
        html.clone_into(&mut self.html);
    }
}

impl Page {
    /// Returns the visible text of the main part, one line for each element.
    #[must_use]
    pub fn text(&self) -> String {
        let main = self.html.split_once("<h1>").map_or("", |(_, main)| main);
        let mut text = String::new();
        for piece in main.split('<') {
            let (tag, content) = piece.split_once('>').unwrap_or(("h1", piece));
            let tag = tag
                .trim_start_matches('/')
                .split(' ')
                .next()
                .unwrap_or_default();
            if !INLINE.contains(&tag) {
                text.push('\n');
            }
            text.push_str(content);
        }
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// The value of the first hidden field with this name.
fn value_of(html: &str, name: &str) -> Option<String> {
    let (_, rest) = html.split_once(&format!("name=\"{name}\" value=\""))?;
    Some(rest.split_once('"')?.0.to_owned())
}

/// Elements that do not start a new line.
const INLINE: [&str; 3] = ["a", "span", "strong"];
/// More than any of these pages needs.
const MAX_REDIRECTS: usize = 5;

//! A browser, driven by the protocol that all of them speak (`WebDriver`), over plain HTTP.

use std::{
    env,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Mutex, MutexGuard, PoisonError},
    thread::{sleep, spawn},
    time::{Duration, Instant},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::element::Element;

/// A window of a browser of its own, which ends with it.
pub(crate) struct Browser {
    _alone: MutexGuard<'static, ()>,
    driver: Child,
    session: String,
    agent: ureq::Agent,
    _profile: TempDir,
}

impl Browser {
    pub(crate) fn open() -> Self {
        Self::start().unwrap_or_else(|error| panic!("{error}; .ci/browser installs a browser"))
    }

    fn start() -> Result<Self, String> {
        let alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("chromedriver does not start: {error}"))?;
        let port = port(&mut driver);
        let profile = tempfile::tempdir().unwrap();
        let mut arguments = ARGUMENTS.map(ToOwned::to_owned).to_vec();
        arguments.push(format!("--user-data-dir={}", profile.path().display()));
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(180)))
            .http_status_as_error(false)
            .build()
            .into();
        let mut browser = Self {
            _alone: alone,
            driver,
            session: format!("http://127.0.0.1:{port}/session"),
            agent,
            _profile: profile,
        };
        let options = json!({"goog:chromeOptions": {"args": arguments}});
        let opened = browser.try_post("", &json!({"capabilities": {"alwaysMatch": options}}))?;
        browser.session = format!("{}/{}", browser.session, text(field(&opened, "sessionId")));
        Ok(browser)
    }

    pub(crate) fn go(&self, url: &str) {
        self.post("/url", &json!({ "url": url }));
    }

    /// Forgets every cookie, as somebody else's browser would have none.
    pub(crate) fn forget(&self) {
        let answer = self.agent.delete(format!("{}/cookie", self.session)).call();
        value("/cookie", answer).unwrap();
    }

    pub(crate) fn url(&self) -> String {
        text(&self.get("/url")).to_owned()
    }

    /// The first element that a selector finds.
    pub(crate) fn find(&self, selector: &str) -> Element<'_> {
        let using = json!({"using": "css selector", "value": selector});
        self.element(&self.post("/element", &using))
    }

    pub(crate) fn find_all(&self, selector: &str) -> Vec<Element<'_>> {
        let using = json!({"using": "css selector", "value": selector});
        let found = self.post("/elements", &using);
        found
            .as_array()
            .unwrap()
            .iter()
            .map(|found| self.element(found))
            .collect()
    }

    /// The link or button with this name, as a screen reader says it.
    pub(crate) fn named(&self, name: &str) -> Element<'_> {
        let all = self.find_all("a, button");
        let found = all.into_iter().find(|element| element.label() == name);
        found.unwrap_or_else(|| panic!("nothing is named {name:?} on:\n{}", self.page()))
    }

    /// The element that has the keyboard.
    pub(crate) fn focused(&self) -> Element<'_> {
        self.element(&self.get("/element/active"))
    }

    /// Presses keys on whatever has the keyboard.
    pub(crate) fn press(&self, keys: &str) {
        self.focused().press(keys);
    }

    /// Waits until the page with this heading is there: a key that sends a form does not wait.
    pub(crate) fn reaches(&self, heading: &str) {
        self.wait(
            "document.querySelector('h1').innerText",
            |text| text == heading,
            heading,
        );
    }

    /// Waits until the page says this.
    pub(crate) fn says(&self, words: &str) {
        self.wait(
            "document.body.innerText",
            |text| text.contains(words),
            words,
        );
    }

    fn wait(&self, script: &str, is_there: impl Fn(&str) -> bool, expected: &str) {
        let began = Instant::now();
        loop {
            // While one page gives way to the next, asking can fail.
            let seen = self.try_ask(script).unwrap_or_else(Value::from);
            if is_there(text(&seen)) {
                return;
            }
            let is_late = began.elapsed() > PATIENCE;
            assert!(!is_late, "{expected:?} does not come, but: {seen}");
            sleep(Duration::from_millis(50));
        }
    }

    /// What can be read on the page.
    pub(crate) fn page(&self) -> String {
        self.find("body").text()
    }

    fn try_ask(&self, script: &str) -> Result<Value, String> {
        let body = json!({"script": format!("return {script}"), "args": []});
        self.try_post("/execute/sync", &body)
    }

    pub(crate) fn ask(&self, script: &str) -> Value {
        self.try_ask(script).unwrap()
    }

    /// Shows pages as on a screen of this size, in pixels.
    pub(crate) fn shows_as(&self, width: u32, height: u32) {
        let screen =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": true});
        self.command("Emulation.setDeviceMetricsOverride", &screen);
    }

    /// Shows pages as to somebody who prefers dark ones.
    pub(crate) fn prefers_dark(&self) {
        let feature = json!({"name": "prefers-color-scheme", "value": "dark"});
        self.command(
            "Emulation.setEmulatedMedia",
            &json!({"features": [feature]}),
        );
    }

    /// Keeps a picture of the whole page, where a folder for it is named.
    pub(crate) fn picture(&self, name: &str) {
        let Some(folder) = env::var_os(PICTURES) else {
            return;
        };
        let whole = self.ask(
            "{x: 0, y: 0, width: document.documentElement.clientWidth, \
             height: document.body.scrollHeight, scale: 1}",
        );
        let whole = json!({"clip": whole, "captureBeyondViewport": true});
        let picture = self.command("Page.captureScreenshot", &whole);
        let picture = BASE64_STANDARD.decode(text(field(&picture, "data")));
        std::fs::write(
            Path::new(&folder).join(format!("{name}.png")),
            picture.unwrap(),
        )
        .unwrap();
    }

    /// A command of this browser's own.
    fn command(&self, name: &str, parameters: &Value) -> Value {
        self.post(
            "/goog/cdp/execute",
            &json!({"cmd": name, "params": parameters}),
        )
    }

    fn element(&self, found: &Value) -> Element<'_> {
        Element::new(self, found)
    }

    pub(super) fn get(&self, path: &str) -> Value {
        let answer = self.agent.get(format!("{}{path}", self.session)).call();
        value(path, answer).unwrap()
    }

    pub(super) fn post(&self, path: &str, body: &Value) -> Value {
        self.try_post(path, body).unwrap()
    }

    fn try_post(&self, path: &str, body: &Value) -> Result<Value, String> {
        let request = self.agent.post(format!("{}{path}", self.session));
        let request = request.content_type("application/json");
        value(path, request.send(body.to_string()))
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The browser first, or it would outlive its driver.
        let _ = self.agent.delete(&self.session).call();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// The port that the driver says it has taken. What else it says is read away, or it would stop.
fn port(driver: &mut Child) -> u16 {
    let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
    let port = lines.by_ref().find_map(|line| {
        let line = line.ok()?;
        let (_, port) = line.rsplit_once("started successfully on port ")?;
        port.trim_end_matches('.').parse().ok()
    });
    spawn(move || lines.for_each(drop));
    port.unwrap()
}

fn value(
    path: &str,
    answer: Result<http::Response<ureq::Body>, ureq::Error>,
) -> Result<Value, String> {
    let body = answer.and_then(|mut answer| answer.body_mut().read_to_string());
    let body = body.map_err(|error| format!("{path}: {error}"))?;
    let mut answer: Value = serde_json::from_str(&body).map_err(|error| error.to_string())?;
    let value = answer.get_mut("value").map(Value::take).unwrap_or_default();
    match value.get("error") {
        Some(_) => Err(format!("{path}: {}", field(&value, "message"))),
        None => Ok(value),
    }
}

pub(super) fn field<'a>(value: &'a Value, name: &str) -> &'a Value {
    value.get(name).unwrap_or(&Value::Null)
}

pub(super) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Several browsers that start at once are slower than one after the other.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
/// How long a page may take to come, on a machine that has much to do.
const PATIENCE: Duration = Duration::from_secs(60);
/// Names the folder that pictures are kept in.
const PICTURES: &str = "CLAIM_PAGE_PICTURES";
const ARGUMENTS: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=800,900",
];

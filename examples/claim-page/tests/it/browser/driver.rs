//! A client for `WebDriver`, the protocol that controls browsers over HTTP.

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

/// A browser with its own profile; dropping it closes the browser.
pub(crate) struct Browser {
    _guard: MutexGuard<'static, ()>,
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
        let guard = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("cannot start chromedriver: {error}"))?;
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
            _guard: guard,
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

    /// Deletes every cookie, for the view of another person.
    pub(crate) fn delete_cookies(&self) {
        let response = self.agent.delete(format!("{}/cookie", self.session)).call();
        value("/cookie", response).unwrap();
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

    /// The link or button with this accessible name.
    pub(crate) fn named(&self, name: &str) -> Element<'_> {
        let all = self.find_all("a, button, summary");
        let found = all.into_iter().find(|element| element.label() == name);
        found.unwrap_or_else(|| panic!("no link or button is named {name:?} on:\n{}", self.page()))
    }

    /// The element that has the focus.
    pub(crate) fn focused(&self) -> Element<'_> {
        self.element(&self.get("/element/active"))
    }

    /// Presses keys on the focused element.
    pub(crate) fn press(&self, keys: &str) {
        self.focused().press(keys);
    }

    /// Waits for the page with this heading, because a key that sends a form does not wait.
    pub(crate) fn wait_for_heading(&self, heading: &str) {
        self.wait(
            "document.querySelector('h1').innerText",
            |text| text == heading,
            heading,
        );
    }

    /// Waits until the page contains this text.
    pub(crate) fn wait_for_text(&self, expected: &str) {
        self.wait(
            "document.body.innerText",
            |text| text.contains(expected),
            expected,
        );
    }

    /// Waits until the text that a script returns is the expected one.
    pub(crate) fn wait(&self, script: &str, is_done: impl Fn(&str) -> bool, expected: &str) {
        let start = Instant::now();
        loop {
            // Evaluation can fail while a page loads.
            let seen = self.try_evaluate(script).unwrap_or_else(Value::from);
            if is_done(text(&seen)) {
                return;
            }
            let is_late = start.elapsed() > TIMEOUT;
            assert!(!is_late, "expected {expected:?}, found: {seen}");
            sleep(Duration::from_millis(50));
        }
    }

    /// The visible text of the page.
    pub(crate) fn page(&self) -> String {
        self.find("body").text()
    }

    fn try_evaluate(&self, script: &str) -> Result<Value, String> {
        let body = json!({"script": format!("return {script}"), "args": []});
        self.try_post("/execute/sync", &body)
    }

    pub(crate) fn evaluate(&self, script: &str) -> Value {
        self.try_evaluate(script).unwrap()
    }

    /// Sets the size of the screen, in pixels.
    pub(crate) fn resize(&self, width: u32, height: u32) {
        let screen =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": true});
        self.command("Emulation.setDeviceMetricsOverride", &screen);
    }

    /// Sets the preference for a color scheme, "light" or "dark".
    pub(crate) fn set_scheme(&self, scheme: &str) {
        let feature = json!({"name": "prefers-color-scheme", "value": scheme});
        self.command(
            "Emulation.setEmulatedMedia",
            &json!({"features": [feature]}),
        );
    }

    /// Saves a screenshot of the page, if `BROWSER_SCREENSHOTS` names a folder.
    pub(crate) fn screenshot(&self, name: &str) {
        let Some(folder) = env::var_os(SCREENSHOTS) else {
            return;
        };
        let page = self.evaluate(
            "{x: 0, y: 0, width: document.documentElement.clientWidth, \
             height: document.body.scrollHeight, scale: 1}",
        );
        let clip = json!({"clip": page, "captureBeyondViewport": true});
        let image = self.command("Page.captureScreenshot", &clip);
        let image = BASE64_STANDARD.decode(text(field(&image, "data")));
        std::fs::write(
            Path::new(&folder).join(format!("{name}.png")),
            image.unwrap(),
        )
        .unwrap();
    }

    /// Sends a command of the `DevTools` protocol.
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
        let response = self.agent.get(format!("{}{path}", self.session)).call();
        value(path, response).unwrap()
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
        // Close the browser first, or it would outlive its driver.
        let _ = self.agent.delete(&self.session).call();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// An element of the page that is open.
pub(crate) struct Element<'a> {
    browser: &'a Browser,
    id: String,
}

impl<'a> Element<'a> {
    pub(super) fn new(browser: &'a Browser, found: &Value) -> Self {
        Self {
            browser,
            id: text(field(found, ELEMENT_KEY)).to_owned(),
        }
    }

    pub(crate) fn click(&self) {
        self.browser.post(&self.path("/click"), &json!({}));
    }

    pub(crate) fn press(&self, keys: &str) {
        self.browser
            .post(&self.path("/value"), &json!({ "text": keys }));
    }

    pub(crate) fn text(&self) -> String {
        text(&self.browser.get(&self.path("/text"))).to_owned()
    }

    /// Its accessible name.
    pub(crate) fn label(&self) -> String {
        text(&self.browser.get(&self.path("/computedlabel")))
            .trim()
            .to_owned()
    }

    /// Its accessible role.
    pub(crate) fn role(&self) -> String {
        text(&self.browser.get(&self.path("/computedrole"))).to_owned()
    }

    pub(crate) fn css(&self, property: &str) -> String {
        text(&self.browser.get(&self.path(&format!("/css/{property}")))).to_owned()
    }

    fn path(&self, command: &str) -> String {
        format!("/element/{}{command}", self.id)
    }
}

/// Reads the port from the output of the driver, and discards the rest so that it does not block.
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
    response: Result<http::Response<ureq::Body>, ureq::Error>,
) -> Result<Value, String> {
    let body = response.and_then(|mut response| response.body_mut().read_to_string());
    let body = body.map_err(|error| format!("{path}: {error}"))?;
    let mut json: Value = serde_json::from_str(&body).map_err(|error| error.to_string())?;
    let value = json.get_mut("value").map(Value::take).unwrap_or_default();
    match value.get("error") {
        Some(_) => Err(format!("{path}: {}", field(&value, "message"))),
        None => Ok(value),
    }
}

fn field<'a>(value: &'a Value, name: &str) -> &'a Value {
    value.get(name).unwrap_or(&Value::Null)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The key of an element id in the protocol.
const ELEMENT_KEY: &str = "element-6066-11e4-a52e-4f735466cecf";

pub(crate) const TAB: &str = "\u{e004}";
pub(crate) const ENTER: &str = "\u{e007}";
pub(crate) const END: &str = "\u{e010}";

/// Several browsers at once are slower than one after the other.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
/// Time for a page to load on a busy machine.
const TIMEOUT: Duration = Duration::from_secs(60);
/// The environment variable with the folder for screenshots.
const SCREENSHOTS: &str = "BROWSER_SCREENSHOTS";
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

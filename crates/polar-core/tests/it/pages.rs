use polar_core::{
    Auth, Client, Config, Error, Operation, Paged, Spec, Target, blocking, http::Method,
    types::Page,
};
use polar_testkit::script::{ScriptStep, ScriptedTransport, block_on};

/// A list of numbers.
#[derive(Debug, Clone)]
struct Numbers {
    page: Option<u32>,
}

impl Operation for Numbers {
    type Output = Page<u32>;
    const SPEC: Spec = Spec::read("numbers.list", Method::GET, Auth::None);

    fn target(&self) -> Target {
        match self.page {
            Some(page) => Target::new("/v1/numbers/").query("page", page),
            None => Target::new("/v1/numbers/"),
        }
    }
}

impl Paged for Numbers {
    type Item = u32;

    fn page_number(&self) -> Option<u32> {
        self.page
    }

    fn with_page(self, page: u32) -> Self {
        Self { page: Some(page) }
    }
}

const FIRST: Numbers = Numbers { page: None };

fn page(items: &str, max_page: u32) -> String {
    format!(r#"{{"items":{items},"pagination":{{"total_count":5,"max_page":{max_page}}}}}"#)
}

/// Reads a list with both clients; what they return and send must be the same.
fn both(
    steps: impl Fn() -> Vec<ScriptStep>,
    list: &Numbers,
) -> (Vec<Result<u32, String>>, Vec<String>) {
    let text = |result: Result<u32, Error>| result.map_err(|error| error.to_string());
    let config = || Config::new().jitter_seed(1);
    let server = ScriptedTransport::new(steps());
    let client = blocking::Client::new(server.clone(), config());
    let items: Vec<_> = client.pages(list.clone()).take(20).map(text).collect();
    let sent = requests(&server);

    let server = ScriptedTransport::new(steps());
    let client = Client::new(server.clone(), config());
    let mut pages = client.pages(list.clone());
    let mut async_items = Vec::new();
    while let Some(item) = block_on(pages.next()) {
        async_items.push(text(item));
        assert!(async_items.len() < 20);
    }
    assert_eq!((&items, &sent), (&async_items, &requests(&server)));
    (items, sent)
}

fn requests(server: &ScriptedTransport) -> Vec<String> {
    let trace = server.trace();
    trace.sent().map(|sent| sent.uri.to_string()).collect()
}

#[test]
fn both_clients_list_all_pages_and_stop_after_the_last() {
    let steps = || {
        vec![
            ScriptStep::respond(200, page("[1,2]", 3)),
            ScriptStep::respond(200, page("[3,4]", 3)),
            ScriptStep::respond(200, page("[5]", 3)),
        ]
    };
    let (items, sent) = both(steps, &FIRST);
    assert_eq!(items, [1, 2, 3, 4, 5].map(Ok));
    let url = "https://api.polar.sh/v1/numbers/";
    assert_eq!(
        sent,
        [
            url.to_owned(),
            format!("{url}?page=2"),
            format!("{url}?page=3")
        ]
    );
}

#[test]
fn a_list_begins_with_the_page_that_was_asked_for() {
    let steps = || vec![ScriptStep::respond(200, page("[5]", 3))];
    let (items, sent) = both(steps, &Numbers { page: Some(3) });
    assert_eq!(items, [Ok(5)]);
    assert_eq!(sent, ["https://api.polar.sh/v1/numbers/?page=3"]);
}

#[test]
fn an_empty_list_and_a_list_that_shrinks_end() {
    let (items, _) = both(|| vec![ScriptStep::respond(200, page("[]", 0))], &FIRST);
    assert_eq!(items, []);
    let shrinks = || {
        vec![
            ScriptStep::respond(200, page("[1]", 9)),
            ScriptStep::respond(200, page("[]", 9)),
        ]
    };
    assert_eq!(both(shrinks, &FIRST).0, [Ok(1)]);
}

#[test]
fn the_first_error_is_the_last_item() {
    let steps = || {
        vec![
            ScriptStep::respond(200, page("[1,2]", 3)),
            ScriptStep::respond(404, r#"{"error":"ResourceNotFound","detail":"Not found"}"#),
        ]
    };
    let (items, sent) = both(steps, &FIRST);
    assert_eq!(items.len(), 3);
    assert!(
        matches!(&items[2], Err(error) if error.contains("ResourceNotFound")),
        "{items:?}"
    );
    assert_eq!(sent.len(), 2);
}

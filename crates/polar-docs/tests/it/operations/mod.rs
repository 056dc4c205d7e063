//! The pages of the operations: runs their code with both clients, against the mock or a script, and
//! compares the exchanges that they show with the real ones.

mod case;
mod errors;
mod page;
mod scripted;
mod stage;
mod wire;

use std::{fs, path::Path};

use polar_core::{Client, blocking};
use polar_mock::Mock;
use polar_testkit::script::block_on;

use self::{
    case::{CASES, Case},
    page::{Page, run_command, shows},
    scripted::SCRIPTED,
    stage::Stage,
    wire::{Exchange, Recorder, Shown},
};
use crate::{code, root};

#[test]
fn every_operation_has_a_page_in_both_clients() {
    let mut methods = Vec::new();
    find_methods(&root().join("crates/polar-core/src"), &mut methods);
    methods.sort();
    methods.dedup();
    let pages: Vec<_> = code::OPERATIONS.iter().map(|(name, _)| *name).collect();
    assert_eq!(methods, pages);
    let cases = CASES.iter().map(|case| case.page);
    let mut cases: Vec<_> = cases.chain(SCRIPTED.iter().map(|case| case.page)).collect();
    cases.sort_unstable();
    assert_eq!(pages, cases);
}

#[test]
fn every_operation_page_is_listed_and_has_all_sections() {
    let list = fs::read_to_string(root().join("docs/operations.md")).unwrap();
    for (name, _) in code::OPERATIONS {
        let link = format!("(../crates/polar-core/src/{name}.md)");
        assert!(list.contains(&link), "docs/operations.md lacks {link}");
        let page = Page::named(name);
        for part in ["On the wire", "Errors", "If no response arrives"] {
            assert!(page.has_heading(part), "{name} lacks {part}");
        }
        // The program has commands for seats only.
        let is_of_seats = CASES.iter().any(|case| case.page == *name);
        assert_eq!(page.has_heading("Command line"), is_of_seats, "{name}");
    }
}

#[test]
fn links_to_methods_lead_to_operation_pages() {
    let mut checked = 0;
    for (name, text) in code::OPERATIONS {
        for link in text.split("(crate::CustomerSeats#method.").skip(1) {
            let method = link.split(')').next().unwrap();
            let mut folders = ["customer_seats", "recipes"].iter();
            let is_there = folders.any(|folder| {
                let page = format!("{folder}/{method}");
                code::OPERATIONS.iter().any(|(other, _)| *other == page)
            });
            assert!(is_there, "{name} links to {method}");
            checked += 1;
        }
    }
    assert!(checked > 0, "no page links to a method");
}

#[test]
fn page_code_does_the_same_with_both_clients() {
    for case in CASES {
        let (asynchronous, first) = run_asynchronous(case);
        let (blocking, second) = run_blocking(case);
        assert_eq!(asynchronous, blocking, "{}", case.page);
        assert_eq!(first.mock.state().to_json(), second.mock.state().to_json());
    }
}

#[test]
fn renew_expired_on_the_page_skips_live_invitations() {
    let loops: [fn(&Stage); 2] = [
        |stage| {
            let polar = Client::new(stage.mock.transport(), stage.config.clone());
            let now = stage.mock.now().into();
            let renewed = code::recipes_renew::hyper::renew_expired(&polar, stage.team, now);
            block_on(renewed).unwrap();
        },
        |stage| {
            let now = stage.mock.now().into();
            code::recipes_renew::ureq::renew_expired(&stage.polar(), stage.team, now).unwrap();
        },
    ];
    for renew_expired in loops {
        let stage = Stage::repeatable();
        stage.expire();
        stage.sold.pending_seat("ann@globex.com").unwrap();
        for _ in 0..2 {
            renew_expired(&stage);
            assert_eq!(
                stage.mock.outbox().len(),
                2,
                "Bob's first email and the new one"
            );
        }
        let mail = stage.mock.mail_to("bob@globex.com").unwrap();
        assert!(mail.invitation_token != stage.invitation);
    }
}

#[test]
fn pages_show_the_real_exchanges() {
    for case in CASES {
        let (exchanges, stage) = run_blocking(case);
        let page = Page::named(case.page);
        let shown: Vec<_> = exchanges
            .iter()
            .map(|exchange| Shown::of(exchange, &[stage.invitation.expose()]))
            .collect();
        if let [trace] = page.blocks("text")[..] {
            let trace: Vec<_> = trace.lines().map(with_single_spaces).collect();
            let briefs: Vec<_> = shown.iter().map(|shown| shown.brief.clone()).collect();
            assert_eq!(trace, briefs, "{}", case.page);
            continue;
        }
        let [only] = &shown[..] else {
            panic!("{} makes more than one request", case.page);
        };
        assert_eq!(
            page.blocks("http"),
            [only.request.as_str()],
            "{}",
            case.page
        );
        let whole = &only.response;
        let [response] = page.blocks("json")[..] else {
            panic!("{} shows no response; it is\n{whole}", case.page);
        };
        assert!(
            shows(response, whole),
            "{} shows another response than\n{whole}",
            case.page
        );
    }
}

#[test]
fn the_commands_of_a_page_succeed() {
    for case in CASES {
        let commands = Page::named(case.page).commands();
        assert!(!commands.is_empty(), "{}", case.page);
        for command in commands {
            let stage = Stage::on(Mock::new());
            run_command(command, &stage);
        }
    }
}

fn run_asynchronous(case: &Case) -> (Vec<Exchange>, Stage) {
    let stage = Stage::repeatable();
    (case.before)(&stage);
    let recorder = Recorder::new(stage.mock.transport());
    let polar = Client::new(recorder.clone(), stage.config.clone());
    (case.asynchronous)(&stage, &polar).unwrap();
    (recorder.exchanges(), stage)
}

fn run_blocking(case: &Case) -> (Vec<Exchange>, Stage) {
    let stage = Stage::repeatable();
    (case.before)(&stage);
    let recorder = Recorder::new(stage.mock.blocking_transport());
    let polar = blocking::Client::new(recorder.clone(), stage.config.clone());
    (case.blocking)(&stage, &polar).unwrap();
    (recorder.exchanges(), stage)
}

/// Finds the methods of the operations and recipes, by the names of their pages.
///
/// A method takes `&self` and is in an `impl` block of one client. Each must exist for both clients and
/// include its page both times.
fn find_methods(folder: &Path, methods: &mut Vec<String>) {
    let sources = root().join("crates/polar-core/src");
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            find_methods(&path, methods);
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for block in text.split("\nimpl ").skip(1) {
            let Some((head, body)) = block.split_once(" {\n") else {
                continue;
            };
            if !HANDLES
                .iter()
                .any(|handle| head == format!("{handle}<'_, Client>"))
            {
                continue;
            }
            let body = body.split("\n}\n").next().unwrap();
            for function in body.split("    pub async fn ").skip(1) {
                let name = function.split(['(', '<']).next().unwrap();
                let page = path.with_file_name(name).with_extension("md");
                let shown = format!("include_str!(\"{name}.md\")");
                let uses = text.matches(&format!("    pub async fn {name}(")).count();
                let pages = text.matches(&shown).count();
                assert_eq!(pages, 2 * uses, "{}", page.display());
                let blocking = format!("    pub fn {name}(");
                assert!(text.contains(&blocking), "{name} of the blocking client");
                let page = page.strip_prefix(&sources).unwrap().with_extension("");
                methods.push(page.to_string_lossy().into_owned());
            }
        }
    }
}

fn with_single_spaces(line: &str) -> String {
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The types whose methods are operations and recipes.
const HANDLES: [&str; 10] = [
    "Checkouts",
    "CustomerSeats",
    "CustomerSession",
    "Customers",
    "Events",
    "LicenseKeys",
    "Refunds",
    "Seats",
    "Subscriptions",
    "portal::LicenseKeys",
];

//! The table of errors on each page: provokes every error, and compares the remedies.

use std::collections::BTreeSet;

use polar_core::{
    Error, blocking,
    types::{AccessToken, AssignSeat, CustomerSessionToken, ErrorName, MemberRole, Recipient},
};
use polar_mock::Mock;
use polar_testkit::script::{ScriptStep, ScriptedTransport};

use super::{
    case::{CASES, Case},
    page::Page,
    stage::Stage,
};

/// A way to provoke an error, by its name.
struct Provocation {
    name: &'static str,
    provoke: fn(&mut Stage),
}

#[test]
fn pages_list_every_error_that_their_operation_can_return() {
    let operations = CASES
        .iter()
        .filter(|case| !case.page.starts_with("recipes/"));
    let mut confirmed = BTreeSet::new();
    for case in operations {
        let listed = Page::named(case.page).errors();
        for Provocation { name, provoke } in PROVOCATIONS {
            let returned = error_after(case, *provoke);
            let is_listed = |(status, name): &(u16, String)| {
                listed.iter().any(|row| (row.0, row.1) == (*status, name))
            };
            assert!(
                returned.as_ref().is_none_or(is_listed),
                "{} does not list {returned:?}, which {name} provokes",
                case.page
            );
            if listed.iter().any(|(_, listed, _)| listed == name) {
                let returned = returned.map(|(_, name)| name);
                assert_eq!(returned.as_deref(), Some(*name), "{}", case.page);
                confirmed.insert(*name);
            }
        }
    }
    let all: BTreeSet<_> = PROVOCATIONS.iter().map(|one| one.name).collect();
    assert_eq!(confirmed, all, "a provoked error that no page lists");
}

#[test]
fn errors_have_the_remedy_that_their_page_lists() {
    for case in CASES {
        let errors = Page::named(case.page).errors();
        let is_recipe = case.page.starts_with("recipes/");
        assert!(is_recipe || !errors.is_empty(), "{}", case.page);
        for (status, name, remedy) in errors {
            let detail = if remedy == "Invitation" {
                "Invalid or expired invitation token"
            } else {
                "No"
            };
            let body = format!(r#"{{"error":"{name}","detail":"{detail}"}}"#);
            let stage = Stage::repeatable();
            let transport = ScriptedTransport::new([ScriptStep::respond(status, body)]);
            let polar = blocking::Client::new(transport, stage.config.clone());
            let error = (case.blocking)(&stage, &polar).unwrap_err();
            let error = error.downcast_ref::<Error>().unwrap();
            let actual = format!("{:?}", error.remedy().unwrap());
            let actual = actual.split('(').next().unwrap();
            assert_eq!(actual, remedy, "{}: {status} {name}", case.page);
        }
    }
}

fn error_after(case: &Case, provoke: fn(&mut Stage)) -> Option<(u16, String)> {
    let mut stage = Stage::repeatable();
    provoke(&mut stage);
    let polar = blocking::Client::new(stage.mock.blocking_transport(), stage.config.clone());
    let error = (case.blocking)(&stage, &polar).err()?;
    let error = error.downcast_ref::<Error>().unwrap();
    let error = error.api_error().unwrap();
    let name = error.name().map(ErrorName::as_str);
    Some((error.status().as_u16(), name.unwrap_or_default().to_owned()))
}

const PROVOCATIONS: &[Provocation] = &[
    Provocation {
        name: "FeatureNotEnabled",
        provoke: |stage| {
            stage.use_session(stage.owner.clone());
            stage.acme.set_seats_enabled(false);
        },
    },
    Provocation {
        name: "invalid_token",
        provoke: |stage| {
            stage.use_access(AccessToken::new("polar_oat_revoked").unwrap());
            stage.use_session(CustomerSessionToken::new("polar_mst_ended").unwrap());
        },
    },
    Provocation {
        name: "Unauthorized",
        provoke: |stage| {
            let (access, session) = (stage.access.clone(), stage.owner.clone());
            stage.use_access(AccessToken::new(session.expose()).unwrap());
            stage.use_session(CustomerSessionToken::new(access.expose()).unwrap());
        },
    },
    Provocation {
        name: "insufficient_scope",
        provoke: |stage| stage.use_access(stage.acme.access_token_with(&[])),
    },
    Provocation {
        name: "NotPermitted",
        provoke: |stage| {
            let member = stage.globex.member("dan@globex.com", MemberRole::Member);
            stage.use_session(stage.globex.member_session(member));
        },
    },
    Provocation {
        name: "ResourceNotFound",
        provoke: |stage| {
            let other = stage.mock.organization("Umbrella");
            stage.use_access(other.access_token());
            let buyer = other.buyer("office@hooli.com");
            let owner = buyer.member_by_email("office@hooli.com").unwrap();
            stage.use_session(buyer.member_session(owner));
            stage.invitation = Stage::on(Mock::new()).invitation;
        },
    },
    Provocation {
        name: "SeatNotAvailable",
        provoke: |stage| stage.sold.set_seats(1),
    },
    Provocation {
        name: "SeatAlreadyAssigned",
        provoke: |stage| {
            let ann = AssignSeat::new(stage.team, Recipient::email("ann@globex.com"));
            stage.polar().customer_seats().assign(ann).unwrap();
        },
    },
    Provocation {
        name: "SeatNotPending",
        provoke: |stage| {
            drop(stage.claim());
            stage.use_session(stage.owner.clone());
        },
    },
];

//! What Polar refuses, asked for: each page names those that its operation meets.

use std::collections::BTreeSet;

use polar_core::{
    Error, blocking,
    types::{AccessToken, AssignSeat, CustomerSessionToken, ErrorName, MemberRole, Recipient},
};
use polar_mock::Mock;
use polar_testkit::script::{ScriptedTransport, Step};

use super::{
    case::{CASES, Case},
    page::Page,
    stage::Stage,
};

/// A way to be refused, by the name of the refusal.
struct Provocation {
    name: &'static str,
    provoke: fn(&mut Stage),
}

#[test]
fn a_page_names_the_refusals_that_its_operation_meets() {
    let operations = CASES
        .iter()
        .filter(|case| !case.page.starts_with("recipes/"));
    let mut confirmed = BTreeSet::new();
    for case in operations {
        let told = Page::named(case.page).refusals();
        for Provocation { name, provoke } in PROVOCATIONS {
            let met = meet(case, *provoke);
            let is_told = |(status, name): &(u16, String)| {
                told.iter().any(|told| (told.0, told.1) == (*status, name))
            };
            assert!(
                met.as_ref().is_none_or(is_told),
                "{} lacks {met:?}, which {name} provokes",
                case.page
            );
            if told.iter().any(|(_, told, _)| told == name) {
                let met = met.map(|(_, met)| met);
                assert_eq!(met.as_deref(), Some(*name), "{}", case.page);
                confirmed.insert(*name);
            }
        }
    }
    let all: BTreeSet<_> = PROVOCATIONS.iter().map(|one| one.name).collect();
    assert_eq!(confirmed, all, "a provoked refusal that no page names");
}

#[test]
fn a_refusal_has_the_remedy_that_its_page_names() {
    for case in CASES {
        let refusals = Page::named(case.page).refusals();
        let is_recipe = case.page.starts_with("recipes/");
        assert!(is_recipe || !refusals.is_empty(), "{}", case.page);
        for (status, name, remedy) in refusals {
            let words = if remedy == "Invitation" {
                "Invalid or expired invitation token"
            } else {
                "No"
            };
            let body = format!(r#"{{"error":"{name}","detail":"{words}"}}"#);
            let stage = Stage::still();
            let transport = ScriptedTransport::new([Step::reply(status, body)]);
            let polar = blocking::Client::new(transport, stage.config.clone());
            let error = (case.blocking)(&stage, &polar).unwrap_err();
            let error = error.downcast_ref::<Error>().unwrap();
            let known = format!("{:?}", error.api_error().unwrap().remedy());
            let known = known.split('(').next().unwrap();
            assert_eq!(known, remedy, "{}: {status} {name}", case.page);
        }
    }
}

fn meet(case: &Case, provoke: fn(&mut Stage)) -> Option<(u16, String)> {
    let mut stage = Stage::still();
    provoke(&mut stage);
    let polar = blocking::Client::new(stage.mock.blocking_transport(), stage.config.clone());
    let error = (case.blocking)(&stage, &polar).err()?;
    let error = error.downcast_ref::<Error>().unwrap();
    let refusal = error.api_error().unwrap();
    let name = refusal.name().map(ErrorName::as_str);
    Some((
        refusal.status().as_u16(),
        name.unwrap_or_default().to_owned(),
    ))
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

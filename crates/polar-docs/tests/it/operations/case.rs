//! How the functions of each page are called.

use std::error::Error;

use polar_core::{
    Client, blocking,
    types::{Recipient, SeatStatus},
};
use polar_mock::InjectedFault;
use polar_testkit::script::block_on;

use super::stage::Stage;
use crate::code;

/// One page: a preparation, and its function for each client.
pub(crate) struct Case {
    pub(crate) page: &'static str,
    pub(crate) before: fn(&Stage),
    pub(crate) asynchronous: fn(&Stage, &Client) -> CaseResult,
    pub(crate) blocking: fn(&Stage, &blocking::Client) -> CaseResult,
}

pub(crate) type CaseResult = Result<(), Box<dyn Error>>;

macro_rules! cases {
    ($($page:literal: $module:ident::$function:ident |$stage:ident| ($($argument:expr),*) $(after $before:expr)?;)*) => {
        &[$(Case {
            page: $page,
            before: or_noop!($($before)?),
            asynchronous: |$stage, polar| {
                _ = block_on(code::$module::hyper::$function(polar, $($argument),*))?;
                Ok(())
            },
            blocking: |$stage, polar| {
                _ = code::$module::ureq::$function(polar, $($argument),*)?;
                Ok(())
            },
        }),*]
    };
}

macro_rules! or_noop {
    () => {
        |_| ()
    };
    ($before:expr) => {
        $before
    };
}

pub(crate) const CASES: &[Case] = cases! {
    "customer_seats/assign": customer_seats_assign::assign |stage| (stage.team);
    "customer_seats/claim": customer_seats_claim::claim |stage| (&stage.invitation);
    "customer_seats/claim_info": customer_seats_claim_info::describe |stage| (&stage.invitation);
    "customer_seats/list": customer_seats_list::free_seats |stage| (stage.team);
    "customer_seats/resend": customer_seats_resend::resend |stage| (&stage.bob, stage.mock.now().into());
    "customer_seats/revoke": customer_seats_revoke::revoke |stage| (stage.seat());
    "customer_portal/seats/assign":
        customer_portal_seats_assign::assign |stage| (&stage.owner, stage.checkout);
    "customer_portal/seats/list": customer_portal_seats_list::list |stage| (&stage.owner, stage.team);
    "customer_portal/seats/resend":
        customer_portal_seats_resend::resend |stage| (&stage.owner, stage.seat());
    "customer_portal/seats/revoke":
        customer_portal_seats_revoke::revoke |stage| (&stage.owner, stage.seat());
    "customer_portal/seats/subscriptions":
        customer_portal_seats_subscriptions::subscriptions |stage| (&stage.holder());
    "customer_portal/customer_session/introspect":
        customer_portal_customer_session_introspect::expires_at |stage| (&stage.holder());
    "customer_portal/customer_session/user":
        customer_portal_customer_session_user::user |stage| (&stage.holder());
    "recipes/claim_status": recipes_claim_status::claim_status
        |stage| (stage.invitation.clone(), stage.team, stage.seat(), stage.mock.now().into())
        after |stage| assert_eq!(stage.claim().seat.status, SeatStatus::Claimed);
    "recipes/ensure_assigned": recipes_ensure_assigned::ensure_assigned |stage| (stage.team)
        after |stage| stage.mock.fail_next(1, InjectedFault::ResponseLost);
    "recipes/ensure_revoked":
        recipes_ensure_revoked::ensure_revoked |stage| (stage.team, &Recipient::email("bob@globex.com"));
    "recipes/renew": recipes_renew::renew |stage| (&stage.bob) after Stage::expire;
};

//! Handles are `Copy`, and a boxed transport is a transport.

use polar_core::{
    BlockingTransport, Client, CustomerPortal, CustomerSeats, Transport, blocking,
    customer_portal::{CustomerSession, Seats},
};
use polar_testkit::script::{ScriptStep, ScriptedTransport, block_on};

use crate::both_clients::{config, invitation, session};

#[test]
fn handles_are_copy_for_every_client() {
    struct NoClient;
    fn is_copy<T: Copy>() {}
    is_copy::<CustomerSeats<'_, NoClient>>();
    is_copy::<CustomerPortal<'_, NoClient>>();
    is_copy::<Seats<'_, NoClient>>();
    is_copy::<CustomerSession<'_, NoClient>>();

    let script =
        ScriptedTransport::new([ScriptStep::respond(404, ""), ScriptStep::respond(404, "")]);
    let client = blocking::Client::new(script.clone(), config());
    let session = session();
    let portal = client.customer_portal(&session);
    let copy = portal;
    portal.customer_session().user().unwrap_err();
    copy.customer_session().user().unwrap_err();
    assert_eq!(script.trace().sent().count(), 2);
}

#[test]
fn boxed_transports_work_with_both_clients() {
    let script =
        ScriptedTransport::new([ScriptStep::respond(404, ""), ScriptStep::respond(503, "")]);
    let transport: Box<dyn BlockingTransport> = Box::new(script.clone());
    let client = blocking::Client::new(transport, config());
    client.customer_seats().claim(&invitation()).unwrap_err();

    let transport: Box<dyn Transport> = Box::new(script.clone());
    let client = Client::new(transport, config().retry(polar_core::RetryPolicy::none()));
    let token = invitation();
    let lost = block_on(client.customer_seats().claim(&token));
    assert_eq!(lost.unwrap_err().status().unwrap().as_u16(), 503);
    assert_eq!(script.remaining(), 0);
}

//! The commands: for each its options, its work and the text of its result.

mod assign;
mod claim;
mod claim_info;
mod claim_status;
mod demo;
mod doctor;
mod export;
mod generate;
mod import;
mod list;
mod outbox;
mod portal;
mod renew;
mod resend;
mod revoke;
mod serve;
mod subscriptions;
mod sync;
mod webhook;

pub(crate) use self::{
    assign::Assign,
    claim::Claim,
    claim_info::ClaimInfo,
    claim_status::ClaimStatus,
    demo::Demo,
    doctor::Doctor,
    export::Export,
    generate::{Completions, Man},
    import::Import,
    list::List,
    outbox::Outbox,
    portal::Portal,
    renew::Renew,
    resend::Resend,
    revoke::Revoke,
    serve::Serve,
    subscriptions::Subscriptions,
    sync::Sync,
    webhook::Webhook,
};

//! The commands: for each its options, its work and the text of its result.

mod assign;
mod claim;
mod claim_info;
mod claim_status;
mod completions;
mod demo;
mod doctor;
mod export;
mod import;
mod list;
mod man;
mod portal;
mod renew;
mod resend;
mod revoke;
mod serve;
mod sync;
mod webhook;

pub(crate) use self::{
    assign::Assign, claim::Claim, claim_info::ClaimInfo, claim_status::ClaimStatus,
    completions::Completions, demo::Demo, doctor::Doctor, export::Export, import::Import,
    list::List, man::Man, portal::Portal, renew::Renew, resend::Resend, revoke::Revoke,
    serve::Serve, sync::Sync, webhook::Webhook,
};

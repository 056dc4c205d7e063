//! Many people at once: what `import`, `sync` and `renew` are made of.

mod assign;
mod crew;
mod journal;
mod journal_file;
mod ledger;
mod office;
mod outline;
mod pacer;
mod rejects;
mod revoke;
mod screen;
mod summary;
mod written;

pub(crate) use self::{
    assign::{assign, none_assigned},
    journal::Journal,
    ledger::Ledger,
    office::{Office, PaceArgs, beside, client},
    outline::{Outline, name},
    pacer::Pacer,
    rejects::Rejects,
    revoke::revoke,
    screen::Screen,
    summary::{Rejected, Summary},
    written::{RENEWING, UNKNOWN, Written, aliases, left_at, revoking_since},
};

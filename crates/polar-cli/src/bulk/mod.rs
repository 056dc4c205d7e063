//! Commands for many people: the parts that `import`, `sync` and `renew` share.

mod assign;
mod context;
mod journal;
mod pacer;
mod preview;
mod progress;
mod rejects;
mod results;
mod revoke;
mod summary;
mod workers;

pub(crate) use self::{
    assign::{assign, none_assigned},
    context::{BulkContext, PaceArgs, beside},
    journal::{Journal, JournalEntry, RENEWING, UNKNOWN, aliases, left_at, revoking_since},
    pacer::Pacer,
    preview::{Preview, name},
    progress::ProgressOutput,
    rejects::Rejects,
    results::RowResults,
    revoke::revoke,
    summary::{Rejected, Summary},
};

//! Commands for many people: the parts that `import`, `sync` and `renew` share.

mod context;
mod journal;
mod pacer;
mod preview;
mod progress;
mod rejects;
mod run;
mod summary;
mod workers;

pub(crate) use self::{
    context::{BulkContext, PaceArgs, sibling_file},
    journal::{Journal, JournalEntry, RENEWING, UNKNOWN, aliases, last_entries, revoking_since},
    pacer::Pacer,
    preview::{Preview, recipient_name},
    progress::ProgressOutput,
    rejects::RejectsFile,
    run::drive,
    summary::{Rejected, Summary, rejection},
};

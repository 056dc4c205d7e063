//! What any web application needs around its pages: visits, forms that cannot be forged, headers, a
//! log without secrets.

mod checked;
mod headers;
mod log;
mod manager;
mod secret;
mod visitor;
mod visits;

pub use self::secret::Secret;
pub(crate) use self::{
    checked::{Checked, Nothing},
    headers::protect,
    log::requests,
    manager::Manager,
    visitor::{Visitor, attach},
    visits::{Claimed, Shown, Unanswered, Visits},
};

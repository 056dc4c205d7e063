use http::{Uri, request::Parts};

use crate::{
    schema::all_scopes,
    state::{Caller, State},
};

/// Returns the request of the API that a control path wraps, and its caller: an organization with
/// all scopes. `/_mock/as/acme/v1/products/` is `/v1/products/` for `acme`.
pub(crate) fn act_as(state: &State, head: &Parts) -> Option<(Caller, Parts)> {
    let target = head.uri.path_and_query()?.as_str();
    let (slug, path) = target.strip_prefix("/_mock/as/")?.split_once('/')?;
    let row = state.organizations.iter().find(|row| row.slug == slug)?;
    let mut head = head.clone();
    head.uri = format!("/{path}").parse::<Uri>().ok()?;
    let scopes = all_scopes().into_iter().map(str::to_owned).collect();
    Some((Caller::Organization { id: row.id, scopes }, head))
}

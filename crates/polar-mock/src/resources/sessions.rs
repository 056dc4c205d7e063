//! Sessions of the customer portal.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use time::Duration;
use uuid::Uuid;

use super::{Account, Call, Rule, refused};
use crate::{
    http::HttpError,
    json::Json,
    state::{Holder, MemberRow},
};

pub(super) const RULES: &[(&str, Rule)] = &[("customer-sessions:create", create)];

fn create(call: &mut Call<'_>) -> Result<Json, HttpError> {
    let (key, found) = match call.body.text("external_customer_id") {
        Some(id) => ("external_customer_id", call.customer_by_external_id(id)),
        None => ("customer_id", call.body.id("customer_id")),
    };
    let customer = found.and_then(|id| Some((id, call.customer(id).ok()?)));
    let Some((id, customer)) = customer else {
        let input = call.body.value(key);
        return Err(refused(key, "Customer does not exist.", input));
    };
    let member = call.sent_member(id)?;
    let is_team = customer.text("type") == Some("team");
    let member = match member {
        Some(member) => Some(member),
        None if is_team && call.has_members() => {
            let message = "member_id is required for team customers.";
            return Err(refused("member_id", message, Json::Null));
        }
        None => call.owner(id),
    };
    let (holder, email) = if let Some(member) = member {
        (Holder::Member(member.id), member.email)
    } else {
        let email = customer.text("email").unwrap_or_default();
        (Holder::Customer(id.into()), email.to_owned())
    };
    let now = call.now;
    let token = call.state.open_session(holder, now);
    let email = utf8_percent_encode(&email, ESCAPED);
    let slug = call.slug();
    let url =
        format!("https://polar.sh/{slug}/portal?customer_session_token={token}&email={email}");
    Ok(call.part().and(Json::object([
        ("token", token.into()),
        ("expires_at", (now + Duration::HOUR).into()),
        ("return_url", call.body.value("return_url")),
        ("customer_portal_url", url.into()),
        ("customer_id", id.into()),
        ("customer", customer),
    ])))
}

impl Call<'_> {
    /// Returns the member that the body names, who must belong to the customer.
    fn sent_member(&self, customer: Uuid) -> Result<Option<MemberRow>, HttpError> {
        let own = |row: &&MemberRow| Uuid::from(row.customer) == customer;
        let mut rows = self.state.members.iter().filter(own);
        let (key, found) = if let Some(id) = self.body.id("member_id") {
            ("member_id", rows.find(|row| Uuid::from(row.id) == id))
        } else if let Some(id) = self.body.text("external_member_id") {
            let found = rows.find(|row| row.external_id.as_deref() == Some(id));
            ("external_member_id", found)
        } else {
            return Ok(None);
        };
        let input = self.body.value(key);
        let found = found.cloned().map(Some);
        found.ok_or_else(|| refused(key, "Member does not exist.", input))
    }
}

impl Account<'_> {
    /// Returns the first member of a customer.
    pub(super) fn owner(&self, customer: Uuid) -> Option<MemberRow> {
        let mut rows = self.state.members.iter();
        rows.find(|row| Uuid::from(row.customer) == customer)
            .cloned()
    }
}

const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'.')
    .remove(b'-')
    .remove(b'_')
    .remove(b'~');

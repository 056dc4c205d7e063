//! The members of customers, which seats refer to as well.

use polar_types::{CustomerId, MemberId, MemberRole};
use uuid::Uuid;

use super::{Call, Rule, list::as_text, refused};
use crate::{
    http::HttpError,
    json::{self, Json},
    state::MemberRow,
};

pub(super) const RULES: &[(&str, Rule)] = &[
    ("members:list_members", list),
    ("customers:members:create", |call| create(call, call.id(0)?)),
    ("customers:members:create_external", |call| {
        create(call, call.external_customer()?)
    }),
    ("customers:members:get", |call| Ok(view(&call.by_id()?))),
    ("customers:members:get_external", |call| {
        Ok(view(&call.by_external_id()?))
    }),
    ("customers:members:update", |call| {
        update(call, &call.by_id()?)
    }),
    ("customers:members:update_external", |call| {
        update(call, &call.by_external_id()?)
    }),
    ("customers:members:delete", |call| {
        delete(call, call.by_id()?)
    }),
    ("customers:members:delete_external", |call| {
        delete(call, call.by_external_id()?)
    }),
];

pub(super) fn no_member() -> HttpError {
    HttpError::not_found("Member not found")
}

/// Returns a member as in a response.
pub(super) fn view(row: &MemberRow) -> Json {
    let text = serde_json::to_string(&row.view()).unwrap_or_default();
    json::parse(&text).unwrap_or(Json::Null)
}

fn list(call: &mut Call<'_>) -> Result<Json, HttpError> {
    let own = |row: &&MemberRow| call.owns(row.customer);
    let external = match call.query("external_customer_id") {
        Some(Json::Text(id)) => Some(call.customer_by_external_id(id)),
        _ => None,
    };
    let members = call.state.members.iter().filter(own);
    let members =
        members.filter(|row| external.is_none_or(|id| id == Some(Uuid::from(row.customer))));
    let is_done = |_: &_, name: &str, _: &_| (name == "external_customer_id").then_some(true);
    call.page_by(members.map(view).collect(), is_done)
}

pub(super) fn create(call: &mut Call<'_>, customer: Uuid) -> Result<Json, HttpError> {
    let owner = call.customer(customer);
    let owner = owner.map_err(|_| HttpError::not_found("Customer not found"))?;
    if !call.has_members() {
        let detail = "Member management is not enabled for this organization";
        return Err(HttpError::forbidden("NotPermitted", detail));
    }
    let email = call.body.text("email").unwrap_or_default().to_owned();
    if let Some(known) = call.state.member_by_email(customer.into(), &email) {
        return Ok(view(known));
    }
    if owner.text("type") == Some("individual") {
        let detail = "Individual customers can only have one member (the owner). \
            Upgrade to a team customer to add more members.";
        return Err(HttpError::forbidden("NotPermitted", detail));
    }
    let id = call.new_id();
    let role = call.body.text("role").unwrap_or("member");
    let row = MemberRow {
        id: id.into(),
        created_at: call.now,
        modified_at: None,
        customer: customer.into(),
        email,
        name: call.body.text("name").map(str::to_owned),
        external_id: call.body.text("external_id").map(str::to_owned),
        role: MemberRole::from(role),
    };
    call.state.members.push(row.clone());
    let member = view(&row);
    call.raise("member.created", &member);
    Ok(member)
}

pub(super) fn update(call: &mut Call<'_>, row: &MemberRow) -> Result<Json, HttpError> {
    let role = call.body.text("role").map(MemberRole::from);
    let (now, customer) = (call.now, row.customer);
    if role.is_some() && row.role == MemberRole::Owner && role != Some(MemberRole::Owner) {
        let message = "Cannot change role. Customer must have exactly one owner.";
        return Err(refused("role", message, call.body.value("role")));
    }
    if role == Some(MemberRole::Owner) && row.role != MemberRole::Owner {
        let rows = call.state.members.iter_mut();
        for former in rows.filter(|row| row.customer == customer && row.role == MemberRole::Owner) {
            former.role = MemberRole::BillingManager;
            former.modified_at = Some(now);
        }
    }
    let (name, email) = (call.body.get("name").cloned(), call.sent("email").cloned());
    let changed = call.state.members.iter_mut().find(|one| one.id == row.id);
    let changed = changed.ok_or_else(super::not_found)?;
    if let Some(name) = name {
        changed.name = as_text(&name).map(str::to_owned);
    }
    if let Some(Json::Text(email)) = email {
        changed.email = email;
    }
    if let Some(role) = role {
        changed.role = role;
    }
    changed.modified_at = Some(now);
    let member = view(&changed.clone());
    call.raise("member.updated", &member);
    Ok(member)
}

pub(super) fn delete(call: &mut Call<'_>, row: MemberRow) -> Result<Json, HttpError> {
    if row.role == MemberRole::Owner {
        let message = "Cannot delete the only owner. Transfer ownership first.";
        return Err(refused("", message, Uuid::from(row.id)));
    }
    call.state.members.retain(|one| one.id != row.id);
    let mut gone = row;
    gone.modified_at = Some(call.now);
    call.raise("member.deleted", &view(&gone));
    Ok(Json::Null)
}

impl Call<'_> {
    fn owns(&self, customer: CustomerId) -> bool {
        let row = self.state.customer(customer);
        row.is_some_and(|row| row.organization == self.organization)
    }

    /// Returns the member whose id and customer are in the path.
    fn by_id(&self) -> Result<MemberRow, HttpError> {
        let (customer, member) = (self.id(0)?, self.id(1)?);
        let row = self.state.member(MemberId::from(member));
        let row = row.filter(|row| Uuid::from(row.customer) == customer && self.owns(row.customer));
        row.cloned().ok_or_else(no_member)
    }

    /// Returns the member whose external id, and that of its customer, are in the path.
    fn by_external_id(&self) -> Result<MemberRow, HttpError> {
        let customer = self.customer_by_external_id(&self.path_text(0)?);
        let external_id = self.path_text(1)?;
        let mut rows = self.state.members.iter();
        let row = rows.find(|row| {
            Some(Uuid::from(row.customer)) == customer
                && row.external_id.as_deref() == Some(external_id.as_str())
        });
        row.cloned().ok_or_else(no_member)
    }
}

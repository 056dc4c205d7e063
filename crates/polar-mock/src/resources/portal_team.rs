//! The members of a customer, as the owner and the billing managers of a team see them.

use polar_types::MemberRole;
use uuid::Uuid;

use super::{Call, Rule, members, portal::manages, refused};
use crate::{
    http::HttpError,
    json::Json,
    state::MemberRow,
    validation::{InvalidField, Violation},
};

pub(super) const RULES: &[(&str, Rule)] = &[
    ("customer_portal:members:list_members", |call| {
        let team = call.team()?;
        let rows = call.state.members.iter();
        let rows = rows.filter(|row| Uuid::from(row.customer) == team);
        call.page(rows.map(|row| shown(&members::view(row))).collect())
    }),
    ("customer_portal:members:add_member", |call| {
        let team = call.team()?;
        if call.body.text("role") == Some("owner") {
            let message = "Cannot add a member as owner. There must be exactly one owner.";
            return Err(refused("role", message, "owner"));
        }
        members::create(call, team).map(|member| shown(&member))
    }),
    ("customer_portal:members:update_member", |call| {
        let row = call.team_member()?;
        let role = call.body.text("role").map(MemberRole::from);
        if role.is_some_and(|role| role != row.role) {
            call.require_other(&row, "You cannot modify your own role.")?;
        }
        members::update(call, &row).map(|member| shown(&member))
    }),
    ("customer_portal:members:remove_member", |call| {
        let row = call.team_member()?;
        call.require_other(&row, "You cannot remove yourself from the team.")?;
        members::delete(call, row)
    }),
];

fn shown(member: &Json) -> Json {
    member.only("created_at modified_at id email name role")
}

impl Call<'_> {
    /// Returns the team of the calling member, who must manage it.
    fn team(&self) -> Result<Uuid, HttpError> {
        if !self.portal_member().is_some_and(manages) {
            let detail = "Insufficient role for this operation";
            return Err(HttpError::forbidden("NotPermitted", detail));
        }
        let customer = self.portal_customer_view()?;
        if customer.text("type") != Some("team") {
            let detail = "Member management is only available for team customers. \
                Purchase a seat-based product to enable team features.";
            return Err(HttpError::forbidden("NotPermitted", detail));
        }
        Ok(customer.id("id").unwrap_or_default())
    }

    /// Returns the member of the team whose id is in the path.
    fn team_member(&self) -> Result<MemberRow, HttpError> {
        let team = self.team()?;
        let row = self.state.member(self.id(0)?.into());
        let row = row.filter(|row| Uuid::from(row.customer) == team);
        row.cloned().ok_or_else(members::no_member)
    }

    /// Checks that a member is not the calling one.
    fn require_other(&self, row: &MemberRow, message: &str) -> Result<(), HttpError> {
        if self.portal_member().is_none_or(|own| own.id != row.id) {
            return Ok(());
        }
        let violation = Violation::new("value_error", message);
        let field = InvalidField::new(violation, ["path", "id"], Uuid::from(row.id).into());
        Err(HttpError::InvalidForApplication(vec![field]))
    }
}

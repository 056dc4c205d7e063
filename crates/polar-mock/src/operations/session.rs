use polar_types::{CustomerId, MemberId, MemberRole, Timestamp};
use serde::Serialize;

use super::Call;
use crate::{
    http::{Caller, Refusal},
    json::Json,
    validation::{Item, Segment, Wrong},
};

impl Call<'_> {
    /// Until when the caller's session lasts.
    pub(super) fn introspect(&mut self) -> Result<Introspection, Refusal> {
        match self.caller {
            Caller::Customer { expires_at, .. } | Caller::Member { expires_at, .. } => {
                Ok(Introspection {
                    expires_at: expires_at.into(),
                    return_url: None,
                })
            }
            _ => Err(Refusal::Unauthorized),
        }
    }

    /// Who the caller is.
    pub(super) fn session_user(&mut self) -> Result<SessionUser, Refusal> {
        let customer_id = self.portal_customer()?;
        if let Ok(member) = self.calling_member() {
            return Ok(SessionUser {
                kind: "member",
                name: member.name.clone(),
                email: member.email.clone(),
                customer_id,
                member_id: Some(member.id),
                role: Some(member.role.clone()),
            });
        }
        let customer = self.world.customer(customer_id).ok_or(Refusal::Crash)?;
        Ok(SessionUser {
            kind: "customer",
            name: customer.name.clone(),
            email: customer.email.clone().ok_or_else(without_email)?,
            customer_id,
            member_id: None,
            role: None,
        })
    }
}

fn without_email() -> Refusal {
    let wrong = Wrong::new(
        "value_error",
        "Team customers must use member sessions. Create a customer session via the API with a \
         member_id.",
    );
    let item = Item::new(wrong, &[Segment::Name("body")], Json::Null);
    Refusal::InvalidForApplication(vec![item])
}

#[derive(Serialize)]
pub(super) struct Introspection {
    expires_at: Timestamp,
    return_url: Option<String>,
}

#[derive(Serialize)]
pub(super) struct SessionUser {
    #[serde(rename = "type")]
    kind: &'static str,
    name: Option<String>,
    email: String,
    customer_id: CustomerId,
    member_id: Option<MemberId>,
    role: Option<MemberRole>,
}

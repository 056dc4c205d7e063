use http::StatusCode;
use polar_types::{CustomerId, MemberId, MemberRole, SeatStatus};
use time::OffsetDateTime;

use super::{CustomerRow, MemberRow, PurchaseRow, State};
use crate::{http::HttpError, validation::AssignRequest};

/// Who is to have a seat, found or made.
#[derive(Debug, Clone)]
pub(crate) struct ResolvedHolder {
    /// What the seat keeps as its customer.
    pub(crate) customer: CustomerId,
    pub(crate) member: Option<MemberId>,
    /// Where the invitation goes.
    pub(crate) email: Option<String>,
}

impl State {
    /// Finds or makes the holder, and refuses one that already has a seat of the sale.
    ///
    /// On a member-model organisation, and wherever a member is named, the holder is a member of
    /// the buyer; else a customer of the organisation, with a member of the buyer beside it.
    pub(crate) fn resolve(
        &mut self,
        purchase: &PurchaseRow,
        request: &AssignRequest,
        now: OffsetDateTime,
    ) -> Result<ResolvedHolder, HttpError> {
        let names_member = request
            .external_member_id
            .as_deref()
            .is_some_and(|id| !id.is_empty())
            || request.member_id.is_some();
        let member_model = self
            .organization(purchase.organization)
            .is_some_and(|row| row.member_model);
        if member_model || names_member {
            self.resolve_member_model(purchase, request, now)
        } else {
            self.resolve_legacy(purchase, request, now)
        }
    }

    fn resolve_member_model(
        &mut self,
        purchase: &PurchaseRow,
        request: &AssignRequest,
        now: OffsetDateTime,
    ) -> Result<ResolvedHolder, HttpError> {
        let mut email = request.email.clone();
        if names_customer(request) {
            let customer = self.named_customer(purchase, request).ok_or_else(|| {
                invalid("Customer not found for the provided customer_id or external_customer_id.")
            })?;
            email = email.or_else(|| customer.email.clone());
        }
        let member = self.member_for(purchase.customer, request, email.as_deref(), now)?;
        let lowered = member.email.to_lowercase();
        let has_seat = self.seats_of(purchase.id).any(|seat| {
            seat.status != SeatStatus::Revoked
                && seat
                    .email
                    .as_ref()
                    .is_some_and(|email| email.to_lowercase() == lowered)
        });
        if has_seat {
            return Err(already_assigned(&member.email));
        }
        Ok(ResolvedHolder {
            customer: purchase.customer,
            member: Some(member.id),
            email: Some(member.email),
        })
    }

    fn member_for(
        &mut self,
        buyer: CustomerId,
        request: &AssignRequest,
        email: Option<&str>,
        now: OffsetDateTime,
    ) -> Result<MemberRow, HttpError> {
        if let Some(id) = request.member_id {
            return self
                .member(id)
                .filter(|member| member.customer == buyer)
                .cloned()
                .ok_or_else(|| member_not_found(&id.to_string()));
        }
        if let Some(external_id) = request.external_member_id.as_deref() {
            return self.member_by_external_id(buyer, external_id, email, now);
        }
        email
            .map(|email| self.member_by_email_or_new(buyer, email, now))
            .ok_or_else(|| {
                invalid(
                    "At least one of email, external_member_id, or member_id must be provided when \
                 member_model_enabled is true.",
                )
            })
    }

    fn member_by_external_id(
        &mut self,
        buyer: CustomerId,
        external_id: &str,
        email: Option<&str>,
        now: OffsetDateTime,
    ) -> Result<MemberRow, HttpError> {
        let known = self.members.iter().find(|member| {
            member.customer == buyer && member.external_id.as_deref() == Some(external_id)
        });
        if let Some(member) = known {
            return match email {
                Some(email) if member.email.to_lowercase() != email.to_lowercase() => {
                    Err(email_mismatch(external_id, email))
                }
                _ => Ok(member.clone()),
            };
        }
        let email = email.ok_or_else(|| member_not_found(external_id))?;
        let found = self.member_by_email_or_new(buyer, email, now);
        if found.external_id.is_some() {
            return Err(email_mismatch(external_id, email));
        }
        let member = self.members.iter_mut().find(|member| member.id == found.id);
        let member = member.ok_or(HttpError::Crash)?;
        member.external_id = Some(external_id.to_owned());
        member.modified_at = Some(now);
        Ok(member.clone())
    }

    fn resolve_legacy(
        &mut self,
        purchase: &PurchaseRow,
        request: &AssignRequest,
        now: OffsetDateTime,
    ) -> Result<ResolvedHolder, HttpError> {
        let customer = self.customer_or_new(purchase, request)?;
        let seats = self
            .seats_of(purchase.id)
            .filter(|seat| seat.customer == Some(customer.id));
        match seats.count() {
            0 => {}
            1 => {
                let identifier = identifier(request).unwrap_or_else(|| customer.id.to_string());
                return Err(already_assigned(&identifier));
            }
            // The server expects one row at most. The buyer has several, when members were named.
            _ => return Err(HttpError::Crash),
        }
        let member = customer.email.as_deref().map(|email| {
            self.member_by_email_or_new(purchase.customer, email, now)
                .id
        });
        Ok(ResolvedHolder {
            customer: customer.id,
            member,
            email: customer.email,
        })
    }

    fn customer_or_new(
        &mut self,
        purchase: &PurchaseRow,
        request: &AssignRequest,
    ) -> Result<CustomerRow, HttpError> {
        if let Some(email) = &request.email {
            return Ok(self.customer_by_email_or_new(purchase, email));
        }
        if request.external_customer_id.is_none() && request.customer_id.is_none() {
            // What is left of an empty external member id.
            return Err(invalid(
                "Exactly one of email, external_customer_id, or customer_id must be provided",
            ));
        }
        self.named_customer(purchase, request).ok_or_else(|| {
            let named = identifier(request).unwrap_or_else(|| "None".to_owned());
            let detail = format!("Customer not found: {named}");
            HttpError::named(StatusCode::NOT_FOUND, "CustomerNotFound", detail)
        })
    }

    /// The customer of the organisation that is named by an id.
    fn named_customer(
        &self,
        purchase: &PurchaseRow,
        request: &AssignRequest,
    ) -> Option<CustomerRow> {
        let external_id = request
            .external_customer_id
            .as_deref()
            .filter(|id| !id.is_empty());
        let named = self.customers.iter().find(|row| {
            row.organization == purchase.organization
                && match request.customer_id {
                    Some(id) => row.id == id,
                    None => external_id.is_some() && row.external_id.as_deref() == external_id,
                }
        });
        named.cloned()
    }

    fn customer_by_email_or_new(&mut self, purchase: &PurchaseRow, email: &str) -> CustomerRow {
        if let Some(customer) = self.customer_by_email(purchase.organization, email) {
            return customer.clone();
        }
        let customer = CustomerRow {
            id: CustomerId::from(self.random.uuid()),
            organization: purchase.organization,
            email: Some(email.to_owned()),
            external_id: None,
            name: None,
        };
        self.customers.push(customer.clone());
        customer
    }

    fn member_by_email_or_new(
        &mut self,
        buyer: CustomerId,
        email: &str,
        now: OffsetDateTime,
    ) -> MemberRow {
        if let Some(member) = self.member_by_email(buyer, email) {
            return member.clone();
        }
        let member = MemberRow {
            id: MemberId::from(self.random.uuid()),
            created_at: now,
            modified_at: None,
            customer: buyer,
            email: email.to_owned(),
            name: None,
            external_id: None,
            role: MemberRole::Member,
        };
        self.members.push(member.clone());
        member
    }
}

/// Whether a customer is named by an id. An empty one names nobody.
fn names_customer(request: &AssignRequest) -> bool {
    let external_id = request.external_customer_id.as_deref();
    request.customer_id.is_some() || external_id.is_some_and(|id| !id.is_empty())
}

/// Whichever identifier of a customer was sent.
fn identifier(request: &AssignRequest) -> Option<String> {
    let external_id = request
        .external_customer_id
        .clone()
        .filter(|id| !id.is_empty());
    let id = request.customer_id.map(|id| id.to_string());
    request.email.clone().or(external_id).or(id)
}

fn invalid(detail: &str) -> HttpError {
    HttpError::bad_request("InvalidSeatAssignmentRequest", detail)
}

fn already_assigned(identifier: &str) -> HttpError {
    let detail = format!("Seat already assigned to customer {identifier}");
    HttpError::bad_request("SeatAlreadyAssigned", detail)
}

fn member_not_found(identifier: &str) -> HttpError {
    let detail = format!("Member not found: {identifier}");
    HttpError::named(StatusCode::NOT_FOUND, "MemberNotFound", detail)
}

fn email_mismatch(external_id: &str, email: &str) -> HttpError {
    let detail = format!(
        "Member with external_member_id '{external_id}' exists but has a different email than \
         '{email}'"
    );
    HttpError::bad_request("MemberEmailMismatch", detail)
}

use polar_types::{CustomerId, MemberId, MemberRole, Recipient, SeatStatus};
use time::OffsetDateTime;

use super::{CustomerRow, MemberRow, PurchaseRow, State, StateError};

/// The holder that a recipient resolves to.
#[derive(Debug)]
pub(super) struct ResolvedHolder {
    /// The customer of the seat: the buyer if the holder is a member.
    pub(super) customer: CustomerId,
    pub(super) member: Option<MemberId>,
    /// The address that the invitation is mailed to.
    pub(super) email: Option<String>,
}

impl State {
    /// Finds or creates the holder, who must not have a seat of the purchase yet.
    ///
    /// On a member-model organization, and wherever a member is named, the holder is a member of
    /// the buyer; otherwise a customer of the organization, with a member of the buyer beside it.
    pub(super) fn resolve(
        &mut self,
        purchase: &PurchaseRow,
        recipient: &Recipient,
        now: OffsetDateTime,
    ) -> Result<ResolvedHolder, StateError> {
        let names_member = match recipient {
            Recipient::Member(_) => true,
            Recipient::ExternalMember {
                external_member_id, ..
            } => !external_member_id.is_empty(),
            _ => false,
        };
        let organization = self.organization(purchase.organization);
        if names_member || organization.is_some_and(|row| row.member_model) {
            self.resolve_member_model(purchase, recipient, now)
        } else {
            self.resolve_legacy(purchase, recipient, now)
        }
    }

    fn resolve_member_model(
        &mut self,
        purchase: &PurchaseRow,
        recipient: &Recipient,
        now: OffsetDateTime,
    ) -> Result<ResolvedHolder, StateError> {
        let member = self.member_for(purchase, recipient, now)?;
        let lowered = member.email.to_lowercase();
        let has_seat = self.seats_of(purchase.id).any(|seat| {
            let email = seat.email.as_ref();
            seat.status != SeatStatus::Revoked
                && email.is_some_and(|email| email.to_lowercase() == lowered)
        });
        if has_seat {
            return Err(StateError::AlreadyAssigned(member.email));
        }
        Ok(ResolvedHolder {
            customer: purchase.customer,
            member: Some(member.id),
            email: Some(member.email),
        })
    }

    fn member_for(
        &mut self,
        purchase: &PurchaseRow,
        recipient: &Recipient,
        now: OffsetDateTime,
    ) -> Result<MemberRow, StateError> {
        let buyer = purchase.customer;
        let email = match recipient {
            Recipient::Member(id) => {
                let member = self.member(*id).filter(|member| member.customer == buyer);
                let not_found = || StateError::MemberNotFound(id.to_string());
                return member.cloned().ok_or_else(not_found);
            }
            Recipient::ExternalMember {
                external_member_id,
                email,
            } => {
                let email = email.as_deref();
                return self.member_by_external_id(buyer, external_member_id, email, now);
            }
            Recipient::Email(email) => Some(email.clone()),
            // An empty id names no customer.
            Recipient::ExternalCustomer(id) if id.is_empty() => None,
            _ => match self.named_customer(purchase, recipient) {
                Some(customer) => customer.email,
                None => return Err(StateError::InvalidRequest(NO_CUSTOMER)),
            },
        };
        let email = email.ok_or(StateError::InvalidRequest(NO_MEMBER))?;
        Ok(self.member_by_email_or_new(buyer, &email, now))
    }

    fn member_by_external_id(
        &mut self,
        buyer: CustomerId,
        external_id: &str,
        email: Option<&str>,
        now: OffsetDateTime,
    ) -> Result<MemberRow, StateError> {
        let mismatch = |email: &str| StateError::EmailMismatch {
            external_member_id: external_id.to_owned(),
            email: email.to_owned(),
        };
        let known = self.members.iter().find(|member| {
            member.customer == buyer && member.external_id.as_deref() == Some(external_id)
        });
        if let Some(member) = known {
            return match email {
                Some(email) if member.email.to_lowercase() != email.to_lowercase() => {
                    Err(mismatch(email))
                }
                _ => Ok(member.clone()),
            };
        }
        let email = email.ok_or_else(|| StateError::MemberNotFound(external_id.to_owned()))?;
        let found = self.member_by_email_or_new(buyer, email, now);
        if found.external_id.is_some() {
            return Err(mismatch(email));
        }
        let member = self.members.iter_mut().find(|member| member.id == found.id);
        let member = member.ok_or(StateError::Inconsistent)?;
        member.external_id = Some(external_id.to_owned());
        member.modified_at = Some(now);
        Ok(member.clone())
    }

    fn resolve_legacy(
        &mut self,
        purchase: &PurchaseRow,
        recipient: &Recipient,
        now: OffsetDateTime,
    ) -> Result<ResolvedHolder, StateError> {
        let customer = self.customer_or_new(purchase, recipient)?;
        let seats = self
            .seats_of(purchase.id)
            .filter(|seat| seat.customer == Some(customer.id));
        match seats.count() {
            0 => {}
            1 => {
                let identifier = identifier(recipient).unwrap_or_else(|| customer.id.to_string());
                return Err(StateError::AlreadyAssigned(identifier));
            }
            // The server expects at most one row. A buyer has several if members were named.
            _ => return Err(StateError::Inconsistent),
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
        recipient: &Recipient,
    ) -> Result<CustomerRow, StateError> {
        match recipient {
            Recipient::Email(email)
            | Recipient::ExternalMember {
                email: Some(email), ..
            } => Ok(self.customer_by_email_or_new(purchase, email)),
            // Only an empty id gets here without an address.
            Recipient::ExternalMember { .. } => Err(StateError::InvalidRequest(NOT_ONE_CUSTOMER)),
            _ => self.named_customer(purchase, recipient).ok_or_else(|| {
                let named = identifier(recipient).unwrap_or_else(|| "None".to_owned());
                StateError::CustomerNotFound(named)
            }),
        }
    }

    /// Returns the customer of the organization that a recipient names by an id.
    fn named_customer(&self, purchase: &PurchaseRow, recipient: &Recipient) -> Option<CustomerRow> {
        let is_named = |row: &&CustomerRow| match recipient {
            Recipient::Customer(id) => row.id == *id,
            Recipient::ExternalCustomer(id) => {
                !id.is_empty() && row.external_id.as_ref() == Some(id)
            }
            _ => false,
        };
        let customers = self.customers.iter();
        let mut own = customers.filter(|row| row.organization == purchase.organization);
        own.find(is_named).cloned()
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

/// Returns the identifier of a customer that was sent.
fn identifier(recipient: &Recipient) -> Option<String> {
    match recipient {
        Recipient::Email(email) => Some(email.clone()),
        Recipient::ExternalMember { email, .. } => email.clone(),
        Recipient::ExternalCustomer(id) => Some(id.clone()).filter(|id| !id.is_empty()),
        Recipient::Customer(id) => Some(id.to_string()),
        _ => None,
    }
}

const NO_CUSTOMER: &str =
    "Customer not found for the provided customer_id or external_customer_id.";
const NO_MEMBER: &str = "At least one of email, external_member_id, or member_id must be provided \
                         when member_model_enabled is true.";
const NOT_ONE_CUSTOMER: &str =
    "Exactly one of email, external_customer_id, or customer_id must be provided";

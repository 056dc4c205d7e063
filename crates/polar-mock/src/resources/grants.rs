//! Benefit grants: what a customer has of a benefit.

use polar_types::{Container, SeatId, SeatStatus};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Account, Document, Kind, Rule, list::as_text, members};
use crate::{json::Json, state::State};

pub(super) const RULES: &[(&str, Rule)] = &[
    ("benefit-grants:list", |call| {
        call.page(call.all(Kind::Grant, Account::grant))
    }),
    ("benefits:grants", |call| {
        let id = call.id(0)?;
        call.benefit(id)?;
        let grants = call.documents(Kind::Grant);
        let grants = grants.filter(|grant| grant.id("benefit_id") == Some(id));
        // The newest is first; there is no other order.
        let items = grants.rev().map(|grant| call.grant(grant)).collect();
        call.page(items)
    }),
];

/// What a grant follows from: a subscription or an order.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source {
    pub(super) subscription: Option<Uuid>,
    pub(super) order: Option<Uuid>,
    pub(super) customer: Uuid,
}

impl Source {
    pub(super) const fn of_subscription(id: Uuid, customer: Uuid) -> Self {
        Self {
            subscription: Some(id),
            order: None,
            customer,
        }
    }

    /// What is bought once has an order alone.
    pub(super) fn of_purchase(subscription: Option<Uuid>, order: Uuid, customer: Uuid) -> Self {
        Self {
            subscription,
            order: subscription.is_none().then_some(order),
            customer,
        }
    }

    /// Whether a grant follows from it.
    fn has(&self, grant: &Document) -> bool {
        grant.id("subscription_id") == self.subscription && grant.id("order_id") == self.order
    }
}

/// Grants or revokes benefits after a change of a seat. Purchases that a builder or a seed made have
/// no product with benefits.
pub(crate) fn seat_changed(state: &mut State, now: OffsetDateTime, id: SeatId) {
    let Some(row) = state.seat(id).cloned() else {
        return;
    };
    let Some(purchase) = state.purchase(row.container).cloned() else {
        return;
    };
    let customer = purchase.customer.into();
    let source = match row.container {
        Container::Subscription(id) => Source::of_subscription(id.into(), customer),
        Container::Order(id) => Source::of_purchase(None, id.into(), customer),
        _ => return,
    };
    let mut account = Account::new(state, now, purchase.organization);
    let before = account.grants_of(source);
    match row.status {
        SeatStatus::Claimed => {
            let (Some(product), Some(member)) = (purchase.product, row.member) else {
                return;
            };
            account.grant_benefits(product.into(), source, Some(member.into()));
        }
        SeatStatus::Revoked => {
            let members: Vec<Uuid> = account.seated(row.container);
            for grant in account.grants_of(source) {
                let member = account.document(Kind::Grant, grant);
                let member = member.ok().and_then(|grant| grant.id("member_id"));
                if member.is_some_and(|member| !members.contains(&member)) {
                    account.revoke_grant(grant);
                }
            }
        }
        _ => return,
    }
    if account.grants_of(source) != before {
        let _ = account.customer_changed(source.customer);
    }
}

impl Account<'_> {
    /// Returns the members who hold a claimed seat.
    fn seated(&self, container: Container) -> Vec<Uuid> {
        let claimed = self.state.seats_of(container);
        let claimed = claimed.filter(|row| row.status == SeatStatus::Claimed);
        let members = claimed.filter_map(|row| row.member.map(Uuid::from));
        members.collect()
    }

    /// Returns a grant as in a response.
    pub(super) fn grant(&self, document: &Document) -> Json {
        let fields = &document.fields;
        let customer = fields.id("customer_id").unwrap_or_default();
        let member = fields.id("member_id");
        let member = member.and_then(|id| self.state.member(id.into()));
        let benefit = self.linked(Kind::Benefit, document, "benefit_id");
        document.view().and(Json::object([
            ("customer", self.shown_customer(customer)),
            ("member", member.map(members::view).into()),
            ("benefit", benefit.map(Document::view).into()),
            ("properties", shown(fields)),
            ("user_id", customer.into()),
        ]))
    }

    /// Returns the live grants of a customer, as the state of a customer shows them.
    pub(super) fn short_grants_of(&self, customer: Uuid) -> Vec<Json> {
        let all = self.of_customer(Kind::Grant, customer);
        let live = all.filter(|grant| grant.flag("is_granted"));
        let views = live.map(|grant| {
            let benefit = self.linked(Kind::Benefit, grant, "benefit_id");
            let benefit = benefit.map_or(Json::Null, Document::view);
            let own = grant.view();
            own.only("id created_at modified_at granted_at benefit_id")
                .and(benefit.only("benefit_type=type benefit_metadata=metadata"))
                .and(Json::object([("properties", shown(grant))]))
        });
        views.collect()
    }

    /// Grants all benefits of a product to the owner of a customer, or to a member.
    pub(super) fn grant_benefits(&mut self, product: Uuid, source: Source, member: Option<Uuid>) {
        let Ok(document) = self.document(Kind::Product, product) else {
            return;
        };
        let benefits = document.items("benefits").to_vec();
        let owner = || self.owner(source.customer).map(|row| row.id.into());
        let member = member.or_else(owner);
        let ids = benefits.iter().filter_map(Json::as_id);
        // Polar grants them at the same time; the last one was the first (observed).
        for benefit in ids.rev().collect::<Vec<_>>() {
            if self.benefit(benefit).is_ok() {
                self.grant_benefit(benefit, source, member);
            }
        }
    }

    /// Grants the current benefits of a product to its subscribers, and revokes those that it lost.
    /// Benefits of seats stay as they were when the seat was claimed (as in Polar's code).
    pub(super) fn align_grants(&mut self, product: Uuid) {
        let Ok(document) = self.document(Kind::Product, product) else {
            return;
        };
        let benefits = document.items("benefits").to_vec();
        for subscription in self.active_subscriptions(product) {
            let source = self.source_of(subscription);
            for grant in self.grants_of(source) {
                let document = self.document(Kind::Grant, grant);
                if document.is_ok_and(|one| !benefits.contains(&one.value("benefit_id"))) {
                    self.revoke_grant(grant);
                }
            }
            self.grant_benefits(product, source, None);
            let _ = self.customer_changed(source.customer);
        }
    }

    /// Returns the grant of a benefit, live or revoked.
    fn known_grant(
        &self,
        benefit: Uuid,
        source: Source,
        member: Option<Uuid>,
    ) -> Option<&Document> {
        let mut all = self.of_customer(Kind::Grant, source.customer);
        all.find(|grant| {
            source.has(grant)
                && grant.id("benefit_id") == Some(benefit)
                && grant.id("member_id") == member
        })
    }

    /// Grants a benefit, unless it is granted. A revoked grant is granted again, with its key.
    fn grant_benefit(&mut self, benefit: Uuid, source: Source, member: Option<Uuid>) {
        if let Some(known) = self.known_grant(benefit, source, member) {
            if !known.flag("is_granted") {
                self.grant_again(known.id);
            }
            return;
        }
        let id = self.new_id();
        let kind = self.document(Kind::Benefit, benefit).ok().cloned();
        let properties = match kind {
            Some(benefit) if benefit.text("type") == Some("license_keys") => {
                self.issue_key(&benefit, source)
            }
            Some(benefit) if benefit.text("type") == Some("downloadables") => {
                Json::object([("files", active_files(&benefit.fields))])
            }
            _ => Json::EMPTY,
        };
        // Its properties are written after the grant itself.
        let has_properties = properties != Json::EMPTY;
        let fields = Json::object([
            ("granted_at", self.now.into()),
            ("is_granted", true.into()),
            ("revoked_at", Json::Null),
            ("is_revoked", false.into()),
            ("subscription_id", source.subscription.into()),
            ("order_id", source.order.into()),
            ("customer_id", source.customer.into()),
            ("member_id", member.into()),
            ("benefit_id", benefit.into()),
            ("error", Json::Null),
            ("properties", properties),
        ]);
        self.insert(Kind::Grant, id, fields);
        if has_properties {
            self.touch(Kind::Grant, id);
        }
        self.raise_grant("benefit_grant.created", id);
    }

    fn grant_again(&mut self, id: Uuid) {
        let since = Json::from(self.now);
        let granted = self.change(Kind::Grant, id, |grant| {
            set_granted(grant, Some(since), None);
        });
        let granted = granted.map(|grant| grant.fields.clone());
        if let Ok(grant) = granted {
            self.set_key_status(&grant, "granted");
            self.raise_grant("benefit_grant.created", id);
        }
    }

    /// Raises an event about a grant, which changes the credit of a meter.
    pub(super) fn raise_grant(&mut self, kind: &'static str, id: Uuid) {
        // A new grant had nothing before.
        let before = self.credit_grant(kind, id);
        let before = before.filter(|_| kind != "benefit_grant.created");
        if let Some(document) = self.state.documents.get(Kind::Grant, id) {
            let mut grant = self.grant(document);
            grant.set("properties", document.value("properties"));
            grant.set("previous_properties", before.unwrap_or(Json::EMPTY));
            self.raise(kind, &grant);
        }
    }

    /// Credits the units of a grant's benefit, or revokes them, and returns its properties before.
    fn credit_grant(&mut self, kind: &str, id: Uuid) -> Option<Json> {
        let grant = &self.document(Kind::Grant, id).ok()?.fields;
        let (before, customer) = (grant.value("properties"), grant.id("customer_id")?);
        let benefit = self.linked(Kind::Benefit, grant, "benefit_id")?;
        if benefit.text("type") == Some("meter_credit") {
            let credit = benefit.value("properties");
            let units = credit.number("units");
            let credited = before.integer("last_credited_units").unwrap_or(units);
            let is_revoked = kind == "benefit_grant.revoked";
            if kind == "benefit_grant.cycled" {
                self.reset_for_benefit(&credit, &before, customer);
            }
            let units = if is_revoked { -credited } else { units };
            let properties = self.credit(&credit, customer, units);
            self.set(Kind::Grant, id, [("properties", properties)]);
        }
        Some(before)
    }

    /// Returns the live grants that follow from a purchase.
    pub(super) fn grants_of(&self, source: Source) -> Vec<Uuid> {
        let grants = self.of_customer(Kind::Grant, source.customer);
        let grants = grants.filter(|grant| grant.flag("is_granted") && source.has(grant));
        grants.map(|grant| grant.id).collect()
    }

    /// Revokes a grant.
    pub(super) fn revoke_grant(&mut self, id: Uuid) {
        let since = Json::from(self.now);
        let revoked = self.change(Kind::Grant, id, |grant| {
            set_granted(grant, None, Some(since));
            if grant.value("properties").get("files").is_some() {
                grant.set("properties", Json::EMPTY);
            }
        });
        let revoked = revoked.map(|grant| grant.fields.clone());
        if let Ok(grant) = revoked {
            self.set_key_status(&grant, "revoked");
            self.raise_grant("benefit_grant.revoked", id);
        }
    }
}

fn set_granted(grant: &mut Json, granted: Option<Json>, revoked: Option<Json>) {
    grant.set("is_granted", granted.is_some());
    grant.set("granted_at", granted);
    grant.set("is_revoked", revoked.is_some());
    grant.set("revoked_at", revoked);
}

/// What a response shows of a grant's properties: nothing of a credit, which only events have.
fn shown(grant: &Json) -> Json {
    let properties = grant.value("properties");
    let is_credit = properties.get("last_credited_at").is_some();
    if is_credit { Json::EMPTY } else { properties }
}

/// Returns the files of a benefit that are not archived.
pub(super) fn active_files(benefit: &Json) -> Json {
    let properties = benefit.value("properties");
    let archived = properties.value("archived");
    let files = properties.items("files").iter();
    let active = files.filter(|file| !as_text(file).is_some_and(|id| archived.flag(id)));
    active.cloned().collect::<Vec<_>>().into()
}

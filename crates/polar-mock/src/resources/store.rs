//! The documents of an organization, by kind, in the order in which they were created.

use std::{
    collections::{BTreeMap, HashMap},
    ops::Deref,
};

use polar_types::OrganizationId;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::json::Json;

macro_rules! kinds {
    ($( $(#[$doc:meta])* $kind:ident = $name:literal, )+) => {
        /// The kind of a document.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Kind {
            $( $(#[$doc])* $kind, )+
        }

        impl Kind {
            pub(crate) const ALL: &[Self] = &[$( Self::$kind ),+];

            /// Returns the name in seeds.
            pub(crate) const fn name(self) -> &'static str {
                match self {
                    $( Self::$kind => $name, )+
                }
            }
        }
    };
}

kinds! {
    /// Of a license key.
    Activation = "license_key_activations",
    Benefit = "benefits",
    Checkout = "checkouts",
    CustomField = "custom_fields",
    Customer = "customers",
    CustomerMeter = "customer_meters",
    Discount = "discounts",
    EventType = "event_types",
    Grant = "benefit_grants",
    LicenseKey = "license_keys",
    Meter = "meters",
    Order = "orders",
    /// What an organization has changed of its settings.
    Organization = "organizations",
    Payment = "payments",
    PaymentMethod = "payment_methods",
    Product = "products",
    Refund = "refunds",
    Subscription = "subscriptions",
}

/// A resource as the database has it: what a response shows of others is added when it is written.
#[derive(Debug, Clone)]
pub(crate) struct Document {
    pub(crate) id: Uuid,
    pub(crate) organization: OrganizationId,
    pub(crate) created_at: OffsetDateTime,
    pub(crate) modified_at: Option<OffsetDateTime>,
    /// Its other fields.
    pub(crate) fields: Json,
}

impl Document {
    pub(crate) fn new(
        id: Uuid,
        organization: OrganizationId,
        now: OffsetDateTime,
        fields: Json,
    ) -> Self {
        Self {
            id,
            organization,
            created_at: now,
            modified_at: None,
            fields,
        }
    }

    /// Returns the fields that every resource begins with, and then the others.
    pub(crate) fn view(&self) -> Json {
        Json::object([
            ("id", self.id.into()),
            ("created_at", self.created_at.into()),
            ("modified_at", self.modified_at.into()),
        ])
        .and(self.fields.clone())
    }
}

impl Deref for Document {
    type Target = Json;

    fn deref(&self) -> &Json {
        &self.fields
    }
}

/// All documents.
#[derive(Debug, Default)]
pub(crate) struct Documents {
    kinds: BTreeMap<Kind, Table>,
}

#[derive(Debug, Default)]
struct Table {
    rows: Vec<Document>,
    places: HashMap<Uuid, usize>,
    /// The ids by customer, also of documents that were removed.
    of_customers: HashMap<Uuid, Vec<Uuid>>,
}

impl Documents {
    pub(crate) fn insert(&mut self, kind: Kind, document: Document) {
        let table = self.kinds.entry(kind).or_default();
        table.places.insert(document.id, table.rows.len());
        if let Some(customer) = document.id("customer_id") {
            let own = table.of_customers.entry(customer).or_default();
            own.push(document.id);
        }
        table.rows.push(document);
    }

    pub(crate) fn get(&self, kind: Kind, id: Uuid) -> Option<&Document> {
        let table = self.kinds.get(&kind)?;
        table.rows.get(*table.places.get(&id)?)
    }

    pub(crate) fn get_mut(&mut self, kind: Kind, id: Uuid) -> Option<&mut Document> {
        let table = self.kinds.get_mut(&kind)?;
        table.rows.get_mut(*table.places.get(&id)?)
    }

    /// Returns the documents of a kind, the oldest first.
    pub(crate) fn all(&self, kind: Kind) -> impl DoubleEndedIterator<Item = &Document> {
        let table = self.kinds.get(&kind).into_iter();
        table.flat_map(|table| &table.rows)
    }

    /// Returns the documents of a kind that were created for a customer, the oldest first.
    pub(crate) fn of_customer(
        &self,
        kind: Kind,
        customer: Uuid,
    ) -> impl DoubleEndedIterator<Item = &Document> {
        let table = self.kinds.get(&kind).into_iter();
        let ids = table.filter_map(move |table| table.of_customers.get(&customer));
        ids.flatten().filter_map(move |id| self.get(kind, *id))
    }

    pub(crate) fn remove(&mut self, kind: Kind, id: Uuid) {
        let Some(table) = self.kinds.get_mut(&kind) else {
            return;
        };
        if let Some(place) = table.places.remove(&id) {
            table.rows.remove(place);
            for (place, row) in table.rows.iter().enumerate().skip(place) {
                table.places.insert(row.id, place);
            }
        }
    }
}

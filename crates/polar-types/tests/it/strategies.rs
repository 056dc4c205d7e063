//! Strategies that generate arbitrary values of every type on the wire.

use polar_types::{
    AssignSeat, ClaimInfo, ClaimedSeat, Container, CustomerSessionToken, ErrorBody, ErrorName,
    FieldError, LocSegment, Member, Page, Pagination, PortalAssignSeat, PortalContainer, RawJson,
    Recipient, Seat, SeatEvent, SeatEventKind, SeatMetadata, SeatStatus, SeatSubscription,
    SeatsList, SessionInfo, SessionUser, Timestamp,
};
use proptest::{collection::vec, option, prelude::*};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// Sets fields of a new value. Types that are not exhaustive have no struct expressions here.
macro_rules! with {
    ($new:expr, { $($field:ident),* $(,)? }) => {{
        let mut value = $new;
        $(value.$field = $field;)*
        value
    }};
}

pub(crate) fn id<T: From<Uuid> + std::fmt::Debug>() -> impl Strategy<Value = T> {
    any::<u128>().prop_map(|bits| T::from(Uuid::from_u128(bits)))
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[ -~]{0,20}",
        "[a-z0-9.+]{1,9}@[a-z]{1,9}\\.com"
    ]
}

fn some_text() -> impl Strategy<Value = String> {
    text().prop_filter("not empty", |text| !text.is_empty())
}

/// Known and unknown values of an enum.
fn word<T: From<String> + std::fmt::Debug>(
    known: &'static [&'static str],
) -> impl Strategy<Value = T> {
    prop_oneof![
        3 => proptest::sample::select(known).prop_map(|word| T::from(word.to_owned())),
        1 => some_text().prop_map(T::from),
    ]
}

pub(crate) fn timestamp() -> impl Strategy<Value = Timestamp> {
    // 0000-01-01 to 9999-12-31, as seconds of the Unix epoch.
    let instant = (-62_167_219_200_i64..=253_402_300_799, 0..1_000_000_000_i64);
    prop_oneof![
        8 => instant.prop_map(|(seconds, nanos)| {
            let whole = time::OffsetDateTime::from_unix_timestamp(seconds).unwrap();
            Timestamp::from(whole + time::Duration::nanoseconds(nanos))
        }),
        4 => (0..4_102_444_800_i64, 0..1_000_000_i64).prop_map(|(seconds, micros)| {
            let whole = time::OffsetDateTime::from_unix_timestamp(seconds).unwrap();
            Timestamp::from(whole + time::Duration::microseconds(micros))
        }),
        1 => some_text().prop_map(|text| Timestamp::from(text.as_str())),
    ]
}

pub(crate) fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (-1e20..1e20).prop_map(Value::from),
        (-1.0..1.0).prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::from),
            vec((text(), inner), 0..6)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

pub(crate) fn object() -> impl Strategy<Value = Map<String, Value>> {
    vec((text(), value()), 0..8).prop_map(|entries| entries.into_iter().collect())
}

fn raw() -> impl Strategy<Value = RawJson> {
    value().prop_map(|value| RawJson::from_serialize(&value).unwrap())
}

/// Metadata of any size, as in a response.
pub(crate) fn metadata() -> impl Strategy<Value = SeatMetadata> {
    object().prop_map(|map| serde_json::from_value(Value::Object(map)).unwrap())
}

prop_compose! {
    pub(crate) fn member()(
        id in id(), created_at in timestamp(), modified_at in option::of(timestamp()),
        customer_id in option::of(id()), email in option::of(text()), name in option::of(text()),
        external_id in option::of(text()), role in word(&["owner", "billing_manager", "member"]),
    ) -> Member {
        with!(Member::new(id), {
            created_at, modified_at, customer_id, email, name, external_id, role,
        })
    }
}

prop_compose! {
    pub(crate) fn seat()(
        (id, subscription_id, order_id, customer_id, member_id) in
            (id(), option::of(id()), option::of(id()), option::of(id()), option::of(id())),
        (created_at, modified_at, invitation_token_expires_at, claimed_at, revoked_at) in (
            timestamp(), option::of(timestamp()), option::of(timestamp()),
            option::of(timestamp()), option::of(timestamp()),
        ),
        status in word::<SeatStatus>(&["pending", "claimed", "revoked"]),
        member in option::of(member()),
        (email, customer_email) in (option::of(text()), option::of(text())),
        seat_metadata in option::of(metadata()),
    ) -> Seat {
        with!(Seat::new(id), {
            created_at, modified_at, subscription_id, order_id, status, customer_id, member_id,
            member, email, customer_email, invitation_token_expires_at, claimed_at,
            revoked_at, seat_metadata,
        })
    }
}

prop_compose! {
    pub(crate) fn list()(
        seats in vec(seat(), 0..4), available_seats in any::<u64>(), total in any::<u64>(),
    ) -> SeatsList {
        with!(SeatsList::new(seats, total), { available_seats })
    }
}

prop_compose! {
    pub(crate) fn claim_info()(
        product_id in id(), product_name in text(), organization_name in text(),
        organization_slug in text(), customer_email in text(), can_claim in any::<bool>(),
    ) -> ClaimInfo {
        with!(ClaimInfo::new(product_id), {
            product_name, organization_name, organization_slug, customer_email, can_claim,
        })
    }
}

prop_compose! {
    pub(crate) fn claimed_seat()(seat in seat(), token in "[!-~]{1,60}") -> ClaimedSeat {
        ClaimedSeat::new(seat, CustomerSessionToken::new(token).unwrap())
    }
}

fn recipient() -> impl Strategy<Value = Recipient> {
    prop_oneof![
        text().prop_map(Recipient::Email),
        id().prop_map(Recipient::Customer),
        text().prop_map(Recipient::ExternalCustomer),
        id().prop_map(Recipient::Member),
        text().prop_map(Recipient::external_member),
        (text(), text()).prop_map(|(id, email)| Recipient::external_member_with_email(id, email)),
    ]
}

/// Valid metadata for a request.
fn small_metadata() -> impl Strategy<Value = SeatMetadata> {
    vec((text(), "[ -~]{0,30}"), 0..4).prop_filter_map("beyond the limits", |pairs| {
        SeatMetadata::try_from_pairs(pairs).ok()
    })
}

prop_compose! {
    pub(crate) fn assign()(
        container in prop_oneof![
            id().prop_map(Container::Subscription),
            id().prop_map(Container::Order),
        ],
        recipient in recipient(),
        metadata in option::of(small_metadata()),
        immediate_claim in any::<bool>(),
    ) -> AssignSeat {
        with!(AssignSeat::new(container, recipient), { metadata, immediate_claim })
    }
}

prop_compose! {
    pub(crate) fn portal_assign()(
        container in prop_oneof![
            id().prop_map(PortalContainer::Subscription),
            id().prop_map(PortalContainer::Order),
            id().prop_map(PortalContainer::Checkout),
        ],
        assign in assign(),
    ) -> PortalAssignSeat {
        with!(PortalAssignSeat::from(assign), { container })
    }
}

prop_compose! {
    fn field_error()(
        kind in text(),
        loc in vec(
            prop_oneof![text().prop_map(LocSegment::Name), any::<u64>().prop_map(LocSegment::Index)],
            0..4,
        ),
        msg in text(), input in option::of(raw()), ctx in option::of(raw()),
    ) -> FieldError {
        with!(FieldError::new(kind, loc, msg), { input, ctx })
    }
}

/// JSON error bodies of every known shape.
pub(crate) fn error_body() -> impl Strategy<Value = ErrorBody> {
    let name = || {
        word::<ErrorName>(&[
            "SeatNotAvailable",
            "RequestValidationError",
            "invalid_token",
        ])
    };
    prop_oneof![
        (name(), some_text()).prop_map(|(error, detail)| ErrorBody::Named { error, detail }),
        (
            prop_oneof![name(), Just(ErrorName::default())],
            vec(field_error(), 0..4)
        )
            .prop_map(|(error, fields)| ErrorBody::Validation { error, fields }),
        (name(), some_text()).prop_map(|(error, error_description)| ErrorBody::OAuth {
            error,
            error_description
        }),
        some_text().prop_map(|detail| ErrorBody::Framework { detail }),
    ]
}

prop_compose! {
    pub(crate) fn page()(
        items in vec((any::<u128>(), word::<SeatStatus>(&["active", "canceled"]), value()), 0..3),
        total_count in any::<u64>(), max_page in any::<u64>(),
    ) -> Page<SeatSubscription> {
        let items = items.into_iter().map(|(id, status, more)| {
            let item = json!({"id": Uuid::from_u128(id), "status": status, "more": more});
            serde_json::from_value(item).unwrap()
        });
        Page::new(items.collect(), Pagination::new(total_count, max_page))
    }
}

prop_compose! {
    pub(crate) fn session_info()(
        expires_at in timestamp(), return_url in option::of(text()),
    ) -> SessionInfo {
        with!(SessionInfo::new(expires_at), { return_url })
    }
}

prop_compose! {
    pub(crate) fn session_user()(
        kind in word(&["member", "customer"]), name in option::of(text()),
        email in option::of(text()), customer_id in option::of(id()),
        member_id in option::of(id()),
        role in option::of(word(&["owner", "billing_manager", "member"])),
    ) -> SessionUser {
        with!(SessionUser::default(), { kind, name, email, customer_id, member_id, role })
    }
}

prop_compose! {
    pub(crate) fn seat_event()(
        kind in proptest::sample::select(vec![
            SeatEventKind::Assigned, SeatEventKind::Claimed, SeatEventKind::Revoked,
        ]),
        timestamp in timestamp(), api_version in option::of(text()), data in seat(),
    ) -> SeatEvent {
        with!(SeatEvent::new(kind, timestamp, data), { api_version })
    }
}

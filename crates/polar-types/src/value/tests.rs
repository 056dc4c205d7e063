use serde::{Serialize, de::DeserializeOwned};

use super::{object, open_enum, union};
use crate::{Amount, Metadata, Patch, SeatId, Secret, Timestamp};

object! {
    /// An order with a field of each rule.
    pub struct Sample {
        /// Its id.
        required id: SeatId,
        /// What it costs.
        required amount: Amount,
        /// Whether it is paid.
        required paid: bool,
        /// Its name.
        lenient name: String,
        /// Its kind.
        lenient kind as "type": Kind,
        /// When it was created.
        lenient created_at: Timestamp,
        /// A note.
        optional note: String,
        /// What it was before.
        nullable previous: Amount,
        /// The kind before.
        nullable before: Kind,
        /// The key.
        nullable secret: Secret,
        /// The prices.
        lenient prices: Vec<Price>,
        /// The details of the kind.
        lenient details by kind: Details,
        /// Metadata.
        lenient metadata: Metadata,
    }
}

open_enum! {
    /// A kind.
    pub enum Kind {
        /// One.
        One = "one",
        /// Two.
        Two = "two",
    }
}

union! {
    /// A price.
    pub enum Price by "amount_type" {
        /// `fixed`.
        "fixed" => Fixed(Fixed),
        /// `free`.
        "free" => Free(Free),
    }
}

object! {
    /// A fixed price.
    pub struct Fixed with "amount_type" = "fixed" {
        /// What it costs.
        required price_amount: Amount,
    }
}

object! {
    /// No price.
    pub struct Free with "amount_type" = "free" {}
}

union! {
    /// Details.
    pub enum Details {
        /// `one`.
        "one" => One(Fixed),
        /// `two`.
        "two" => Two(Free),
    }
}

union! {
    /// What to do.
    pub enum Action by key {
        /// `seats`.
        "seats" => Seats(ChangeSeats),
        /// Anything else.
        "" => Rename(Rename),
    }
}

object! {
    /// Changes the seats.
    pub request ChangeSeats {
        /// How many.
        required seats: i64,
    }
}

object! {
    /// Renames it.
    pub request Rename {
        /// The name.
        patch name: String,
        /// A note.
        optional note: String,
    }
}

const WHOLE: &str = r#"{"id":"dcb2c1b9-2f64-4c8c-90e6-d261c78b3eb2","amount":1050,"paid":true,"name":"Team","type":"one","created_at":"2026-11-30T10:51:05.010117Z","note":"n","previous":null,"before":null,"secret":"s3cret","prices":[{"price_amount":5,"amount_type":"fixed"},{"amount_type":"barter","goods":[1.0]},{"amount_type":"free"}],"details":{"price_amount":7,"amount_type":"fixed"},"metadata":{"a":1}}"#;

fn read<T: DeserializeOwned>(json: &str) -> Result<T, String> {
    serde_json::from_str(json).map_err(|error| error.to_string())
}

fn sample(json: &str) -> Sample {
    read(json).unwrap()
}

fn written(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap()
}

#[test]
fn what_was_read_is_written_back() {
    assert_eq!(written(&sample(WHOLE)), WHOLE);
    assert_eq!(sample(WHOLE), sample(WHOLE).clone());
    assert!(sample(WHOLE) != sample(&WHOLE.replace("1050", "1051")));
    assert!(sample(WHOLE) != sample(&WHOLE.replace("barter", "swap")));
}

#[test]
fn fields_may_come_in_any_order_with_others_between() {
    let mut value: serde_json::Value = serde_json::from_str(WHOLE).unwrap();
    value["unknown"] = serde_json::json!({"deep": [1, {"x": null}]});
    assert_eq!(sample(&value.to_string()), sample(WHOLE));
}

#[test]
fn ids_numbers_and_booleans_are_strict() {
    for (from, to, missing) in [
        (r#""amount":1050"#, r#""amount":"1050""#, "amount"),
        (r#""amount":1050"#, r#""amount":10.5"#, "amount"),
        (r#""paid":true"#, r#""paid":1"#, "paid"),
        (r#""paid":true"#, r#""paid":{"a":[1]}"#, "paid"),
        (r#""paid":true"#, r#""paid":[{"a":1}]"#, "paid"),
        ("dcb2c1b9-2f64", "dcb2c1b9_2f64", "id"),
    ] {
        let text = WHOLE.replace(from, to);
        let error = serde_json::from_str::<Sample>(&text).unwrap_err();
        assert_eq!(crate::locate(&text, &error).0, missing, "{error}");
    }
    let error = read::<Sample>(&WHOLE.replace(r#""amount":1050,"#, "")).unwrap_err();
    assert!(error.starts_with("missing field `amount`"), "{error}");
}

#[test]
fn what_only_describes_may_be_missing_or_of_another_kind() {
    for (from, to) in [
        (r#""name":"Team""#, r#""name":7"#),
        (r#""name":"Team","#, ""),
        (r#""name":"Team""#, r#""name":null"#),
    ] {
        assert_eq!(sample(&WHOLE.replace(from, to)).name, "");
    }
    assert!(
        sample(&WHOLE.replace(r#""type":"one","#, ""))
            .kind
            .is_absent()
    );
    let unknown = sample(&WHOLE.replace(r#""type":"one""#, r#""type":"three""#));
    assert!(unknown.kind == "three");
    assert_eq!(
        written(&unknown),
        WHOLE.replace(r#""type":"one""#, r#""type":"three""#)
    );
}

#[test]
fn an_unknown_variant_is_kept_whole() {
    let sample = sample(WHOLE);
    let [Price::Fixed(fixed), Price::Unknown(barter), Price::Free(_)] = sample.prices.as_slice()
    else {
        panic!("{sample:?}");
    };
    assert_eq!(fixed.price_amount, Amount::new(5));
    assert_eq!(barter.as_str(), r#"{"amount_type":"barter","goods":[1.0]}"#);
    assert!(matches!(&sample.details, Details::One(one) if one.price_amount == Amount::new(7)));
}

#[test]
fn an_error_inside_a_union_names_the_path_inside() {
    let text = WHOLE.replace(r#""price_amount":5"#, r#""price_amount":"five""#);
    let error = serde_json::from_str::<Sample>(&text).unwrap_err();
    let (path, what) = crate::locate(&text, &error);
    assert_eq!(path, "prices[0].price_amount");
    assert!(what.starts_with("invalid type"), "{what}");
    // In the last item, and in a union beside its tag.
    for (from, to, at) in [
        (
            r#"{"amount_type":"free"}]"#,
            r#"{"amount_type":"fixed"}]"#,
            "prices[2]",
        ),
        (
            r#""price_amount":7"#,
            r#""price_amount":"x""#,
            "details.price_amount",
        ),
    ] {
        let text = WHOLE.replace(from, to);
        let error = serde_json::from_str::<Sample>(&text).unwrap_err();
        assert_eq!(crate::locate(&text, &error).0, at, "{error}");
    }
}

#[test]
fn debug_shows_no_secret() {
    let printed = format!("{:?}", sample(WHOLE));
    assert!(
        !printed.contains("s3cret") && printed.contains("[redacted]"),
        "{printed}"
    );
    assert!(printed.contains("amount: 1050"), "{printed}");
}

#[test]
fn an_update_keeps_clears_and_sets() {
    assert_eq!(written(&Rename::new()), "{}");
    assert_eq!(written(&Rename::new().name(None)), r#"{"name":null}"#);
    assert_eq!(
        written(&Rename::new().name("Zoe").note("n")),
        r#"{"name":"Zoe","note":"n"}"#
    );
    assert_eq!(
        read::<Rename>(r#"{"name":null}"#).unwrap().name,
        Patch::Clear
    );
    assert_eq!(read::<Rename>("{}").unwrap().name, Patch::Keep);
}

#[test]
fn a_request_is_distinguished_by_its_key() {
    let seats = Action::from(ChangeSeats::new(5));
    assert_eq!(read::<Action>(&written(&seats)).unwrap(), seats);
    assert!(matches!(
        read::<Action>(r#"{"name":"x"}"#).unwrap(),
        Action::Rename(_)
    ));
    assert!(matches!(read::<Action>("{}").unwrap(), Action::Rename(_)));
    assert!(read::<Action>(r#"{"seats":"5"}"#).is_err());
}

#[test]
fn an_empty_value_that_may_be_null_is_kept() {
    let text = WHOLE.replace(r#""before":null"#, r#""before":"""#);
    let read = sample(&text);
    assert_eq!(read.before, Some(Kind::default()));
    assert_eq!(written(&read), text);
    assert!(format!("{read:?}").contains(r#"previous: None, before: """#));
}

#[test]
fn a_union_in_itself_is_read_up_to_a_depth() {
    let nested = |depth: usize| {
        let text = format!(
            "{}{{\"end\":1}}{}",
            r#"{"inner":["#.repeat(depth),
            "]}".repeat(depth)
        );
        read::<Nested>(&text)
    };
    assert!(nested(60).is_ok());
    let error = nested(100_000).unwrap_err();
    assert!(error.contains("recursion limit exceeded"), "{error}");
    assert!(read::<Nested>(&format!(r#"{{"end":1,"text":"{}\"["}}"#, "[".repeat(200))).is_ok());
}

union! {
    /// An end, or more of the same.
    pub enum Nested by key {
        /// `inner`.
        "inner" => Inner(Outer),
        /// `end`.
        "end" => End(End),
    }
}

object! {
    /// What is in it.
    pub struct Outer {
        /// The inner ones.
        required inner: Vec<Nested>,
    }
}

object! {
    /// The end.
    pub struct End {
        /// A number.
        required end: i64,
    }
}

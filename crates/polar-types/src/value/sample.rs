//! Sample values, made in place from the tables of the types.

use std::borrow::Cow;

use uuid::{Builder, Uuid};

use super::{Next, Number, Rule, Token};
use crate::{RawJson, open_enum::Words, sample::seats};

/// Where samples come from. A program that makes none does not contain them: it has only calls of this
/// trait.
pub(crate) trait Sampler {
    fn text(&self, kind: Kind) -> Cow<'static, str>;

    fn number(&self, kind: Kind) -> Number;

    fn json(&self, kind: Kind) -> RawJson;

    /// Makes what has been begun a sample.
    fn fill(&self, next: Next<'_>);
}

/// What a sample is needed for.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Text,
    Secret,
    Time,
    Date,
    Currency,
    Decimal,
    Uuid,
    /// An id, by the name of its type.
    Id(&'static str),
    /// The text of an enum.
    Word(&'static Words),
    Integer,
    Float,
    Amount,
    Json,
    Member,
    Seat,
}

/// Where a sample value is, which decides what it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct At<'a> {
    /// The type with the field.
    pub(crate) owner: &'a str,
    /// The key of the field, or of the list that the item is in.
    pub(crate) key: &'a str,
    /// How many objects it is in.
    depth: u8,
}

impl<'a> At<'a> {
    /// A value that is not in a field.
    pub(crate) const ROOT: Self = Self::field("", "");

    /// A field that is not in a table.
    pub(crate) const fn field(owner: &'a str, key: &'a str) -> Self {
        Self {
            owner,
            key,
            depth: 0,
        }
    }

    /// Text that suits the key.
    pub(crate) fn free_text(&self) -> Cow<'static, str> {
        let found = match self.key {
            "" => Some("sample"),
            "name" => named(self.owner),
            key => by_key(TEXTS, key),
        };
        if let Some(text) = found {
            return text.into();
        }
        if ends_with(self.key, "id") {
            return id(self.key).to_string().into();
        }
        self.key.replace('_', " ").into()
    }

    /// A secret: text that no one takes for a real one, as long as one.
    fn secret(&self) -> String {
        if ends_with(self.key, "url") {
            return format!("https://example.com/sample_{}", self.key);
        }
        format!("sample_{}_0123456789abcdef", self.key)
    }

    /// A time that suits the key.
    pub(crate) fn time(&self) -> &'static str {
        by_key(TIMES, self.key).unwrap_or("2026-01-20T12:00:00Z")
    }

    /// The only key of a map.
    fn map_key(&self) -> String {
        match self.key {
            "prices" => id("ProductId").to_string(),
            "amounts" => "usd".to_owned(),
            _ => "key".to_owned(),
        }
    }
}

// Inlined, these are compiled only in programs that make samples.
impl Sampler for At<'_> {
    #[inline]
    fn text(&self, kind: Kind) -> Cow<'static, str> {
        match kind {
            Kind::Secret => self.secret().into(),
            Kind::Time => self.time().into(),
            Kind::Date => "2026-01-15".into(),
            Kind::Currency => "usd".into(),
            Kind::Decimal => "12.5".into(),
            Kind::Uuid => id(self.key).to_string().into(),
            Kind::Id(name) => id(name).to_string().into(),
            // The one that suits most objects, or else the first.
            Kind::Word(words) => {
                let usual = USUAL.iter().find(|word| words.position(word).is_some());
                usual.copied().or(words.get(0)).unwrap_or_default().into()
            }
            _ => self.free_text(),
        }
    }

    #[inline]
    fn number(&self, kind: Kind) -> Number {
        match kind {
            Kind::Float => Number::Float(by_key(FLOATS, self.key).unwrap_or(10.0)),
            // The amounts of an order add up.
            Kind::Amount => Number::Signed(by_key(AMOUNTS, self.key).unwrap_or(1000)),
            _ => Number::Signed(by_key(INTEGERS, self.key).unwrap_or(1)),
        }
    }

    #[inline]
    fn json(&self, kind: Kind) -> RawJson {
        let json = match (kind, self.key) {
            (Kind::Member, _) => RawJson::from_serialize(&seats::member()),
            (Kind::Seat, _) => RawJson::from_serialize(&seats::seat()),
            // What is free-form is one value where it is compared, and an object elsewhere.
            (_, "value") => RawJson::from_json(r#""sample""#),
            _ => RawJson::from_json(r#"{"key":"value"}"#),
        };
        json.unwrap_or_else(|_| RawJson::null())
    }

    #[inline]
    fn fill(&self, next: Next<'_>) {
        match next {
            Next::End => {}
            Next::Fields(object) => {
                if self.depth > DEEPEST {
                    return;
                }
                let table = object.table();
                let inside = Self {
                    owner: table.name,
                    key: self.key,
                    depth: self.depth + 1,
                };
                for (index, (key, field)) in table.fields().enumerate() {
                    let at = Self { key, ..inside };
                    if field.rule != Rule::constant
                        && let Ok(next) = object.take_at(index, Token::Sample(&at))
                    {
                        at.fill(next);
                    }
                }
                // What was read from text can be wrong, and nothing was.
                let _ = object.resolve(Some(&inside));
            }
            Next::Entries(map) => {
                if let Ok(next) = map.values.take_entry(self.map_key(), Token::Sample(self)) {
                    self.fill(next);
                }
            }
            Next::Items(list) => {
                if let Ok(next) = list.values.take_item(Token::Sample(self)) {
                    self.fill(next);
                }
            }
        }
    }
}

/// How deep samples go. Only a filter in a filter has no other end.
const DEEPEST: u8 = 16;

/// The id that stands for a type of ids in every sample, so that ids of the same object agree.
pub(crate) fn id(name: &str) -> Uuid {
    // FNV-1a, so that the ids of all types differ.
    let hash = name.bytes().fold(
        0x6c62_272e_07bb_0142_62b8_2175_6295_c58d_u128,
        |hash, byte| (hash ^ u128::from(byte)).wrapping_mul(0x0100_0000_0000_0000_0000_013b),
    );
    Builder::from_random_bytes(hash.to_be_bytes()).into_uuid()
}

/// Whether the last words of a key are these.
fn ends_with(key: &str, words: &str) -> bool {
    key.strip_suffix(words)
        .is_some_and(|before| before.is_empty() || before.ends_with('_'))
}

/// The first entry that the key ends with.
fn by_key<T: Copy>(table: &[(&str, T)], key: &str) -> Option<T> {
    let mut entries = table.iter();
    entries
        .find(|(words, _)| ends_with(key, words))
        .map(|(_, value)| *value)
}

/// The name of an object, by its type.
fn named(owner: &str) -> Option<&'static str> {
    let mut names = NAMES.iter();
    names
        .find(|(part, _)| owner.contains(part))
        .map(|(_, name)| *name)
}

/// The words of enums that suit what other fields say.
const USUAL: &[&str] = &["US", "month", "active", "paid", "public"];

const NAMES: &[(&str, &str)] = &[
    ("Organization", "Acme Inc."),
    ("File", "logo.png"),
    ("Product", "Team plan"),
    ("Subscriber", "Ada Lovelace"),
    ("Customer", "Ada Lovelace"),
    ("Member", "Ada Lovelace"),
    ("User", "Ada Lovelace"),
    ("Discount", "Launch discount"),
    ("Meter", "API calls"),
    ("EventCreate", "api.call"),
    ("Event", "meter.credited"),
];

const TEXTS: &[(&str, &str)] = &[
    ("email", "ada@example.com"),
    ("invitees", "ada@example.com"),
    ("customer_name", "Ada Lovelace"),
    ("billing_name", "Analytical Engines Ltd."),
    ("registered_name", "Acme Inc."),
    ("avatar_url", "https://example.com/avatar.png"),
    ("url", "https://example.com/"),
    ("uri", "https://example.com/"),
    ("uris", "https://example.com/"),
    ("origin", "https://example.com"),
    ("website", "https://example.com/"),
    ("iss", "https://example.com/"),
    ("hosts", "example.com"),
    ("slug", "acme"),
    ("locale", "en-US"),
    ("ip_address", "192.0.2.1"),
    ("country", "US"),
    ("state", "US-CA"),
    ("city", "San Francisco"),
    ("line1", "1 Main Street"),
    ("line2", "Suite 100"),
    ("postal_code", "94105"),
    ("tax_id", "911144442"),
    ("external_id", "user_42"),
    ("external_customer_id", "user_42"),
    ("external_member_id", "user_43"),
    ("code", "LAUNCH"),
    ("scope", "openid profile"),
    ("mime_type", "image/png"),
    ("path", "files/logo.png"),
    ("size_readable", "2.0 kB"),
    ("checksum_etag", "d41d8cd98f00b204e9800998ecf8427e"),
    (
        "sha256_base64",
        "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
    ),
    (
        "sha256_hex",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    ),
    ("version", "1.0"),
    ("last4", "4242"),
    ("brand", "visa"),
    ("display_key", "****-E304DA"),
    ("invoice_number", "ACME-0001"),
    ("receipt_number", "ACME-0001"),
    ("min_date", "2026-01-15"),
    ("timestamp", "2026-01-20T12:00:00Z"),
    ("trial_end", "2026-02-15T09:30:00Z"),
    ("last_credited_at", "2026-01-20T12:00:00Z"),
    ("token_type", "Bearer"),
];

const INTEGERS: &[(&str, i64)] = &[
    ("min_seats", 1),
    ("minimum_seats", 1),
    ("max_seats", 100),
    ("maximum_seats", 100),
    ("seats", 5),
    ("exp_month", 12),
    ("exp_year", 2030),
    ("exp", 1_771_147_800),
    ("iat", 1_768_469_400),
    ("issued_at", 1_768_469_400),
    ("expires_at", 1_771_147_800),
    ("expires_in", 3600),
    ("http_code", 200),
    ("basis_points", 1000),
    ("size", 2048),
    ("chunk_start", 0),
    ("chunk_end", 2048),
    ("le", 100),
    ("limit", 100),
    ("max_redemptions", 100),
    ("max_length", 100),
    ("max_days", 100),
    ("duration_in_months", 3),
    ("units", 10),
    ("usage", 10),
    ("balance", 10),
    ("revenue", 10_000),
];

const FLOATS: &[(&str, f64)] = &[
    ("exchange_rate", 1.0),
    ("rate", 0.5),
    ("conversion", 0.5),
    ("percentage", 0.5),
];

const AMOUNTS: &[(&str, i64)] = &[
    ("subtotal_amount", 1000),
    ("discount_amount", 100),
    ("net_amount", 900),
    ("refunded_tax_amount", 0),
    ("refundable_tax_amount", 180),
    ("tax_amount", 180),
    ("total_amount", 1080),
    ("due_amount", 1080),
    ("applied_balance_amount", 0),
    ("refunded_amount", 0),
    ("refundable_amount", 900),
    ("minimum_amount", 500),
    ("maximum_amount", 5000),
    ("cap_amount", 10_000),
    ("fee", 50),
    ("fee_amount", 50),
];

/// An object is created on the 15th and changed on the 20th, and what ends does so a month later.
const TIMES: &[(&str, &str)] = &[
    ("created_at", "2026-01-15T09:30:00Z"),
    ("start", "2026-01-15T09:30:00Z"),
    ("starts_at", "2026-01-15T09:30:00Z"),
    ("started_at", "2026-01-15T09:30:00Z"),
    ("first_seen", "2026-01-15T09:30:00Z"),
    ("end", "2026-02-15T09:30:00Z"),
    ("ends_at", "2026-02-15T09:30:00Z"),
    ("ended_at", "2026-02-15T09:30:00Z"),
    ("expires_at", "2026-02-15T09:30:00Z"),
    ("resumes_at", "2026-02-15T09:30:00Z"),
    ("due_by", "2026-02-15T09:30:00Z"),
    ("attempt_at", "2026-02-15T09:30:00Z"),
];

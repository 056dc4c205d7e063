//! The values that hold no other values.

use std::borrow::Cow;

use super::{At, Inner, List, Mismatch, Number, Object, Taken, Value, View};
use crate::{Amount, Currency, CustomFieldData, Decimal, Metadata, RawJson, Secret, Timestamp};

impl Value for String {
    fn absent() -> Self {
        Self::new()
    }

    fn view(&self) -> View<'_> {
        View::Text(Cow::Borrowed(self))
    }

    fn null(&mut self) -> Taken {
        Err(Mismatch::Ignored)
    }

    fn boolean(&mut self, _: bool) -> Taken {
        Err(Mismatch::Ignored)
    }

    fn number(&mut self, _: Number) -> Taken {
        Err(Mismatch::Ignored)
    }

    fn text(&mut self, text: &str) -> Taken {
        // Allocates exactly, where `clone_into` would grow.
        *self = Self::from(text);
        Ok(())
    }

    fn object(&mut self) -> Result<&mut dyn Object, Mismatch> {
        Err(Mismatch::Ignored)
    }

    fn list(&mut self) -> Result<&mut dyn List, Mismatch> {
        Err(Mismatch::Ignored)
    }

    fn sample(&mut self, at: &At<'_>) {
        *self = at.text();
    }
}

impl Value for bool {
    fn absent() -> Self {
        false
    }

    fn view(&self) -> View<'_> {
        View::Boolean(*self)
    }

    fn boolean(&mut self, value: bool) -> Taken {
        *self = value;
        Ok(())
    }

    fn sample(&mut self, _: &At<'_>) {
        *self = true;
    }
}

impl Value for i64 {
    fn absent() -> Self {
        0
    }

    fn view(&self) -> View<'_> {
        View::Number(Number::Signed(*self))
    }

    fn number(&mut self, number: Number) -> Taken {
        *self = match number {
            Number::Unsigned(value) => Self::try_from(value).map_err(|_| Mismatch::Wrong)?,
            Number::Signed(value) => value,
            Number::Float(_) => return Err(Mismatch::Wrong),
        };
        Ok(())
    }

    fn sample(&mut self, at: &At<'_>) {
        *self = at.integer();
    }
}

impl Value for f64 {
    fn absent() -> Self {
        0.0
    }

    fn view(&self) -> View<'_> {
        View::Number(Number::Float(*self))
    }

    #[expect(clippy::cast_precision_loss, reason = "a float is what is asked for")]
    fn number(&mut self, number: Number) -> Taken {
        *self = match number {
            Number::Unsigned(value) => value as Self,
            Number::Signed(value) => value as Self,
            Number::Float(value) => value,
        };
        Ok(())
    }

    fn sample(&mut self, at: &At<'_>) {
        *self = at.float();
    }
}

impl Value for uuid::Uuid {
    fn absent() -> Self {
        Self::nil()
    }

    fn view(&self) -> View<'_> {
        View::Display(self)
    }

    fn text(&mut self, text: &str) -> Taken {
        *self = Self::try_parse(text).map_err(|_| Mismatch::Wrong)?;
        Ok(())
    }

    fn sample(&mut self, at: &At<'_>) {
        *self = super::sample::id(at.key);
    }
}

impl Value for Timestamp {
    fn absent() -> Self {
        Self::default()
    }

    fn is_absent(&self) -> bool {
        self.is_absent()
    }

    fn view(&self) -> View<'_> {
        View::Display(self)
    }

    fn null(&mut self) -> Taken {
        Err(Mismatch::Ignored)
    }

    fn text(&mut self, text: &str) -> Taken {
        *self = Self::from(text);
        Ok(())
    }

    fn sample(&mut self, at: &At<'_>) {
        *self = Self::from(at.time());
    }
}

impl Value for RawJson {
    fn absent() -> Self {
        Self::null()
    }

    fn view(&self) -> View<'_> {
        View::Raw(Cow::Borrowed(self.as_raw()))
    }

    fn is_raw(&self) -> bool {
        true
    }

    fn reads_raw() -> bool {
        true
    }

    fn raw(&mut self, raw: RawJson) -> Result<(), Inner> {
        *self = raw;
        Ok(())
    }

    fn sample(&mut self, at: &At<'_>) {
        if let Ok(sample) = Self::from_json(at.json()) {
            *self = sample;
        }
    }
}

impl Value for Amount {
    fn absent() -> Self {
        Self::new(0)
    }

    fn view(&self) -> View<'_> {
        View::Number(Number::Signed(self.minor_units()))
    }

    fn number(&mut self, number: Number) -> Taken {
        let mut units = 0;
        Value::number(&mut units, number)?;
        *self = Self::new(units);
        Ok(())
    }

    fn sample(&mut self, at: &At<'_>) {
        *self = Self::new(at.amount());
    }
}

impl Value for Decimal {
    fn absent() -> Self {
        Self::unchecked("")
    }

    fn is_absent(&self) -> bool {
        self.as_str().is_empty()
    }

    fn view(&self) -> View<'_> {
        View::Text(Cow::Borrowed(self.as_str()))
    }

    fn text(&mut self, text: &str) -> Taken {
        *self = Self::unchecked(text);
        Ok(())
    }

    fn number(&mut self, number: Number) -> Taken {
        *self = Self::unchecked(match number {
            Number::Unsigned(value) => value.to_string(),
            Number::Signed(value) => value.to_string(),
            Number::Float(value) => value.to_string(),
        });
        Ok(())
    }

    fn sample(&mut self, _: &At<'_>) {
        *self = Self::unchecked("12.5");
    }
}

impl Value for Currency {
    fn absent() -> Self {
        Self::from("")
    }

    fn is_absent(&self) -> bool {
        self.as_str().is_empty()
    }

    fn view(&self) -> View<'_> {
        View::Text(Cow::Borrowed(self.as_str()))
    }

    fn null(&mut self) -> Taken {
        Err(Mismatch::Ignored)
    }

    fn text(&mut self, text: &str) -> Taken {
        *self = Self::from(text);
        Ok(())
    }

    fn sample(&mut self, _: &At<'_>) {
        *self = Self::USD;
    }
}

impl Value for Secret {
    fn absent() -> Self {
        Self::from("")
    }

    fn view(&self) -> View<'_> {
        View::Secret(self.expose())
    }

    fn text(&mut self, text: &str) -> Taken {
        *self = Self::from(text);
        Ok(())
    }

    fn sample(&mut self, at: &At<'_>) {
        *self = Self::from(at.secret());
    }
}

/// Reads an object whose keys are the user's own; anything else is an empty one.
macro_rules! key_values {
    ($($name:ident)+) => {$(
        impl Value for $name {
            fn absent() -> Self {
                Self::new()
            }

            fn view(&self) -> View<'_> {
                View::Raw(Cow::Borrowed(self.as_raw().as_raw()))
            }

            fn is_raw(&self) -> bool {
                true
            }

            fn reads_raw() -> bool {
                true
            }

            fn raw(&mut self, raw: RawJson) -> Result<(), Inner> {
                *self = Self::unchecked(raw).unwrap_or_default();
                Ok(())
            }

            fn sample(&mut self, at: &At<'_>) {
                let sample = RawJson::from_json(at.json()).ok();
                *self = sample.and_then(Self::unchecked).unwrap_or_default();
            }
        }
    )+};
}

key_values! { Metadata CustomFieldData }

//! The values that hold no other values.

use uuid::Uuid;

use super::{Kind, Next, Number, Refused, Taken, Token, Value, View};
use crate::{
    Amount, Currency, CustomFieldData, Date, Decimal, Metadata, RawJson, Secret, Timestamp,
    open_enum::OpenEnum,
};

impl Value for String {
    fn absent() -> Self {
        Self::new()
    }

    fn take(&mut self, token: Token<'_>) -> Taken<'_> {
        // A string only describes.
        let text = token.text(Kind::Text).map_err(|_| Refused::Ignored)?;
        *self = text.into_owned();
        Ok(Next::End)
    }

    fn view(&self) -> View<'_> {
        View::Text(self)
    }
}

impl Value for bool {
    fn absent() -> Self {
        false
    }

    fn take(&mut self, token: Token<'_>) -> Taken<'_> {
        *self = match token {
            Token::Boolean(value) => value,
            Token::Sample(_) => true,
            _ => return Err(Refused::Wrong),
        };
        Ok(Next::End)
    }

    fn view(&self) -> View<'_> {
        View::Boolean(*self)
    }
}

/// Reads a whole number of 64 bits.
fn integer(token: Token<'_>, kind: Kind) -> Result<i64, Refused> {
    match token.number(kind)? {
        Number::Unsigned(value) => i64::try_from(value).map_err(|_| Refused::Wrong),
        Number::Signed(value) => Ok(value),
        Number::Float(_) => Err(Refused::Wrong),
    }
}

impl Value for i64 {
    fn absent() -> Self {
        0
    }

    fn take(&mut self, token: Token<'_>) -> Taken<'_> {
        *self = integer(token, Kind::Integer)?;
        Ok(Next::End)
    }

    fn view(&self) -> View<'_> {
        View::Number(Number::Signed(*self))
    }
}

impl Value for Amount {
    fn absent() -> Self {
        Self::new(0)
    }

    fn take(&mut self, token: Token<'_>) -> Taken<'_> {
        *self = Self::new(integer(token, Kind::Amount)?);
        Ok(Next::End)
    }

    fn view(&self) -> View<'_> {
        View::Number(Number::Signed(self.minor_units()))
    }
}

impl Value for f64 {
    fn absent() -> Self {
        0.0
    }

    #[expect(clippy::cast_precision_loss, reason = "a float is what is asked for")]
    fn take(&mut self, token: Token<'_>) -> Taken<'_> {
        *self = match token.number(Kind::Float)? {
            Number::Unsigned(value) => value as Self,
            Number::Signed(value) => value as Self,
            Number::Float(value) => value,
        };
        Ok(Next::End)
    }

    fn view(&self) -> View<'_> {
        View::Number(Number::Float(*self))
    }
}

impl Value for Uuid {
    fn absent() -> Self {
        Self::nil()
    }

    fn take(&mut self, token: Token<'_>) -> Taken<'_> {
        take_id(self, Kind::Uuid, token)
    }

    fn view(&self) -> View<'_> {
        View::Uuid(self)
    }
}

/// Takes an id. Inlined, it would be repeated for each field, as would [`take_word`].
#[inline(never)]
pub(crate) fn take_id<'v, I: From<Uuid>>(id: &'v mut I, kind: Kind, token: Token<'_>) -> Taken<'v> {
    let text = token.text(kind)?;
    *id = Uuid::try_parse(&text).map_err(|_| Refused::Wrong)?.into();
    Ok(Next::End)
}

/// Takes the text of an enum.
#[inline(never)]
pub(crate) fn take_word<'v, E: OpenEnum>(word: &'v mut E, token: Token<'_>) -> Taken<'v> {
    *word = E::of(&token.text_or_null(Kind::Word(E::TEXTS))?);
    Ok(Next::End)
}

impl Value for Timestamp {
    fn absent() -> Self {
        Self::default()
    }

    fn take(&mut self, token: Token<'_>) -> Taken<'_> {
        *self = Self::from(&*token.text_or_null(Kind::Time)?);
        Ok(Next::End)
    }

    fn view(&self) -> View<'_> {
        if self.is_absent() {
            View::Empty
        } else {
            View::Time(self)
        }
    }
}

impl Value for Date {
    fn absent() -> Self {
        Self::first()
    }

    fn take(&mut self, token: Token<'_>) -> Taken<'_> {
        let text = token.text(Kind::Date)?;
        *self = text.parse().map_err(|_| Refused::Wrong)?;
        Ok(Next::End)
    }

    fn view(&self) -> View<'_> {
        View::Date(self)
    }
}

impl Value for Decimal {
    fn absent() -> Self {
        Self::unchecked("")
    }

    fn take(&mut self, token: Token<'_>) -> Taken<'_> {
        *self = match token {
            Token::Number(Number::Unsigned(value)) => Self::unchecked(value.to_string()),
            Token::Number(Number::Signed(value)) => Self::unchecked(value.to_string()),
            Token::Number(Number::Float(value)) => Self::unchecked(value.to_string()),
            token => Self::unchecked(token.text(Kind::Decimal)?),
        };
        Ok(Next::End)
    }

    fn view(&self) -> View<'_> {
        View::text(self.as_str())
    }
}

impl Value for Currency {
    fn absent() -> Self {
        Self::from("")
    }

    fn take(&mut self, token: Token<'_>) -> Taken<'_> {
        *self = Self::from(&*token.text_or_null(Kind::Currency)?);
        Ok(Next::End)
    }

    fn view(&self) -> View<'_> {
        View::text(self.as_str())
    }
}

impl Value for Secret {
    fn absent() -> Self {
        Self::from("")
    }

    fn take(&mut self, token: Token<'_>) -> Taken<'_> {
        *self = Self::from(token.text(Kind::Secret)?.into_owned());
        Ok(Next::End)
    }

    fn view(&self) -> View<'_> {
        View::Secret(self.expose())
    }
}

impl Value for RawJson {
    const IS_RAW: bool = true;

    fn absent() -> Self {
        Self::null()
    }

    fn take(&mut self, token: Token<'_>) -> Taken<'_> {
        *self = token.raw(Kind::Json)?;
        Ok(Next::End)
    }

    fn view(&self) -> View<'_> {
        View::Raw(self)
    }
}

/// Reads an object whose keys are the user's own; anything else is an empty one.
macro_rules! key_values {
    ($($name:ident)+) => {$(
        impl Value for $name {
            const IS_RAW: bool = true;

            fn absent() -> Self {
                Self::new()
            }

            fn take(&mut self, token: Token<'_>) -> Taken<'_> {
                let raw = token.raw(Kind::Json)?;
                *self = Self::unchecked(raw).unwrap_or_default();
                Ok(Next::End)
            }

            fn view(&self) -> View<'_> {
                View::KeyValues(self.as_raw())
            }
        }
    )+};
}

key_values! { Metadata CustomFieldData }

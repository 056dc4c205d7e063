//! The values that hold other values.

use std::collections::BTreeMap;

use super::{Container, Entries, Items, List, Map, Next, Refused, Taken, Token, Value, View};
use crate::Patch;

impl<T: Value> Value for Option<T> {
    const IS_RAW: bool = T::IS_RAW;

    fn absent() -> Self {
        None
    }

    // Inlined, it would be repeated for each field.
    #[inline(never)]
    fn take(&mut self, token: Token<'_>) -> Taken<'_> {
        if token.is_null() {
            *self = None;
            return Ok(Next::End);
        }
        self.insert(T::absent()).take(token)
    }

    fn view(&self) -> View<'_> {
        self.as_ref().map_or(View::Absent, Value::view)
    }
}

impl<T: Value> Value for Patch<T> {
    const IS_RAW: bool = T::IS_RAW;

    fn absent() -> Self {
        Self::Keep
    }

    // Inlined, it would be repeated for each field.
    #[inline(never)]
    fn take(&mut self, token: Token<'_>) -> Taken<'_> {
        *self = Self::Clear;
        if token.is_null() {
            return Ok(Next::End);
        }
        *self = Self::Set(T::absent());
        match self {
            Self::Set(value) => value.take(token),
            Self::Keep | Self::Clear => Err(Refused::Wrong),
        }
    }

    fn view(&self) -> View<'_> {
        match self {
            Self::Keep => View::Absent,
            Self::Clear => View::Null,
            Self::Set(value) => value.view(),
        }
    }
}

impl<T: Value> Value for Vec<T> {
    fn absent() -> Self {
        Self::new()
    }

    // Inlined, it would be repeated for each field.
    #[inline(never)]
    fn take(&mut self, token: Token<'_>) -> Taken<'_> {
        self.clear();
        match token {
            Token::List | Token::Sample(_) => Ok(Next::Items(Container {
                values: self,
                has_raw: T::IS_RAW,
            })),
            _ => Err(Refused::Wrong),
        }
    }

    fn view(&self) -> View<'_> {
        View::List(self)
    }
}

impl<T: Value> Items for Vec<T> {
    fn take_item(&mut self, token: Token<'_>) -> Taken<'_> {
        self.push(T::absent());
        match self.last_mut() {
            Some(item) => item.take(token),
            None => Err(Refused::Wrong),
        }
    }
}

impl<T: Value> List for Vec<T> {
    fn view_item(&self, index: usize) -> Option<View<'_>> {
        self.get(index).map(Value::view)
    }
}

impl<T: Value> Value for BTreeMap<String, T> {
    fn absent() -> Self {
        Self::new()
    }

    // Inlined, it would be repeated for each field.
    #[inline(never)]
    fn take(&mut self, token: Token<'_>) -> Taken<'_> {
        self.clear();
        match token {
            Token::Object | Token::Sample(_) => Ok(Next::Entries(Container {
                values: self,
                has_raw: T::IS_RAW,
            })),
            _ => Err(Refused::Wrong),
        }
    }

    fn view(&self) -> View<'_> {
        View::Map(self)
    }
}

impl<T: Value> Entries for BTreeMap<String, T> {
    fn take_entry(&mut self, key: String, token: Token<'_>) -> Taken<'_> {
        self.entry(key).or_insert_with(T::absent).take(token)
    }
}

impl<T: Value> Map for BTreeMap<String, T> {
    fn each<'a>(&'a self, visit: &mut dyn FnMut(&'a str, View<'a>)) {
        for (key, value) in self {
            visit(key, value.view());
        }
    }
}

//! The values that hold other values.

use std::{borrow::Cow, collections::BTreeMap, fmt};

use super::{At, Fields, Inner, List, Mismatch, Number, Object, Taken, Value, View};
use crate::{Patch, RawJson};

impl<T: Value> Value for Option<T> {
    fn absent() -> Self {
        None
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }

    fn view(&self) -> View<'_> {
        self.as_ref().map_or(View::Null, Value::view)
    }

    fn null(&mut self) -> Taken {
        *self = None;
        Ok(())
    }

    fn boolean(&mut self, value: bool) -> Taken {
        self.insert(T::absent()).boolean(value)
    }

    fn number(&mut self, number: Number) -> Taken {
        self.insert(T::absent()).number(number)
    }

    fn text(&mut self, text: &str) -> Taken {
        self.insert(T::absent()).text(text)
    }

    fn object(&mut self) -> Result<&mut dyn Object, Mismatch> {
        self.insert(T::absent()).object()
    }

    fn list(&mut self) -> Result<&mut dyn List, Mismatch> {
        self.insert(T::absent()).list()
    }

    fn is_raw(&self) -> bool {
        T::reads_raw()
    }

    fn reads_raw() -> bool {
        T::reads_raw()
    }

    fn raw(&mut self, raw: RawJson) -> Result<(), Inner> {
        *self = None;
        if raw.is_null() {
            return Ok(());
        }
        self.insert(T::absent()).raw(raw)
    }

    fn sample(&mut self, at: &At<'_>) {
        self.insert(T::absent()).sample(at);
    }
}

/// The value of a field that is written as `null` where it has none. A value that is empty is written
/// as it was read.
#[expect(clippy::ref_option, reason = "the field itself is written")]
pub(crate) fn or_null<T: Value>(value: &Option<T>) -> &dyn Value {
    if value.is_some() { value } else { &Null }
}

/// What is always `null`.
pub(crate) struct Null;

impl fmt::Debug for Null {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("None")
    }
}

impl Value for Null {
    fn absent() -> Self {
        Self
    }

    fn view(&self) -> View<'_> {
        View::Null
    }
}

impl<T: Value> Value for Patch<T> {
    fn absent() -> Self {
        Self::Keep
    }

    fn is_absent(&self) -> bool {
        matches!(self, Self::Keep)
    }

    fn view(&self) -> View<'_> {
        match self {
            Self::Set(value) => value.view(),
            Self::Keep | Self::Clear => View::Null,
        }
    }

    fn null(&mut self) -> Taken {
        *self = Self::Clear;
        Ok(())
    }

    fn boolean(&mut self, value: bool) -> Taken {
        place(self)?.boolean(value)
    }

    fn number(&mut self, number: Number) -> Taken {
        place(self)?.number(number)
    }

    fn text(&mut self, text: &str) -> Taken {
        place(self)?.text(text)
    }

    fn object(&mut self) -> Result<&mut dyn Object, Mismatch> {
        place(self)?.object()
    }

    fn list(&mut self) -> Result<&mut dyn List, Mismatch> {
        place(self)?.list()
    }

    fn is_raw(&self) -> bool {
        T::reads_raw()
    }

    fn reads_raw() -> bool {
        T::reads_raw()
    }

    fn raw(&mut self, raw: RawJson) -> Result<(), Inner> {
        if raw.is_null() {
            *self = Self::Clear;
            return Ok(());
        }
        place(self).map_or(Ok(()), |place| place.raw(raw))
    }

    fn sample(&mut self, at: &At<'_>) {
        if let Ok(place) = place(self) {
            place.sample(at);
        }
    }
}

/// The place for a value of an update that is about to be read.
fn place<T: Value>(patch: &mut Patch<T>) -> Result<&mut T, Mismatch> {
    *patch = Patch::Set(T::absent());
    match patch {
        Patch::Set(value) => Ok(value),
        Patch::Keep | Patch::Clear => Err(Mismatch::Wrong),
    }
}

impl Value for &'static str {
    fn absent() -> Self {
        ""
    }

    fn view(&self) -> View<'_> {
        View::Text(Cow::Borrowed(self))
    }
}

impl<T: Value> Value for Vec<T> {
    fn absent() -> Self {
        Self::new()
    }

    fn view(&self) -> View<'_> {
        View::List(self)
    }

    fn list(&mut self) -> Result<&mut dyn List, Mismatch> {
        self.clear();
        Ok(self)
    }

    fn sample(&mut self, at: &At<'_>) {
        let mut item = T::absent();
        item.sample(at);
        *self = vec![item];
    }
}

impl<T: Value> List for Vec<T> {
    fn push(&mut self) -> Option<&mut dyn Value> {
        self.push(T::absent());
        self.last_mut().map(|item| item as _)
    }

    fn each<'a>(&'a self, visit: &mut dyn FnMut(&'a dyn Value)) {
        for item in self {
            visit(item);
        }
    }
}

impl<T: Value> Value for BTreeMap<String, T> {
    fn absent() -> Self {
        Self::new()
    }

    fn view(&self) -> View<'_> {
        View::Object(self)
    }

    fn object(&mut self) -> Result<&mut dyn Object, Mismatch> {
        self.clear();
        Ok(self)
    }

    fn sample(&mut self, at: &At<'_>) {
        let mut value = T::absent();
        value.sample(at);
        *self = Self::from([(at.map_key(), value)]);
    }
}

impl<T: Value> Object for BTreeMap<String, T> {
    fn entry(&mut self, key: &str, _: &mut Fields) -> Option<&mut dyn Value> {
        Some(self.entry(key.to_owned()).or_insert_with(T::absent))
    }

    fn finish(&mut self, _: &Fields) -> Result<(), Inner> {
        Ok(())
    }

    fn each<'a>(&'a self, visit: &mut dyn FnMut(&'a str, &'a dyn Value)) {
        for (key, value) in self {
            visit(key, value);
        }
    }

    fn name(&self) -> &'static str {
        "BTreeMap"
    }
}

//! The kit tried upon itself.

#[cfg(test)]
mod script;

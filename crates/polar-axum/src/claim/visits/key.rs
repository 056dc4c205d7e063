use std::fmt;

use subtle::ConstantTimeEq;

/// A random secret of this application: the key of a visit, or the token of its forms.
#[derive(Clone)]
pub(in super::super) struct RandomKey(Box<str>);

impl RandomKey {
    /// Creates a key of 128 random bits, as hexadecimal digits.
    pub(super) fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0_u8; 16];
        getrandom::fill(&mut bytes)?;
        Ok(Self(
            format!("{:032x}", u128::from_be_bytes(bytes)).into_boxed_str(),
        ))
    }

    /// Compares the key with text, in constant time.
    pub(super) fn is(&self, text: &str) -> bool {
        self.0.as_bytes().ct_eq(text.as_bytes()).into()
    }

    pub(in super::super) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for RandomKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RandomKey([redacted])")
    }
}

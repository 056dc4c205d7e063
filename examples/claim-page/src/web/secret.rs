use std::fmt;

use subtle::ConstantTimeEq;

/// A random text of this application's own: a visitor's key, a form's token, a password.
#[derive(Clone)]
pub struct Secret(Box<str>);

impl Secret {
    /// 128 random bits, as hexadecimal digits.
    ///
    /// # Errors
    ///
    /// When the system has no randomness to give.
    pub fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0_u8; 16];
        getrandom::fill(&mut bytes)?;
        Ok(Self(
            format!("{:032x}", u128::from_be_bytes(bytes)).into_boxed_str(),
        ))
    }

    /// A secret that was chosen elsewhere.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.into())
    }

    /// Whether this is the secret, in a time that does not depend on how much of it is right.
    #[must_use]
    pub fn is(&self, text: &str) -> bool {
        self.0.as_bytes().ct_eq(text.as_bytes()).into()
    }

    /// The secret itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret([redacted])")
    }
}

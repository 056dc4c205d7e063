use std::{error::Error, fmt};

/// One thing to measure.
pub struct Subject {
    name: String,
    bytes: usize,
    prepare: Box<dyn Fn() -> Result<Work, Failure> + Send + Sync>,
}

/// Does the thing once. `false` means that it did not do what it is measured for.
pub type Work = Box<dyn FnMut() -> bool>;

/// Why something could not be measured.
pub type Failure = Box<dyn Error + Send + Sync>;

impl Subject {
    /// A subject by its name, such as `decode claim: polar-types`: what is done, and who does it.
    pub fn new(
        name: impl Into<String>,
        prepare: impl Fn() -> Result<Work, Failure> + Send + Sync + 'static,
    ) -> Self {
        Self {
            name: name.into(),
            bytes: 0,
            prepare: Box::new(prepare),
        }
    }

    /// Says how many bytes are worked through each time, for those who tell a throughput.
    #[must_use]
    pub const fn of_bytes(mut self, bytes: usize) -> Self {
        self.bytes = bytes;
        self
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many bytes are worked through each time.
    #[must_use]
    pub const fn bytes(&self) -> usize {
        self.bytes
    }

    /// Makes everything that is not to be measured, and does the thing once, so that what happens
    /// only the first time is not measured either.
    ///
    /// # Errors
    ///
    /// When it cannot be made, or does not do what it is measured for.
    pub fn prepare(&self) -> Result<Work, Failure> {
        let mut work = (self.prepare)()?;
        if work() {
            Ok(work)
        } else {
            Err(format!("{}: it does not do what it is measured for", self.name).into())
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Subject").field(&self.name).finish()
    }
}

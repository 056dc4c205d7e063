use std::{error::Error, fmt};

/// A piece of work to measure.
pub struct Subject {
    name: String,
    text: Option<Box<dyn Fn() -> String + Send + Sync>>,
    prepare: Box<dyn Fn() -> Result<Work, BoxError> + Send + Sync>,
}

/// Does the work once. Returns `false` if the result is wrong.
pub type Work = Box<dyn FnMut() -> bool>;

/// The error type of the benchmarks.
pub type BoxError = Box<dyn Error + Send + Sync>;

impl Subject {
    /// Creates a subject. Its name says what is done, and with what, such as
    /// `decode claim: polar-types`.
    pub fn new(
        name: impl Into<String>,
        prepare: impl Fn() -> Result<Work, BoxError> + Send + Sync + 'static,
    ) -> Self {
        Self {
            name: name.into(),
            text: None,
            prepare: Box::new(prepare),
        }
    }

    /// Creates a subject that processes a text.
    pub fn of_text(
        name: impl Into<String>,
        text: impl Fn() -> String + Clone + Send + Sync + 'static,
        prepare: impl Fn(String) -> Result<Work, BoxError> + Send + Sync + 'static,
    ) -> Self {
        let own = text.clone();
        Self {
            text: Some(Box::new(text)),
            ..Self::new(name, move || prepare(own()))
        }
    }

    /// Returns the name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the length of the text in bytes, or 0 if there is none.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.text.as_ref().map_or(0, |text| text().len())
    }

    /// Prepares everything that is not measured, and does the work once, to exclude one-time costs
    /// from the measurement.
    ///
    /// # Errors
    ///
    /// Returns an error if the preparation fails, or the result of the work is wrong.
    pub fn prepare(&self) -> Result<Work, BoxError> {
        let mut work = (self.prepare)()?;
        if work() {
            Ok(work)
        } else {
            Err(format!("{}: wrong result", self.name).into())
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

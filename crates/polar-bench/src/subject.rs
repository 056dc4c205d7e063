use std::{error::Error, fmt};

/// One thing to measure.
pub struct Subject {
    name: String,
    text: Option<Box<dyn Fn() -> String + Send + Sync>>,
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
            text: None,
            prepare: Box::new(prepare),
        }
    }

    /// A subject that works through a text.
    pub fn of_text(
        name: impl Into<String>,
        text: impl Fn() -> String + Clone + Send + Sync + 'static,
        prepare: impl Fn(String) -> Result<Work, Failure> + Send + Sync + 'static,
    ) -> Self {
        let own = text.clone();
        Self {
            text: Some(Box::new(text)),
            ..Self::new(name, move || prepare(own()))
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many bytes are worked through each time, if it is a text.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.text.as_ref().map_or(0, |text| text().len())
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

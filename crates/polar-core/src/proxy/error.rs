use std::{error::Error as StdError, fmt};

/// Not the address of a proxy that can be used. The address is not shown: it may hold a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProxyError {
    variable: Option<&'static str>,
    problem: Problem,
}

impl ProxyError {
    pub(super) const fn new(problem: Problem) -> Self {
        Self {
            variable: None,
            problem,
        }
    }

    pub(super) const fn in_variable(self, name: &'static str) -> Self {
        Self {
            variable: Some(name),
            ..self
        }
    }

    /// The variable of the environment that holds the address, such as `HTTPS_PROXY`.
    #[must_use]
    pub const fn variable(&self) -> Option<&'static str> {
        self.variable
    }
}

impl fmt::Display for ProxyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(variable) = self.variable {
            write!(f, "{variable} in the environment cannot be used: ")?;
        }
        f.write_str(match self.problem {
            Problem::Address => {
                "not the address of a proxy; write it as http://host:port or \
                 http://user:password@host:port, with what is special in the password \
                 percent-encoded"
            }
            Problem::Scheme => {
                "only HTTP proxies are supported, not SOCKS; write it as http://host:port or \
                 https://host:port"
            }
            Problem::Credentials => {
                "the user or the password is not UTF-8; percent-encode what is special in them"
            }
        })
    }
}

impl StdError for ProxyError {}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Problem {
    /// No address at all, or more than one holds.
    Address,
    /// Neither `http` nor `https`.
    Scheme,
    /// The user or the password is not percent-encoded UTF-8.
    Credentials,
}

use std::fmt;

use polar_types::oauth2::{Scope, SubjectType};

use crate::Target;

/// The URL to which an application sends a user's browser, so that they authorize an OAuth2 client.
///
/// Polar asks the user, and sends the browser back to `redirect_uri` with `code` and `state`, or with
/// `error`. Compare `state` with the one of this browser, then exchange the code with
/// [`Token`](crate::oauth2::Token).
///
/// A client without a secret, such as a program on the user's machine, needs PKCE (RFC 7636): make a
/// random verifier, set its [`code_challenge`](Self::code_challenge), and send the verifier with the
/// code.
///
/// `Debug` shows the page and the client only.
///
/// ```
/// use polar_core::{AuthorizationUrl, types::oauth2::Scope};
///
/// let url = AuthorizationUrl::new("polar_ci_1", "https://acme.com/callback", "af0ifjsldkj")
///     .scope(Scope::Openid)
///     .scope(Scope::ProductsRead);
/// assert_eq!(
///     url.to_string(),
///     "https://polar.sh/oauth2/authorize?response_type=code&client_id=polar_ci_1\
///      &redirect_uri=https%3A%2F%2Facme.com%2Fcallback&scope=openid%20products%3Aread\
///      &state=af0ifjsldkj",
/// );
/// ```
#[derive(Clone)]
pub struct AuthorizationUrl {
    page: String,
    client_id: String,
    redirect_uri: String,
    state: String,
    scopes: Vec<Scope>,
    subject: Option<SubjectType>,
    code_challenge: Option<String>,
    without_asking: bool,
}

impl AuthorizationUrl {
    /// Polar's page in production.
    pub const PRODUCTION: &str = "https://polar.sh/oauth2/authorize";
    /// Polar's page in the sandbox, which has separate clients and users.
    pub const SANDBOX: &str = "https://sandbox.polar.sh/oauth2/authorize";

    /// Creates a URL for a client.
    ///
    /// `redirect_uri` must be one of those that the client registered. `state` must be a random text
    /// that belongs to this browser, for example in a cookie: only if the same one comes back did
    /// this browser ask for the authorization.
    #[must_use]
    pub fn new(
        client_id: impl Into<String>,
        redirect_uri: impl Into<String>,
        state: impl Into<String>,
    ) -> Self {
        Self {
            page: Self::PRODUCTION.to_owned(),
            client_id: client_id.into(),
            redirect_uri: redirect_uri.into(),
            state: state.into(),
            scopes: Vec::new(),
            subject: None,
            code_challenge: None,
            without_asking: false,
        }
    }

    /// Sets the page: [`SANDBOX`](Self::SANDBOX), or that of a server of your own.
    #[must_use]
    pub fn page(mut self, page: impl Into<String>) -> Self {
        self.page = page.into();
        self
    }

    /// Adds a scope. Without any, Polar asks for all scopes that the client registered.
    #[must_use]
    pub fn scope(mut self, scope: impl Into<Scope>) -> Self {
        self.scopes.push(scope.into());
        self
    }

    /// Sets whether the token is for the user, or for an organization that the user chooses. Without
    /// it, the client's `default_sub_type` decides.
    #[must_use]
    pub fn subject(mut self, subject: SubjectType) -> Self {
        self.subject = Some(subject);
        self
    }

    /// Sets the challenge of PKCE, with the method `S256`: the SHA-256 hash of the verifier in
    /// Base64 for URLs, without padding.
    #[must_use]
    pub fn code_challenge(mut self, challenge: impl Into<String>) -> Self {
        self.code_challenge = Some(challenge.into());
        self
    }

    /// Sends the browser back with an error instead of asking the user, who must have signed in
    /// and authorized the client before (`prompt=none`).
    #[must_use]
    pub fn without_asking(mut self) -> Self {
        self.without_asking = true;
        self
    }

    #[inline]
    fn query(&self) -> Target {
        let scopes: Vec<&str> = self.scopes.iter().map(Scope::as_str).collect();
        let method = self.code_challenge.as_ref().map(|_| "S256");
        Target::new("")
            .query("response_type", "code")
            .query("client_id", &self.client_id)
            .query("redirect_uri", &self.redirect_uri)
            .query_all("scope", (!scopes.is_empty()).then(|| scopes.join(" ")))
            .query("state", &self.state)
            .query_all("sub_type", &self.subject)
            .query_all("code_challenge", &self.code_challenge)
            .query_all("code_challenge_method", method)
            .query_all("prompt", self.without_asking.then_some("none"))
    }
}

impl fmt::Display for AuthorizationUrl {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let query = self.query();
        f.write_str(&self.page)?;
        f.write_str(query.path_and_query().map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for AuthorizationUrl {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthorizationUrl")
            .field("page", &self.page)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn url_has_every_part_encoded() {
        let url = AuthorizationUrl::new("polar_ci_1", "http://localhost:8080/?a=b", "a&b=c#d")
            .page(AuthorizationUrl::SANDBOX)
            .subject(SubjectType::Organization)
            .code_challenge("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
            .without_asking();
        assert_eq!(
            url.to_string(),
            "https://sandbox.polar.sh/oauth2/authorize?response_type=code&client_id=polar_ci_1\
             &redirect_uri=http%3A%2F%2Flocalhost%3A8080%2F%3Fa%3Db&state=a%26b%3Dc%23d\
             &sub_type=organization\
             &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM\
             &code_challenge_method=S256&prompt=none",
        );
    }

    #[test]
    fn debug_does_not_show_the_state() {
        let url = AuthorizationUrl::new("polar_ci_1", "https://acme.com", "planted");
        assert!(!format!("{url:?}").contains("planted"));
    }
}

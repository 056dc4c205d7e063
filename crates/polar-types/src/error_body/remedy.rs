/// What would have to change before the same call can succeed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Remedy {
    /// Time: there were too many requests. Wait for as long as `Retry-After` says.
    Wait,
    /// The token: it is missing, unknown, expired, revoked, or of the wrong kind for this
    /// operation.
    Credentials,
    /// A token with this scope; of several, separated by spaces, one is enough. Scopes do not
    /// include each other: a write scope does not allow reading.
    Scope(String),
    /// Another role: an owner or billing manager in the customer portal, or a person with more
    /// permissions in the organization.
    Role,
    /// The request: a value is missing or invalid. The fields of the error say which.
    Request,
    /// The recipient: the customer or member does not exist, or cannot be assigned a seat.
    Recipient,
    /// Nothing: the recipient already has a seat.
    AlreadyAssigned,
    /// Nothing: it was done before, or exists already.
    AlreadyDone,
    /// A free seat: all are taken, none was sold, or the order is not paid. A seat with an expired
    /// invitation is still taken.
    FreeSeat,
    /// A new invitation: this one is unknown, expired, revoked, or already claimed. Polar does not
    /// return which.
    Invitation,
    /// Another seat: only a pending seat has an invitation to resend.
    PendingSeat,
    /// The state: the object has a status or a setting in which this is not possible.
    State,
    /// The end of what is under way: another change or payment of the same object.
    InProgress,
    /// A limit: the amount is outside it, or it is used up.
    Limit,
    /// The payment: it was declined, needs the customer, or there is no payment method.
    Payment,
    /// A new checkout, code or link: this one is expired, or was used.
    Expired,
    /// The organization: a feature is not enabled, a setting forbids this, or its account is not
    /// ready.
    Feature,
    /// The id: it does not exist, or belongs to another organization or customer.
    Id,
    /// The API version or the base URL: the server does not have the requested path or version.
    Version,
    /// Unknown: this library does not know the error. Its message may help.
    Unknown,
}

impl Remedy {
    /// Returns what a person can do now, in one or two sentences, if this is known.
    #[must_use]
    pub const fn next_step(&self) -> Option<&'static str> {
        Some(match self {
            Self::Wait => "Wait a minute, then try again.",
            Self::Credentials => {
                "Check the token: it may be expired, revoked, from the other environment (sandbox and \
                 production have separate tokens), or of the wrong kind for this operation."
            }
            Self::Scope(_) => "Use an access token with the scope that this operation requires.",
            Self::Role => "Ask an owner or billing manager of the team to do this.",
            Self::Request => "Correct the request and send it again.",
            Self::Recipient => {
                "Check the recipient: the customer or member must exist and have an email."
            }
            Self::AlreadyAssigned => {
                "Nothing needs to be done: this person already has a seat. If the invitation expired, \
                 renew it."
            }
            Self::AlreadyDone => "Nothing needs to be done.",
            Self::FreeSeat => {
                "Revoke a seat or buy more. A seat whose invitation expired is still taken."
            }
            Self::Invitation => {
                "The invitation is unknown, expired (after 24 hours), revoked, or already claimed. Ask \
                 the sender to renew it: resending an expired invitation does not help."
            }
            Self::PendingSeat => "Only a pending seat has an invitation to resend.",
            Self::State => "Get the object and check its status: it does not allow this now.",
            Self::InProgress => {
                "Wait until the change or payment under way has ended, and look at its result first."
            }
            Self::Limit => "Stay within the limit, or raise it.",
            Self::Payment => "The customer must confirm the payment or use another payment method.",
            Self::Expired => "Create or request a new one.",
            Self::Feature => "Check the settings of the organization in Polar.",
            Self::Id => "Check the id, and that the token belongs to the same organization.",
            Self::Version => {
                "Check the base URL: the server does not have this path or API version."
            }
            Self::Unknown => return None,
        })
    }
}

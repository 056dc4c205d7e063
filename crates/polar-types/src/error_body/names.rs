//! The names of all errors: what each means, and what to do about it.

use super::Remedy;
use crate::open_enum::open_enum;

/// Defines [`ErrorName`] from a table. A row has the name, the status, the remedy, the meaning, and
/// the next step, if it is more exact than that of the remedy.
macro_rules! error_names {
    ($(
        $name:ident = $text:literal, $status:literal, $remedy:expr,
            $meaning:literal $(=> $next:literal)?;
    )+) => {
        open_enum! {
            /// The server's name for an error, from its `error` field: every name that Polar's
            /// server has for a 4xx status, and those of OAuth2.
            ///
            /// Some belong to operations that the clients do not have, such as payouts.
            pub enum ErrorName {
                $(#[doc = concat!(stringify!($status), ": ", $meaning)] $name = $text,)+
            }
        }

        impl ErrorName {
            /// All known names.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// Returns the status that Polar sends with it, if the name is known.
            #[must_use]
            #[inline]
            pub const fn status(&self) -> Option<u16> {
                match self {
                    $(Self::$name => Some($status),)+
                    Self::Unknown(_) => None,
                }
            }

            /// Returns what it means, in one or two sentences, if the name is known.
            #[must_use]
            #[inline]
            pub const fn meaning(&self) -> Option<&'static str> {
                match self {
                    $(Self::$name => Some($meaning),)+
                    Self::Unknown(_) => None,
                }
            }

            /// Returns what would have to change before the same call can succeed.
            ///
            /// The remedy of a whole error can be more exact: it depends on the message, too.
            #[must_use]
            #[inline]
            pub fn remedy(&self) -> Remedy {
                use Remedy::*;

                match self {
                    $(Self::$name => $remedy,)+
                    Self::Unknown(_) => Unknown,
                }
            }

            /// Returns what a person can do now, in one or two sentences, if this is known.
            #[must_use]
            #[inline]
            pub fn next_step(&self) -> Option<&'static str> {
                match self {
                    $($(Self::$name => Some($next),)?)+
                    _ => self.remedy().next_step(),
                }
            }
        }
    };
}

error_names! {
    // Any operation.
    Unauthorized = "Unauthorized", 401, Credentials,
        "No credentials, or a kind of token that this operation does not accept.";
    InvalidToken = "invalid_token", 401, Credentials,
        "The token is unknown, malformed, expired or revoked.";
    InsufficientScope = "insufficient_scope", 403, Scope(String::new()),
        "The token lacks a scope. Scopes do not imply each other: a write scope does not include reading.";
    NotPermitted = "NotPermitted", 403, Role,
        "The role of the member or user is too low, or the object does not allow this; the message says why.";
    BadRequest = "BadRequest", 400, Request,
        "The request lacks a required value, or does not fit the state of the object.";
    ResourceNotFound = "ResourceNotFound", 404, Id,
        "The resource does not exist or belongs to another organization or customer. Also returned when \
         getting the claim info of an invalid token.";
    ResourceUnavailable = "ResourceUnavailable", 410, State,
        "The resource has ended for good, such as a canceled subscription."
        => "Create a new one: this one cannot be changed any more.";
    ResourceAlreadyExists = "ResourceAlreadyExists", 409, AlreadyDone,
        "The resource already exists."
        => "Use the one that exists.";
    RequestValidationError = "RequestValidationError", 422, Request,
        "The framework found invalid fields.";
    PolarRequestValidationError = "PolarRequestValidationError", 422, Request,
        "The application found invalid fields, such as the id of an object that does not exist.";
    LengthRequired = "LengthRequired", 411, Request,
        "A `POST` without a `Content-Length`.";
    RequestBodyTooLarge = "RequestBodyTooLarge", 413, Request,
        "A body over 10,485,760 bytes."
        => "Send less at a time.";

    // Seats.
    FeatureNotEnabled = "FeatureNotEnabled", 403, Feature,
        "Seats are not enabled for the organization."
        => "Enable seat-based pricing for the organization.";
    SeatNotAvailable = "SeatNotAvailable", 400, FreeSeat,
        "All seats are assigned, or the subscription or order has no seats.";
    SeatAlreadyAssigned = "SeatAlreadyAssigned", 400, AlreadyAssigned,
        "The recipient already holds a seat here.";
    InvalidSeatAssignmentRequest = "InvalidSeatAssignmentRequest", 400, Recipient,
        "The recipient cannot hold a seat here.";
    MemberEmailMismatch = "MemberEmailMismatch", 400, Recipient,
        "The external member id belongs to another email address, or the address to another id.";
    SeatNotPending = "SeatNotPending", 400, PendingSeat,
        "The invitation cannot be sent again because the seat is claimed or revoked.";
    InvalidInvitationToken = "InvalidInvitationToken", 400, Invitation,
        "A claim with a token that is unknown, expired, claimed or revoked; or a resend to a holder \
         without an email address.";
    CustomerNotFound = "CustomerNotFound", 404, Recipient,
        "No customer has this id.";
    MemberNotFound = "MemberNotFound", 404, Recipient,
        "No member of the buyer has this id.";
    MemberIdRequired = "MemberIdRequired", 400, Recipient,
        "A seat is for a member, and the request names none."
        => "Name the member.";
    CustomerDoesntHaveOwnerMember = "CustomerDoesntHaveOwnerMember", 400, State,
        "The customer has no member who is the owner."
        => "Add an owner to the members of the customer.";

    // Checkouts and discounts.
    NotOpenCheckout = "NotOpenCheckout", 403, State,
        "The checkout is confirmed, succeeded, failed or expired already."
        => "Get the checkout and look at its status. Create another checkout if the customer did not pay.";
    ExpiredCheckoutError = "ExpiredCheckoutError", 410, Expired,
        "The checkout has expired."
        => "Create another checkout.";
    CheckoutLocked = "CheckoutLocked", 409, InProgress,
        "Another request changes or confirms the checkout."
        => "Get the checkout until it is not being confirmed any more, and look at its status.";
    AlreadyActiveSubscriptionError = "AlreadyActiveSubscriptionError", 403, AlreadyDone,
        "The customer has an active subscription, and the organization allows only one."
        => "Update the subscription of the customer instead.";
    PaymentError = "PaymentError", 400, Payment,
        "The payment was declined; the message says why."
        => "Ask the customer for another payment method. The checkout is still open.";
    PaymentNotReady = "PaymentNotReady", 403, Feature,
        "The organization cannot accept payments yet."
        => "Complete the setup of the organization's account in Polar.";
    TrialAlreadyRedeemed = "TrialAlreadyRedeemed", 403, Limit,
        "The customer had a trial of this product before, and the organization allows only one."
        => "Continue without a trial: set `allow_trial` of the checkout to false.";
    DiscountRedemptionLimitReached = "DiscountRedemptionLimitReached", 403, Limit,
        "The customer used the discount as often as it allows."
        => "Remove the discount from the checkout.";
    CheckoutCustomerDeleted = "CheckoutCustomerDeleted", 409, State,
        "The customer of the checkout was deleted."
        => "Create another checkout.";
    CheckoutCustomerExternalIdMismatch = "CheckoutCustomerExternalIdMismatch", 422, Request,
        "A customer with this external id exists, and has another email address."
        => "Create the checkout for the customer who exists, by the external id alone.";
    EmbedHostNotAllowed = "EmbedHostNotAllowed", 403, Feature,
        "The organization does not allow this website to embed its checkouts."
        => "Add the website to those that may embed checkouts, in the organization's settings.";
    InvalidQuantityError = "InvalidQuantityError", 400, Limit,
        "The number of seats or units is outside the tiers of the price.";

    // Subscriptions.
    AlreadyCanceledSubscription = "AlreadyCanceledSubscription", 403, AlreadyDone,
        "The subscription is canceled, or will be at the end of the period."
        => "Nothing needs to be done, unless you want it to end at once: undo the cancellation first.";
    InactiveSubscription = "InactiveSubscription", 403, State,
        "The subscription is not active.";
    NotBillableSubscription = "NotBillableSubscription", 403, State,
        "The subscription is not billed in its status.";
    SubscriptionLocked = "SubscriptionLocked", 409, InProgress,
        "Another change of the subscription is under way."
        => "Get the subscription, and try again if the change is still needed.";
    CannotPauseSubscription = "CannotPauseSubscription", 409, State,
        "The subscription cannot be paused in its status, or ends with the period.";
    NotPausedSubscription = "NotPausedSubscription", 409, State,
        "The subscription is not paused.";
    NoScheduledPause = "NoScheduledPause", 409, State,
        "No pause of the subscription is scheduled.";
    CannotReinstateSubscription = "CannotReinstateSubscription", 400, State,
        "The subscription cannot be reinstated.";
    NotASeatBasedSubscription = "NotASeatBasedSubscription", 400, Request,
        "The price of the subscription has no seats."
        => "Do not set seats: the product is not sold by seats.";
    NotAUnitBasedSubscription = "NotAUnitBasedSubscription", 400, Request,
        "The price of the subscription has no units.";
    SeatsAlreadyAssigned = "SeatsAlreadyAssigned", 400, Limit,
        "More seats are assigned than the subscription would have."
        => "Revoke seats first.";
    BelowMinimumSeats = "BelowMinimumSeats", 400, Limit,
        "The price requires more seats.";
    AboveMaximumSeats = "AboveMaximumSeats", 400, Limit,
        "The price allows fewer seats.";
    BelowMinimumUnits = "BelowMinimumUnits", 400, Limit,
        "The price requires more units.";
    AboveMaximumUnits = "AboveMaximumUnits", 400, Limit,
        "The price allows fewer units.";
    UpdateSubscriptionPlanNotAllowed = "UpdateSubscriptionPlanNotAllowed", 403, Feature,
        "The organization does not let customers change the product of a subscription."
        => "Change it with an access token, or allow it in the settings of the customer portal.";
    UpdateSubscriptionSeatsNotAllowed = "UpdateSubscriptionSeatsNotAllowed", 403, Feature,
        "The organization does not let customers change the number of seats."
        => "Change it with an access token, or allow it in the settings of the customer portal.";
    PauseResumeNotAllowed = "PauseResumeNotAllowed", 403, Feature,
        "The organization does not let customers pause or resume a subscription."
        => "Pause it with an access token, or allow it in the settings of the customer portal.";
    PaymentMethodRequired = "PaymentMethodRequired", 409, Payment,
        "The subscription needs a payment method first."
        => "Add a payment method.";
    RevokeNotAllowed = "RevokeNotAllowed", 409, State,
        "The customer can revoke the subscription only while it is past due without a grace period."
        => "Cancel the subscription at the end of the period instead.";

    // Orders, refunds and disputes.
    OrderNotDraft = "OrderNotDraft", 412, State,
        "The order is not a draft any more."
        => "Get the order: it may have been finalized already.";
    OrganizationNotReadyForPayments = "OrganizationNotReadyForPayments", 403, Feature,
        "The organization cannot accept payments yet, or is under review."
        => "Complete the setup of the organization's account in Polar.";
    OffSessionChargesNotEnabled = "OffSessionChargesNotEnabled", 403, Feature,
        "The organization may not charge customers who are not present."
        => "Ask Polar's support to enable charges without the customer.";
    PaymentActionRequired = "PaymentActionRequired", 402, Payment,
        "The bank asks the customer to confirm the payment, and the customer is not present."
        => "Send the customer a checkout, or let them pay the order in the customer portal.";
    PaymentFailed = "PaymentFailed", 402, Payment,
        "The saved payment method was declined; the message says why."
        => "Ask the customer for another payment method. The order is still a draft.";
    PaymentAlreadyInProgress = "PaymentAlreadyInProgress", 409, InProgress,
        "A payment of the order is under way."
        => "Get the payment status of the order until it is known. Do not pay again before.";
    OrderNotEligibleForRetry = "OrderNotEligibleForRetry", 422, State,
        "The order has no failed payment that can be tried again."
        => "Get the order: it may be paid already.";
    PaymentRetryValidationError = "PaymentRetryValidationError", 422, Request,
        "The request needs either a payment method or a confirmation token.";
    ManualRetryLimitExceeded = "ManualRetryLimitExceeded", 429, Limit,
        "The payment of the order was tried as often as Polar allows."
        => "Waiting does not help: the order cannot be paid this way any more.";
    MissingInvoiceBillingDetails = "MissingInvoiceBillingDetails", 422, Request,
        "The order lacks the billing name or address."
        => "Set the billing name and address of the order, then generate the invoice again.";
    OrderNotEligibleForInvoice = "OrderNotEligibleForInvoice", 409, State,
        "The order is not paid, so it has no invoice.";
    InvoiceDoesNotExist = "InvoiceDoesNotExist", 404, State,
        "No invoice was generated for the order."
        => "Generate the invoice first.";
    ReceiptNotAllocated = "ReceiptNotAllocated", 404, State,
        "The order has no receipt, because it was not paid.";
    RefundedAlready = "RefundedAlready", 403, AlreadyDone,
        "The order is fully refunded."
        => "Nothing needs to be done: list the refunds of the order.";
    RefundPendingCreation = "RefundPendingCreation", 409, InProgress,
        "A refund of the order is being created."
        => "List the refunds of the order before you try again.";
    RefundsBlocked = "RefundsBlocked", 403, State,
        "Polar blocked refunds of the order."
        => "Ask Polar's support.";
    RefundDisputedPayment = "RefundDisputedPayment", 403, State,
        "The payment is disputed, so it cannot be refunded."
        => "Accept the dispute instead: that refunds the customer.";
    RevokeSubscriptionBenefitsProhibited = "RevokeSubscriptionBenefitsProhibited", 400, Request,
        "A refund cannot revoke the benefits of a subscription."
        => "Leave out `revoke_benefits`, and revoke the subscription.";
    RefundUnknownPayment = "RefundUnknownPayment", 404, State,
        "The order has no payment that could be refunded.";
    RefundPaymentTransactionNotFound = "RefundPaymentTransactionNotFound", 404, State,
        "Polar has no transaction for the payment of the order."
        => "Ask Polar's support.";
    DisputeNotOpenError = "DisputeNotOpenError", 409, State,
        "The dispute does not wait for a response any more.";
    DisputeAutoAcceptNotEnabled = "DisputeAutoAcceptNotEnabled", 403, Feature,
        "The organization may not accept disputes automatically.";

    // Customers, payment methods and wallets.
    AmbiguousExternalCustomerID = "AmbiguousExternalCustomerID", 409, Request,
        "Customers of several of your organizations have this external id."
        => "Use the token of one organization, or Polar's id of the customer.";
    CustomerNotReady = "CustomerNotReady", 403, State,
        "The customer has no account at the payment processor yet.";
    CustomerSelectionRequired = "CustomerSelectionRequired", 409, Request,
        "Several customers have this email address."
        => "Choose one of the customers in the response.";
    CustomerSessionCodeInvalidOrExpired = "CustomerSessionCodeInvalidOrExpired", 401, Expired,
        "The code that was mailed is wrong, or has expired."
        => "Request another code.";
    InvalidCustomerEmailUpdate = "InvalidCustomerEmailUpdate", 401, Expired,
        "The token for the new email address is unknown, used or expired."
        => "Request the change again.";
    PaymentMethodInUseByActiveSubscription = "PaymentMethodInUseByActiveSubscription", 400, State,
        "A subscription is billed with the payment method, and there is no other."
        => "Add another payment method or cancel the subscription first.";
    PaymentMethodSetupFailed = "PaymentMethodSetupFailed", 400, Payment,
        "The payment processor refused the payment method; the message says why."
        => "Use another card.";
    InvalidPaymentMethodError = "InvalidPaymentMethodError", 403, Id,
        "The payment method belongs to another customer.";
    MissingPaymentMethodError = "MissingPaymentMethodError", 402, Payment,
        "The customer has no payment method."
        => "Add a payment method.";
    PaymentIntentFailedError = "PaymentIntentFailedError", 400, Payment,
        "The payment failed.";

    // Benefits, license keys and events.
    BenefitPropertiesValidationError = "BenefitPropertiesValidationError", 422, Request,
        "The properties of the benefit are invalid.";
    GitHubRepositoryBenefitNoAccess = "GitHubRepositoryBenefitNoAccess", 401, Feature,
        "Polar's app on GitHub cannot access the repository."
        => "Install Polar's app on the repository.";
    GitHubRepositoryBenefitExpiredAccessToken = "GitHubRepositoryBenefitExpiredAccessToken", 401, Feature,
        "The connection to GitHub has expired."
        => "Connect the GitHub account again.";
    GitHubRepositoryRefreshTokenError = "GitHubRepositoryRefreshTokenError", 401, Feature,
        "The connection to GitHub could not be renewed."
        => "Connect the GitHub account again.";
    GitHubRepositoryInstallationError = "GitHubRepositoryInstallationError", 401, Feature,
        "Polar's app on GitHub could not be reached.";
    RotateNotPermitted = "RotateNotPermitted", 400, State,
        "The license key cannot be replaced in its status.";
    EventIngestValidationError = "EventIngestValidationError", 422, Request,
        "An event is invalid. None of the events was ingested.";

    // OAuth2.
    InvalidRequest = "invalid_request", 400, Request,
        "The request lacks a parameter, or a parameter is invalid.";
    InvalidClient = "invalid_client", 401, Credentials,
        "The client is unknown, its secret is wrong, or it authenticates in another way than it registered."
        => "Check the client id and secret, and `token_endpoint_auth_method` of the client.";
    InvalidGrant = "invalid_grant", 400, Expired,
        "The code or refresh token is unknown, used or expired, or belongs to another client or redirect URI."
        => "Start the authorization again.";
    UnauthorizedClient = "unauthorized_client", 400, Feature,
        "The client may not use this grant."
        => "Add the grant to `grant_types` of the client.";
    UnsupportedGrantType = "unsupported_grant_type", 400, Request,
        "Polar does not have this grant.";
    UnsupportedResponseType = "unsupported_response_type", 400, Request,
        "Polar does not have this response type."
        => "Use the response type `code`.";
    UnsupportedTokenType = "unsupported_token_type", 401, Request,
        "Polar does not have this type of token.";
    InvalidScope = "invalid_scope", 400, Request,
        "A scope is unknown, or the client is not registered for it."
        => "Ask only for scopes that the client is registered for.";
    InvalidSub = "invalid_sub", 400, Request,
        "The user chose no organization, or one that cannot be chosen.";
    AccessDenied = "access_denied", 400, Credentials,
        "The user denied the authorization, or the client may not be read or changed with these credentials.";
    LoginRequired = "login_required", 400, Credentials,
        "The user must sign in, and `prompt=none` forbids to ask."
        => "Send the user to the authorization URL without `prompt=none`.";
    ConsentRequired = "consent_required", 400, Credentials,
        "The user must consent, and `prompt=none` forbids to ask."
        => "Send the user to the authorization URL without `prompt=none`.";
    InvalidClientMetadata = "invalid_client_metadata", 400, Request,
        "The registration of the client is invalid.";
    InvalidRedirectUri = "invalid_redirect_uri", 400, Request,
        "A redirect URI of the client is invalid.";

    // Operations that the clients do not have: accounts of people.
    SessionNotFreshError = "SessionNotFreshError", 403, Credentials,
        "The user signed in too long ago for this." => "Sign in again.";
    UnavailableFactorError = "UnavailableFactorError", 403, Credentials,
        "This second factor is not available for the sign-in.";
    GetEmailError = "GetEmailError", 400, Credentials,
        "The other service did not return an email address.";
    InvalidAuthenticationSession = "InvalidAuthenticationSession", 401, Credentials,
        "The sign-in is unknown or expired.";
    InvalidEmailUpdate = "InvalidEmailUpdate", 401, Expired,
        "The token for the user's new email address is unknown, used or expired.";
    IdentityAlreadyVerified = "IdentityAlreadyVerified", 403, AlreadyDone,
        "The identity of the user is verified.";
    IdentityVerificationProcessing = "IdentityVerificationProcessing", 403, InProgress,
        "The identity of the user is being verified.";
    OAuthAccountNotFound = "OAuthAccountNotFound", 404, Id,
        "The user has no account at this service.";
    OAuthCallbackError = "OAuthCallbackError", 400, Request,
        "The other service reported an error.";
    CannotDisconnectLastAuthMethod = "CannotDisconnectLastAuthMethod", 400, State,
        "The user signs in with this account alone.";

    // Organizations and their users.
    CannotCreateOrganizationError = "CannotCreateOrganizationError", 403, Credentials,
        "The session is restricted to one organization.";
    AccountAlreadySet = "AccountAlreadySet", 403, AlreadyDone,
        "The account of the organization is set up.";
    InvalidStatusTransitionError = "InvalidStatusTransitionError", 400, State,
        "The organization cannot change to this status.";
    OrganizationNotFound = "OrganizationNotFound", 404, Id,
        "No organization has this id.";
    UserNotMemberOfOrganization = "UserNotMemberOfOrganization", 404, Id,
        "The user does not belong to the organization.";
    CannotRemoveOrganizationOwner = "CannotRemoveOrganizationOwner", 403, State,
        "The user owns the organization.";
    OrganizationWouldHaveNoAdmins = "OrganizationWouldHaveNoAdmins", 403, State,
        "The user is the last administrator of the organization.";
    AlreadyOwner = "AlreadyOwner", 400, AlreadyDone,
        "The user owns the organization.";
    InvalidOwnerRoleAssignment = "InvalidOwnerRoleAssignment", 400, Request,
        "The owner cannot be assigned as a role.";
    OwnerRoleCannotBeRemoved = "OwnerRoleCannotBeRemoved", 400, State,
        "The ownership must be transferred first.";
    NewOwnerNotVerified = "NewOwnerNotVerified", 400, State,
        "The identity of the new owner is not verified.";
    SSONotEnabled = "SSONotEnabled", 403, Feature,
        "Single sign-on is not enabled for the organization.";
    SSOEnforcementRequiresConnection = "SSOEnforcementRequiresConnection", 409, State,
        "The organization has no connection for single sign-on.";
    LastSSOConnectionRequired = "LastSSOConnectionRequired", 409, State,
        "The organization enforces single sign-on and has no other connection.";
    AppealNotRejectedError = "AppealNotRejectedError", 409, State,
        "The review has no rejected appeal.";
    CaseAlreadyExistsError = "CaseAlreadyExistsError", 409, AlreadyDone,
        "A support case exists for this.";
    CaseClosedError = "CaseClosedError", 409, State,
        "The support case is closed.";
    CaseRepliesNotSupportedError = "CaseRepliesNotSupportedError", 409, State,
        "Support cases of this type take no messages.";

    // Payouts.
    PayoutAccountNotReady = "PayoutAccountNotReady", 403, Feature,
        "The payout account is not set up.";
    PayoutAccountExternalLinkUnsupported = "PayoutAccountExternalLinkUnsupported", 404, State,
        "Payout accounts of this type have no page of their own.";
    PayoutAccountHasPendingPayouts = "PayoutAccountHasPendingPayouts", 422, InProgress,
        "The payout account has pending payouts.";
    PayoutAccountLinkedToOrganization = "PayoutAccountLinkedToOrganization", 422, State,
        "An organization uses the payout account.";
    PayoutAccountNonZeroBalance = "PayoutAccountNonZeroBalance", 422, State,
        "The payout account has a balance.";
    PayoutAccountStripeAccountDoesNotExist = "PayoutAccountStripeAccountDoesNotExist", 422, Id,
        "Stripe does not have the account.";
    PayoutAccountSyncUnsupported = "PayoutAccountSyncUnsupported", 404, State,
        "Payout accounts of this type cannot be refreshed.";
    PayoutAccountInsufficientBalance = "PayoutAccountInsufficientBalance", 400, Limit,
        "The payout account has too small a balance.";
    OrganizationCannotPayout = "OrganizationCannotPayout", 403, Feature,
        "The organization cannot be paid out in its status.";
    InsufficientBalance = "InsufficientBalance", 400, Limit,
        "The balance is too small for a payout.";
    PayoutAmountTooLarge = "PayoutAmountTooLarge", 400, Limit,
        "The amount is too large for a payout.";
    PayoutIntervalLimitReached = "PayoutIntervalLimitReached", 400, Limit,
        "There was a payout a short time ago.";
    PendingPayoutCreation = "PendingPayoutCreation", 409, InProgress,
        "A payout is being created.";
    PayoutAttemptDoesNotExist = "PayoutAttemptDoesNotExist", 404, Id,
        "Polar does not have this payout of Stripe.";
    PayoutCanceled = "PayoutCanceled", 400, State,
        "The payout is canceled.";
    PayoutHeld = "PayoutHeld", 400, State,
        "The payout is held while the organization is under review.";
    PayoutNotSucceeded = "PayoutNotSucceeded", 400, State,
        "The payout has not succeeded.";
    NoSyncableAttempt = "NoSyncableAttempt", 400, State,
        "The payout has no attempt that can be refreshed.";
    InvoiceAlreadyExists = "InvoiceAlreadyExists", 409, AlreadyDone,
        "The payout has an invoice.";
    MissingAccountBillingDetails = "MissingAccountBillingDetails", 400, Request,
        "The account lacks the billing details for an invoice.";

    // Migrations from another provider.
    MerchantMigrationNotEnabled = "MerchantMigrationNotEnabled", 403, Feature,
        "Migrations are not enabled for the organization.";
    MerchantMigrationNotFound = "MerchantMigrationNotFound", 404, Id,
        "No migration has this id.";
    UnsupportedMigrationSource = "UnsupportedMigrationSource", 400, Request,
        "Polar cannot migrate from this provider.";
    SourceNotConnected = "SourceNotConnected", 400, State,
        "The other provider is not connected.";
    SourceKeyModeMismatch = "SourceKeyModeMismatch", 400, Request,
        "The key of the other provider is for its other environment.";
    SourceAccountNotMigratable = "SourceAccountNotMigratable", 400, State,
        "The account at the other provider cannot be migrated.";
    InvalidSourceCredentials = "InvalidSourceCredentials", 400, Request,
        "The key of the other provider is invalid.";
    MissingStripeScopes = "MissingStripeScopes", 400, Request,
        "The key of the other provider lacks permissions.";
    CatalogImportBlocked = "CatalogImportBlocked", 409, State,
        "The catalog cannot be imported.";
    CatalogImportNotReady = "CatalogImportNotReady", 409, State,
        "The check before the import was not run.";
    CutoverNotStarted = "CutoverNotStarted", 409, State,
        "The migration has not reached the change of subscriptions.";
    PanStepNotActionable = "PanStepNotActionable", 409, State,
        "Another step of the card transfer is next.";
    PanStepNotFound = "PanStepNotFound", 404, Id,
        "The card transfer has no such step.";
    PanStepNotOwned = "PanStepNotOwned", 403, Role,
        "Another party completes this step of the card transfer.";
    PanTransferAlreadyStarted = "PanTransferAlreadyStarted", 409, AlreadyDone,
        "The card transfer has started.";
    PanTransferNotReady = "PanTransferNotReady", 409, State,
        "The catalog must be imported before the card transfer.";
    PanTransferNotStarted = "PanTransferNotStarted", 409, State,
        "The card transfer has not started.";
    PanTransferUnavailable = "PanTransferUnavailable", 409, Feature,
        "Polar cannot transfer cards in this environment.";

    // The organization's own subscription at Polar.
    PolarSelfNotConfigured = "PolarSelfNotConfigured", 404, Feature,
        "Polar's own plans are not available.";
    PolarSelfNotApproved = "PolarSelfNotApproved", 403, Feature,
        "The organization must be reviewed before it changes its plan.";
    PolarSelfCustomerNotFound = "PolarSelfCustomerNotFound", 404, Id,
        "The organization is no customer of Polar.";
    PolarSelfNoActiveSubscription = "PolarSelfNoActiveSubscription", 404, State,
        "The organization has no plan.";
    PolarSelfPlanNotFound = "PolarSelfPlanNotFound", 404, Id,
        "Polar has no such plan.";
    PolarSelfOrderNotFound = "PolarSelfOrderNotFound", 404, Id,
        "The organization has no such order.";
    PolarSelfBenefitGrantNotFound = "PolarSelfBenefitGrantNotFound", 404, Id,
        "The organization has no such benefit.";
    PolarSelfPaymentMethodNotFound = "PolarSelfPaymentMethodNotFound", 404, Id,
        "The organization has no such payment method.";
    PolarSelfPaymentMethodInUse = "PolarSelfPaymentMethodInUse", 400, State,
        "The plan is billed with the payment method, and there is no other.";

    // Requests of other services.
    SlackIntegrationNotConfigured = "SlackIntegrationNotConfigured", 404, Feature,
        "Slack is not connected.";
    SlackIntegrationAppIdAlreadyLinked = "SlackIntegrationAppIdAlreadyLinked", 400, State,
        "Another organization has connected this Slack app.";
    SlackIntegrationInvalidCredentials = "SlackIntegrationInvalidCredentials", 400, Credentials,
        "Slack rejected the credentials.";
    SlackIntegrationInvalidState = "SlackIntegrationInvalidState", 400, Request,
        "Slack sent the user back with a state that is invalid.";
    InvalidSignature = "InvalidSignature", 403, Credentials,
        "The signature of a request from GitHub is invalid.";
    PublicKeyNotFound = "PublicKeyNotFound", 400, Request,
        "GitHub has no such public key.";
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_known_name_has_its_own_text_a_4xx_status_and_a_remedy() {
        let mut texts = HashSet::new();
        for name in ErrorName::ALL {
            assert!(texts.insert(name.as_str()), "{name} is there twice");
            assert_eq!(&ErrorName::from(name.as_str()), name);
            assert!(matches!(name.status(), Some(400..=499)), "{name}");
            assert_ne!(name.remedy(), Remedy::Unknown, "{name}");
            for text in [name.meaning(), name.next_step()] {
                let text = text.unwrap_or_default();
                assert!(
                    text.ends_with('.') && !text.contains("  "),
                    "{name}: {text}"
                );
            }
        }
    }

    #[test]
    fn unknown_name_has_no_remedy() {
        let name = ErrorName::from("Other");
        assert_eq!(
            (name.status(), name.meaning(), name.next_step()),
            (None, None, None)
        );
        assert_eq!(name.remedy(), Remedy::Unknown);
    }
}

use crate::open_enum::open_enum;

open_enum! {
    /// The server's name for an error: its `error` field. All of these were observed.
    pub enum ErrorName {
        /// 401: no credentials, or a token of a kind that is not for this operation.
        Unauthorized = "Unauthorized",
        /// 401: the token is unknown, malformed, expired or revoked.
        InvalidToken = "invalid_token",
        /// 403: the token lacks a scope. Scopes do not imply each other: writing does not include
        /// reading.
        InsufficientScope = "insufficient_scope",
        /// 403: the member's role is too low for this part of the portal.
        NotPermitted = "NotPermitted",
        /// 403: seats are not enabled for the organisation.
        FeatureNotEnabled = "FeatureNotEnabled",
        /// 400: the request lacks something it needs.
        BadRequest = "BadRequest",
        /// 400: all seats are taken, or this container cannot have any.
        SeatNotAvailable = "SeatNotAvailable",
        /// 400: the recipient already holds a seat here.
        SeatAlreadyAssigned = "SeatAlreadyAssigned",
        /// 400: the recipient cannot hold a seat here.
        InvalidSeatAssignmentRequest = "InvalidSeatAssignmentRequest",
        /// 400: the external member id belongs to another e-mail, or the e-mail to another id.
        MemberEmailMismatch = "MemberEmailMismatch",
        /// 400: the invitation cannot be sent again, for the seat is claimed or revoked.
        SeatNotPending = "SeatNotPending",
        /// 400: a claim with a token that is unknown, expired, claimed or revoked; also sending an
        /// invitation again to a holder without e-mail.
        InvalidInvitationToken = "InvalidInvitationToken",
        /// 404: there is no such thing, or it is somebody else's. Also a dead token when it is
        /// only looked at.
        ResourceNotFound = "ResourceNotFound",
        /// 404: no customer has this id.
        CustomerNotFound = "CustomerNotFound",
        /// 404: no member of the buyer has this id.
        MemberNotFound = "MemberNotFound",
        /// 422: the framework found wrong fields.
        RequestValidationError = "RequestValidationError",
        /// 422: the application found wrong fields.
        PolarRequestValidationError = "PolarRequestValidationError",
        /// 411: a `POST` without a `Content-Length`.
        LengthRequired = "LengthRequired",
        /// 413: a body over 10 485 760 bytes.
        RequestBodyTooLarge = "RequestBodyTooLarge",
    }
}

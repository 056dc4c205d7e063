use polar_hyper::{Error, ErrorKind, Outcome, Remedy};

/// What a failure means to the billing manager.
pub(super) fn failure(error: &Error) -> String {
    if error.outcome() == Outcome::Unknown {
        return "Polar did not answer, so this may or may not have been done. Look at the list \
                before you try again."
            .to_owned();
    }
    let ErrorKind::Api(refusal) = error.kind() else {
        return "Polar cannot be reached right now. Nothing was changed: try again in a minute."
            .to_owned();
    };
    match refusal.remedy() {
        Remedy::FreeSeat => "No seat is free. Revoke one, or buy more.".to_owned(),
        Remedy::AlreadyAssigned => "This person has a seat already.".to_owned(),
        Remedy::PendingSeat => "There is no open invitation any more.".to_owned(),
        Remedy::Feature => "Polar has switched seats off for the organisation.".to_owned(),
        Remedy::Wait => {
            let seconds = error.retry_after().map_or(60, |wait| wait.as_secs());
            format!("Polar asks to wait. Nothing was changed: try again in {seconds} seconds.")
        }
        Remedy::Credentials | Remedy::Scope(_) | Remedy::Version | Remedy::Id => {
            "This application's access to Polar is not set up right. Tell whoever runs it."
                .to_owned()
        }
        _ => match refusal.message() {
            Some(message) => format!("Polar refused: {message}"),
            None => format!("Polar refused, with status {}.", refusal.status().as_u16()),
        },
    }
}

/// What is wrong with an address, if that is why it was refused.
pub(super) fn wrong_address(error: &Error) -> Option<String> {
    let field = error
        .api_error()?
        .fields()
        .iter()
        .find(|field| field.path() == "body.email")?;
    let reason = field
        .msg
        .rsplit_once(": ")
        .map_or(&*field.msg, |(_, reason)| reason);
    Some(format!("Polar does not take this address: {reason}"))
}

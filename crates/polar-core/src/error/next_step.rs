use super::{Error, ErrorKind, Inner, Outcome, Remedy, Sent};
use crate::TransportErrorKind;

/// The line for a person. It says what to do, never what was sent.
pub(super) fn next_step(error: &Error) -> Option<String> {
    let Inner {
        recovery, moved_to, ..
    } = &*error.0;
    let path = moved_to.as_deref().map(correct_path);
    if error.outcome() == Outcome::Unknown {
        let recovery = Some((*recovery).to_owned()).filter(|recovery| !recovery.is_empty());
        return path
            .into_iter()
            .chain(recovery)
            .reduce(|path, recovery| path + " " + &recovery);
    }
    if path.is_some() {
        return path;
    }
    let text = match error.kind() {
        ErrorKind::Invalid(_) | ErrorKind::Undecodable(..) => return None,
        ErrorKind::Api(refusal) => match refusal.remedy() {
            Remedy::Wait => return Some(wait(error)),
            Remedy::Scope(scope) if scope.is_empty() => {
                "Use an access token with the scope that this operation needs."
            }
            Remedy::Scope(scope) => {
                return Some(format!(
                    "Use an access token with the scope {scope}. Scopes do not imply each other: \
                     listing needs customer_seats:read, everything else customer_seats:write."
                ));
            }
            remedy => fixed(&remedy)?,
        },
        ErrorKind::Server(_) => "Polar has a problem of its own. Try again in a while.",
        ErrorKind::Unexpected(_) => {
            "Check the base URL: this answer does not come from Polar's API."
        }
        ErrorKind::Transport(failure) => match failure.kind() {
            TransportErrorKind::Connect => {
                "Check the network, the base URL and the proxy settings."
            }
            TransportErrorKind::Tls => {
                "Check the base URL and this machine's clock. Behind an inspecting proxy, add its \
                 certificate to the trusted roots."
            }
            TransportErrorKind::Timeout if error.sent() == Sent::No => {
                "Check the network and the proxy settings, or allow more time."
            }
            TransportErrorKind::Timeout => "Allow more time, or try again in a while.",
            _ => "Try again in a while.",
        },
    };
    Some(text.to_owned())
}

fn correct_path(path: &str) -> String {
    let slash = if path.ends_with('/') {
        "with a slash"
    } else {
        "without a slash"
    };
    format!("Use the path {path} for this operation, {slash} at the end.")
}

fn wait(error: &Error) -> String {
    match error.retry_after() {
        Some(wait) => format!("Wait {} s, then try again.", wait.as_secs()),
        None => "Wait a minute, then try again.".to_owned(),
    }
}

fn fixed(remedy: &Remedy) -> Option<&'static str> {
    Some(match remedy {
        Remedy::Credentials => {
            "Check the token: it may be expired, revoked, of the other environment (sandbox and \
             production have tokens of their own), or of the wrong kind for this operation."
        }
        Remedy::Role => "Ask an owner or a billing manager of the team to do this.",
        Remedy::Request => "Correct the request and send it again.",
        Remedy::Recipient => {
            "Check the recipient: the customer or member must exist, and needs an e-mail address."
        }
        Remedy::AlreadyAssigned => {
            "Nothing needs to be done: this person has a seat here. If the invitation expired, \
             renew it."
        }
        Remedy::FreeSeat => {
            "Revoke a seat or buy more. A seat whose invitation expired is still taken up."
        }
        Remedy::Invitation => {
            "The invitation is unknown, expired (after 24 hours), revoked, or claimed already. Ask \
             whoever sent it to renew it: sending it again does not help once it expired."
        }
        Remedy::PendingSeat => "Only a pending seat has an invitation to send.",
        Remedy::Feature => "Enable seat-based pricing for the organisation.",
        Remedy::Id => "Check the id, and that the token belongs to the same organisation.",
        Remedy::Version => "Check the base URL: there is no such path or API version there.",
        _ => return None,
    })
}

/// What is wrong with a scope, if Polar cannot have it. It could only be a misspelt one, and whoever
/// has the token would be refused without a reason that can be seen.
///
/// Of those that are not for seats only the form is looked at: no operation here asks for them, and
/// Polar may have more one day.
pub(super) fn problem(scope: &str) -> Option<&'static str> {
    let is_known = OF_SEATS.contains(&scope)
        || OF_PEOPLE.contains(&scope)
        || !scope.contains("seat") && is_of_form(scope);
    (!is_known).then_some(
        "Polar has no such scope: seats have `customer_seats:read` and `customer_seats:write`, and \
         others are written alike, such as `products:read`",
    )
}

/// Words with colons between, of which the last is `read` or `write`.
fn is_of_form(scope: &str) -> bool {
    let is_word =
        |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    scope
        .rsplit_once(':')
        .is_some_and(|(of, right)| matches!(right, "read" | "write") && of.split(':').all(is_word))
}

const OF_SEATS: [&str; 2] = ["customer_seats:read", "customer_seats:write"];
const OF_PEOPLE: [&str; 5] = ["openid", "profile", "email", "admin", "web_default"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_a_scope_is_taken() {
        for scope in [
            "customer_seats:read",
            "customer_seats:write",
            "products:read",
            "creator:products:write",
            "openid",
        ] {
            assert_eq!(problem(scope), None, "{scope}");
        }
    }

    #[test]
    fn what_can_be_none_is_misspelt() {
        for scope in [
            "",
            "read",
            "seats:read",
            "customer_seat:read",
            "customer_seats:delete",
            "customer_seats:read ",
            "Customer_Seats:read",
            "customer_seats:read customer_seats:write",
            "customer-seats:read",
            "products:admin",
            ":read",
        ] {
            assert!(problem(scope).is_some(), "{scope}");
        }
    }
}

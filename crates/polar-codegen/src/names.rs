//! From the document's names to Rust's.

/// `CustomerSeats`, from any spelling.
pub(crate) fn camel(name: &str) -> String {
    words(name).iter().map(|word| capitalized(word)).collect()
}

/// `customer_seats`, from any spelling.
pub(crate) fn snake(name: &str) -> String {
    words(name).join("_")
}

/// A field's name: snake case, and no keyword.
pub(crate) fn field(key: &str) -> String {
    match snake(key).as_str() {
        "type" => "kind".to_owned(),
        name if KEYWORDS.contains(&name) => format!("{name}_"),
        name if name.starts_with(|c: char| c.is_ascii_digit()) => format!("n{name}"),
        name => name.to_owned(),
    }
}

/// A variant's name, from the word on the wire.
pub(crate) fn variant(word: &str) -> String {
    let name = camel(word);
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        format!("N{name}")
    } else {
        name
    }
}

/// The words of a name in any spelling, in lower case.
pub(crate) fn words(name: &str) -> Vec<String> {
    let characters: Vec<char> = name.chars().collect();
    let mut words = vec![String::new()];
    for (index, &c) in characters.iter().enumerate() {
        if !c.is_ascii_alphanumeric() {
            words.push(String::new());
            continue;
        }
        let before = index.checked_sub(1).and_then(|index| characters.get(index));
        let after = characters.get(index + 1);
        let begins = c.is_ascii_uppercase()
            && (before.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
                || before.is_some_and(char::is_ascii_uppercase)
                    && after.is_some_and(char::is_ascii_lowercase));
        if begins {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.push(c.to_ascii_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    joined(words)
}

/// Joins the words of names that camel case tears apart, such as `GitHub`.
fn joined(words: Vec<String>) -> Vec<String> {
    let mut result: Vec<String> = Vec::new();
    for word in words {
        let torn = match (result.last().map(String::as_str), word.as_str()) {
            (Some("git"), "hub") => Some("github"),
            (Some("o"), "auth") => Some("oauth"),
            (Some("o"), "auth2") => Some("oauth2"),
            _ => None,
        };
        if let Some(whole) = torn {
            result.pop();
            result.push(whole.to_owned());
        } else {
            result.push(word);
        }
    }
    result
}

fn capitalized(word: &str) -> String {
    match word {
        "github" => "GitHub".to_owned(),
        "oauth" => "OAuth".to_owned(),
        "oauth2" => "OAuth2".to_owned(),
        _ => {
            let mut characters = word.chars();
            let first = characters.next().map(|first| first.to_ascii_uppercase());
            first.into_iter().chain(characters).collect()
        }
    }
}

const KEYWORDS: [&str; 20] = [
    "as", "async", "await", "box", "const", "crate", "else", "enum", "false", "fn", "for", "if",
    "in", "match", "mod", "move", "ref", "self", "static", "use",
];

#[cfg(test)]
mod tests {
    use super::{camel, field, snake, variant};

    #[test]
    fn names_become_camel_case() {
        assert_eq!(camel("customer_seats"), "CustomerSeats");
        assert_eq!(camel("checkout-links"), "CheckoutLinks");
        assert_eq!(
            camel("ProductPriceSeatTiers-Input"),
            "ProductPriceSeatTiersInput"
        );
        assert_eq!(camel("LLMMetadata"), "LlmMetadata");
        assert_eq!(camel("S3DownloadURL"), "S3DownloadUrl");
    }

    #[test]
    fn names_of_companies_stay_whole() {
        assert_eq!(camel("github_repository"), "GitHubRepository");
        assert_eq!(camel("BenefitGitHubRepository"), "BenefitGitHubRepository");
        assert_eq!(camel("OAuth2ClientPublic"), "OAuth2ClientPublic");
        assert_eq!(camel("to_auth"), "ToAuth");
    }

    #[test]
    fn names_become_snake_case() {
        assert_eq!(snake("benefit-grants"), "benefit_grants");
        assert_eq!(snake("customerId"), "customer_id");
    }

    #[test]
    fn fields_are_no_keywords() {
        assert_eq!(field("type"), "kind");
        assert_eq!(field("in"), "in_");
        assert_eq!(field("_cost"), "cost");
        assert_eq!(field("2fa"), "n2fa");
    }

    #[test]
    fn variants_begin_with_a_letter() {
        assert_eq!(variant("past_due"), "PastDue");
        assert_eq!(variant("2xx"), "N2xx");
        assert_eq!(variant("-amount"), "Amount");
    }
}

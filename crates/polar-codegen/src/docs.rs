//! Documentation: the document's descriptions in our style, as the lines of a doc comment.

use std::{collections::BTreeMap, fmt::Write as _};

/// Cleans a description: our phrases instead of the document's, absolute links, no bare URLs, no
/// list of scopes, and a full stop at the end.
pub(crate) fn clean(text: &str, phrases: &BTreeMap<String, String>) -> String {
    let lines = text.trim().lines().map(str::trim_end);
    let kept: Vec<&str> = lines.filter(|line| !is_noise(line)).collect();
    let mut text = paragraphs(kept.join("\n").trim()).join("\n");
    while text.contains("  ") {
        text = text.replace("  ", " ");
    }
    // The longest first: a shorter one may be a part of it.
    let mut phrases: Vec<(&String, &String)> = phrases.iter().collect();
    phrases.sort_by_key(|(theirs, _)| std::cmp::Reverse(theirs.len()));
    for (theirs, ours) in phrases {
        text = text.replace(theirs.as_str(), ours);
    }
    let lines: Vec<String> = text.lines().map(|line| links(&code(line))).collect();
    let text = lines.join("\n");
    let ends = ['.', '!', '?', ':', '`', ')', '>'];
    if text.is_empty() || text.ends_with(ends) || text.contains('\n') {
        text
    } else {
        format!("{text}.")
    }
}

/// Lines that the documentation of the API's website has for its own sake.
fn is_noise(line: &str) -> bool {
    line.starts_with("**Scopes**") || line.contains("Discord & Slack support")
}

/// Joins the lines of a paragraph, which are wrapped anew. Items of a list stay lines.
fn paragraphs(text: &str) -> Vec<String> {
    let is_item = |line: &str| line.starts_with("* ") || line.starts_with("- ");
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines().map(str::trim) {
        let joins = !line.is_empty() && !is_item(line);
        match lines.last_mut().filter(|last| joins && !last.is_empty()) {
            Some(last) => {
                last.push(' ');
                last.push_str(line);
            }
            None => lines.push(line.to_owned()),
        }
    }
    lines
}

/// Marks the API's own names, such as `product_id`, as code.
fn code(line: &str) -> String {
    let mut in_code = false;
    let words = line.split(' ').map(|word| {
        let is_marked = in_code || word.contains(['`', '/']);
        in_code ^= word.matches('`').count() % 2 == 1;
        let name = word.trim_matches(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        if is_marked || !name.contains('_') || name.starts_with('_') {
            word.to_owned()
        } else {
            word.replacen(name, &format!("`{name}`"), 1)
        }
    });
    words.collect::<Vec<String>>().join(" ")
}

/// Makes links absolute and bare URLs links, and escapes brackets that are no links.
fn links(line: &str) -> String {
    let line = line
        .replace("](/", "](https://polar.sh/docs/")
        .replace("<br/>", "")
        .replace("<br>", "");
    let mut result = String::new();
    let mut in_code = false;
    let mut previous = ' ';
    let mut rest = line.as_str();
    while let Some(c) = rest.chars().next() {
        if c == '`' {
            in_code = !in_code;
        }
        let is_url = rest.starts_with("http://") || rest.starts_with("https://");
        if !in_code && is_url && !matches!(previous, '(' | '<') {
            let is_end = |c: char| c.is_whitespace() || matches!(c, ')' | ',' | '`');
            let (url, after) = rest.split_at(rest.find(is_end).unwrap_or(rest.len()));
            let (url, stop) = url.split_at(url.trim_end_matches('.').len());
            let _ = write!(result, "<{url}>{stop}");
            rest = after;
            previous = '>';
            continue;
        }
        let is_escaped = !in_code
            && (c == '[' && !rest.contains("](") || c == '<' && !rest.starts_with("<http"));
        if is_escaped {
            result.push('\\');
        }
        result.push(c);
        previous = c;
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
    }
    result
}

/// Turns an imperative into the third person: "List orders." becomes "Lists orders."
pub(crate) fn third_person(text: &str) -> String {
    let (verb, rest) = text
        .find(' ')
        .map_or((text, ""), |space| text.split_at(space));
    let is_imperative = verb.chars().all(char::is_alphabetic)
        && verb.starts_with(char::is_uppercase)
        && !verb.ends_with('s')
        && !NOT_VERBS.contains(&verb);
    if !is_imperative {
        return text.to_owned();
    }
    let stem = verb.strip_suffix('y');
    if let Some(stem) = stem.filter(|stem| !stem.ends_with(['a', 'e', 'o', 'u'])) {
        format!("{stem}ies{rest}")
    } else if verb.ends_with("sh") || verb.ends_with("ch") {
        format!("{verb}es{rest}")
    } else {
        format!("{verb}s{rest}")
    }
}

const NOT_VERBS: [&str; 4] = ["A", "An", "The", "This"];

/// Wraps a text into lines of at most this many characters.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    text.split('\n')
        .flat_map(|line| wrap_line(line, width))
        .collect()
}

fn wrap_line(line: &str, width: usize) -> Vec<String> {
    let is_item = line.starts_with("- ") || line.starts_with("* ");
    let indent = if is_item { "  " } else { "" };
    let mut lines: Vec<String> = Vec::new();
    for word in line.split(' ') {
        match lines.last_mut() {
            Some(last) if last.len() + 1 + word.len() <= width => {
                last.push(' ');
                last.push_str(word);
            }
            Some(_) => lines.push(format!("{indent}{word}")),
            None => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{clean, third_person, wrap};

    fn cleaned(text: &str) -> String {
        clean(text, &BTreeMap::new())
    }

    #[test]
    fn scopes_are_cut_and_a_full_stop_is_added() {
        assert_eq!(
            cleaned("List orders\n\n**Scopes**: `orders:read`"),
            "List orders."
        );
    }

    #[test]
    fn phrases_are_replaced() {
        let phrases = BTreeMap::from([(
            "Creation timestamp of the object".to_owned(),
            "When it was created".to_owned(),
        )]);
        assert_eq!(
            clean("Creation timestamp of the object.", &phrases),
            "When it was created."
        );
    }

    #[test]
    fn links_become_absolute_and_bare_urls_become_links() {
        assert_eq!(
            cleaned("See [meters](/features/meters)."),
            "See [meters](https://polar.sh/docs/features/meters)."
        );
        assert_eq!(
            cleaned("As in https://www.rfc-editor.org/rfc/rfc7662."),
            "As in <https://www.rfc-editor.org/rfc/rfc7662>."
        );
        assert_eq!(
            cleaned("With `?x[key]=https://a` kept"),
            "With `?x[key]=https://a` kept."
        );
    }

    #[test]
    fn brackets_that_are_no_links_are_escaped() {
        assert_eq!(cleaned("a list[str] of <b>"), "a list\\[str] of \\<b>");
    }

    #[test]
    fn lines_of_a_paragraph_are_joined_and_items_are_kept() {
        assert_eq!(
            cleaned("One\ntwo.\n\n* a\n* b\n\nThree."),
            "One two.\n\n* a\n* b\n\nThree."
        );
    }

    #[test]
    fn names_of_the_api_become_code() {
        assert_eq!(
            cleaned("Neither order_id, nor `a b_c d` ({customer_name})."),
            "Neither `order_id`, nor `a b_c d` ({`customer_name`})."
        );
    }

    #[test]
    fn imperatives_become_third_person() {
        assert_eq!(third_person("List orders."), "Lists orders.");
        assert_eq!(third_person("Verify it."), "Verifies it.");
        assert_eq!(third_person("Pay it."), "Pays it.");
        assert_eq!(third_person("Attach it."), "Attaches it.");
        assert_eq!(third_person("The order."), "The order.");
    }

    #[test]
    fn long_lines_are_wrapped_and_items_indented() {
        assert_eq!(wrap("* one two three", 8), ["* one", "  two", "  three"]);
    }
}

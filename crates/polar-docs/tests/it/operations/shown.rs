use super::{recorder::Exchange, stage::Stage};

/// An exchange as pages show it, without what is secret.
pub(crate) struct Shown {
    pub(crate) request: String,
    pub(crate) answer: String,
    /// One line: what was asked, and the status.
    pub(crate) brief: String,
}

impl Shown {
    pub(crate) fn of(exchange: &Exchange, stage: &Stage) -> Self {
        let tame = |text: &str| without_tokens(&text.replace(stage.invitation.expose(), "…"));
        let mut request = vec![tame(&exchange.line)];
        for (name, title) in HEADERS {
            if let Some(value) = exchange.headers.get(*name) {
                let value = tame(value.to_str().unwrap());
                request.push(format!("{title}: {value}"));
            }
        }
        let body = text(&exchange.body);
        if !body.is_empty() {
            request.extend([String::new(), tame(body)]);
        } else if exchange.line.starts_with("POST") {
            request.push("Content-Length: 0".to_owned());
        }
        let (status, answer) = match &exchange.answer {
            Some((status, body)) => (status.to_string(), tame(&pretty(text(body)))),
            None => ("no answer".to_owned(), String::new()),
        };
        Self {
            request: request.join("\n"),
            answer,
            brief: format!("{} {status}", without_ids(&tame(&exchange.line))),
        }
    }
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// Lays compact JSON out, without changing its order or its spelling.
fn pretty(json: &str) -> String {
    let (mut out, mut depth, mut in_text, mut escaped) = (String::new(), 0, false, false);
    let mut characters = json.chars().peekable();
    while let Some(character) = characters.next() {
        if in_text {
            in_text = escaped || character != '"';
            escaped = character == '\\' && !escaped;
            out.push(character);
            continue;
        }
        let next = characters.peek();
        match character {
            '{' | '[' if next.is_some_and(|next| "]}".contains(*next)) => {
                out.push(character);
                out.extend(characters.next());
            }
            '{' | '[' => {
                depth += 1;
                out.push(character);
                new_line(&mut out, depth);
            }
            '}' | ']' => {
                depth -= 1;
                new_line(&mut out, depth);
                out.push(character);
            }
            ',' => {
                out.push(character);
                new_line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            _ => {
                in_text = character == '"';
                out.push(character);
            }
        }
    }
    out
}

fn new_line(out: &mut String, depth: usize) {
    out.push('\n');
    out.push_str(&"  ".repeat(depth));
}

/// `polar_oat_…` in place of an access token, and so on.
fn without_tokens(text: &str) -> String {
    let mut text = text.to_owned();
    for prefix in ["polar_oat_", "polar_mst_", "polar_cst_"] {
        let pieces = text.split(prefix).enumerate().map(|(index, piece)| {
            let rest = |c: char| c.is_ascii_alphanumeric() || c == '_';
            match index {
                0 => piece.to_owned(),
                _ => format!("…{}", piece.trim_start_matches(rest)),
            }
        });
        let pieces: Vec<_> = pieces.collect();
        text = pieces.join(prefix);
    }
    text
}

/// `…` in place of each id in a path.
fn without_ids(line: &str) -> String {
    let is_between = |c: char| matches!(c, '/' | '=' | ' ' | '&' | '?');
    let pieces = line.split_inclusive(is_between).map(|piece| {
        let bare = piece.trim_end_matches(is_between);
        let is_id = bare.len() == 36 && bare.matches('-').count() == 4;
        if is_id {
            piece.replace(bare, "…")
        } else {
            piece.to_owned()
        }
    });
    pieces.collect()
}

const HEADERS: &[(&str, &str)] = &[
    ("authorization", "Authorization"),
    ("polar-version", "Polar-Version"),
    ("content-type", "Content-Type"),
];

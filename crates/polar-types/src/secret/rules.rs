//! What a text must be to be a secret.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    Empty,
    TooLong,
    /// Counted from 1, in characters.
    Foreign {
        position: usize,
    },
    OnlyPrefix,
    Zeros,
    Dots,
}

pub(super) fn is_a_signing_secret(text: &str) -> Result<(), Reason> {
    is_there(text)?;
    if matches!(text, "whsec_" | "polar_whs_") {
        return Err(Reason::OnlyPrefix);
    }
    // In base64, `A` stands for six zero bits. HMAC pads a key with zeros, so a key of zeros signs
    // as the empty key does.
    let key = text.strip_prefix("whsec_").unwrap_or(text);
    let digits = key.trim_end_matches('=');
    if !digits.is_empty() && digits.bytes().all(|digit| digit == b'A') {
        return Err(Reason::Zeros);
    }
    Ok(())
}

pub(super) fn fits_a_header(text: &str) -> Result<(), Reason> {
    is_there(text)?;
    only(text, |c| c.is_ascii_graphic())
}

pub(super) fn fits_a_path_segment(text: &str) -> Result<(), Reason> {
    is_there(text)?;
    if text.chars().nth(MAX_INVITATION_TOKEN).is_some() {
        return Err(Reason::TooLong);
    }
    only(text, |c| c.is_ascii_graphic() && !"/?#%".contains(c))?;
    if matches!(text, "." | "..") {
        return Err(Reason::Dots);
    }
    Ok(())
}

fn is_there(text: &str) -> Result<(), Reason> {
    if text.is_empty() {
        return Err(Reason::Empty);
    }
    Ok(())
}

fn only(text: &str, allowed: impl Fn(char) -> bool) -> Result<(), Reason> {
    match text.chars().position(|c| !allowed(c)) {
        Some(index) => Err(Reason::Foreign {
            position: index + 1,
        }),
        None => Ok(()),
    }
}

pub(super) const MAX_INVITATION_TOKEN: usize = 1024;

//! Cells that a spreadsheet would run as formulas.
//!
//! Where a column has one, it is escaped: its name begins with an apostrophe, and so does each of its
//! cells that would be a formula or begins with an apostrophe itself. The name says that one
//! apostrophe is to be removed again, so a file that was not escaped is read as it stands.

/// Escapes a column, if any of its cells would be a formula.
pub(crate) fn escape(name: &mut String, cells: &mut [String]) {
    if !cells.iter().any(|cell| cell.starts_with(FORMULA)) {
        return;
    }
    name.insert(0, MARK);
    for cell in cells {
        if cell.starts_with(FORMULA) || cell.starts_with(MARK) {
            cell.insert(0, MARK);
        }
    }
}

/// The name of a column without the mark of escaped ones, and whether it has that mark.
pub(super) fn column(name: &str) -> (&str, bool) {
    match name.trim().strip_prefix(MARK) {
        Some(name) => (name.trim_start(), true),
        None => (name.trim(), false),
    }
}

/// A cell of an escaped column, as it was.
pub(super) fn unescape(cell: &str) -> &str {
    cell.strip_prefix(MARK).unwrap_or(cell)
}

const MARK: char = '\'';
/// What OWASP says about CSV injection.
const FORMULA: [char; 7] = ['=', '+', '-', '@', '\t', '\r', '\n'];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_column_with_formulas_is_escaped() {
        for (cells, escaped) in [
            (["=1+1", "'x", "x"], Some(["'=1+1", "''x", "x"])),
            (["@a", "''=", ""], Some(["'@a", "'''=", ""])),
            (["\t", "-1", "+1"], Some(["'\t", "'-1", "'+1"])),
            (["\ra", "\na", " "], Some(["'\ra", "'\na", " "])),
            (["'x", "x=", "1-1"], None),
        ] {
            let mut name = "email".to_owned();
            let mut now = cells.map(ToOwned::to_owned);
            escape(&mut name, &mut now);
            assert_eq!(now.each_ref().map(String::as_str), escaped.unwrap_or(cells));
            assert_eq!(column(&name), ("email", escaped.is_some()));
            if escaped.is_some() {
                assert_eq!(now.each_ref().map(|cell| unescape(cell)), cells);
            }
        }
    }
}

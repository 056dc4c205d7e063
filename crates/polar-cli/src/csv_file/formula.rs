//! Escapes cells that a spreadsheet would run as formulas.
//!
//! A column with a formula gets an apostrophe before its name, before each formula, and before each
//! cell that already begins with an apostrophe. An import removes one apostrophe from the cells of such
//! a column. Columns without the apostrophe in their name are read as they are.

/// Escapes a column if any of its cells would be a formula.
pub(crate) fn escape(name: &mut String, cells: &mut [String]) {
    if !cells.iter().any(|cell| cell.starts_with(FORMULA)) {
        return;
    }
    name.insert(0, APOSTROPHE);
    for cell in cells {
        if cell.starts_with(FORMULA) || cell.starts_with(APOSTROPHE) {
            cell.insert(0, APOSTROPHE);
        }
    }
}

/// Returns the name of a column without the apostrophe of escaped columns, and whether it had one.
pub(super) fn column(name: &str) -> (&str, bool) {
    match name.trim().strip_prefix(APOSTROPHE) {
        Some(name) => (name.trim_start(), true),
        None => (name.trim(), false),
    }
}

/// Returns a cell of an escaped column without the apostrophe.
pub(super) fn unescape(cell: &str) -> &str {
    cell.strip_prefix(APOSTROPHE).unwrap_or(cell)
}

const APOSTROPHE: char = '\'';
/// The first characters of formulas, as listed by OWASP for CSV injection.
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

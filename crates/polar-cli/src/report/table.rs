use comfy_table::{ContentArrangement, Table, presets::NOTHING};

/// Rows in columns under a head, a line each. The columns are as wide as they need to be: for
/// `less -S`, `grep` and `awk` rather than for a certain window.
///
/// Colors come after this: the width of a cell is counted with every character in it.
pub(crate) fn table(head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> Vec<String> {
    let mut table = Table::new();
    table
        .load_style(NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled)
        .set_header(head.iter().copied())
        .add_rows(rows);
    table
        .lines()
        .map(|line| {
            line.strip_prefix(' ')
                .unwrap_or(&line)
                .trim_end()
                .to_owned()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [
            vec!["a".to_owned(), "ü😀".to_owned(), "x".to_owned()],
            vec![String::new(), "long word".to_owned(), String::new()],
        ];
        let lines = table(&["ONE", "TWO", "THREE"], rows);
        assert_eq!(
            lines,
            [
                "ONE  TWO        THREE",
                "a    ü😀        x",
                "     long word"
            ]
        );
    }
}

//! Quoting as RFC 4180 defines it, without exceptions.
//!
//! The `csv` reader accepts any text: two stray quotes in different rows become the quotes of one cell,
//! which swallows the rows between them. So the quotes are checked first.

/// A cell whose quotes break the rules.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Misquoted {
    /// The line where the cell begins, from 1.
    pub(super) line: u64,
    /// The column, from 0.
    pub(super) column: usize,
    pub(super) problem: &'static str,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Start,
    Unquoted,
    /// Unquoted, with a quote that is reported already.
    Stray,
    Quoted,
    /// Behind a quote in a quoted cell: it ends the cell, or is the first of two.
    Closed,
}

/// Returns the cells whose quotes break the rules, up to the first one whose end cannot be known.
pub(super) fn misquoted(text: &str, delimiter: u8) -> Vec<Misquoted> {
    let mut found = Vec::new();
    let (mut state, mut line, mut column) = (State::Start, 1, 0);
    let mut cell_line = line;
    let mut bytes = text.bytes().peekable();
    while let Some(byte) = bytes.next() {
        let problem = |problem| Misquoted {
            line: cell_line,
            column,
            problem,
        };
        state = match (state, byte) {
            (State::Quoted, b'"') => State::Closed,
            (State::Quoted, _) | (State::Closed | State::Start, b'"') => State::Quoted,
            (_, b'\n' | b'\r') => State::Start,
            (_, byte) if byte == delimiter => State::Start,
            (State::Unquoted, b'"') => {
                found.push(problem(STRAY));
                State::Stray
            }
            (State::Closed, _) => {
                found.push(problem(AFTER_END));
                return found;
            }
            (State::Start, _) => State::Unquoted,
            (state @ (State::Unquoted | State::Stray), _) => state,
        };
        if byte == b'\n' || byte == b'\r' && bytes.peek() != Some(&b'\n') {
            line += 1;
        }
        if state == State::Start {
            column = if byte == delimiter { column + 1 } else { 0 };
            cell_line = line;
        }
    }
    if state == State::Quoted {
        found.push(Misquoted {
            line: cell_line,
            column,
            problem: UNCLOSED,
        });
    }
    found
}

const STRAY: &str = "quote in a cell that does not begin with one: put the whole cell in quotes, and \
    write this quote twice";
const AFTER_END: &str = "text after the quote that ends this cell: write a quote inside a quoted cell \
    twice";
const UNCLOSED: &str = "the quote that begins this cell is never closed";

#[cfg(test)]
mod tests {
    use csv::{QuoteStyle, ReaderBuilder, Terminator, WriterBuilder};
    use proptest::{collection::vec, prelude::*, sample::Index};

    use super::*;

    #[test]
    fn each_broken_rule_is_reported_where_its_cell_begins() {
        for (text, expected) in [
            (
                "a,b\n1,\"the Boss\n2,y\n3,\"Danny\n4,z\n",
                vec![(2, 1, AFTER_END)],
            ),
            ("a,b\n1,\"z\n2,2\" pipe\n", vec![(2, 1, AFTER_END)]),
            (
                "a,b\n1,2\" pipe\n2,5\"\n",
                vec![(2, 1, STRAY), (3, 1, STRAY)],
            ),
            ("a,b\n1,say \"yes\" or \"no\"\n", vec![(2, 1, STRAY)]),
            ("a,b\n1, \"x\"\n", vec![(2, 1, STRAY)]),
            ("a,b\n1,\"x\" \n", vec![(2, 1, AFTER_END)]),
            ("a,b\n\"x\ny\",\"z\n\n", vec![(3, 1, UNCLOSED)]),
            ("a,b\r\n\r\n\"x\r\ny\",\"z\r\n", vec![(4, 1, UNCLOSED)]),
            ("a,b\r\r\"x\ry\",\"z\r", vec![(4, 1, UNCLOSED)]),
            ("a,b\n1,\"", vec![(2, 1, UNCLOSED)]),
            ("a,b\n1,\"\"\"", vec![(2, 1, UNCLOSED)]),
            ("\"a,b\n", vec![(1, 0, UNCLOSED)]),
            ("a\"\n\"b", vec![(1, 0, STRAY), (2, 0, UNCLOSED)]),
        ] {
            let found: Vec<_> = misquoted(text, b',')
                .into_iter()
                .map(|one| (one.line, one.column, one.problem))
                .collect();
            assert_eq!(found, expected, "{text:?}");
        }
    }

    #[test]
    fn quotes_by_the_rules_are_accepted() {
        for text in [
            "",
            "a,b\n1,x\n",
            "\"a\",\"b\"\r\n\"1\",\"\"\r\n\"\",\"\"\"\"\r\n",
            "a,b\n\"1\n,2\",\"say \"\"yes\"\"\r\n\"\n",
            "\"a\"",
            "a,\"b\"\r\"1\",\"2\"\r",
        ] {
            assert_eq!(misquoted(text, b','), [], "{text:?}");
        }
        assert_eq!(misquoted("a;b\n\"x,y\";\"z\"\n", b';'), []);
        assert_ne!(misquoted("a;b\n\"x\",\"z\"\n", b';'), []);
    }

    fn written(
        rows: &[[String; 3]],
        delimiter: u8,
        style: QuoteStyle,
        terminator: Terminator,
    ) -> String {
        let mut writer = WriterBuilder::new()
            .delimiter(delimiter)
            .quote_style(style)
            .terminator(terminator)
            .from_writer(Vec::new());
        for row in rows {
            writer.write_record(row).unwrap();
        }
        String::from_utf8(writer.into_inner().unwrap()).unwrap()
    }

    fn file() -> impl Strategy<Value = (Vec<[String; 3]>, u8, String)> {
        let cell = "[a-c,;\t \"\r\né]{0,6}";
        let style = prop_oneof![Just(QuoteStyle::Necessary), Just(QuoteStyle::Always)];
        let terminator = prop_oneof![Just(Terminator::CRLF), Just(Terminator::Any(b'\n'))];
        let delimiter = prop_oneof![Just(b','), Just(b';'), Just(b'\t')];
        (vec([cell, cell, cell], 1..8), delimiter, style, terminator).prop_map(
            |(rows, delimiter, style, terminator)| {
                let text = written(&rows, delimiter, style, terminator);
                (rows, delimiter, text)
            },
        )
    }

    proptest! {
        #[test]
        fn written_files_are_accepted_and_read_back((rows, delimiter, text) in file()) {
            prop_assert_eq!(misquoted(&text, delimiter), []);
            let mut reader = ReaderBuilder::new()
                .delimiter(delimiter)
                .has_headers(false)
                .from_reader(text.as_bytes());
            let read: Vec<_> = reader.records().map(Result::unwrap).collect();
            let rows = rows.into_iter().map(Vec::from).collect::<Vec<_>>();
            prop_assert_eq!(read, rows);
        }

        #[test]
        fn one_quote_too_many_or_too_few_is_never_accepted(
            (_, delimiter, text) in file(),
            at in any::<Index>(),
        ) {
            let places: Vec<_> = text.char_indices().map(|(at, _)| at).collect();
            let mut more = text.clone();
            more.insert(places[at.index(places.len())], '"');
            prop_assert_ne!(misquoted(&more, delimiter), [], "{:?}", more);
            let quotes: Vec<_> = text.match_indices('"').map(|(at, _)| at).collect();
            if !quotes.is_empty() {
                let mut fewer = text.clone();
                fewer.remove(quotes[at.index(quotes.len())]);
                prop_assert_ne!(misquoted(&fewer, delimiter), [], "{:?}", fewer);
            }
        }
    }
}

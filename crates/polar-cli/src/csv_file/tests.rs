use polar_core::types::Recipient;
use polar_roster::{Person, Roster};
use proptest::{collection::vec, prelude::*};

use super::*;

fn csv_file(text: &str) -> CsvFile {
    CsvFile::read(text.as_bytes(), false).unwrap_or_else(|errors| panic!("{errors:?}"))
}

fn people(text: &str) -> Vec<Person> {
    let (people, errors) = csv_file(text).people();
    assert_eq!(errors, []);
    people
}

fn errors(text: &str) -> Vec<String> {
    let errors = match CsvFile::read(text.as_bytes(), false) {
        Ok(csv_file) => csv_file.people().1,
        Err(errors) => errors,
    };
    errors.iter().map(ToString::to_string).collect()
}

#[test]
fn all_formats_of_spreadsheets_contain_the_same_people() {
    let plain = "email,external_member_id,metadata.team\nann@acme.com,u1,Lab 4\nbob@acme.com,,\n";
    let expected = people(plain);
    assert_eq!(expected.len(), 2);
    for other in [
        plain.replace(',', ";"),
        plain.replace(',', "\t"),
        plain.replace(',', "|"),
        plain.replace('\n', "\r\n"),
        plain.replace('\n', "\r"),
        format!("\u{feff}{plain}"),
        plain.trim_end().to_owned(),
        "metadata.team,E-Mail,External Member ID\nLab 4,ann@acme.com,u1\n,bob@acme.com,\n".to_owned(),
        "\"email\",\"external_member_id\",\"metadata.team\"\n\"ann@acme.com\",\"u1\",\"Lab 4\"\n\"bob@acme.com\",\"\",\"\"\n".to_owned(),
    ] {
        assert_eq!(people(&other), expected, "{other:?}");
    }
    for (mark, unit) in [
        ([0xff, 0xfe], u16::to_le_bytes as fn(u16) -> [u8; 2]),
        ([0xfe, 0xff], u16::to_be_bytes),
    ] {
        let units = plain.encode_utf16().flat_map(unit);
        let bytes: Vec<u8> = mark.into_iter().chain(units).collect();
        assert_eq!(
            CsvFile::read(&bytes, false).ok().unwrap().people().0,
            expected
        );
    }
}

#[test]
fn people_are_named_in_the_six_forms_that_polar_accepts() {
    let id = "dcb2c1b9-2f64-4c8c-90e6-d261c78b3eb2";
    let text = format!(
        "email,external_member_id,external_customer_id,customer_id,member_id\n\
         a@b.co,,,,\na@b.co,u1,,,\n,u2,,,\n,,c1,,\n,,,{id},\n,,,,{id}\n"
    );
    let recipients: Vec<_> = people(&text)
        .into_iter()
        .map(|person| person.recipient)
        .collect();
    assert_eq!(
        recipients,
        [
            Recipient::email("a@b.co"),
            Recipient::external_member_with_email("u1", "a@b.co"),
            Recipient::external_member("u2"),
            Recipient::external_customer("c1"),
            Recipient::Customer(id.parse().unwrap()),
            Recipient::Member(id.parse().unwrap()),
        ],
    );
}

#[test]
fn metadata_is_text_by_key_or_a_json_object() {
    let read = people(
        "email,metadata.Team name,metadata.x,metadata\na@b.co,\"Lab, 4\",,\nc@d.co,,,\"{\"\"n\"\": 5}\"\n",
    );
    let json: Vec<_> = read
        .iter()
        .map(|one| one.metadata.as_ref().unwrap().as_json())
        .collect();
    assert_eq!(json, [r#"{"Team name":"Lab, 4"}"#, r#"{"n": 5}"#]);
}

#[test]
fn each_error_has_its_line_and_column() {
    assert_eq!(
        errors(
            "metadata,email,customer_id,metadata.a\r\n\
             \r\n\
             ,a@b.co,,\r\n\
             ,,,x\r\n\
             [],b@b.co,,\r\n\
             \"{\r\n}\",c@b.co,,x\r\n\
             ,d@b.co,dcb2c1b9,\r\n\
             ,,dcb2c1b9,\r\n\
             ,,,\r\n\
             ,e@b.co\r\n\
             x\r\n"
        ),
        [
            "line 4, column 2 (email): no person is named in this row; fill in this cell, or remove the row",
            "line 5, column 1 (metadata): the metadata is not a JSON object: write it as {\"key\": value}",
            "line 6, column 4 (metadata.a): the row also has `metadata`; keep one of them",
            "line 8, column 3 (customer_id): a person is named by one cell, or by \
             `external_member_id` and `email`; leave the other cells empty",
            "line 9, column 3 (customer_id): not a customer id: expected a UUID such as \
             dcb2c1b9-2f64-4c8c-90e6-d261c78b3eb2",
            "line 11: found 2 cells, but the header has 4",
            "line 12: found 1 cell, but the header has 4",
        ],
    );
}

#[test]
fn errors_of_the_header_come_before_rows() {
    let all = errors("email,Name,email\nnonsense,,\n").join("\n");
    assert!(
        all.starts_with("line 1, column 2 (Name): unknown column; known are `email`"),
        "{all}"
    );
    assert!(
        all.ends_with("line 1, column 3 (email): repeats column 1"),
        "{all}"
    );
    assert!(errors("name\nx\n")[1].starts_with("line 1: no column identifies a person"));
    assert_eq!(
        errors("ann@acme.com,Ann\nben@acme.com,Ben\n"),
        [
            "line 1: missing header row: this line looks like data; put a line above it that names the columns, such as `email`"
        ]
    );
    assert!(errors("")[0].starts_with("line 1: the file is empty"));
    assert_eq!(
        errors("email,rejected.reason\na@b.co,\"no, thanks\"\n"),
        [""; 0]
    );
    let ignoring = CsvFile::read(b"email,Name\na@b.co,Ann\n", true)
        .ok()
        .unwrap();
    assert_eq!(ignoring.people().0.len(), 1);
}

#[test]
fn a_misspelled_column_has_a_suggestion() {
    for (name, similar) in [
        ("emial", Some("email")),
        ("Emails", Some("email")),
        ("mail", Some("email")),
        ("external member", Some("external_member_id")),
        ("extrenal_custmer_id", Some("external_customer_id")),
        ("customerid", Some("customer_id")),
        ("metdata", Some("metadata")),
        ("Metadata.team", Some("metadata.team")),
        ("metadta.Team name", Some("metadata.Team name")),
        ("name", None),
        ("order_id", None),
        ("user_id", None),
        ("role", None),
    ] {
        let errors = errors(&format!("{name},member_id\nx,\n"));
        let expected = similar.map_or_else(
            || "known are `email`, ".to_owned(),
            |similar| format!("did you mean `{similar}`? (--ignore-columns"),
        );
        let start = format!("line 1, column 1 ({name}): unknown column; {expected}");
        assert!(errors[0].starts_with(&start), "{errors:?}");
    }
}

#[test]
fn a_stray_or_unclosed_quote_is_an_error_where_its_cell_begins() {
    assert_eq!(
        errors("email\na@b.co\n\"b@b.co\nc@b.co\n"),
        ["line 3, column 1 (email): the quote that begins this cell is never closed"]
    );
    assert_eq!(errors("email\n\"a\"\"b@b.co\"\n"), [""; 0]);
    let pipe = "email;metadata.disk\na@b.co;\"5\n\n6\"\nb@b.co;5\" disk\n";
    assert!(
        errors(pipe)[0].starts_with("line 5, column 2 (metadata.disk): quote in a cell"),
        "{:?}",
        errors(pipe)
    );
    // Two stray quotes would make one cell of the rows between them.
    let two = "email,metadata.nick\na@b.co,\"the Boss\nb@b.co,y\nc@b.co,\"Danny\nd@b.co,z\n";
    assert_eq!(
        errors(two),
        [
            "line 2, column 2 (metadata.nick): text after the quote that ends this cell: write a quote inside a quoted cell twice"
        ]
    );
    assert_eq!(
        errors("em\"ail,metadata.x\n\"a@b.co,y\n")[1],
        "line 2, column 1: the quote that begins this cell is never closed"
    );
}

#[test]
fn other_encodings_are_rejected() {
    let latin = CsvFile::read(b"email,metadata.a\na@b.co,x\nb@b.co,M\xfcller\n", false);
    assert!(
        latin.err().unwrap()[0]
            .to_string()
            .starts_with("line 3: not UTF-8")
    );
}

proptest! {
    #[test]
    fn any_bytes_are_parsed_and_errors_have_lines_in_the_file(
        bytes in prop_oneof![
            vec(any::<u8>(), 0..200),
            "email[,;\t]metadata[.]?[a-z]?\r?\n([ -~\r\n\"é]{0,12}[,;\t\n]){0,20}".prop_map(String::into_bytes),
        ],
    ) {
        let lines = bytes.len() as u64 + 1;
        let errors = match CsvFile::read(&bytes, false) {
            Err(errors) => errors,
            Ok(csv_file) => {
                let (people, mut errors) = csv_file.people();
                prop_assert_eq!(people.len() + errors.len(), csv_file.rows().len());
                let invalid = Roster::validate(people).invalid;
                errors.extend(invalid.iter().map(|person| csv_file.invalid_person(person)));
                errors
            }
        };
        for error in errors {
            prop_assert!((1..=lines).contains(&error.line), "{}", error);
        }
    }

    #[test]
    fn people_in_a_written_file_are_read_back(
        rows in vec(("[a-z]{1,8}", "[ -~\"é\n;]{0,12}", "[^\u{0}-\u{1f}]{0,8}"), 1..20),
        delimiter in prop_oneof![Just(b','), Just(b';'), Just(b'\t')],
        mark in any::<bool>(),
    ) {
        let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
        writer.write_record(["metadata.a", "email", "metadata.b"]).unwrap();
        for (name, a, b) in &rows {
            writer.write_record([a, &format!("{name}@acme.com"), b]).unwrap();
        }
        let mut text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
        if mark {
            text.insert(0, '\u{feff}');
        }
        let read = people(&text);
        prop_assert_eq!(read.len(), rows.len());
        for (person, (name, a, b)) in read.iter().zip(&rows) {
            prop_assert_eq!(&person.recipient, &Recipient::email(format!("{name}@acme.com")));
            let kept = |key: &str| person.metadata.as_ref().and_then(|data| data.get(key));
            let given = |text: &String| (!text.trim().is_empty()).then(|| text.as_str().into());
            prop_assert_eq!((kept("a"), kept("b")), (given(a), given(b)));
        }
    }
}

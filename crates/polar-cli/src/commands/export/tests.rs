use polar_core::types::Recipient;
use proptest::{
    collection::{btree_map, vec},
    prelude::*,
};

use super::*;
use crate::csv_file::CsvFile;

fn seat(fields: &str) -> Seat {
    let json =
        format!(r#"{{"id":"dcb2c1b9-2f64-4c8c-90e6-d261c78b3eb2","status":"claimed"{fields}}}"#);
    serde_json::from_str(&json).unwrap()
}

/// A seat with this holder and metadata.
fn seat_of(email: &str, external_id: &str, metadata: &BTreeMap<String, String>) -> Seat {
    let id = "302ed440-a3c2-444c-81cd-b55e6c3d34ba";
    serde_json::from_value(serde_json::json!({
        "id": id, "status": "claimed", "email": email, "seat_metadata": metadata,
        "member": {"id": id, "email": email, "external_id": external_id},
    }))
    .unwrap()
}

fn texts_of(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    let owned = |(key, text): &(&str, &str)| ((*key).to_owned(), (*text).to_owned());
    pairs.iter().map(owned).collect()
}

#[test]
fn formulas_are_escaped_and_other_columns_are_exact() {
    let metadata = texts_of(&[("note", "=HYPERLINK(\"x\")"), ("team", "'Lab")]);
    let seat = seat_of("+1@b.co", "u1", &metadata);
    let safe = Reader {
        is_spreadsheet: true,
        ..Reader::default()
    };
    assert_eq!(
        csv(&[&seat], safe).unwrap(),
        "'email,external_member_id,'metadata.note,metadata.team\n\
         '+1@b.co,u1,\"'=HYPERLINK(\"\"x\"\")\",'Lab\n"
    );
    assert_eq!(
        csv(&[&seat], Reader::default()).unwrap(),
        "email,external_member_id,metadata.note,metadata.team\n\
         +1@b.co,u1,\"=HYPERLINK(\"\"x\"\")\",'Lab\n"
    );
}

#[test]
fn output_is_sanitized_for_a_terminal_and_exact_in_a_file() {
    let metadata = texts_of(&[("a\u{1b}[2J", "\u{1b}]0;x\u{7}\u{202e}\nb")]);
    let seat = seat_of("a\u{9b}@b.co", "", &metadata);
    let terminal = Reader {
        is_terminal: true,
        ..Reader::default()
    };
    assert_eq!(
        csv(&[&seat], terminal).unwrap(),
        "email,metadata.a [2J\na @b.co, ]0;x   b\n"
    );
    assert_eq!(
        csv(&[&seat], Reader::default()).unwrap(),
        "email,metadata.a\u{1b}[2J\na\u{9b}@b.co,\"\u{1b}]0;x\u{7}\u{202e}\nb\"\n"
    );
}

proptest! {
    #[test]
    fn exported_seats_are_imported_unchanged(
        people in vec((
            "[=+'-]{0,2}[a-z]{1,5}@acme[.]com",
            "([=+@'-]{0,2}[a-z]{1,3})?",
            btree_map("[=@'a-c]{1,3}", "[=+@'\t\r\n,\"-]{0,3}[ -~é]{0,4}", 0..4),
        ), 1..6),
        is_spreadsheet in any::<bool>(),
    ) {
        let seats: Vec<_> = people.iter().map(|(email, id, map)| seat_of(email, id, map)).collect();
        let reader = Reader { is_spreadsheet, ..Reader::default() };
        let text = csv(&seats.iter().collect::<Vec<_>>(), reader).unwrap();
        if is_spreadsheet {
            let mut rows = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
            for row in rows.records() {
                for cell in &row.unwrap() {
                    prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{:?}", cell);
                }
            }
        }
        let csv_file = CsvFile::read(text.as_bytes(), false);
        let (read, errors) = csv_file.unwrap_or_else(|errors| panic!("{text:?}: {errors:?}")).people();
        prop_assert_eq!(errors, []);
        prop_assert_eq!(read.len(), people.len());
        for (person, (email, id, map)) in read.iter().zip(people) {
            let expected = match &*id {
                "" => Recipient::email(email),
                id => Recipient::external_member_with_email(id, email),
            };
            prop_assert_eq!(&person.recipient, &expected);
            let kept = person.metadata.as_ref().map(|kept| kept.to_map().unwrap());
            let given = map.into_iter().map(|(key, text)| (key, Value::from(text))).collect();
            prop_assert_eq!(kept.unwrap_or_default(), given);
        }
    }
}

#[test]
fn an_export_can_be_imported() {
    let seats = [
        seat(
            r#","email":"a@b.co","seat_metadata":{"team":"Lab, 4"},
            "member":{"id":"302ed440-a3c2-444c-81cd-b55e6c3d34ba","external_id":"u1","email":"a@b.co"}"#,
        ),
        seat(r#","email":"c@d.co","seat_metadata":{"team":"x","seats":5}"#),
        seat(r#","customer_id":"92129a26-cd38-4258-acba-5045d1137722","seat_metadata":{}"#),
    ];
    let text = csv(&seats.iter().collect::<Vec<_>>(), Reader::default()).unwrap();
    assert_eq!(
        text,
        "email,external_member_id,customer_id,metadata,metadata.team\n\
         a@b.co,u1,,,\"Lab, 4\"\n\
         c@d.co,,,\"{\"\"team\"\":\"\"x\"\",\"\"seats\"\":5}\",\n\
         ,,92129a26-cd38-4258-acba-5045d1137722,,\n"
    );
    let (people, errors) = CsvFile::read(text.as_bytes(), false).ok().unwrap().people();
    assert!(errors.is_empty());
    let list = polar_core::types::SeatsList::new(seats.into(), 9);
    let roster = polar_roster::Roster::validate(people).roster;
    let plan = roster.plan(&list);
    assert_eq!((plan.already_there.len(), plan.others.len()), (3, 0));
    for seated in plan.already_there {
        let given = seated
            .person
            .metadata
            .as_ref()
            .map(|given| given.to_map().unwrap());
        let kept = seated
            .seat
            .seat_metadata
            .as_ref()
            .map(|kept| kept.to_map().unwrap());
        assert_eq!(given.unwrap_or_default(), kept.unwrap_or_default());
    }
}

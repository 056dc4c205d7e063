use polar_core::Target;
use polar_types::{AssignSeat, PortalAssignSeat, SeatMetadata};

/// An assignment that can be read satisfies the rules, and round-trips.
pub fn assign_seat(data: &[u8]) {
    if let Ok(request) = serde_json::from_slice::<AssignSeat>(data) {
        let text = serde_json::to_vec(&request).expect("it can be written");
        let again: AssignSeat = serde_json::from_slice(&text).expect("it can be read again");
        assert_eq!(request, again);
        assert!(
            request
                .metadata
                .is_none_or(|metadata| metadata.check().is_ok())
        );
    }
    if let Ok(request) = serde_json::from_slice::<PortalAssignSeat>(data) {
        let text = serde_json::to_vec(&request).expect("it can be written");
        let again: PortalAssignSeat = serde_json::from_slice(&text).expect("it can be read again");
        assert_eq!(request, again);
    }
}

/// The exact text of metadata is preserved, and its size is calculated without overflow.
pub fn metadata(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    if let Ok(stored) = serde_json::from_str::<SeatMetadata>(text) {
        assert_eq!(stored.as_json(), text.trim_matches([' ', '\n', '\r', '\t']));
        assert_eq!(
            SeatMetadata::from_json(text).is_ok(),
            stored.check().is_ok()
        );
    }
}

/// No value can leave its path segment: the target has as many slashes as the route, and one query.
pub fn target(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (value, other) = text.split_at(
        text.char_indices()
            .nth(data.len() / 2)
            .map_or(0, |(at, _)| at),
    );
    let target = Target::new("/v1/a")
        .segment("x", value)
        .literal("b")
        .query("q", other);
    let Ok(sent) = target.path_and_query() else {
        assert!(matches!(value, "" | "." | ".."));
        return;
    };
    assert!(sent.is_ascii());
    assert_eq!(sent.matches('/').count(), 4);
    assert_eq!(sent.matches('?').count(), 1);
    assert!(!sent.contains(['#', '\\', ' ', '&']));
    let uri: http::Uri = sent.parse().expect("it is a URI");
    assert_eq!(uri.path().split('/').count(), 5);
    assert!(
        !uri.path()
            .split('/')
            .any(|segment| matches!(segment, "." | ".."))
    );
}

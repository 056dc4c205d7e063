use super::{Json, print::Float};

impl Json {
    /// What comes back from the JSONB column of the server's database: keys sorted, the shorter
    /// first; no negative zero; floats from 10^16 on as integers. Observed on the server.
    pub(crate) fn stored(&self) -> Self {
        match self {
            Self::Float(float) => stored_float(*float),
            Self::Array(items) => Self::Array(items.iter().map(Self::stored).collect()),
            Self::Object(entries) => {
                let mut entries: Vec<_> = entries
                    .iter()
                    .map(|(key, value)| (key.clone(), value.stored()))
                    .collect();
                entries.sort_by(|(a, _), (b, _)| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
                Self::Object(entries)
            }
            other => other.clone(),
        }
    }
}

fn stored_float(float: f64) -> Json {
    let (sign, digits, exponent) = Float(float).parts();
    if exponent < 16 {
        // Adding a positive zero turns a negative one into it.
        return Json::Float(float + 0.0);
    }
    let places = usize::try_from(exponent).unwrap_or_default() + 1;
    let zeros = places.saturating_sub(digits.len());
    Json::Integer(format!("{sign}{digits}{}", "0".repeat(zeros)))
}

#[cfg(test)]
mod tests {
    use super::super::parse;

    #[test]
    fn a_round_trip_through_the_column_sorts_keys_and_spells_numbers_out() {
        let sent = r#"{"z":1,"a":2.0,"big":12345678901234567890,"exp":1e+300,"neg":-0.0,
            "t":true,"n":null,"o":{"bb":1,"a":[]},"small":1.5e-7}"#;
        let stored = parse(sent).unwrap().stored().to_text().unwrap();
        let spelled = format!("1{}", "0".repeat(300));
        let expected = format!(
            r#"{{"a":2.0,"n":null,"o":{{"a":[],"bb":1}},"t":true,"z":1,"big":12345678901234567890,"exp":{spelled},"neg":0.0,"small":1.5e-07}}"#
        );
        assert_eq!(stored, expected);
    }
}

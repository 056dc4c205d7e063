use super::{Fault, reader::Reader};
use crate::json::Json;

impl Reader<'_> {
    pub(super) fn number(&mut self) -> Result<Json, Fault> {
        let start = self.at;
        self.take("-");
        if !self.take("0") && self.digits() == 0 {
            return Err(self.malformed_at(start, "Expecting value"));
        }
        let whole = self.at;
        if self.take(".") && self.digits() == 0 {
            self.at = whole;
        }
        let fraction = self.at;
        if self.take("e") || self.take("E") {
            let _ = self.take("+") || self.take("-");
            if self.digits() == 0 {
                self.at = fraction;
            }
        }
        let number = self.text.get(start..self.at).unwrap_or_default();
        if self.at > whole {
            return Ok(match number.parse::<f64>() {
                Ok(float) if float.is_finite() => Json::Float(float),
                _ => Json::Unprintable,
            });
        }
        if number.trim_start_matches('-').len() > INTEGER_DIGITS {
            return Err(Fault::Unreadable);
        }
        let number = if number == "-0" { "0" } else { number };
        Ok(Json::Integer(number.to_owned()))
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        self.at - start
    }
}

/// Python refuses to read longer integers.
const INTEGER_DIGITS: usize = 4300;

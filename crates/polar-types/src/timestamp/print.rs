use std::fmt;

use time::OffsetDateTime;

/// Writes a time of the years 0 to 9999; with nine digits when six are not enough.
pub(super) fn write(utc: OffsetDateTime, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let ((year, month, day), (hour, minute, second, nanos)) =
        (utc.to_calendar_date(), utc.to_hms_nano());
    let [y0, y1, y2, y3] = digits(year.unsigned_abs());
    let [m0, m1] = digits(u8::from(month).into());
    let [d0, d1] = digits(day.into());
    let [h0, h1] = digits(hour.into());
    let [i0, i1] = digits(minute.into());
    let [s0, s1] = digits(second.into());
    let [f0, f1, f2, f3, f4, f5, f6, f7, f8] = digits(nanos);
    let whole = [
        y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1, b'T', h0, h1, b':', i0, i1, b':', s0, s1, b'.',
        f0, f1, f2, f3, f4, f5, f6, f7, f8,
    ];
    let length = match nanos {
        0 => 19,
        nanos if nanos % 1000 == 0 => 26,
        _ => whole.len(),
    };
    let text = whole
        .get(..length)
        .and_then(|bytes| str::from_utf8(bytes).ok());
    f.write_str(text.unwrap_or_default())?;
    f.write_str("Z")
}

/// The last digits of a number, as text.
fn digits<const N: usize>(mut number: u32) -> [u8; N] {
    let mut digits = [b'0'; N];
    for digit in digits.iter_mut().rev() {
        *digit += u8::try_from(number % 10).unwrap_or_default();
        number /= 10;
    }
    digits
}

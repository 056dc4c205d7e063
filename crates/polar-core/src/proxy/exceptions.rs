use std::net::IpAddr;

use crate::host::bare;

/// Servers that are reached without a proxy, as `NO_PROXY` lists them.
#[derive(Debug, Clone, Default)]
pub(super) struct Exceptions(Vec<Entry>);

#[derive(Debug, Clone)]
struct Entry {
    place: Place,
    /// The one port for which it holds; every port, where there is none.
    port: Option<u16>,
}

#[derive(Debug, Clone)]
enum Place {
    Everywhere,
    /// A name, which stands for what is below it too.
    Name(String),
    /// The addresses that have the first bits of this one.
    Network(IpAddr, u32),
}

impl Exceptions {
    /// Reads entries parted by commas or white space: `*`, a name (`polar.sh`, `.polar.sh` and
    /// `*.polar.sh` mean the same, with everything below), an address, or a network
    /// (`10.0.0.0/8`), and any of them with a `:port`.
    pub(super) fn parse(list: &str) -> Self {
        let entries = list
            .split(|c: char| c == ',' || c.is_whitespace())
            .filter(|entry| !entry.is_empty())
            .map(Entry::parse);
        Self(entries.collect())
    }

    /// `host` is as it stands in a URI.
    pub(super) fn contain(&self, host: &str, port: u16) -> bool {
        let host = bare(host).to_ascii_lowercase();
        let address = host.parse().ok();
        self.0.iter().any(|entry| {
            entry.port.is_none_or(|only| only == port) && entry.place.contains(&host, address)
        })
    }
}

impl Entry {
    fn parse(text: &str) -> Self {
        // An IPv6 address ends in what looks like a port.
        if let Some(network) = Place::network(text) {
            return Self {
                place: network,
                port: None,
            };
        }
        let (place, port) = match text.rsplit_once(':') {
            Some((place, port)) if port.parse::<u16>().is_ok() => (place, port.parse().ok()),
            _ => (text, None),
        };
        Self {
            place: Place::parse(place),
            port,
        }
    }
}

impl Place {
    fn parse(text: &str) -> Self {
        if text == "*" {
            return Self::Everywhere;
        }
        Self::network(text).unwrap_or_else(|| {
            let name = text.trim_start_matches('*').trim_matches('.');
            Self::Name(name.to_ascii_lowercase())
        })
    }

    fn network(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = bare(address).parse().ok()?;
        let all = if address.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            Some(bits) => bits.parse().ok().filter(|bits| *bits <= all)?,
            None => all,
        };
        Some(Self::Network(address, bits))
    }

    fn contains(&self, host: &str, address: Option<IpAddr>) -> bool {
        match (self, address) {
            (Self::Everywhere, _) => true,
            (Self::Name(name), None) => host
                .strip_suffix(name.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('.')),
            (Self::Network(network, bits), Some(address)) => begin_alike(*network, address, *bits),
            (Self::Name(_), Some(_)) | (Self::Network(..), None) => false,
        }
    }
}

fn begin_alike(one: IpAddr, other: IpAddr, bits: u32) -> bool {
    let common = match (one, other) {
        (IpAddr::V4(one), IpAddr::V4(other)) => (one.to_bits() ^ other.to_bits()).leading_zeros(),
        (IpAddr::V6(one), IpAddr::V6(other)) => (one.to_bits() ^ other.to_bits()).leading_zeros(),
        _ => return false,
    };
    common >= bits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn excepts(list: &str, host: &str) -> bool {
        Exceptions::parse(list).contain(host, 443)
    }

    #[test]
    fn a_name_stands_for_itself_and_what_is_below() {
        for list in [
            "polar.sh",
            ".polar.sh",
            "*.polar.sh",
            "x, POLAR.sh",
            "x polar.sh.",
        ] {
            assert!(excepts(list, "polar.sh"), "{list}");
            assert!(excepts(list, "api.Polar.sh"), "{list}");
            assert!(excepts(list, "api.polar.sh."), "{list}");
            assert!(!excepts(list, "bipolar.sh"), "{list}");
            assert!(!excepts(list, "polar.sh.example"), "{list}");
        }
    }

    #[test]
    fn an_address_stands_for_itself() {
        assert!(excepts("10.1.2.3", "10.1.2.3"));
        assert!(!excepts("10.1.2.3", "10.1.2.4"));
        assert!(!excepts("2.3", "10.1.2.3"));
        assert!(excepts("::1", "[::1]"));
        assert!(excepts("[::1]", "[::1]"));
    }

    #[test]
    fn a_network_stands_for_its_addresses() {
        assert!(excepts("10.0.0.0/8", "10.1.2.3"));
        assert!(!excepts("10.0.0.0/8", "11.1.2.3"));
        assert!(excepts("10.1.2.0/31", "10.1.2.1"));
        assert!(!excepts("10.1.2.0/31", "10.1.2.2"));
        assert!(excepts("0.0.0.0/0", "10.1.2.3"));
        assert!(!excepts("0.0.0.0/0", "[fd00::1]"));
        assert!(excepts("fd00::/8", "[fd00::1]"));
        assert!(!excepts("fd00::/8", "[fe80::1]"));
        assert!(excepts("fd00::1/128", "[fd00::1]"));
    }

    #[test]
    fn what_looks_like_a_network_and_is_none_stands_for_nothing() {
        for list in ["10.0.0.0/33", "10.0.0.0/", "10.0.0/8", "fd00::/129"] {
            assert!(!excepts(list, "10.0.0.0"), "{list}");
            assert!(!excepts(list, "[fd00::]"), "{list}");
        }
    }

    #[test]
    fn any_of_them_may_be_bound_to_a_port() {
        for (place, host) in [
            ("polar.sh", "api.polar.sh"),
            ("10.1.2.3", "10.1.2.3"),
            ("10.0.0.0/8", "10.1.2.3"),
            ("[::1]", "[::1]"),
            ("*", "polar.sh"),
        ] {
            assert!(excepts(&format!("{place}:443"), host), "{place}");
            assert!(!excepts(&format!("{place}:8443"), host), "{place}");
        }
    }

    #[test]
    fn a_star_stands_for_all_and_an_empty_list_for_none() {
        assert!(excepts("*", "polar.sh"));
        for list in ["", ",", " , ", ".", "*."] {
            assert!(!excepts(list, "polar.sh"), "{list:?}");
        }
    }
}

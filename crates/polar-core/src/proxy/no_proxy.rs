use std::net::IpAddr;

use crate::host::bare;

/// The servers to connect to without a proxy, as `NO_PROXY` lists them.
#[derive(Debug, Clone, Default)]
pub(super) struct NoProxy(Vec<Entry>);

#[derive(Debug, Clone)]
struct Entry {
    host: HostPattern,
    /// The port for which the entry holds; `None` for all ports.
    port: Option<u16>,
}

#[derive(Debug, Clone)]
enum HostPattern {
    All,
    /// A domain and its subdomains.
    Domain(String),
    /// The addresses that share a prefix of this length with this address.
    Network(IpAddr, u32),
}

impl NoProxy {
    /// Parses entries separated by commas or white space: `*`, a domain (`polar.sh`, `.polar.sh`
    /// and `*.polar.sh` all include subdomains), an address, or a network (`10.0.0.0/8`), each
    /// optionally with a `:port`.
    pub(super) fn parse(list: &str) -> Self {
        let mut entries = Vec::new();
        for entry in list.split(|c: char| c == ',' || c.is_whitespace()) {
            if !entry.is_empty() {
                entries.push(Entry::parse(entry));
            }
        }
        Self(entries)
    }

    /// Returns whether the list contains a host, in the form that it has in a URI.
    pub(super) fn contains(&self, host: &str, port: u16) -> bool {
        let host = bare(host).to_ascii_lowercase();
        let address = host.parse().ok();
        self.0.iter().any(|entry| {
            entry.port.is_none_or(|only| only == port) && entry.host.matches(&host, address)
        })
    }
}

impl Entry {
    fn parse(text: &str) -> Self {
        // An IPv6 address can look as if it ended in a port.
        if let Some(network) = HostPattern::network(text) {
            return Self {
                host: network,
                port: None,
            };
        }
        let (host, port) = match text.rsplit_once(':') {
            Some((host, port)) if port.parse::<u16>().is_ok() => (host, port.parse().ok()),
            _ => (text, None),
        };
        Self {
            host: HostPattern::parse(host),
            port,
        }
    }
}

impl HostPattern {
    fn parse(text: &str) -> Self {
        if text == "*" {
            return Self::All;
        }
        Self::network(text).unwrap_or_else(|| {
            let name = text.trim_start_matches('*').trim_matches('.');
            Self::Domain(name.to_ascii_lowercase())
        })
    }

    fn network(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = bare(address).parse().ok()?;
        let max_bits = if address.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            Some(bits) => bits.parse().ok().filter(|bits| *bits <= max_bits)?,
            None => max_bits,
        };
        Some(Self::Network(address, bits))
    }

    fn matches(&self, host: &str, address: Option<IpAddr>) -> bool {
        match (self, address) {
            (Self::All, _) => true,
            (Self::Domain(name), None) => host
                .strip_suffix(name.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('.')),
            (Self::Network(network, bits), Some(address)) => share_prefix(*network, address, *bits),
            (Self::Domain(_), Some(_)) | (Self::Network(..), None) => false,
        }
    }
}

fn share_prefix(one: IpAddr, other: IpAddr, bits: u32) -> bool {
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

    fn is_excluded(list: &str, host: &str) -> bool {
        NoProxy::parse(list).contains(host, 443)
    }

    #[test]
    fn domain_includes_its_subdomains() {
        for list in [
            "polar.sh",
            ".polar.sh",
            "*.polar.sh",
            "x, POLAR.sh",
            "x polar.sh.",
        ] {
            assert!(is_excluded(list, "polar.sh"), "{list}");
            assert!(is_excluded(list, "api.Polar.sh"), "{list}");
            assert!(is_excluded(list, "api.polar.sh."), "{list}");
            assert!(!is_excluded(list, "bipolar.sh"), "{list}");
            assert!(!is_excluded(list, "polar.sh.example"), "{list}");
        }
    }

    #[test]
    fn address_matches_itself() {
        assert!(is_excluded("10.1.2.3", "10.1.2.3"));
        assert!(!is_excluded("10.1.2.3", "10.1.2.4"));
        assert!(!is_excluded("2.3", "10.1.2.3"));
        assert!(is_excluded("::1", "[::1]"));
        assert!(is_excluded("[::1]", "[::1]"));
    }

    #[test]
    fn network_matches_its_addresses() {
        assert!(is_excluded("10.0.0.0/8", "10.1.2.3"));
        assert!(!is_excluded("10.0.0.0/8", "11.1.2.3"));
        assert!(is_excluded("10.1.2.0/31", "10.1.2.1"));
        assert!(!is_excluded("10.1.2.0/31", "10.1.2.2"));
        assert!(is_excluded("0.0.0.0/0", "10.1.2.3"));
        assert!(!is_excluded("0.0.0.0/0", "[fd00::1]"));
        assert!(is_excluded("fd00::/8", "[fd00::1]"));
        assert!(!is_excluded("fd00::/8", "[fe80::1]"));
        assert!(is_excluded("fd00::1/128", "[fd00::1]"));
    }

    #[test]
    fn invalid_networks_match_nothing() {
        for list in ["10.0.0.0/33", "10.0.0.0/", "10.0.0/8", "fd00::/129"] {
            assert!(!is_excluded(list, "10.0.0.0"), "{list}");
            assert!(!is_excluded(list, "[fd00::]"), "{list}");
        }
    }

    #[test]
    fn entries_can_have_a_port() {
        for (entry, host) in [
            ("polar.sh", "api.polar.sh"),
            ("10.1.2.3", "10.1.2.3"),
            ("10.0.0.0/8", "10.1.2.3"),
            ("[::1]", "[::1]"),
            ("*", "polar.sh"),
        ] {
            assert!(is_excluded(&format!("{entry}:443"), host), "{entry}");
            assert!(!is_excluded(&format!("{entry}:8443"), host), "{entry}");
        }
    }

    #[test]
    fn star_matches_all_and_empty_list_none() {
        assert!(is_excluded("*", "polar.sh"));
        for list in ["", ",", " , ", ".", "*."] {
            assert!(!is_excluded(list, "polar.sh"), "{list:?}");
        }
    }
}

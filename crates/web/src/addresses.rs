//! From which address a request comes: the connection's, or what a trusted proxy says.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use axum::http::{Extensions, HeaderMap, HeaderName};

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The other end of a request's connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// Addresses that begin alike: `10.0.0.0/8`, `2001:db8::/32`, or one address alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

/// What is no network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("found {0:?}, expected an address such as 10.0.0.1 or a network such as 10.0.0.0/8")]
pub struct NotANetwork(String);

impl Network {
    /// Whether an address lies in it.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.address.is_ipv4() == address.is_ipv4()
            && shortened(address, self.bits) == shortened(self.address, self.bits)
    }
}

impl FromStr for Network {
    type Err = NotANetwork;

    fn from_str(text: &str) -> Result<Self, NotANetwork> {
        let wrong = || NotANetwork(text.to_owned());
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = address.trim().parse().map_err(|_| wrong())?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            Some(bits) => bits.trim().parse().map_err(|_| wrong())?,
            None => most,
        };
        if bits > most {
            return Err(wrong());
        }
        Ok(Self { address, bits })
    }
}

impl fmt::Display for Network {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.address, self.bits)
    }
}

/// The first bits of an address, aligned alike for both kinds.
fn shortened(address: IpAddr, bits: u8) -> u128 {
    let (all, width) = match address {
        IpAddr::V4(address) => (u128::from(u32::from(address)), 32),
        IpAddr::V6(address) => (u128::from(address), 128),
    };
    all.checked_shr(width - u32::from(bits)).unwrap_or_default()
}

/// Whom a request is counted for: the address, or for IPv6 the first 64 bits, which are one
/// customer's. Requests without a connection, as in tests, count as one address.
pub(crate) fn counted(extensions: &Extensions, headers: &HeaderMap, trusted: &[Network]) -> IpAddr {
    let peer = extensions.get::<Peer>().map(|peer| peer.0.ip());
    let peer = peer.unwrap_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED));
    match asking(peer.to_canonical(), headers, trusted) {
        IpAddr::V6(address) => {
            let first = u128::from(address) >> 64 << 64;
            IpAddr::V6(first.into())
        }
        address => address,
    }
}

/// Each proxy adds whom it was asked by at the end: the last who is no trusted proxy asks. What
/// stands before may be invented.
fn asking(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    if !is_trusted(peer) {
        return peer;
    }
    let lines: Vec<&str> = headers
        .get_all(FORWARDED_FOR)
        .iter()
        .map(|value| value.to_str().unwrap_or_default())
        .collect();
    let mut asking = peer;
    for entry in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
        let Ok(address) = entry.trim().parse::<IpAddr>() else {
            break;
        };
        asking = address.to_canonical();
        if !is_trusted(asking) {
            break;
        }
    }
    asking
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use axum::http::HeaderValue;

    use super::*;

    fn asked_by(peer: &str, forwarded: &[&'static str], trusted: &[&str]) -> String {
        let mut extensions = Extensions::new();
        extensions.insert(Peer(SocketAddr::new(peer.parse().unwrap(), 1234)));
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(FORWARDED_FOR, HeaderValue::from_static(value));
        }
        let trusted: Vec<Network> = trusted.iter().map(|text| text.parse().unwrap()).collect();
        counted(&extensions, &headers, &trusted).to_string()
    }

    #[test]
    fn a_stranger_is_not_believed_about_whom_it_asks_for() {
        assert_eq!(
            asked_by("203.0.113.9", &["198.51.100.7"], &[]),
            "203.0.113.9"
        );
        let of_another = ["10.0.0.0/8"];
        assert_eq!(
            asked_by("203.0.113.9", &["198.51.100.7"], &of_another),
            "203.0.113.9"
        );
    }

    #[test]
    fn the_last_before_the_trusted_proxies_asks() {
        let trusted = ["10.0.0.0/8", "192.0.2.1"];
        assert_eq!(
            asked_by("10.1.2.3", &["198.51.100.7"], &trusted),
            "198.51.100.7"
        );
        assert_eq!(
            asked_by("10.1.2.3", &["1.1.1.1, 198.51.100.7, 192.0.2.1"], &trusted),
            "198.51.100.7"
        );
        assert_eq!(
            asked_by("10.1.2.3", &["1.1.1.1", "198.51.100.7"], &trusted),
            "198.51.100.7"
        );
        assert_eq!(
            asked_by("::ffff:10.1.2.3", &["198.51.100.7"], &trusted),
            "198.51.100.7"
        );
        assert_eq!(asked_by("10.1.2.3", &["nobody"], &trusted), "10.1.2.3");
        assert_eq!(asked_by("10.1.2.3", &[], &trusted), "10.1.2.3");
    }

    #[test]
    fn addresses_of_one_customer_count_as_one() {
        assert_eq!(asked_by("2001:db8:1:2:3:4:5:6", &[], &[]), "2001:db8:1:2::");
    }

    #[test]
    fn a_network_is_its_first_bits() {
        let network: Network = "172.16.0.0/12".parse().unwrap();
        assert!(network.contains("172.31.255.255".parse().unwrap()));
        assert!(!network.contains("172.32.0.0".parse().unwrap()));
        assert!(!network.contains("::1".parse().unwrap()));
        let all: Network = "::/0".parse().unwrap();
        assert!(all.contains("2001:db8::1".parse().unwrap()));
        for wrong in ["10.0.0.0/33", "10.0.0", "10.0.0.0/x", ""] {
            assert!(wrong.parse::<Network>().is_err(), "{wrong}");
        }
    }
}

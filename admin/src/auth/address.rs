//! Where a request comes from, for counting tries; never logged.

use crate::deps::AdminDeps;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// The other end, as far as tries are counted: IPv6 by network, as whole
/// networks belong to one household.
#[derive(Debug, Clone, Copy)]
pub struct CameFrom(pub IpAddr);

impl FromRequestParts<AdminDeps> for CameFrom {
    type Rejection = Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        deps: &AdminDeps,
    ) -> Result<Self, Self::Rejection> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip());
        Ok(Self(counted(client(&parts.headers, peer, deps.door.trust_proxy))))
    }
}

/// What the trusted proxy appended last, or the connection's other end.
fn client(headers: &HeaderMap, peer: IpAddr, trust_proxy: bool) -> IpAddr {
    let forwarded = || {
        let last = headers.get_all("x-forwarded-for").iter().next_back()?;
        last.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()
    };
    trust_proxy.then(forwarded).flatten().unwrap_or(peer)
}

fn counted(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forwarded_address_counts_only_behind_a_trusted_proxy() {
        let peer = IpAddr::from([127, 0, 0, 1]);
        let mut headers = HeaderMap::new();
        headers.append("x-forwarded-for", "203.0.113.9".parse().unwrap());
        headers.append("x-forwarded-for", "203.0.113.9, 198.51.100.7".parse().unwrap());
        assert_eq!(client(&headers, peer, false), peer);
        assert_eq!(client(&headers, peer, true), IpAddr::from([198, 51, 100, 7]));
        headers.append("x-forwarded-for", "garbage".parse().unwrap());
        assert_eq!(client(&headers, peer, true), peer);
    }

    #[test]
    fn a_network_of_addresses_counts_as_one() {
        let counted = |text: &str| counted(text.parse().unwrap()).to_string();
        assert_eq!(counted("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(counted("::ffff:192.0.2.7"), "192.0.2.7");
    }
}

"""Tells public IP addresses from all others, so that a feed cannot lead into the local network of its reader."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

_NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))  # RFC 6052 and RFC 8215


def is_public(address: str) -> bool:
    """Tells whether an IP address belongs to the public internet.

    Private, loopback, link-local, shared, multicast, reserved and unspecified addresses do not, nor do IPv6 addresses
    that embed such an IPv4 address (mapped, NAT64, 6to4 or Teredo). `is_global` of Python's own `ipaddress` lets NAT64
    and multicast pass.

    Args:
        address: as returned by `socket.getpeername`; a zone after '%' is ignored.

    Raises:
        ValueError: not an IP address.
    """
    found = ip_address(address.partition("%")[0])
    return all(one.is_global and not one.is_multicast for one in (found, *_embedded(found)))


def _embedded(address: IPv4Address | IPv6Address) -> list[IPv4Address]:
    if isinstance(address, IPv4Address):
        return []
    embedded = [one for one in (address.ipv4_mapped, address.sixtofour, *(address.teredo or ())) if one is not None]
    if any(address in network for network in _NAT64):
        embedded.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return embedded

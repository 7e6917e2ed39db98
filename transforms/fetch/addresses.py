"""Which addresses may be connected to: a feed must not lead into the network of the machine that reads it."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

_NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))  # RFC 6052 and RFC 8215


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet.

    False for private, loopback, link-local, shared, multicast, reserved and unspecified addresses, and for IPv6
    addresses that carry such an IPv4 address: mapped, by NAT64, by 6to4 or by Teredo. `is_global` of Python's own
    `ipaddress` lets NAT64 and multicast pass.

    Args:
        address: as `socket.getpeername` gives it; a zone behind '%' is ignored.

    Raises:
        ValueError: it is no IP address.
    """
    found = ip_address(address.partition("%")[0])
    return all(one.is_global and not one.is_multicast for one in (found, *_carried(found)))


def _carried(address: IPv4Address | IPv6Address) -> list[IPv4Address]:
    if isinstance(address, IPv4Address):
        return []
    carried = [one for one in (address.ipv4_mapped, address.sixtofour, *(address.teredo or ())) if one is not None]
    if any(address in network for network in _NAT64):
        carried.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return carried

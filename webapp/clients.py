"""Who calls, as far as an address tells: limits are counted by it."""

import ipaddress

import gradio as gr

# Whoever has one address of IPv6 has as many as they like, of which the first 64 bits are the same.
_IPV6_PREFIX = 64


def client_of(request: gr.Request | None) -> str:
    """The network address that a request comes from. What a header claims counts only where FORWARDED_ALLOW_IPS allows it."""
    client = getattr(request, "client", None) if request is not None else None
    host = getattr(client, "host", None) or ""
    try:
        address = ipaddress.ip_address(host.split("%")[0])
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, _IPV6_PREFIX), strict=False))
    return str(address)

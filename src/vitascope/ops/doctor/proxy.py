"""Not reachable through the proxy while direct access works: which of the two is broken, and where?

The server is asked directly and under every address that clients are given. Since both answers name the machine, a
route that leads to another server is seen too.
"""

from collections.abc import Iterator, Sequence
from shlex import quote

from vitascope.ops.asking import Answer, Failure, address_of, ask
from vitascope.ops.doctor.finding import Finding, bad, good, remark

_CLOCK_SECONDS = 300


def check_routes(
    direct: str, proxied: Sequence[str], *, now: float, timeout_s: float = 5.0, authority: str | None = None
) -> Iterator[Finding]:
    """Asks the server directly and under each of its addresses. Blocks.

    Args:
        direct: the address of the server itself (``http://127.0.0.1:32400``).
        proxied: the addresses that clients use.
        now: the time here, in seconds since 1970, to compare with the clocks of others.
        timeout_s: for each question.
        authority: the server's own, which vouches for it under its addresses.
    """
    own = ask(direct, timeout_s=timeout_s)
    if own.ready:
        yield good("direct access", f"{own.url} answers {own.status}")
    else:
        yield bad("direct access", f"{own.url}: {own.words}", "start the server, or wait for it; then look again")
    for url in proxied:
        found = ask(url, timeout_s=timeout_s, authority=authority)
        yield _judge(direct, own, url, found)
        if found.date is not None and abs(found.date - now) > _CLOCK_SECONDS:
            ahead = "ahead of" if now > found.date else "behind"
            minutes = round(abs(now - found.date) / 60)
            yield remark("clock", f"the clock here is {minutes} minutes {ahead} that of {url}", "timedatectl status")


def _judge(direct: str, own: Answer, url: str, found: Answer) -> Finding:
    subject = "proxy route"
    if found.ready and own.machine_identifier and found.machine_identifier != own.machine_identifier:
        name = found.machine_identifier or "something that is no such server"
        return bad(
            subject,
            f"{url} leads to another server: {name} instead of {own.machine_identifier}",
            f"point the route for {url} at {_backend(direct)}",
        )
    if found.ready:
        return good(subject, f"{found.url} answers {found.status}")
    if not own.ready:
        return bad(subject, f"{found.url}: {found.words}; the server itself does not answer either, so begin there")
    return bad(subject, f"{found.url}: {found.words}; direct access works ({own.url})", _remedy(direct, url, found))


def _backend(direct: str) -> str:
    to = address_of(direct)
    return f"port {to.port} of this server" if to is not None else "this server"


def _remedy(direct: str, url: str, found: Answer) -> str:
    to = address_of(url)
    if to is None:
        return "write the address as http://NAME/ or https://NAME/"
    host, port, backend = to.host, to.port, _backend(direct)
    typed = quote(host)  # a restored backup names whatever it likes
    proxy = found.server.partition("/")[0] or "the proxy"
    match found.failure:
        case Failure.NO_NAME:
            return f"make a DNS record for {host} that names the proxy (check with: getent hosts {typed})"
        case Failure.REFUSED:
            return f"start the proxy: nothing listens on port {port} of {host} (ss -ltn 'sport = :{port}')"
        case Failure.UNREACHABLE | Failure.SLOW:
            return f"open port {port} to {host} in the firewall, or correct its DNS record (getent hosts {typed})"
        case Failure.TLS:
            peer = quote(f"{host}:{port}")
            return f"renew the certificate (openssl s_client -connect {peer} -servername {typed} </dev/null)"
        case Failure.NO_HTTP:
            return f"give the proxy an HTTP router on port {port}"
    match found.status:
        case 404:
            return f"give {proxy} a route for the name {host} (Traefik: Host(`{host}`)) to {backend}"
        case 421:
            return f"add {url} to customConnections (ADVERTISE_IP), so that the name is known"
        case 401 | 403 | 407:
            return f"let {proxy} pass /identity without a sign-in of its own"
        case 301 | 302 | 307 | 308:
            return f"use the address that {proxy} redirects to, or drop the redirect"
        case 500 | 502 | 503 | 504:
            return f"point the backend of {proxy} for {host} at {backend}: it cannot reach the server where it looks"
        case _:
            return f"look into the log of {proxy} for {host}"

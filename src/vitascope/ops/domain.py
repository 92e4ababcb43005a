"""``serve --https``: the domain that the server has a certificate for, made by an authority that the world trusts."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

DEFAULT_DIRECTORY = "https://acme-v02.api.letsencrypt.org/directory"
"""Let's Encrypt."""
HTTP_PORT = 80
HTTPS_PORT = 443
_LABEL = r"(?!-)[a-z0-9-]{1,63}(?<!-)"
_NAME = re.compile(rf"(?:{_LABEL}\.)+(?!\d+$){_LABEL}")
_MAIL = re.compile(r"[^@\s,:?]+@[^@\s,:?]+\.[^@\s,:?]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainSettings:
    """A domain, and who makes its certificate."""

    name: str
    email: str
    directory: str = DEFAULT_DIRECTORY
    http_port: int = HTTP_PORT
    https_port: int = HTTPS_PORT

    @classmethod
    def parse(
        cls,
        name: str,
        *,
        email: str,
        accept_terms: bool,
        directory: str = DEFAULT_DIRECTORY,
        http_port: int = HTTP_PORT,
        https_port: int = HTTPS_PORT,
    ) -> "DomainSettings | None":
        """``None`` where no domain is named. Raises ``ValueError``, in words for a person."""
        if not name:
            return None
        plain = name.strip().lower().rstrip(".")
        if len(plain) > 253 or _NAME.fullmatch(plain) is None:
            raise ValueError(f"https {name!r}: write the name of a domain, such as media.example.org")
        if _MAIL.fullmatch(email) is None:
            raise ValueError("https: an e-mail address is needed, to be told of problems (--acme-email)")
        if not accept_terms:
            raise ValueError("https: read the terms of the authority and accept them (--accept-terms)")
        if urlsplit(directory).scheme != "https" or not urlsplit(directory).hostname:
            raise ValueError(f"acme directory {directory!r}: write it as https://…")
        for port in (http_port, https_port):
            if not 0 <= port <= 65_535:
                raise ValueError(f"port {port}: must be between 0 and 65535")
        return cls(name=plain, email=email, directory=directory, http_port=http_port, https_port=https_port)

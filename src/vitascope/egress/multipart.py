"""``multipart/form-data`` (RFC 7578), as webhooks are sent."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One field; with a ``filename`` it is a file."""

    name: str
    data: bytes
    content_type: str | None = None
    filename: str | None = None


def multipart(parts: Sequence[Part]) -> tuple[bytes, str]:
    """The body and its content type."""
    boundary = secrets.token_hex(16)
    body = bytearray()
    for part in parts:
        file = f'; filename="{_quoted(part.filename)}"' if part.filename is not None else ""
        body += f'--{boundary}\r\nContent-Disposition: form-data; name="{_quoted(part.name)}"{file}\r\n'.encode()
        if part.content_type is not None:
            body += f"Content-Type: {part.content_type}\r\n".encode()
        body += b"\r\n" + part.data + b"\r\n"
    body += f"--{boundary}--\r\n".encode()
    return bytes(body), f"multipart/form-data; boundary={boundary}"


def _quoted(text: str) -> str:
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")

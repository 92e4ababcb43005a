"""XML from files that anyone may have written: no entities, no DTD, no network, bounded in size and depth.

Closes: reading local files or addresses by external entities (XXE), memory by nested entities ("billion laughs") or
quadratic blow-up, and deep nesting. A document that declares entities is refused rather than read without them.
"""

from typing import Any

from lxml import etree

Element = etree._Element  # noqa: SLF001 - lxml has no public name for the type of its elements

DEFAULT_MAX_BYTES = 8 << 20


class XmlError(Exception):
    """The document cannot be used. ``line`` is 1-based, or ``None`` where there is no line to name."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


class UnsafeXmlError(XmlError):
    """The document tries what no honest one needs."""


def parse(data: bytes, *, recover: bool = False, max_bytes: int = DEFAULT_MAX_BYTES) -> Element:
    """The root element. With ``recover`` damage is skipped as far as it goes. Raises :class:`XmlError`."""
    if len(data) > max_bytes:
        raise UnsafeXmlError(f"the document is larger than {max_bytes} bytes")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        recover=recover,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise XmlError(error.msg or "not well-formed", error.lineno) from error
    except (ValueError, LookupError) as error:
        raise XmlError(str(error)) from error
    if root is None:
        raise XmlError("the document has no elements", 1)
    dtd: Any = root.getroottree().docinfo.internalDTD  # its stubs say nothing about what it has
    if dtd is not None and (dtd.system_url or dtd.external_id or next(iter(dtd.iterentities()), None) is not None):
        raise UnsafeXmlError("the document declares entities or an external DTD", 1)
    return root

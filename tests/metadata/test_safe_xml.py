"""XML that attacks is refused; XML that is merely odd is read."""

from pathlib import Path

import pytest

from vitascope.metadata import safe_xml

LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><movie><title>&c;</title></movie>"""


def test_reads_a_plain_document() -> None:
    root = safe_xml.parse("<movie><title>Amélie</title></movie>".encode())
    assert root.tag == "movie"
    assert root.findtext("title") == "Amélie"


def test_refuses_external_entities(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("the secret")
    document = f'<!DOCTYPE m [<!ENTITY x SYSTEM "{secret.as_uri()}">]><movie><title>&x;</title></movie>'
    with pytest.raises(safe_xml.UnsafeXmlError, match="entities"):
        safe_xml.parse(document.encode())
    with pytest.raises(safe_xml.XmlError) as caught:
        safe_xml.parse(document.encode(), recover=True)
    assert "the secret" not in str(caught.value)


def test_refuses_nested_entities() -> None:
    with pytest.raises(safe_xml.XmlError):
        safe_xml.parse(LAUGHS)
    with pytest.raises(safe_xml.XmlError):
        safe_xml.parse(LAUGHS, recover=True)


def test_refuses_parameter_entities_and_external_dtd(tmp_path: Path) -> None:
    dtd = tmp_path / "evil.dtd"
    dtd.write_text('<!ENTITY pwned "yes">')
    for head in (f'<!DOCTYPE m SYSTEM "{dtd.as_uri()}">', f'<!DOCTYPE m [<!ENTITY % p SYSTEM "{dtd.as_uri()}"> %p;]>'):
        with pytest.raises(safe_xml.XmlError):
            safe_xml.parse(f"{head}<movie>&pwned;</movie>".encode())


def test_harmless_doctype_is_allowed() -> None:
    assert safe_xml.parse(b"<!DOCTYPE movie><movie/>").tag == "movie"


def test_refuses_too_much_and_too_deep() -> None:
    with pytest.raises(safe_xml.UnsafeXmlError, match="larger"):
        safe_xml.parse(b"<a>" + b"x" * 2000 + b"</a>", max_bytes=1000)
    with pytest.raises(safe_xml.XmlError):
        safe_xml.parse(b"<a>" * 5000 + b"</a>" * 5000)


@pytest.mark.parametrize(
    "data", [b"", b"   ", b"<", b"<a>", b"\x00\x01", b"not xml", b"<?xml version='1.0' encoding='nope'?><a/>"]
)
def test_names_what_is_wrong(data: bytes) -> None:
    with pytest.raises(safe_xml.XmlError) as caught:
        safe_xml.parse(data)
    assert str(caught.value)


def test_names_the_line() -> None:
    with pytest.raises(safe_xml.XmlError) as caught:
        safe_xml.parse(b"<movie>\n<title>x</title>\n<plot>a & b</plot>\n</movie>")
    assert caught.value.line == 3


def test_recovers_what_it_can() -> None:
    root = safe_xml.parse(b"<movie><title>x</title><plot>half", recover=True)
    assert root.findtext("title") == "x"

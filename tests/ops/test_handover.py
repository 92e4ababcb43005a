"""Which proxy sends files by itself, and what it is told."""

import pytest

from vitascope.ops.handover import DEFAULT_PROXIES, Handover

ASKED = {"x-sendfile-type": "X-Accel-Redirect"}


def handover(prefix: str = "/files/", proxies: str = DEFAULT_PROXIES) -> Handover:
    found = Handover.parse(prefix, proxies)
    assert found is not None
    return found


@pytest.mark.parametrize("prefix", ["/files", "/files/", "/a/b-c_1/"])
def test_a_prefix_begins_and_ends_with_a_slash(prefix: str) -> None:
    assert handover(prefix).prefix == f"{prefix.rstrip('/')}/"


@pytest.mark.parametrize("prefix", ["/", "files", "/a//b/", "/../", "/a b/", "/a?x/", "/a\n/", "@named", "/%2f/"])
def test_what_is_no_prefix_is_refused(prefix: str) -> None:
    with pytest.raises(ValueError, match="accel prefix"):
        handover(prefix)


@pytest.mark.parametrize("proxies", ["", "everybody", "10.0.0.1,", "10.0.0.1,house"])
def test_what_is_no_address_is_refused(proxies: str) -> None:
    with pytest.raises(ValueError, match="accel proxies"):
        handover(proxies=proxies)


def test_without_a_prefix_nobody_sends_files() -> None:
    assert Handover.parse("", DEFAULT_PROXIES) is None


@pytest.mark.parametrize(
    ("peer", "headers", "takes"),
    [
        ("127.0.0.1", ASKED, True),
        ("::ffff:127.0.0.1", ASKED, True),
        ("::1", ASKED, True),
        ("127.0.0.2", ASKED, False),
        ("203.0.113.9", ASKED, False),
        ("203.0.113.9", ASKED | {"x-forwarded-for": "127.0.0.1"}, False),
        (None, ASKED, False),
        ("somewhere", ASKED, False),
        ("127.0.0.1", {}, False),
        ("127.0.0.1", {"x-sendfile-type": "X-Sendfile"}, False),
        ("127.0.0.1", {"x-accel-mapping": "/=/files/"}, False),
    ],
)
def test_only_the_proxy_that_says_so_from_where_it_is(peer: str | None, headers: dict[str, str], takes: bool) -> None:
    assert handover().takes(peer, headers) is takes


def test_no_byte_of_a_name_means_anything_to_the_proxy() -> None:
    name = bytes(range(1, 256)).replace(b"/", b"")
    told = handover().address(b"/data/" + name)
    assert told.startswith(b"/files/data/")
    assert not set(told) - set(b"/abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~%")

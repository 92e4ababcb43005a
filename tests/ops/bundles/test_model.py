"""What cannot be told to any host is refused before a file is made."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.support.examples import examples

from vitascope.ops.bundles.model import Bundle, BundleError, BundleFile, BundleOptions, Host, UnsuitableValueError
from vitascope.ops.bundles.registry import make_bundle


@pytest.mark.parametrize(
    ("option", "values"),
    [
        (
            "name",
            ["", "Plex", "plex;reboot", "../plex", "plex\n", "-plex", "plex-", "a" * 64, "%n", "$HOME", 'a"b', "a b"],
        ),
        ("domain", ["", "a b", "a`b", "x\ny", "a)||Host(`b", "-x", "a/b", "%h"]),
        ("image", ["-v", "image latest", "a\nExecStart=x", "$(reboot)", "UPPER", "a`b", '"a"']),
        ("timezone", ["", "../etc/passwd", "/etc/localtime", "Europe/Zurich\nX", "a b", "a//b"]),
        ("config_dir", ["config", "/", "/a/../b", "/a:/b", "/a\nb", "/a\0b", "/a/", "//a", "/a\x7f"]),
        ("backup_dir", ["backups", "/a\nb"]),
        ("prefix", ["plex", "/plex/", "/", "/../x", "/a b", "/a;b", "/a\n"]),
        ("backend", ["", "127.0.0.1", "http://127.0.0.1:1", "a b:1", "x:0", "x:;", "[::1]", "x:123456", "x\n:1"]),
        ("acme_email", ["", "me", "@x", "a b@x", "me@x;y", "me@x\n"]),
        ("media", [("movies",), ("/a", "/a"), ("/a\n/b",), ("/a:rw",)]),
    ],
)
def test_an_unsuitable_value_is_named(option: str, values: list[Any]) -> None:
    for value in values:
        with pytest.raises(UnsuitableValueError, match=f"--{option.replace('_', '-')} "):
            BundleOptions(**{option: value})


def test_folders_may_have_every_printable_name() -> None:
    BundleOptions(config_dir='/srv/it\'s "50%" $HOME `x` \\ {{ x }} ünïcode', media=("/srv/a b#c",))


@pytest.mark.parametrize("path", ["", "/etc/passwd", "../x", "a/../../x", "a//b", "./a"])
def test_a_bundle_holds_no_file_outside_its_folder(path: str) -> None:
    with pytest.raises(BundleError):
        Bundle(files={path: BundleFile(text="")})


PIECES = ["/data", "/", "\\n", " ", '"', "'", "$x", "${x}", "%h", "%%", "\\", "#", ";", "{{x}}", "{", "}", "*", "[a]"]
PIECES += ["`", "~", "(x)", "&", "|", "<", ",", "=", "-", "--x", "@", "..", ":"]
PIECES += ["\n", "\x85", "\u2028", "é", "\udce9", "\ud800"]


@examples(25, fuzz=500)
@example(path="/srv/\udce9")
@given(path=st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map(lambda pieces: "/" + "".join(pieces)))
def test_any_folder_is_refused_or_can_be_written_for_every_host(path: str) -> None:
    for host in Host:
        with suppress(BundleError):
            options = BundleOptions(media=(path,), config_dir=path, backup_dir=path)
            for file in make_bundle(host, options).files.values():
                file.text.encode()

"""What cannot be told to any host is refused before a file is made."""

from typing import Any

import pytest

from vitascope.ops.bundles.model import Bundle, BundleError, BundleFile, BundleOptions, UnsuitableValueError


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

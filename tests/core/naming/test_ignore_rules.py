"""``.plexignore``, one pattern at a time and several files together."""

import pytest

from vitascope.core.naming import IgnoreRules


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("*.iso", "a.iso", True),
        ("*.iso", "deep/er/a.iso", True),
        ("*.ISO", "deep/a.iso", True),
        ("*.iso", "a.iso.mkv", False),
        ("Alien*", "Alien (1979).mkv", True),
        ("Alien*", "x/Alien (1979).mkv", True),
        ("Alien", "Alien", True),
        ("Alien", "Alien (1979)", False),
        ("a?c.mkv", "abc.mkv", True),
        ("a?c.mkv", "ac.mkv", False),
        ("[1080p].mkv", "[1080p].mkv", True),
        ("[1080p].mkv", "1.mkv", False),
        ("Kids/*", "Kids/a.mkv", True),
        ("Kids/*", "Kids/deep/a.mkv", True),
        ("Kids/*", "Other/Kids/a.mkv", False),
        ("Kids/*.avi", "Kids/a.mkv", False),
        ("/Kids/*", "Kids/a.mkv", True),
        ("Kids/", "Kids/a.mkv", True),
        ("Kids/", "Kids", True),
        ("Kids/", "Kids2/a.mkv", False),
        ("*/Extras/*", "Alien/Extras/a.mkv", True),
        ("Kids\\*", "Kids/a.mkv", True),
        ("# *.mkv", "a.mkv", False),
        ("", "a.mkv", False),
        ("/", "a.mkv", False),
        ("  *.avi  ", "a.avi", True),
        ("*", "anything", True),
        ("ÉTÉ*", "été.mkv", True),
    ],
)
def test_one_pattern_in_the_root(pattern: str, path: str, expected: bool) -> None:
    assert IgnoreRules.parse(pattern).matches(path) is expected


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("*.avi", "TV/a.avi", True),
        ("*.avi", "a.avi", False),
        ("*.avi", "TV/Show/a.avi", False),
        ("*.avi", "TV2/a.avi", False),
        ("Show/*", "TV/Show/a.avi", True),
        ("Show/*", "Show/a.avi", False),
        ("Show", "TV/Show", True),
    ],
)
def test_one_pattern_in_a_folder(pattern: str, path: str, expected: bool) -> None:
    assert IgnoreRules.parse(pattern, "TV").matches(path) is expected


def test_rules_add_up_down_the_tree() -> None:
    rules = IgnoreRules.parse("*.iso\n\n# comment\n*.img\n").extended("b.mkv\r\n", "TV/")
    ignored = [path for path in ("a.iso", "TV/a.img", "TV/b.mkv", "b.mkv", "TV/c.mkv") if rules.matches(path)]
    assert ignored == ["a.iso", "TV/a.img", "TV/b.mkv"]


def test_no_rules_match_nothing() -> None:
    assert not IgnoreRules().matches("a.mkv")


def test_a_hostile_pattern_takes_few_steps() -> None:
    # With a backtracking matcher this test would not end.
    assert not IgnoreRules.parse("*a" * 500 + "b").matches("a" * 4000)

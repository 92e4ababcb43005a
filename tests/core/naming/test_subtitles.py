"""Sidecar subtitles and lyrics: whose they are, and in what language."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from vitascope.core.naming import Language, SubtitleName, language_of, parse_lyrics, parse_subtitle

STEMS = ("Film (1999)", "Film (1999) - 4K", "Show - s01e01")
CASES: dict[str, dict[str, Any]] = tomllib.loads(Path(__file__).with_name("subtitles.toml").read_text("utf-8"))


@pytest.mark.parametrize("name", CASES)
def test_subtitle(name: str) -> None:
    fields = {"stem": "Film (1999)", "format": name.rpartition(".")[2], **CASES[name]}
    fields["language_code"], fields["language_tag"] = fields.pop("language", " ").split(" ")
    fields["language_code"] = fields["language_code"] or None
    fields["language_tag"] = fields["language_tag"] or None
    assert parse_subtitle(f"Films/{name}", STEMS) == SubtitleName(**fields)


@pytest.mark.parametrize(
    "path",
    [
        "Other.en.srt",
        "Film (1999)x.srt",
        "Film.srt",
        "Film (1999).txt",
        "Film (1999).mkv",
        "Show - s01e011.srt",
        ".srt",
        "",
    ],
)
def test_belongs_to_none(path: str) -> None:
    assert parse_subtitle(path, STEMS) is None


@pytest.mark.parametrize("folder", ["Subs", "subs", "Subtitles", "SUBTITLES"])
@pytest.mark.parametrize(
    ("name", "code", "hearing_impaired"),
    [
        ("2_English.srt", "eng", False),
        ("English.srt", "eng", False),
        ("3_eng,SDH.srt", "eng", True),
        ("Film.ger.srt", "ger", False),
    ],
)
def test_a_subs_folder_beside_one_film(folder: str, name: str, code: str, hearing_impaired: bool) -> None:
    found = parse_subtitle(f"Film/{folder}/{name}", ["Film"])
    assert found is not None
    assert (found.stem, found.language_code, found.hearing_impaired) == ("Film", code, hearing_impaired)


def test_a_subs_folder_beside_many_films_needs_their_names() -> None:
    assert parse_subtitle("Films/Subs/2_English.srt", ["A", "B"]) is None
    named = parse_subtitle("Films/Subs/B.en.srt", ["A", "B"])
    assert named is not None
    assert named.stem == "B"
    in_folder = parse_subtitle("Films/Subs/b/2_English.srt", ["A", "B"])
    assert in_folder is not None
    assert (in_folder.stem, in_folder.language_tag) == ("B", "en")


def test_the_longest_video_name_wins_whatever_the_order() -> None:
    for stems in (["Film", "Film.Two"], ["Film.Two", "Film"]):
        found = parse_subtitle("Film.Two.en.srt", stems)
        assert found is not None
        assert found.stem == "Film.Two"


@pytest.mark.parametrize(
    ("text", "code", "tag"),
    [
        ("en", "eng", "en"),
        ("ENG", "eng", "en"),
        ("deu", "ger", "de"),
        ("ger", "ger", "de"),
        ("zho", "chi", "zh"),
        ("ces", "cze", "cs"),
        ("ron", "rum", "ro"),
        ("rum", "rum", "ro"),
        ("fas", "per", "fa"),
        ("msa", "may", "ms"),
        ("sqi", "alb", "sq"),
        ("cym", "wel", "cy"),
        ("de-AT", "ger", "de-AT"),
        ("deu-at", "ger", "de-AT"),
        ("sr-Latn", "srp", "sr-Latn"),
        ("zh-Hant-HK", "chi", "zh-Hant-HK"),
        ("Norwegian Bokmål", "nob", "nb"),
        ("haw", "haw", "haw"),
        ("jp", "jpn", "ja"),
        ("Tiếng Việt", "vie", "vi"),
        (" en ", "eng", "en"),
    ],
)
def test_language(text: str, code: str, tag: str) -> None:
    assert language_of(text) == Language(code=code, tag=tag)


@pytest.mark.parametrize("text", ["", "x", "und", "qq", "xx-YY", "1080p", "x" * 60, "no such language"])
def test_not_a_language(text: str) -> None:
    assert language_of(text) is None


def test_every_language_has_its_codes_once() -> None:
    from vitascope.core.naming.languages import _CODES

    for spelt, language in _CODES.items():
        assert len(language.code) == 3
        assert language_of(language.code) is not None
        assert len(spelt) in (2, 3)
    assert len({language.tag for language in _CODES.values()}) == len({language.code for language in _CODES.values()})


def test_lyrics() -> None:
    stems = ["01 - Kino", "02 - Rette mich"]
    assert parse_lyrics("Nena/Nena/01 - Kino.lrc", stems) == "01 - Kino"
    assert parse_lyrics("Nena/Nena/02 - RETTE MICH.txt", stems) == "02 - Rette mich"
    assert parse_lyrics("Nena/Nena/readme.txt", stems) is None
    assert parse_lyrics("Nena/Nena/01 - Kino.mp3", stems) is None

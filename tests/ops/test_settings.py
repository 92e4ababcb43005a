"""Start-up settings and the support directory: what they make of flags, and what they refuse."""

from pathlib import Path

import pytest

from vitascope.core.model import SectionKind
from vitascope.ops.paths import SupportDir
from vitascope.ops.settings import SectionWish, SettingsError, make_settings


def test_the_support_directory_lies_inside_config(tmp_path: Path) -> None:
    settings = make_settings(config=tmp_path)
    root = tmp_path / "Library" / "Application Support" / "Plex Media Server"
    assert settings.support.root == root
    assert settings.database_target == str(root / "Plug-in Support" / "Databases" / "vitascope.db")
    settings.support.make()
    names = {path.name for path in root.iterdir()}
    assert names == {"Cache", "Codecs", "Crash Reports", "Logs", "Media", "Metadata", "Plug-in Support", "Updates"}
    settings.support.make()


def test_the_containers_variable_moves_it(tmp_path: Path) -> None:
    environment = {"PLEX_MEDIA_SERVER_APPLICATION_SUPPORT_DIR": "/else/where"}
    found = SupportDir.for_config(tmp_path, environment)
    assert found.preferences == Path("/else/where/Plex Media Server/Preferences.xml")


@pytest.mark.parametrize(
    ("text", "title", "kind", "paths"),
    [
        ("Movies=movie:/a", "Movies", SectionKind.MOVIE, ["/a"]),
        ("My Shows = show:/a,/b/c", "My Shows", SectionKind.SHOW, ["/a", "/b/c"]),
        ("X=other:/a\\,b,/c:d", "X", SectionKind.OTHER, ["/a,b", "/c:d"]),
        ("A=B=photo:/p", "A", None, []),
    ],
)
def test_sections_to_make(text: str, title: str, kind: SectionKind | None, paths: list[str]) -> None:
    if kind is None:
        with pytest.raises(SettingsError):
            SectionWish.parse(text)
        return
    wish = SectionWish.parse(text)
    assert (wish.title, wish.kind, [str(path) for path in wish.paths]) == (title, kind, paths)


@pytest.mark.parametrize("text", ["", "Movies", "Movies=", "Movies=movie", "Movies=movie:", "=movie:/a", "M=book:/a"])
def test_a_section_written_wrongly_is_refused(text: str) -> None:
    with pytest.raises(SettingsError) as error:
        SectionWish.parse(text)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("port", [-1, 65_536])
def test_a_port_is_a_port(tmp_path: Path, port: int) -> None:
    with pytest.raises(SettingsError):
        make_settings(config=tmp_path, port=port)


def test_config_is_a_folder(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(SettingsError):
        make_settings(config=file)


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        (None, "127.0.0.1"),
        ("", "127.0.0.1"),
        ("0.0.0.0", "127.0.0.1"),  # noqa: S104  # shown, not bound to
        ("::", "127.0.0.1"),
        ("::1", "[::1]"),
        ("a", "a"),
    ],
)
def test_the_address_shown_can_be_opened(tmp_path: Path, host: str | None, shown: str) -> None:
    assert make_settings(config=tmp_path, host=host).shown_host == shown

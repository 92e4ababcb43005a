"""Preferences of sections: typed, stored only where they differ, and tolerant of what is stored wrongly."""

import pytest

from vitascope.core.model import SectionKind
from vitascope.ops.section_prefs import catalogue, merged, values
from vitascope.ops.setting import PreferenceValueError


@pytest.mark.parametrize("kind", list(SectionKind))
def test_defaults_hold_until_changed(kind: SectionKind) -> None:
    assert all(value == setting.default for setting, value in values(kind, "{}"))
    for setting in catalogue(kind).values():
        setting.check(setting.default)


def test_changes_are_stored_and_taken_back() -> None:
    stored = merged(SectionKind.SHOW, "{}", {"hidden": "2", "flattenSeasons": "1", "unknown": "x"})
    assert stored == '{"hidden":2,"flattenSeasons":1}'
    assert {s.id: v for s, v in values(SectionKind.SHOW, stored)}["hidden"] == 2
    assert merged(SectionKind.SHOW, stored, {"hidden": "0"}) == '{"flattenSeasons":1}'


@pytest.mark.parametrize(("name", "text"), [("hidden", "9"), ("hidden", "x"), ("followOutsideLinks", "maybe")])
def test_what_does_not_fit_is_refused(name: str, text: str) -> None:
    with pytest.raises(PreferenceValueError):
        merged(SectionKind.MOVIE, "{}", {name: text})


@pytest.mark.parametrize("stored", ["", "nonsense", "[]", '{"hidden": 77}', '{"hidden": "x"}'])
def test_what_is_stored_wrongly_is_the_default(stored: str) -> None:
    assert {s.id: v for s, v in values(SectionKind.MOVIE, stored)}["hidden"] == 0

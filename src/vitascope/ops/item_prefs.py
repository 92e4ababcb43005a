"""The preferences that shows, artists and films have of their own: a small catalogue, and what holds in the end.

Only what has an effect is here. ``-1`` leaves a matter to the library, whose preference of the same name is
``ops.section_prefs``'s.
"""

from collections.abc import Mapping

from vitascope.core.model import ItemType, SectionKind
from vitascope.core.playback.languages import Wishes
from vitascope.ops import section_prefs
from vitascope.ops.setting import Setting, SettingKind, SettingValue

_LANGUAGES = """
ar Arabic|bg Bulgarian|ca Catalan|cs Czech|da Danish|de German|el Greek|en English|es Spanish|et Estonian|fi Finnish
fr French|he Hebrew|hi Hindi|hr Croatian|hu Hungarian|id Indonesian|is Icelandic|it Italian|ja Japanese|ko Korean
lt Lithuanian|lv Latvian|nl Dutch|no Norwegian|pl Polish|pt Portuguese|ro Romanian|ru Russian|sk Slovak|sl Slovenian
sr Serbian|sv Swedish|ta Tamil|th Thai|tr Turkish|uk Ukrainian|vi Vietnamese|zh Chinese
"""


def _languages(text: str, unset: str) -> tuple[tuple[str, str], ...]:
    found = [("", unset)]
    for entry in text.strip().replace("\n", "|").split("|"):
        tag, _, name = entry.partition(" ")
        found.append((tag, name))
    return tuple(found)


_LANGUAGE_CHOICES = _languages(_LANGUAGES, "As the file says")


_REGIONS = """
ar-SA Arabic (Saudi Arabia)|bg-BG Bulgarian|ca-ES Catalan|zh-CN Chinese|zh-HK Chinese (Hong Kong)
zh-TW Chinese (Taiwan)|hr-HR Croatian|cs-CZ Czech|da-DK Danish|nl-NL Dutch|en-US English|en-AU English (Australia)
en-CA English (Canada)|en-GB English (UK)|et-EE Estonian|fi-FI Finnish|fr-FR French|fr-CA French (Canada)|de-DE German
el-GR Greek|he-IL Hebrew|hi-IN Hindi|hu-HU Hungarian|id-ID Indonesian|it-IT Italian|ja-JP Japanese|ko-KR Korean
lv-LV Latvian|lt-LT Lithuanian|nb-NO Norwegian Bokmål|fa-IR Persian|pl-PL Polish|pt-BR Portuguese (Brazil)
pt-PT Portuguese|ro-RO Romanian|ru-RU Russian|sk-SK Slovak|sl-SI Slovenian|es-ES Spanish|es-MX Spanish (Mexico)
sv-SE Swedish|th-TH Thai|tr-TR Turkish|uk-UA Ukrainian|vi-VN Vietnamese
"""


def _choice(name: str, label: str, default: int, choices: tuple[tuple[str, str], ...], summary: str = "") -> Setting:
    return Setting(id=name, kind=SettingKind.INT, default=default, label=label, choices=choices, summary=summary)


_ORIGINAL = _choice(
    "useOriginalTitle",
    "Use original title",
    -1,
    (("-1", "Library default"), ("0", "No"), ("1", "Yes")),
    "The title in the language it was made in takes the place of the title.",
)
_OVERRIDE = Setting(
    id="languageOverride",
    kind=SettingKind.TEXT,
    default="",
    label="Metadata language",
    summary="In which language metadata providers are asked about it.",
    choices=_languages(_REGIONS, "Library default"),
)
_ORDERING = Setting(
    id="showOrdering",
    kind=SettingKind.TEXT,
    default="",
    label="Episode ordering",
    summary="How the files count their episodes: metadata providers are asked for this order.",
    choices=(("", "Library default"), *section_prefs.ORDERINGS),
)
ASKED_BY = frozenset({_OVERRIDE.id, _ORDERING.id})
"""Preferences by which metadata providers are asked: a change of one has them asked again."""
_BY_TYPE: dict[ItemType, tuple[Setting, ...]] = {
    ItemType.MOVIE: (_ORIGINAL, _OVERRIDE),
    ItemType.SHOW: (
        _choice(
            "episodeSort",
            "Episode sorting",
            -1,
            (("-1", "Library default"), ("0", "Oldest first"), ("1", "Newest first")),
        ),
        _choice("flattenSeasons", "Seasons", -1, (("-1", "Library default"), ("0", "Show"), ("1", "Hide"))),
        _ORIGINAL,
        _OVERRIDE,
        _ORDERING,
        _choice(
            "autoDeletionItemPolicyUnwatchedLibrary",
            "Keep",
            0,
            (
                ("0", "All episodes"),
                ("5", "5 latest episodes"),
                ("3", "3 latest episodes"),
                ("1", "Latest episode"),
                ("-3", "Episodes added in the past 3 days"),
                ("-7", "Episodes added in the past 7 days"),
                ("-30", "Episodes added in the past 30 days"),
            ),
            "Of those you did not watch. Files of others are deleted at night, if allowMediaDeletion is on.",
        ),
        _choice(
            "autoDeletionItemPolicyWatchedLibrary",
            "Delete episodes after playing",
            0,
            (("0", "Never"), ("1", "After a day"), ("7", "After a week"), ("100", "On the next refresh")),
            "Their files, at night, if allowMediaDeletion is on.",
        ),
        Setting(
            id="audioLanguage",
            kind=SettingKind.TEXT,
            default="",
            label="Preferred audio language",
            choices=_LANGUAGE_CHOICES,
        ),
        Setting(
            id="subtitleLanguage",
            kind=SettingKind.TEXT,
            default="",
            label="Preferred subtitle language",
            choices=_LANGUAGE_CHOICES,
        ),
        _choice(
            "subtitleMode",
            "Subtitles",
            -1,
            (
                ("-1", "As the file says"),
                ("0", "Manually selected"),
                ("1", "Shown with foreign audio"),
                ("2", "Always enabled"),
            ),
        ),
    ),
    ItemType.ARTIST: (
        _choice(
            "albumSort",
            "Album sorting",
            -1,
            (("-1", "Library default"), ("0", "Newest first"), ("1", "Oldest first"), ("2", "By name")),
        ),
    ),
}
_ALL = {setting.id: setting for settings in _BY_TYPE.values() for setting in settings}
NUMBERS = tuple(name for name, setting in _ALL.items() if setting.kind is SettingKind.INT)
TEXTS = tuple(name for name, setting in _ALL.items() if setting.kind is SettingKind.TEXT)
_ONE_SEASON = 2
"""``flattenSeasons`` of a section: hide where there is but one."""


def catalogue(kind: ItemType) -> dict[str, Setting]:
    """The settings of items of a type."""
    return {setting.id: setting for setting in _BY_TYPE.get(kind, ())}


def values(kind: ItemType, stored: Mapping[str, str]) -> list[tuple[Setting, SettingValue]]:
    """Every setting of an item with its value."""
    return [
        (setting, setting.parse(stored[name]) if name in stored else setting.default)
        for name, setting in catalogue(kind).items()
    ]


def checked(kind: ItemType, changes: Mapping[str, str]) -> dict[str, str | None]:
    """What is to be stored: ``None`` where a value is the default. Names nobody knows are passed over; raises
    :class:`~vitascope.ops.catalogue.PreferenceValueError` for a value that does not fit."""
    found: dict[str, str | None] = {}
    for name, setting in catalogue(kind).items():
        if name in changes:
            value = setting.parse(changes[name])
            setting.check(value)
            found[name] = None if value == setting.default else str(value)
    return found


def effective(name: str, stored: Mapping[str, str], kind: SectionKind, section: str) -> int:
    """What holds of a matter that an item may leave to its library; ``section`` are the library's stored ones."""
    own = int(stored.get(name, "-1"))
    if own >= 0:
        return own
    return next((int(value) for setting, value in section_prefs.values(kind, section) if setting.id == name), 0)


def hides_seasons(stored: Mapping[str, str], kind: SectionKind, section: str, seasons: int) -> bool:
    """Whether the seasons of a show are passed over."""
    found = effective("flattenSeasons", stored, kind, section)
    return found == 1 or (found == _ONE_SEASON and seasons <= 1)


def wishes(stored: Mapping[str, str]) -> Wishes | None:
    """In which languages a show is to be heard and read; ``None`` where nobody said."""
    if not stored.keys() & {"audioLanguage", "subtitleLanguage", "subtitleMode"}:
        return None
    return Wishes(
        audio=stored.get("audioLanguage") or None,
        subtitle=stored.get("subtitleLanguage") or None,
        mode=int(stored.get("subtitleMode", "-1")),
    )

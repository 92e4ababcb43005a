"""The ten regions in which Audible sells, each with a catalogue of its own: a book has another id in another region, or
is not sold there at all."""

import re

DEFAULT = "us"
DOMAINS = {
    "us": "com",
    "uk": "co.uk",
    "ca": "ca",
    "au": "com.au",
    "de": "de",
    "fr": "fr",
    "es": "es",
    "it": "it",
    "in": "in",
    "jp": "co.jp",
}
"""Ends of Audible's host names by the region's code at Audnexus."""
_COUNTRIES = {"GB": "uk", **{code.upper(): code for code in DOMAINS}}
_LANGUAGES = {"de": "de", "fr": "fr", "es": "es", "it": "it", "ja": "jp"}
_MARK = re.compile(rf"[\[({{]({'|'.join(DOMAINS)})[\])}}]", re.IGNORECASE)


def of_language(language: str) -> str:
    """The region where a language is at home: ``de-DE`` is ``de``, ``en-GB`` is ``uk``, ``en`` is ``us``."""
    tongue, _, country = language.replace("_", "-").partition("-")
    return _COUNTRIES.get(country.upper()) or _LANGUAGES.get(tongue.lower()) or DEFAULT


def marked(text: str) -> tuple[str | None, str]:
    """The region that a text names in brackets (``[uk] B00ABCDEFG``), and the text without it."""
    found = _MARK.search(text)
    if found is None:
        return None, text
    return found[1].lower(), f"{text[: found.start()]} {text[found.end() :]}".strip()

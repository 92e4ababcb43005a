"""Age ratings: one spelling for each, and the age at which a child may watch.

Files write them in many ways ("Rated PG-13 for …", "US:PG-13", "Germany:FSK 16", "de/16"). Shown is the bare rating
for the United States and ``country/rating`` for others, as the API does; the age is what parental restrictions compare.
"""

import re

_AGES: dict[str, int] = {
    # United States: cinema, television
    "G": 0, "PG": 10, "PG-13": 13, "R": 17, "NC-17": 18, "X": 18, "M": 16, "GP": 10,
    "TV-Y": 0, "TV-Y7": 7, "TV-Y7-FV": 7, "TV-G": 0, "TV-PG": 10, "TV-14": 14, "TV-MA": 17,
    # Great Britain, Ireland
    "U": 0, "UC": 0, "12A": 12, "15A": 15, "R18": 18,
    # Australia, New Zealand
    "P": 0, "C": 0, "E": 0, "M15+": 15, "MA15+": 15, "MA 15+": 15, "R18+": 18, "R 18+": 18, "X18+": 18, "RP13": 13,
    "RP16": 16, "R13": 13, "R15": 15, "R16": 16,
    # Canada
    "14A": 14, "18A": 18, "A": 18, "13+": 13, "16+": 16, "18+": 18, "8+": 8, "14+": 14,
    # France, Germany, Netherlands, Nordic, Spain, Brazil, Korea, Japan, India
    "TP": 0, "TOUS PUBLICS": 0, "AL": 0, "BTL": 0, "ALL": 0, "APTA": 0, "A/I": 0, "L": 0, "PG12": 12, "PG-12": 12,
    "R15+": 15, "R-15": 15, "R-18": 18, "UA": 12, "UA 7+": 7, "UA 13+": 13, "UA 16+": 16, "S": 18, "T": 0,
    "0+": 0, "6+": 6, "12+": 12,
}  # fmt: skip
_UNRATED = {"NR", "UR", "NOT RATED", "UNRATED", "N/A", "NONE", "NOTRATED", "-", "?", "0", "APPROVED", "PASSED"}
_COUNTRIES = {
    "US": "", "USA": "", "UNITED STATES": "", "UNITED STATES OF AMERICA": "",
    "UK": "gb", "UNITED KINGDOM": "gb", "GREAT BRITAIN": "gb", "ENGLAND": "gb",
    "GERMANY": "de", "DEUTSCHLAND": "de", "FRANCE": "fr", "SPAIN": "es", "ITALY": "it", "NETHERLANDS": "nl",
    "SWEDEN": "se", "NORWAY": "no", "DENMARK": "dk", "FINLAND": "fi", "AUSTRALIA": "au", "CANADA": "ca",
    "NEW ZEALAND": "nz", "IRELAND": "ie", "PORTUGAL": "pt", "BRAZIL": "br", "JAPAN": "jp", "SOUTH KOREA": "kr",
    "KOREA": "kr", "INDIA": "in", "SWITZERLAND": "ch", "AUSTRIA": "at", "POLAND": "pl", "RUSSIA": "ru",
    "MEXICO": "mx", "BELGIUM": "be",
}  # fmt: skip
_WITH_COUNTRY = re.compile(r"(?P<country>[A-Za-z][A-Za-z ]+?)\s*(?::|/|-(?=\d|FSK))\s*(?P<rating>\S.*)")
_BOARD = re.compile(r"^(?:rated|fsk|bbfc|kijkwijzer|mpaa|csa)[\s:-]*", re.IGNORECASE)
_NUMBER = re.compile(r"(?:^|\D)(\d{1,2})(?:\D|$)")


def normalize(text: str | None) -> str | None:
    """The rating as the API shows it, or ``None`` when the text names none.

    >>> normalize("Rated PG-13 for some violence"), normalize("Germany:FSK 16 / US:R"), normalize("de/12")
    ('PG-13', 'R', 'de/12')
    """
    if text is None:
        return None
    choices = [_one(part) for part in re.split(r"\s+/\s+|\s*[|;]\s*", text.strip()[:500]) if part.strip()]
    named = [choice for choice in choices if choice]
    # A list names one rating by country: that of the United States is the one others are compared with.
    return next((choice for choice in named if "/" not in choice), named[0] if named else None)


def age(rating: str | None) -> int | None:
    """The age from which a rating allows watching, or ``None`` for an unknown or absent one."""
    normal = normalize(rating)
    if normal is None:
        return None
    bare = (normal.partition("/")[2] or normal).upper()
    if bare in _AGES:
        return _AGES[bare]
    number = _NUMBER.search(bare)
    return int(number[1]) if number and int(number[1]) <= 21 else None


def _one(text: str) -> str | None:
    country, rating = "", text.strip()
    match = _WITH_COUNTRY.fullmatch(rating)
    if match and rating.upper() not in _AGES:
        name = match["country"].strip().upper()
        known = _COUNTRIES.get(name, name.lower() if len(name) == 2 else None)
        if known is not None:
            country, rating = known, match["rating"].strip()
    german = rating.upper().startswith("FSK")
    rating = _BOARD.sub("", rating).strip()
    # "PG-13 for strong language": the reason is not part of the rating.
    rating = re.split(r"\s+(?:for|on appeal|\()", rating, maxsplit=1)[0].strip()
    if not rating or rating.upper() in _UNRATED or len(rating) > 20:
        return None
    if german and not country:
        country = "de"
    shown = rating.upper() if rating.upper() in _AGES else rating
    return f"{country}/{shown}" if country else shown

"""The countries that the original's film agent offers, by its numbers: 0 is Argentina, 46 the United States."""

_COUNTRIES = """
Argentina AR|Australia AU|Austria AT|Belgium BE|Belize BZ|Bolivia BO|Brazil BR|Canada CA|Chile CL|Colombia CO
Costa Rica CR|Czech Republic CZ|Denmark DK|Dominican Republic DO|Ecuador EC|El Salvador SV|France FR|Germany DE
Guatemala GT|Honduras HN|Hong Kong SAR HK|Ireland IE|Italy IT|Jamaica JM|Korea KR|Liechtenstein LI|Luxembourg LU
Mexico MX|Netherlands NL|New Zealand NZ|Nicaragua NI|Panama PA|Paraguay PY|Peru PE|Portugal PT
Peoples Republic of China CN|Puerto Rico PR|Russia RU|Singapore SG|South Africa ZA|Spain ES|Sweden SE
Switzerland CH|Taiwan TW|Trinidad TT|United Kingdom GB|United States US|Uruguay UY|Venezuela VE
"""
_NAMED = tuple(entry.rpartition(" ") for entry in _COUNTRIES.strip().replace("\n", "|").split("|"))
CHOICES = tuple((str(number), name) for number, (name, _, _) in enumerate(_NAMED))
"""As choices of a setting."""
UNITED_STATES = 46


def code_of(number: int) -> str | None:
    """The two letters of a country; ``None`` for a number that is none."""
    return _NAMED[number][2] if 0 <= number < len(_NAMED) else None

"""Languages of streams: from whatever a container says to the two codes and the name that the API shows.

``languageCode`` is ISO 639-2 in its bibliographic form (``ger``, not ``deu``) because clients compare it with that;
``languageTag`` is BCP 47, in its shortest form (``de``, ``pt-BR``). Codes this table does not know are kept as they
are: every ISO 639-3 code is a valid tag.
"""

import re
from dataclasses import dataclass

_TABLE = """
aa aar Afar|ab abk Abkhazian|ae ave Avestan|af afr Afrikaans|ak aka Akan|am amh Amharic|an arg Aragonese|ar ara Arabic|
as asm Assamese|av ava Avaric|ay aym Aymara|az aze Azerbaijani|ba bak Bashkir|be bel Belarusian|bg bul Bulgarian|
bi bis Bislama|bm bam Bambara|bn ben Bengali|bo tib/bod Tibetan|br bre Breton|bs bos Bosnian|ca cat Catalan|
ce che Chechen|ch cha Chamorro|co cos Corsican|cr cre Cree|cs cze/ces Czech|cu chu Church Slavic|cv chv Chuvash|
cy wel/cym Welsh|da dan Danish|de ger/deu German|dv div Divehi|dz dzo Dzongkha|ee ewe Ewe|el gre/ell Greek|
en eng English|eo epo Esperanto|es spa Spanish|et est Estonian|eu baq/eus Basque|fa per/fas Persian|ff ful Fulah|
fi fin Finnish|fj fij Fijian|fo fao Faroese|fr fre/fra French|fy fry Western Frisian|ga gle Irish|
gd gla Scottish Gaelic|gl glg Galician|gn grn Guarani|gu guj Gujarati|gv glv Manx|ha hau Hausa|he heb Hebrew|
hi hin Hindi|ho hmo Hiri Motu|hr hrv Croatian|ht hat Haitian|hu hun Hungarian|hy arm/hye Armenian|hz her Herero|
ia ina Interlingua|id ind Indonesian|ie ile Interlingue|ig ibo Igbo|ii iii Sichuan Yi|ik ipk Inupiaq|io ido Ido|
is ice/isl Icelandic|it ita Italian|iu iku Inuktitut|ja jpn Japanese|jv jav Javanese|ka geo/kat Georgian|
kg kon Kongo|ki kik Kikuyu|kj kua Kuanyama|kk kaz Kazakh|kl kal Kalaallisut|km khm Khmer|kn kan Kannada|
ko kor Korean|kr kau Kanuri|ks kas Kashmiri|ku kur Kurdish|kv kom Komi|kw cor Cornish|ky kir Kyrgyz|la lat Latin|
lb ltz Luxembourgish|lg lug Ganda|li lim Limburgish|ln lin Lingala|lo lao Lao|lt lit Lithuanian|lu lub Luba-Katanga|
lv lav Latvian|mg mlg Malagasy|mh mah Marshallese|mi mao/mri Maori|mk mac/mkd Macedonian|ml mal Malayalam|
mn mon Mongolian|mr mar Marathi|ms may/msa Malay|mt mlt Maltese|my bur/mya Burmese|na nau Nauru|
nb nob Norwegian Bokmål|nd nde North Ndebele|ne nep Nepali|ng ndo Ndonga|nl dut/nld Dutch|nn nno Norwegian Nynorsk|
no nor Norwegian|nr nbl South Ndebele|nv nav Navajo|ny nya Chichewa|oc oci Occitan|oj oji Ojibwa|om orm Oromo|
or ori Odia|os oss Ossetian|pa pan Punjabi|pi pli Pali|pl pol Polish|ps pus Pashto|pt por Portuguese|qu que Quechua|
rm roh Romansh|rn run Rundi|ro rum/ron Romanian|ru rus Russian|rw kin Kinyarwanda|sa san Sanskrit|sc srd Sardinian|
sd snd Sindhi|se sme Northern Sami|sg sag Sango|si sin Sinhala|sk slo/slk Slovak|sl slv Slovenian|sm smo Samoan|
sn sna Shona|so som Somali|sq alb/sqi Albanian|sr srp Serbian|ss ssw Swati|st sot Southern Sotho|su sun Sundanese|
sv swe Swedish|sw swa Swahili|ta tam Tamil|te tel Telugu|tg tgk Tajik|th tha Thai|ti tir Tigrinya|tk tuk Turkmen|
tl tgl Tagalog|tn tsn Tswana|to ton Tonga|tr tur Turkish|ts tso Tsonga|tt tat Tatar|tw twi Twi|ty tah Tahitian|
ug uig Uyghur|uk ukr Ukrainian|ur urd Urdu|uz uzb Uzbek|ve ven Venda|vi vie Vietnamese|vo vol Volapük|
wa wln Walloon|wo wol Wolof|xh xho Xhosa|yi yid Yiddish|yo yor Yoruba|za zha Zhuang|zh chi/zho Chinese|zu zul Zulu|
- ast Asturian|- ceb Cebuano|- chr Cherokee|- cmn Mandarin Chinese|- dsb Lower Sorbian|- fil Filipino|
- frr Northern Frisian|- fur Friulian|- gsw Swiss German|- haw Hawaiian|- hmn Hmong|- hsb Upper Sorbian|
- kab Kabyle|- kok Konkani|- mai Maithili|- mnc Manchu|- mni Manipuri|- nan Min Nan Chinese|- nap Neapolitan|
- nds Low German|- scn Sicilian|- sco Scots|- sux Sumerian|- syr Syriac|- tlh Klingon|- wuu Wu Chinese|
- yue Cantonese|- grc Ancient Greek|- ang Old English|- sgn Sign Languages
"""

_REGIONS = {
    "AR": "Argentina",
    "AT": "Austria",
    "AU": "Australia",
    "BE": "Belgium",
    "BR": "Brazil",
    "CA": "Canada",
    "CH": "Switzerland",
    "CN": "China",
    "DE": "Germany",
    "ES": "Spain",
    "FR": "France",
    "GB": "United Kingdom",
    "HK": "Hong Kong",
    "IE": "Ireland",
    "IN": "India",
    "IT": "Italy",
    "MX": "Mexico",
    "NL": "Netherlands",
    "PT": "Portugal",
    "SG": "Singapore",
    "TW": "Taiwan",
    "US": "United States",
    "ZA": "South Africa",
}
_SUBTAGS = {"419": "Latin America", "Hans": "Simplified", "Hant": "Traditional", "Latn": "Latin", "Cyrl": "Cyrillic"}

_NO_LANGUAGE = frozenset({"und", "unk", "zxx", "mis", "mul", "qaa", "xxx", "none", "unknown", "root"})
_TAG = re.compile(r"([a-zA-Z]{2,3})(?:[-_]([a-zA-Z0-9_-]{2,32}))?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """One language as streams carry it."""

    code: str
    """ISO 639-2/B where there is one, else the three letters given."""
    tag: str
    """BCP 47."""


@dataclass(frozen=True, slots=True)
class _Entry:
    short: str
    code: str
    name: str


def _load() -> tuple[dict[str, _Entry], dict[str, _Entry]]:
    by_code: dict[str, _Entry] = {}
    by_name: dict[str, _Entry] = {}
    for line in _TABLE.replace("\n", "").split("|"):
        short, codes, name = line.split(" ", 2)
        first, *others = codes.split("/")
        entry = _Entry("" if short == "-" else short, first, name)
        for code in (entry.short, first, *others):
            if code:
                by_code[code] = entry
        by_name[name.casefold()] = entry
    return by_code, by_name


_BY_CODE, _BY_NAME = _load()


def parse_language(text: str | None) -> Language | None:
    """A language from a code (``de``, ``deu``, ``ger``), a tag (``pt_BR``) or an English name; ``None`` if unknown."""
    if not text:
        return None
    text = text.strip()
    entry = _BY_NAME.get(text.casefold())
    if entry is not None:
        return Language(code=entry.code, tag=entry.short or entry.code)
    match = _TAG.fullmatch(text)
    if match is None:
        return None
    primary, rest = match[1].lower(), match[2]
    if primary in _NO_LANGUAGE:
        return None
    entry = _BY_CODE.get(primary)
    if entry is None and len(primary) == 2:
        return None
    code = entry.code if entry else primary
    tag = (entry.short or entry.code) if entry else primary
    if rest:
        tag += "".join("-" + _cased(part) for part in re.split("[-_]", rest) if part)
    return Language(code=code, tag=tag)


def language_name(code_or_tag: str | None) -> str | None:
    """The English name of a code or tag (``Portuguese (Brazil)``); ``None`` when it is unknown."""
    language = parse_language(code_or_tag)
    if language is None:
        return None
    primary, *rest = language.tag.split("-")
    entry = _BY_CODE.get(primary)
    if entry is None:
        return None
    details = [_REGIONS.get(part) or _SUBTAGS.get(part) for part in rest]
    known = [detail for detail in details if detail]
    return f"{entry.name} ({', '.join(known)})" if known else entry.name


def _cased(subtag: str) -> str:
    """The customary case of a subtag: regions upper, scripts title, the rest lower (RFC 5646, 2.1.1)."""
    if len(subtag) == 2 and subtag.isalpha():
        return subtag.upper()
    if len(subtag) == 4 and subtag.isalpha():
        return subtag.title()
    return subtag.lower()

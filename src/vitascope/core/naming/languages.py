"""Languages as people write them in file names and as media files carry them, in one spelling.

Clients know languages by the bibliographic three-letter codes of ISO 639-2 (``ger``, ``fre``), browsers by BCP 47
tags (``de``, ``pt-BR``). Names in English and in the language itself are understood too.
"""

import re
from dataclasses import dataclass

# two letters, bibliographic code, terminology code where it differs, names
_TABLE = """
aa aar|Afar; ab abk|Abkhazian; af afr|Afrikaans; ak aka|Akan; sq alb sqi|Albanian,Shqip; am amh|Amharic
ar ara|Arabic,العربية; an arg|Aragonese; hy arm hye|Armenian; as asm|Assamese; av ava|Avaric; ae ave|Avestan
ay aym|Aymara; az aze|Azerbaijani; ba bak|Bashkir; bm bam|Bambara; eu baq eus|Basque,Euskara; be bel|Belarusian
bn ben|Bengali,Bangla; bi bis|Bislama; bo tib bod|Tibetan; bs bos|Bosnian,Bosanski; br bre|Breton
bg bul|Bulgarian,Български; my bur mya|Burmese; ca cat|Catalan,Català,Valencian; cs cze ces|Czech,Čeština,Česky
ch cha|Chamorro; ce che|Chechen; zh chi zho|Chinese,中文; cu chu|Church Slavic; cv chv|Chuvash; kw cor|Cornish
co cos|Corsican; cr cre|Cree; cy wel cym|Welsh,Cymraeg; da dan|Danish,Dansk; de ger deu|German,Deutsch
dv div|Divehi; nl dut nld|Dutch,Nederlands,Flemish; dz dzo|Dzongkha; el gre ell|Greek,Ελληνικά; en eng|English
eo epo|Esperanto; et est|Estonian,Eesti; ee ewe|Ewe; fo fao|Faroese; fa per fas|Persian,Farsi,فارسی
fj fij|Fijian; fi fin|Finnish,Suomi; fr fre fra|French,Français,Francais; fy fry|Western Frisian; ff ful|Fulah
ka geo kat|Georgian; gd gla|Scottish Gaelic; ga gle|Irish,Gaeilge; gl glg|Galician,Galego; gv glv|Manx
gn grn|Guarani; gu guj|Gujarati; ht hat|Haitian; ha hau|Hausa; he heb|Hebrew,עברית; hz her|Herero
hi hin|Hindi,हिन्दी; ho hmo|Hiri Motu; hr hrv scr|Croatian,Hrvatski; hu hun|Hungarian,Magyar; ig ibo|Igbo
is ice isl|Icelandic,Íslenska; io ido|Ido; ii iii|Sichuan Yi; iu iku|Inuktitut; ie ile|Interlingue
ia ina|Interlingua; id ind|Indonesian,Bahasa Indonesia; ik ipk|Inupiaq; it ita|Italian,Italiano
jv jav|Javanese; ja jpn|Japanese,日本語; kl kal|Kalaallisut,Greenlandic; kn kan|Kannada; ks kas|Kashmiri
kr kau|Kanuri; kk kaz|Kazakh; km khm|Khmer; ki kik|Kikuyu; rw kin|Kinyarwanda; ky kir|Kirghiz,Kyrgyz
kv kom|Komi; kg kon|Kongo; ko kor|Korean,한국어; kj kua|Kuanyama; ku kur|Kurdish; lo lao|Lao; la lat|Latin
lv lav|Latvian,Latviešu; li lim|Limburgan; ln lin|Lingala; lt lit|Lithuanian,Lietuvių; lb ltz|Luxembourgish
lu lub|Luba-Katanga; lg lug|Ganda; mk mac mkd|Macedonian; mh mah|Marshallese; ml mal|Malayalam
mi mao mri|Maori; mr mar|Marathi; ms may msa|Malay,Bahasa Melayu; mg mlg|Malagasy; mt mlt|Maltese
mn mon|Mongolian; na nau|Nauru; nv nav|Navajo; nr nbl|South Ndebele; nd nde|North Ndebele; ng ndo|Ndonga
ne nep|Nepali; nn nno|Norwegian Nynorsk,Nynorsk; nb nob|Norwegian Bokmål,Bokmål; no nor|Norwegian,Norsk
ny nya|Chichewa; oc oci|Occitan; oj oji|Ojibwa; or ori|Oriya; om orm|Oromo; os oss|Ossetian; pa pan|Panjabi,Punjabi
pi pli|Pali; pl pol|Polish,Polski; pt por|Portuguese,Português,Portugues; ps pus|Pashto; qu que|Quechua
rm roh|Romansh; ro rum ron|Romanian,Română; rn run|Rundi; ru rus|Russian,Русский; sg sag|Sango; sa san|Sanskrit
si sin|Sinhala; sk slo slk|Slovak,Slovenčina; sl slv|Slovenian,Slovenščina; se sme|Northern Sami; sm smo|Samoan
sn sna|Shona; sd snd|Sindhi; so som|Somali; st sot|Southern Sotho; es spa|Spanish,Español,Espanol,Castellano
sc srd|Sardinian; sr srp scc|Serbian,Srpski; ss ssw|Swati; su sun|Sundanese; sw swa|Swahili; sv swe|Swedish,Svenska
ty tah|Tahitian; ta tam|Tamil; tt tat|Tatar; te tel|Telugu; tg tgk|Tajik; tl tgl|Tagalog; th tha|Thai,ไทย
ti tir|Tigrinya; to ton|Tonga; tn tsn|Tswana; ts tso|Tsonga; tk tuk|Turkmen; tr tur|Turkish,Türkçe; tw twi|Twi
ug uig|Uighur; uk ukr|Ukrainian,Українська; ur urd|Urdu; uz uzb|Uzbek; ve ven|Venda
vi vie|Vietnamese,Tiếng Việt; vo vol|Volapük; wa wln|Walloon; wo wol|Wolof; xh xho|Xhosa; yi yid|Yiddish
yo yor|Yoruba; za zha|Zhuang; zu zul|Zulu
- fil|Filipino; - haw|Hawaiian; - gsw|Swiss German; - nds|Low German; - ast|Asturian; - mul|Multiple languages
- sgn|Sign languages; - zxx|No linguistic content; - tlh|Klingon; - kab|Kabyle; - hmn|Hmong; - ceb|Cebuano
"""
_ALIAS_TABLE = """
pt-BR|pob,pb,ptbr,brazilian,brazilian portuguese,portuguese brazilian,portuguese (brazilian)
es-419|spl,lat am,latino,latin american spanish,latin american,spanish (latin american)
es-ES|castilian,european spanish
zh-Hans|chs,sc,zhs,gb,simplified,simplified chinese,chinese simplified,chinese (simplified),简体,简体中文
zh-Hant|cht,tc,zht,big5,traditional,traditional chinese,chinese traditional,chinese (traditional),繁體,繁體中文
zh-HK|yue,cantonese; zh|cn,cmn,mandarin; fr-CA|canadian french,french canadian,vfq; fr-FR|vff; ja|jp,jap; cs|cz
da|dk; sv|se; el|gr; uk|ua; vi|vn; he|iw; id|in; ko|kr; sr|rs; es|esp; fa|pes,prs
en-GB|british english,uk english; en-US|american english
"""
_REGIONS = re.compile(r"([^\W\d_]{2,20})[-_]([a-z]{4}|[a-z]{2}|\d{3})(?:[-_]([a-z]{2}|\d{3}))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """One language in both spellings."""

    code: str
    """ISO 639-2/B, three letters."""
    tag: str
    """BCP 47."""


def _read_table() -> tuple[dict[str, Language], dict[str, Language]]:
    codes: dict[str, Language] = {}
    names: dict[str, Language] = {}
    for entry in _TABLE.replace("\n", ";").split(";"):
        if not entry.strip():
            continue
        spelt, _, called = entry.strip().partition("|")
        two, *threes = spelt.split()
        language = Language(code=threes[0], tag=threes[0] if two == "-" else two)
        if two != "-":
            codes[two] = language
        codes.update(dict.fromkeys(threes, language))
        names.update({name.strip().lower(): language for name in called.split(",")})
    return codes, names


def _read_aliases(codes: dict[str, Language]) -> dict[str, Language]:
    aliases: dict[str, Language] = {}
    for entry in _ALIAS_TABLE.replace("\n", ";").split(";"):
        tag, _, called = entry.strip().partition("|")
        if tag:
            language = Language(code=codes[tag.partition("-")[0]].code, tag=tag)
            aliases.update(dict.fromkeys(called.split(","), language))
    return aliases


_CODES, _NAMES = _read_table()
# Some aliases are codes of their own ("se" is Northern Sami), but in file names they are countries far more often.
_ALIASES = _read_aliases(_CODES)


def language_of(text: str) -> Language | None:
    """The language a code, tag or name stands for; ``None`` for anything else, ``und`` included."""
    word = text.strip().lower()
    if not 2 <= len(word) <= 40:
        return None
    known = _ALIASES.get(word) or _CODES.get(word) or _NAMES.get(word)
    if known is not None:
        return known
    tagged = _REGIONS.fullmatch(word)
    if tagged is None:
        return None
    base = _CODES.get(tagged.group(1)) or _NAMES.get(tagged.group(1))
    if base is None:
        return None
    script, region = tagged.group(2), tagged.group(3)
    tag = f"{base.tag}-{script.title() if len(script) == 4 else script.upper()}"
    return Language(code=base.code, tag=f"{tag}-{region.upper()}" if region else tag)

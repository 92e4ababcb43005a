import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitascope.media.subtitles import decode_text
from vitascope.media.subtitles.encoding import guess_encoding

TEXTS = {
    "cp1252": "Où est-il allé ? Ça m'étonnerait qu'il soit déjà là… Vous êtes très aimable.\nÜber die Brücke.",
    "cp1250": "Příliš žluťoučký kůň úpěl ďábelské ódy. Zażółć gęślą jaźń. Świetnie, dziękuję bardzo.",
    "cp1251": "Привет, как дела? Я думаю, что мы уже встречались раньше. Это было давно.",
    "koi8_r": "Привет, как дела? Я думаю, что мы уже встречались раньше. Это было давно.",
    "cp1253": "Γεια σου, τι κάνεις; Νομίζω ότι έχουμε ξανασυναντηθεί στο παρελθόν.",
    "cp1255": "שלום, מה שלומך? אני חושב שכבר נפגשנו בעבר.",
    "cp1256": "مرحبا، كيف حالك؟ أعتقد أننا التقينا من قبل في مكان ما.",
    "cp932": "こんにちは、お元気ですか。前に会ったことがあると思います。東京へ行きましょう。",
    "gb18030": "你好，你怎么样？我想我们以前见过面。那是很久以前的事了。",
    "big5hkscs": "你好，你怎麼樣？我想我們以前見過面。那是很久以前的事了。",
    "cp949": "안녕하세요, 어떻게 지내세요? 우리 전에 만난 적이 있는 것 같아요.",
}


@pytest.mark.parametrize("encoding", TEXTS)
def test_old_encodings_are_recognised_without_a_hint(encoding: str) -> None:
    text = "1\n00:00:01,000 --> 00:00:02,000\n" + TEXTS[encoding]
    assert decode_text(text.encode(encoding)) == text


@pytest.mark.parametrize(
    ("language", "encoding"),
    [("tr", "cp1254"), ("th", "cp874"), ("pl", "cp1250"), ("zh-TW", "gb18030"), ("ru", "cp1251")],
)
def test_the_language_decides_where_it_is_known(language: str, encoding: str) -> None:
    assert guess_encoding("é".encode("cp1252") * 2, language) == encoding


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_forms(encoding: str) -> None:
    assert decode_text("Größe: Привет\n".encode(encoding)) == "Größe: Привет\n"


def test_a_cut_last_character_does_not_spoil_utf8() -> None:
    data = "A long enough line with Größe".encode() + "ß".encode()[:1]
    assert decode_text(data) == "A long enough line with Größe\ufffd"


@given(st.binary(max_size=300))
def test_nothing_makes_it_raise(data: bytes) -> None:
    assert isinstance(decode_text(data), str)

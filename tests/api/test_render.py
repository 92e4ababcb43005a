"""The renderer: exact bytes for known items, the same facts in XML and JSON, and no text that breaks either."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from vitascope.api.render import Container, Node, Rows, Shape
from vitascope.api.render.attributes import json_object, xml_start
from vitascope.api.render.escape import attribute
from vitascope.api.render.items import VIDEO, item_rows
from vitascope.api.render.shown import Shown
from vitascope.api.render.table import number, text
from vitascope.core.model import ItemType, TagType
from vitascope.store.rows import FileRow, ItemDetailRow, ItemRow, MediaRow, PartRow, StateRow, StreamRow
from vitascope.store.views import ItemView, MediaView, PartView, TagView

INFO = '{"type":2,"index":1,"codec":"ac3","language_code":"ger","language_tag":"de","channels":6,"default":true}'


def film(title: str = "Se7en", summary: str = "Sins & <tears>.") -> ItemView:
    item = ItemRow(
        id=7,
        section_id=1,
        type=int(ItemType.MOVIE),
        identity_id=3,
        title=title,
        year=1995,
        added_at=100,
        updated_at=200,
        duration_ms=7_620_000,
        thumb_at=150,
        media_count=1,
    )
    stream = StreamRow(id=5, part_id=4, item_id=7, type=2, index_number=1, codec="ac3", info=INFO)
    part = PartView(
        PartRow(id=4, media_id=2, item_id=7, file_id=9, size_bytes=5_000_000_000, container="mkv", stamp=77),
        FileRow(9, 1, b"Se7en (1995)/f\xe9.mkv", b"", b"", "video", 5_000_000_000, 1),
        [stream],
        b"/films/",
    )
    roles = [TagView(int(TagType.ROLE), 20 + n, f"Actor {n}", f"Part {n}") for n in range(5)]
    return ItemView(
        item=item,
        detail=ItemDetailRow(item_id=7, summary=summary),
        identity_uuid="0123456789abcdef01234567",
        media=[MediaView(MediaRow(id=2, item_id=7, width=1920, height=1080, optimized_for_streaming=True), [part])],
        tags=[TagView(int(TagType.GENRE), 11, "Crime"), *roles],
        guids=["imdb://tt0114369"],
        state=StateRow(1, 3, view_count=0, view_offset_ms=1_000),
    )


def rendered(shape: Shape, view: ItemView | None = None) -> tuple[etree._Element, dict[str, object]]:
    shown = Shown(view or film(), full=shape.detail)
    container = Container({"size": 1}, [Rows(item_rows([shown], shape))])
    element = etree.fromstring(container.xml())[0]
    (made,) = json.loads(container.json())["MediaContainer"]["Metadata"]
    return element, made


def test_a_listed_film_byte_for_byte() -> None:
    container = Container({"size": 1}, [Rows(item_rows([Shown(film())], Shape()))])
    assert container.xml().decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>\n<MediaContainer size="1">\n'
        '<Video ratingKey="7" key="/library/metadata/7" guid="plex://movie/0123456789abcdef01234567" type="movie" '
        'title="Se7en" summary="Sins &amp; &lt;tears&gt;." thumb="/library/metadata/7/thumb/150" '
        'year="1995" duration="7620000" addedAt="100" updatedAt="200" viewOffset="1000">\n'
        '<Media id="2" width="1920" height="1080" optimizedForStreaming="1">\n'
        '<Part key="/library/parts/4/77/file.mkv" file="/films/Se7en (1995)/f\ufffd.mkv" container="mkv" id="4" '
        'size="5000000000"/>\n</Media>\n'
        '<Image alt="Se7en" type="coverPoster" url="/library/metadata/7/thumb/150"/>\n'
        '<Genre tag="Crime"/>\n<Role tag="Actor 0" role="Part 0"/>\n<Role tag="Actor 1" role="Part 1"/>\n'
        '<Role tag="Actor 2" role="Part 2"/>\n</Video>\n</MediaContainer>\n'
    )


def test_a_list_is_partial_and_a_detail_is_full() -> None:
    listed, _ = rendered(Shape())
    full, _ = rendered(Shape(detail=True, guids=True))
    assert [len(element.findall("Role")) for element in (listed, full)] == [3, 5]
    assert [element.xpath("string(Genre/@id)") for element in (listed, full)] == ["", "11"]
    assert [len(element.findall("Media/Part/Stream")) for element in (listed, full)] == [0, 1]
    assert [len(element.findall("Guid")) for element in (listed, full)] == [0, 1]
    (stream,) = full.iter("Stream")
    shown = [stream.get(name) for name in ("displayTitle", "languageCode", "selected", "default")]
    assert shown == ["German (AC3 5.1)", "ger", "1", "1"]


def test_xml_and_json_say_the_same() -> None:
    element, made = rendered(Shape(detail=True, guids=True))
    plain = {name: value for name, value in made.items() if not isinstance(value, list)}
    as_text = {name: str(int(value) if isinstance(value, bool) else value) for name, value in plain.items()}
    assert as_text == {str(name): str(value) for name, value in element.attrib.items()}
    lists = {name: len(value) for name, value in made.items() if isinstance(value, list)}
    for name, size in lists.items():
        assert len(element.findall(name)) == size


def test_fields_and_elements_are_dropped_and_chosen() -> None:
    element, made = rendered(
        Shape(dropped_fields=frozenset({"summary", "year"}), dropped_elements=frozenset({"Media", "Role"}))
    )
    assert {"summary", "year"}.isdisjoint(element.attrib)
    assert {"summary", "year", "Media", "Role"}.isdisjoint(made)
    assert {child.tag for child in element} == {"Genre", "Image"}
    element, _ = rendered(Shape(only_fields=frozenset({"year"}), only_elements=frozenset({"Genre"})))
    assert set(element.attrib) == {"ratingKey", "key", "type", "title", "year"}
    assert {child.tag for child in element} == {"Genre"}


def test_an_empty_summary_is_sent() -> None:
    element, made = rendered(Shape(), film(summary=""))
    assert element.attrib["summary"] == made["summary"] == ""


@given(st.text())
def test_no_text_breaks_a_document(written: str) -> None:
    node = Node("A", {"title": written, "n": 1}, [Node("B", {"x": written}, content=written)])
    container = Container({"t": written}, [node])
    parsed = etree.fromstring(container.xml())
    assert json.loads(container.json())["MediaContainer"]["A"][0]["n"] == 1
    kept = [letter for letter in written if attribute(letter)]
    assert parsed[0].attrib["title"] == "".join(kept)


@given(st.text(alphabet=st.characters(), max_size=20))
def test_surrogates_and_controls_vanish(written: str) -> None:
    etree.fromstring(f'<a b="{attribute(written)}"/>')


@given(st.text(), st.text())
def test_no_text_of_an_item_breaks_its_element(title: str, summary: str) -> None:
    for shape in (Shape(), Shape(detail=True)):
        element, made = rendered(shape, film(title, summary))
        assert element.attrib["title"] == "".join(letter for letter in title if attribute(letter))
        assert made["summary"] == "".join(letter for letter in summary if not "\ud800" <= letter <= "\udfff")


@pytest.mark.parametrize("name", ['a"', "a b", "a='", "{v}", "a\n", ""])
def test_what_is_no_name_gets_into_no_function(name: str) -> None:
    for written in (number(name, "id"), text("id", name)):
        with pytest.raises(ValueError, match="cannot be named"):
            xml_start("Video", (written,))
        with pytest.raises(ValueError, match="cannot be named"):
            json_object((written,))
    with pytest.raises(ValueError, match="cannot be named"):
        xml_start(name, ())


def test_a_plan_is_made_once_for_a_shape() -> None:
    assert VIDEO.plan(Shape()) is VIDEO.plan(Shape())
    assert VIDEO.plan(Shape(detail=True)) is not VIDEO.plan(Shape())

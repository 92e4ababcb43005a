"""Parameters of a request become an edit, or an error that names the parameter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitascope.core.edits import Above, EditError, FieldChange, TagChange, TagValue, is_edit, parse_edit
from vitascope.core.model import TagType
from vitascope.core.reviews import ReviewChange, Written


def test_a_value_locks_unless_said_otherwise() -> None:
    edit = parse_edit([("title.value", "New"), ("summary.value", "Text"), ("summary.locked", "0")])
    assert edit.fields["title"] == FieldChange(sets=True, value="New", locked=True)
    assert edit.fields["summary"] == FieldChange(sets=True, value="Text", locked=False)


def test_a_lock_alone_sets_nothing() -> None:
    edit = parse_edit([("title.locked", "1"), ("genre.locked", "0"), ("thumb.locked", "1")])
    assert edit.fields == {"title": FieldChange(locked=True)}
    assert edit.tags == {TagType.GENRE: TagChange(locked=False)}
    assert edit.locks == {"thumb": True}


def test_tags_come_with_what_is_said_about_them() -> None:
    edit = parse_edit(
        [("actor[1].tag.tag", "Bea"), ("actor[0].tag.tag", "Ann"), ("actor[1].tagging.text", "The Queen")]
    )
    assert edit.tags[TagType.ROLE].add == (TagValue(tag="Bea", text="The Queen"), TagValue(tag="Ann"))


def test_tags_to_remove_are_encoded_once_more() -> None:
    edit = parse_edit([("genre[].tag.tag-", "Drama,Science%20Fiction,Salt%2CPepper,100%25")])
    assert edit.tags[TagType.GENRE].remove == ("Drama", "Science Fiction", "Salt,Pepper", "100%")


def test_a_plain_percent_sign_in_a_tag_to_remove_stays() -> None:
    assert parse_edit([("genre[].tag.tag-", "100%")]).tags[TagType.GENRE].remove == ("100%",)


def test_all_tags_of_a_type_can_go() -> None:
    assert parse_edit([("genre[].tag", "")]).tags[TagType.GENRE].clears


def test_other_parameters_are_passed_over() -> None:
    assert parse_edit([("type", "1"), ("id", "4"), ("year>", "1990"), ("includeExternalMedia", "1")]).is_empty
    assert not is_edit("year") and not is_edit("show.title") and is_edit("title.value") and is_edit("genre[0].tag.tag")


def test_artists_and_albums_are_named_by_title_or_id() -> None:
    edit = parse_edit([("artist.title.value", "Nina"), ("album.id.value", "7")])
    assert (edit.artist, edit.album) == (Above(title="Nina"), Above(id=7))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("titel.value", "x"),
        ("colour[0].tag.tag", "x"),
        ("title.value", ""),
        ("title.value", "x" * 501),
        ("title.value", "\ufdfa" * 200),  # folds to 33 bytes each: too long for an index
        ("title.value", "bell\x07"),
        ("summary.value", "x" * 50_001),
        ("title.locked", "maybe"),
        ("year.value", "soon"),
        ("year.value", "-4"),
        ("year.value", "12345"),
        ("index.value", "1e3"),
        ("index.value", "9" * 30),
        ("rating.value", "11"),
        ("rating.value", "nan"),
        ("rating.value", "inf"),
        ("originallyAvailableAt.value", "31.12.1999"),
        ("originallyAvailableAt.value", "1999-02-30"),
        ("addedAt.value", "-1"),
        ("genre[0].tag.tag", "x" * 501),
        ("genre[].tag.tag-", "a%00b"),
        ("genre[0].tagging.owner", "x"),
        ("artist.id.value", "seven"),
    ],
)
def test_what_cannot_be_names_the_parameter(name: str, value: str) -> None:
    with pytest.raises(EditError, match=name.partition(".")[0].partition("[")[0]):
        parse_edit([(name, value)])


def test_empty_values_mean_nothing_on_purpose() -> None:
    edit = parse_edit([("tagline.value", ""), ("year.value", ""), ("originallyAvailableAt.value", "")])
    assert all(change.sets and change.value is None for change in edit.fields.values())


def test_a_captured_time_is_kept_as_its_day() -> None:
    assert (
        parse_edit([("originallyAvailableAt.value", "2020-05-04 10:11:12")]).fields["originallyAvailableAt"].value
        == "2020-05-04"
    )


@given(st.lists(st.tuples(st.text(), st.text())))
def test_anything_is_an_edit_or_an_edit_error(pairs: list[tuple[str, str]]) -> None:
    try:
        parse_edit(pairs)
    except EditError as error:
        assert str(error)


@given(st.sampled_from(["title", "summary", "year", "rating", "originallyAvailableAt", "addedAt"]), st.text())
def test_any_value_is_held_or_refused(name: str, value: str) -> None:
    try:
        edit = parse_edit([(f"{name}.value", value)])
    except EditError as error:
        assert name in str(error)
    else:
        assert name in edit.fields


def test_reviews_are_spelled_as_tags_are() -> None:
    edit = parse_edit([
        ("review[0].tag.tag", "Ada"), ("review[0].tagging.text", "Fine.\nVery."), ("review[0].tagging.source", "Post"),
        ("review[1].tag.tag", "Bo"), ("review[1].tagging.link", "https://example.org/r?x=1"),
        ("review[1].tagging.image", ""), ("review[].tag.tag-", "Cy,D%2C"),
    ])  # fmt: skip
    assert edit.reviews == ReviewChange(
        put=(
            Written(tag="Ada", values={"text": "Fine.\nVery.", "source": "Post"}),
            Written(tag="Bo", values={"link": "https://example.org/r?x=1", "image": None}),
        ),
        remove=("Cy", "D,"),
    )
    assert not edit.is_empty
    assert not edit.tags
    assert parse_edit([("review[].tag", "")]).reviews == ReviewChange(clears=True)
    assert parse_edit([("review.locked", "0")]).reviews == ReviewChange(locked=False)
    assert parse_edit([("title.value", "x")]).reviews is None


@pytest.mark.parametrize(
    "pairs",
    [
        [("review[0].tagging.text", "by nobody")],
        [("review[0].tag.tag", " ")],
        [("review[0].tag.tag", "A"), ("review[0].tagging.link", "javascript:alert(1)")],
        [("review[0].tag.tag", "A"), ("review[0].tagging.link", "https://")],
        [("review[0].tag.tag", "A"), ("review[0].tagging.link", 'https://a/"onclick')],
        [("review[0].tag.tag", "A"), ("review[0].tagging.text", "x" * 20_001)],
        [("review[0].tag.tag", "A"), ("review[0].tagging.stars", "5")],
        [("review.value", "A")],
        [("review.locked", "yes")],
        [(f"review[{number}].tag.tag", f"A{number}") for number in range(101)],
    ],
)
def test_what_is_no_review_is_refused(pairs: list[tuple[str, str]]) -> None:
    with pytest.raises(EditError, match="review"):
        parse_edit(pairs)

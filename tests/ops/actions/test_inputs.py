"""Input is checked field by field, and a mistake names its field."""

import pytest

from vitascope.ops.actions import InputError, check_input
from vitascope.ops.service import Engine, FieldKind, FieldSpec, service_of

LINK = service_of(Engine.PLEX).action("link-account").fields
SOURCES = service_of(Engine.PLEX).action("media-sources").fields
NAME = service_of(Engine.PLEX).action("server-name").fields
TOKEN = "claim-abcdefghij0123456789"


def test_a_token_is_taken_without_the_spaces_around_it() -> None:
    assert check_input(LINK, {"claimToken": [f" {TOKEN}\n"]}).text("claimToken") == TOKEN


@pytest.mark.parametrize("text", ["claim-short", TOKEN + "x", "Claim-abcdefghij0123456789", f"{TOKEN} {TOKEN}"])
def test_what_is_no_token_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="claimToken: does not have the form") as caught:
        check_input(LINK, {"claimToken": [text]})
    assert caught.value.field == "claimToken"


@pytest.mark.parametrize("given", [{}, {"claimToken": []}, {"claimToken": [""]}, {"claimToken": ["  "]}])
def test_what_is_required_must_be_there(given: dict[str, list[str]]) -> None:
    with pytest.raises(InputError, match="claimToken: is missing"):
        check_input(LINK, given)


def test_an_unknown_field_is_named_with_those_there_are() -> None:
    with pytest.raises(InputError, match="token: there is no such field; the fields are claimToken"):
        check_input(LINK, {"token": [TOKEN]})
    with pytest.raises(InputError, match="a: there is no such field; the action takes no input"):
        check_input((), {"a": ["b"]})


@pytest.mark.parametrize(
    "given", [["filebrowser,nextcloud"], ["nextcloud", "filebrowser"], ["nextcloud, filebrowser,"]]
)
def test_choices_come_in_their_own_order_however_they_are_given(given: list[str]) -> None:
    assert check_input(SOURCES, {"mediaSources": given}).choices("mediaSources") == ("filebrowser", "nextcloud")


@pytest.mark.parametrize(
    ("given", "says"), [([], "at least one"), (["", ","], "at least one"), (["ftp"], "'ftp' is none")]
)
def test_choices_that_are_none_or_too_few(given: list[str], says: str) -> None:
    with pytest.raises(InputError, match=f"^mediaSources: .*{says}"):
        check_input(SOURCES, {"mediaSources": given})


@pytest.mark.parametrize(
    ("name", "says"), [("x" * 65, "65 characters"), ("a\x00b", "cannot be shown"), ("a\nb", "cannot be shown")]
)
def test_names_that_cannot_be(name: str, says: str) -> None:
    with pytest.raises(InputError, match=f"^name: .*{says}"):
        check_input(NAME, {"name": [name]})


def test_a_name_may_be_written_in_any_script() -> None:
    assert check_input(NAME, {"name": ["居間 & <Küche>"]}).text("name") == "居間 & <Küche>"


def test_one_value_is_one() -> None:
    with pytest.raises(InputError, match="name: is given more than once"):
        check_input(NAME, {"name": ["a", "b"]})


def test_a_secret_keeps_its_spaces() -> None:
    field = FieldSpec(id="password", name="Password", description="", kind=FieldKind.SECRET)
    assert check_input([field], {"password": [" a "]}).text("password") == " a "

"""What a remote may be called and hold, and what is refused before anything is written."""

from pathlib import Path

import pytest

from vitascope.sources.errors import InvalidSource
from vitascope.sources.rclone.kinds import Kinds, kinds_of
from vitascope.sources.rclone.program import find_rclone, reason_in
from vitascope.sources.rclone.remotes import make_remote, split_address

B2 = {"account": "0012", "key": "K001"}


@pytest.fixture(scope="module")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> Kinds:
    return kinds_of(find_rclone({}), tmp_path_factory.mktemp("home"))


def test_a_bucket_of_b2_deletes_for_good_and_shows_no_old_versions(kinds: Kinds) -> None:
    remote = make_remote("b2", "b2", B2, kinds)
    assert remote.options == {"hard_delete": "true", "versions": "false", "account": "0012"}
    assert remote.secrets == {"key": "K001"}
    assert "K001" not in repr(remote)
    assert make_remote("b2", "b2", {**B2, "hard_delete": "false"}, kinds).options["hard_delete"] == "false"


@pytest.mark.parametrize("kind", ["s3", "webdav", "sftp", "local", "alias", "crypt", "drive", "smb", "azureblob"])
def test_the_kinds_that_people_have_are_known(kinds: Kinds, kind: str) -> None:
    assert kinds.options(kind)


@pytest.mark.parametrize(
    ("kind", "secret"),
    [("s3", "secret_access_key"), ("s3", "session_token"), ("webdav", "pass"), ("webdav", "bearer_token"),
     ("webdav", "headers"), ("sftp", "pass"), ("sftp", "key_pem"), ("drive", "token"), ("crypt", "password"),
     ("azureblob", "sas_url")],
)  # fmt: skip
def test_what_opens_something_is_a_secret(kinds: Kinds, kind: str, secret: str) -> None:
    assert kinds.options(kind)[secret].is_secret


@pytest.mark.parametrize(
    "value",
    ["two\nlines", "line\rend", "nul\0", "tab\there", "\x1b[2J", " blank before", "blank after ", "", "x" * 9000,
     "%(account)s", '"""', "`", "'quoted'", "a\u2028b", "a\x85b"],
)  # fmt: skip
def test_a_value_that_could_break_out_of_its_line_is_refused_and_not_shown(kinds: Kinds, value: str) -> None:
    with pytest.raises(InvalidSource, match=r"^option key: ") as caught:
        make_remote("b2", "b2", {**B2, "key": value}, kinds)
    assert value not in str(caught.value) or value in ("", "`")


@pytest.mark.parametrize(
    ("kind", "given", "reason"),
    [
        ("nothing", {}, "no remotes of type 'nothing'"),
        ("b2", {**B2, "tpye": "x"}, "has no option 'tpye'"),
        ("b2", {**B2, "type": "local"}, "has no option 'type'"),
        ("b2", {**B2, "x = 1\n[other]": "x"}, "has no option"),
        ("b2", {"account": "0012"}, "needs key"),
        ("sftp", {"host": "h", "ssh": "sh -c id"}, "runs a command"),
        ("sftp", {"host": "h", "md5sum_command": "id"}, "runs a command"),
        ("webdav", {"url": "http://h/", "bearer_token_command": "id"}, "runs a command"),
        ("union", {"upstreams": "/a /b"}, "takes further remotes"),
        ("alias", {"remote": ':sftp,ssh="sh -c id":/'}, "option remote"),
        ("crypt", {"remote": "b2,ssh=id:x", "password": "x"}, "option remote"),
        ("webdav", {"url": "http://user:pass@host/"}, "options of their own"),
    ],
)
def test_what_cannot_be_or_must_not_be(kinds: Kinds, kind: str, given: dict[str, str], reason: str) -> None:
    with pytest.raises(InvalidSource, match=reason):
        make_remote("one", kind, given, kinds)


@pytest.mark.parametrize(
    "text",
    ["b2", ":b2:bucket", ":sftp,ssh=id:/", "b2,key=x:bucket", "-b2:bucket", "../b2:bucket", "b 2:bucket", "b2]:x",
     "ü:x", f"{'a' * 65}:x", "b2:a\nb", "b2:a\0b"],
)  # fmt: skip
def test_an_address_is_a_plain_name_and_a_path(text: str) -> None:
    with pytest.raises(InvalidSource):
        split_address(text)


def test_the_path_is_one_without_a_slash_at_its_end() -> None:
    assert split_address("b2:bucket/") == ("b2", "bucket")
    assert split_address("here:/a/b:c") == ("here", "/a/b:c")
    assert split_address("dav:") == ("dav", "")


def test_rclone_is_missed_with_a_remedy(tmp_path: Path) -> None:
    from vitascope.sources.errors import RcloneMissing

    with pytest.raises(RcloneMissing, match="VITASCOPE_RCLONE names nothing-like-it"):
        find_rclone({"VITASCOPE_RCLONE": "nothing-like-it", "PATH": str(tmp_path)})


_B2 = 'Failed to create file system for "b2:bucket": failed to authorize account: '


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (f"{_B2}failed to authenticate: dial tcp: lookup api.example: no such host", "is not reached"),
        ('Get "http://127.0.0.1:9/auth": dial tcp 127.0.0.1:9: connect: connection refused', "is not reached"),
        ('Get "https://auth.example": tls: failed to verify certificate: x509: unknown authority', "is not reached"),
        ("api error SignatureDoesNotMatch: The request signature does not match", "refuses the key"),
        (f"{_B2}Invalid key (401 bad_auth_token)", "refuses the key"),
    ],
)
def test_a_remote_that_is_not_reached_refused_no_key(line: str, said: str) -> None:
    assert reason_in([f"2026/11/29 19:00:00 CRITICAL: {line}"]).startswith(f"the remote {said}: ")

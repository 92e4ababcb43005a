"""Keys as people give them."""

import subprocess
from pathlib import Path

import pytest
from tests.ops.backup.conftest import Key

from vitascope.ops.backup.errors import BadKey
from vitascope.ops.backup.keys import load_identities, parse_recipients


@pytest.fixture(scope="module")
def ssh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("ssh") / "id"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "a comment", "-f", str(file)], check=True)
    return file


def test_several_in_one_text(key: Key, other_key: Key, ssh: Path) -> None:
    one, other = key.recipients.texts[0], other_key.recipients.texts[0]
    public = ssh.with_suffix(".pub").read_text().strip()
    bare = " ".join(public.split()[:2])
    assert parse_recipients([f"{one},{other}"]).texts == (one, other)
    assert parse_recipients([f"{public} {one}\n{other} {public}"]).texts == (bare, one, other)
    assert parse_recipients([*public.split(), one]).texts == (bare, one), "as a shell takes it apart"


@pytest.mark.parametrize("text", ["hello", "age1", "ssh-ed25519", "ssh-ed25519 AAAA", "ssh-dss AAAAB3NzaC1kc3MAAACB"])
def test_what_is_no_recipient(text: str) -> None:
    with pytest.raises(BadKey):
        parse_recipients([text])


def test_a_secret_key_given_as_a_recipient_is_not_repeated(key: Key) -> None:
    secret = key.file.read_text().splitlines()[-1]
    with pytest.raises(BadKey, match="secret key") as said:
        parse_recipients([secret])
    assert secret not in str(said.value)


def test_files_of_keys(key: Key, ssh: Path, tmp_path: Path) -> None:
    assert len(load_identities(key.file)) == 1
    assert len(load_identities(ssh)) == 1
    listed = tmp_path / "listed"
    listed.write_text(f"# ours\n\n{key.recipients.texts[0]}\n")
    assert parse_recipients([], [listed]).texts == key.recipients.texts
    for content in (b"", b"# nothing\n", b"\xff\xfe", b"hello\n", b"x" * (2 << 20)):
        listed.write_bytes(content)
        with pytest.raises(BadKey, match="listed"):
            load_identities(listed)
    with pytest.raises(BadKey, match="No such file"):
        load_identities(tmp_path / "nobody")

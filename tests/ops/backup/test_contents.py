"""What a backup takes of the support directory, beside what the other tests restore."""

from pathlib import Path

from vitascope.ops.backup.contents import find_files
from vitascope.ops.paths import SupportDir
from vitascope.ops.service import Engine


def test_certificates_are_taken_and_what_was_half_written_is_not(tmp_path: Path) -> None:
    folder = SupportDir(tmp_path).certificates
    folder.mkdir(parents=True)
    for name in ("authority.pem", "own.pem", "domain.pem", "account.json", "own.pem.new"):
        (folder / name).write_text("x")
    found = {one.name for one in find_files(tmp_path, Engine.VITASCOPE)}
    assert found == {
        f"Vitascope/certificates/{name}" for name in ("authority.pem", "own.pem", "domain.pem", "account.json")
    }

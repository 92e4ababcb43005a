"""What apps write into the log, and the log and the database as archives that give no secret away."""

import contextlib
import io
import sqlite3
import zipfile
from pathlib import Path

import httpx
import pytest
from tests.api.families.conftest import Home


def members(answer: httpx.Response) -> dict[str, bytes]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"].startswith('attachment; filename="')
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_line_is_written_with_its_level_and_source(home: Home) -> None:
    query = {"level": "1", "message": "Playback was slow", "source": "Living room"}
    assert home.mia_http.put("/log", params=query).status_code == 200
    assert "WARNING vitascope.app_log - [mia] Living room: Playback was slow" in home.server.log_with("was slow")
    assert home.http.get("/log", params={"level": "0", "message": "It broke"}).status_code == 200
    assert "ERROR vitascope.app_log - [owner] app: It broke" in home.server.log_with("It broke")


def test_several_lines_are_written_with_theirs(home: Home) -> None:
    body = "level=2&message=First%20of%20two&source=TV\nlevel=1&message=Second%20of%20two\n"
    assert home.mia_http.post("/log", content=body).status_code == 200
    log = home.server.log_with("Second of two")
    assert "INFO vitascope.app_log - [mia] TV: First of two" in log
    assert "WARNING vitascope.app_log - [mia] app: Second of two" in log


@pytest.mark.parametrize("query", ["", "message=", "message=x&level=5", "message=x&level=loud", "message=x&level=-1"])
def test_a_wrong_line_is_refused(home: Home, query: str) -> None:
    answer = home.http.put(f"/log?{query}")
    assert answer.status_code == 400
    assert ("level" if "level" in query else "message") in answer.text


def test_of_lines_with_a_wrong_one_none_is_written(home: Home) -> None:
    answer = home.http.post("/log", content="level=1&message=written%20too%20early\nlevel=9&message=x")
    assert answer.status_code == 400
    assert "line 2: level" in answer.text
    home.http.put("/log", params={"level": "1", "message": "after the wrong one"})
    assert "written too early" not in home.server.log_with("after the wrong one")
    assert home.http.post("/log", content=b"message=x\n" * 501).status_code == 400


def test_nobody_writes_lines_of_their_own(home: Home) -> None:
    forged = "harmless\r\n2026-01-01T00:00:00.000 [main] ERROR vitascope - forged\x1b[2J\u2028too"
    home.http.put("/log", params={"level": "1", "message": forged, "source": "x\ny"})
    home.http.post("/log", content=f"level=1&message={forged.replace(' ', '+')}".replace("\r\n", "%0A").encode())
    log = home.server.log_with("forged")
    assert all("vitascope.app_log" in line for line in log.splitlines() if "forged" in line)
    assert "\x1b" not in log


def test_the_log_is_sent_to_nobody(home: Home) -> None:
    for method in ("POST", "GET", "PUT"):
        answer = home.http.request(method, "/log/networked?minutes=10")
        assert answer.status_code == 400
        assert "to nobody" in answer.text
    assert home.http.post("/log/networked?minutes=long").status_code == 400


def test_the_logs_are_an_archive_without_tokens(home: Home) -> None:
    secret = "ThisTokenMustNotBeSeen123"
    logs = home.server.support / "Logs"
    (logs / "Other Program.log").write_text(f"GET /library?X-Plex-Token={secret}&a=1\n" * 3)
    (logs / "linked.log").symlink_to("/etc/passwd")
    home.http.put("/log", params={"message": f"X-Plex-Token={secret} and token {home.owner_token}", "level": "1"})
    home.server.log_with("app: X-Plex-Token")
    found = members(home.http.get("/diagnostics/logs"))
    assert {"about.txt", "Plex Media Server.log", "Other Program.log"} <= found.keys()
    assert "linked.log" not in found
    assert b"X-Plex-Token=xxxx" in found["Other Program.log"]
    assert secret not in b"".join(found.values()).decode()


def test_the_database_is_an_archive_without_passwords_and_tokens(home: Home, tmp_path: Path) -> None:
    found = members(home.http.get("/diagnostics/databases"))
    about = found.pop("about.txt").decode()
    assert "passwords, tokens" in about
    if "vitascope.db" in found:
        copy = tmp_path / "vitascope.db"
        copy.write_bytes(found["vitascope.db"])
        with contextlib.closing(sqlite3.connect(copy)) as database:

            def count(table: str) -> int:
                return int(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608

            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert count("items") > 10
            assert count("people") == 2
            assert [count(table) for table in ("tokens", "passwords", "linked_servers", "webhooks")] == [0] * 4
    else:
        assert found["people.copy"].count(b"\n") == 2
        assert (
            not {"tokens.copy", "passwords.copy", "linked_servers.copy", "ownership.copy", "webhooks.copy"}
            & found.keys()
        )
    assert not list((home.server.support / "Cache" / "Backup").iterdir())


def test_archives_are_the_owners(home: Home, tmp_path: Path) -> None:
    for path in ("/diagnostics/logs", "/diagnostics/databases"):
        assert home.mia_http.get(path).status_code == 403
        assert home.server.client("wrong").get(path).status_code == 401
        assert home.http.head(path).status_code == 200
    for download in (home.owner.downloadLogs, home.owner.downloadDatabases):
        saved = download(savepath=str(tmp_path), unpack=False)
        assert len(zipfile.ZipFile(saved).namelist()) >= 2

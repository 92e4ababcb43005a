"""Media files that a real nginx sends, after the server said that they may be had."""

import getpass
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.support.films import film
from tests.support.nginx import needs_nginx, nginx_with
from tests.support.running import RunningServer, start_server

NAMES = (
    b"Plain (2001).mp4",
    b"Per%41cent %2e%2e (2002).mp4",
    b"What? #1; \"or\" 'and' $uri & + (2003).mp4",
    "Größe 東京 (2004).mp4".encode(),
    b"Not text \xff\xfe (2005).mp4",
    b"Line\r\nSet-Cookie: a=b (2006).mp4",
    b"dots.. ..and more (2007).mp4",
    b"back\\slash (2008).mp4",
)
pytestmark = needs_nginx


@dataclass(frozen=True, kw_only=True)
class Edge:
    """A server, and an nginx in front of it."""

    server: RunningServer
    proxy: httpx.Client
    parts: dict[str, str]
    """The address of each film's file, by year."""
    media: Path


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory, database_arguments: Callable[[], list[str]]) -> Iterator[Edge]:
    folder = tmp_path_factory.mktemp("handover")
    media = folder / "media"
    media.mkdir()
    for number, name in enumerate(NAMES):
        path = bytes(media) + b"/" + name
        shutil.copyfile(bytes(film("plain.mp4")), path)
        with Path(path.decode("utf-8", "surrogateescape")).open("ab") as file:
            file.write(f"film {number}".encode())
    (folder / "secret").write_text("secret")
    arguments = ["--section", f"Films=movie:{media}", "--accel-prefix", "/files/"]
    server = start_server(folder / "config", *database_arguments(), *arguments, markers=False)
    server.wait_idle()
    body = f"""
      location / {{ proxy_pass {server.url}; proxy_set_header X-Sendfile-Type X-Accel-Redirect; }}
      location /files{media}/ {{ internal; alias {media}/; disable_symlinks on from={media}; add_header X-By nginx; }}
    """
    owner = server.cli("user", "token", "owner").stdout.strip()
    items = server.client(owner, accept="application/json").get("/library/sections/1/all").json()
    films: list[dict[str, Any]] = items["MediaContainer"]["Metadata"]
    parts = {str(one["year"]): one["Media"][0]["Part"][0]["key"] for one in films}
    with (
        nginx_with(folder, body, user=getpass.getuser()) as url,
        httpx.Client(base_url=url, headers={"X-Plex-Token": owner}, timeout=60) as proxy,
    ):
        yield Edge(server=server, proxy=proxy, parts=parts, media=media)
    server.end()


def test_every_name_is_found_by_nginx_and_its_bytes_are_right(edge: Edge) -> None:
    assert len(edge.parts) == len(NAMES)
    for number, name in enumerate(NAMES):
        year = name.rpartition(b"(")[2][:4].decode()
        answer = edge.proxy.get(edge.parts[year])
        assert (answer.status_code, answer.headers.get("x-by")) == (200, "nginx"), name
        assert answer.content.endswith(f"film {number}".encode()), name
        assert answer.headers["content-type"] == "video/mp4"
        assert "set-cookie" not in answer.headers
        assert "x-accel-redirect" not in answer.headers


def test_ranges_heads_and_names_to_save_by_are_right(edge: Edge) -> None:
    key = edge.parts["2003"]
    size = int(edge.proxy.head(key).headers["content-length"])
    part = edge.proxy.get(key, headers={"Range": "bytes=-6"}, timeout=60)
    assert (part.status_code, part.content) == (206, b"film 2")
    assert part.headers["content-range"] == f"bytes {size - 6}-{size - 1}/{size}"
    saved = edge.proxy.get(key, params={"download": "1"})
    assert "What%3F%20%231" in saved.headers["content-disposition"]
    again = edge.proxy.get(key, headers={"If-None-Match": saved.headers["etag"]})
    assert again.status_code == 304


def test_who_may_not_have_it_gets_nothing(edge: Edge) -> None:
    key = edge.parts["2001"]
    stranger = {"X-Plex-Token": "wrong", "X-Forwarded-For": "203.0.113.9"}
    assert edge.proxy.get(key, headers=stranger).status_code == 401
    for address in (f"/files{edge.media}/Plain%20(2001).mp4", "/files/etc/passwd"):
        assert edge.proxy.get(address).status_code == 404


def test_who_asks_the_server_itself_gets_the_bytes(edge: Edge) -> None:
    answer = httpx.get(edge.server.url + edge.parts["2001"], headers={"Range": "bytes=-6"}, timeout=60)
    assert (answer.status_code, answer.content) == (206, b"film 0")


def test_a_link_that_leads_out_is_not_followed(edge: Edge) -> None:
    """The file became a link after it was scanned."""
    path = edge.media / "Plain (2001).mp4"
    path.rename(path.with_suffix(".kept"))
    path.symlink_to(edge.media.parent / "secret")
    try:
        answer = edge.proxy.get(edge.parts["2001"])
        assert (answer.status_code, "secret" in answer.text) == (404, False)
    finally:
        path.with_suffix(".kept").rename(path)

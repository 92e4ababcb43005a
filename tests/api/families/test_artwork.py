"""Pictures of items: handed in by bytes and by address, listed, chosen, taken away, locked and given back."""

import hashlib
import io
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from plexapi.exceptions import BadRequest, NotFound, Unauthorized
from tests.api.families.conftest import Home, connect


def picture(colour: str, kind: str = "JPEG", size: tuple[int, int] = (200, 300)) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, colour).save(made, kind)
    return made.getvalue()


@pytest.fixture
def red(tmp_path: Path) -> Path:
    path = tmp_path / "red.jpg"
    path.write_bytes(picture("red"))
    return path


def sha1(data: bytes) -> str:
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()


def locked(item: Any) -> set[str]:
    return {field.name for field in item.reload().fields if field.locked}


def selected(pictures: list[Any]) -> Any:
    (found,) = [picture for picture in pictures if picture.selected]
    return found


def items_of_each_type(home: Home) -> dict[str, Any]:
    show = home.section("TV Shows").get("Small Machines")
    artist = home.section("Music").get("Nora Vale")
    return {
        "movie": home.section("Movies").get("Cold Lantern"),
        "show": show,
        "season": show.season(1),
        "episode": show.episode(season=1, episode=2),
        "artist": artist,
        "album": artist.album("First Snow"),
        "track": artist.track("Birch"),
        "photoalbum": home.section("Photos").get("Mountains"),
        "collection": home.section("Movies").collection("Coast"),
    }


KINDS = ("movie", "show", "season", "episode", "artist", "album", "track", "photoalbum", "collection")


@pytest.mark.parametrize("kind", KINDS)
def test_a_poster_of_every_type_is_handed_in_chosen_and_taken_away(home: Home, kind: str, red: Path) -> None:
    item = items_of_each_type(home)[kind]
    posters = f"/library/metadata/{item.ratingKey}/posters"
    assert home.http.post(posters, content=red.read_bytes()).status_code == 200
    row = home.container(f"/library/metadata/{item.ratingKey}/posters")["Metadata"]
    mine = next(one for one in row if one["selected"])
    assert mine["ratingKey"] == f"upload://posters/{sha1(red.read_bytes())}"
    assert home.mia_http.get(mine["key"]).content == red.read_bytes()
    assert "thumb" in locked(item)
    shown = home.mia_http.get(item.reload().thumb)
    assert shown.content == red.read_bytes()
    assert home.http.delete(f"/library/metadata/{item.ratingKey}/thumb").status_code == 200
    assert not any(one["selected"] for one in home.container(posters)["Metadata"])
    assert "thumb" in locked(item)


def test_the_methods_of_plexapi(home: Home, red: Path, tmp_path: Path) -> None:
    film = home.section("Movies").get("Glass Orchard")
    blue = tmp_path / "blue.png"
    blue.write_bytes(picture("blue", "PNG"))
    for upload, listed, choose, delete, field in (
        ("uploadPoster", "posters", "setPoster", "deletePoster", "thumb"),
        ("uploadArt", "arts", "setArt", "deleteArt", "art"),
        ("uploadLogo", "logos", "setLogo", "deleteLogo", "clearLogo"),
        ("uploadSquareArt", "squareArts", "setSquareArt", "deleteSquareArt", "squareArt"),
    ):  # fmt: skip
        getattr(film, upload)(filepath=str(red))
        getattr(film, upload)(filepath=str(blue))
        pictures = getattr(film, listed)()
        now = selected(pictures)
        assert now.ratingKey.endswith(sha1(blue.read_bytes())), field
        assert now.ratingKey.startswith("upload://")
        assert field in locked(film)
        older = next(one for one in pictures if one.ratingKey.endswith(sha1(red.read_bytes())))
        getattr(film, choose)(older)
        assert selected(getattr(film, listed)()).ratingKey == older.ratingKey
        older.select()
        getattr(film, delete)()
        assert not [one for one in getattr(film, listed)() if one.selected], field
        older.select()
        assert selected(getattr(film, listed)()).ratingKey == older.ratingKey
    assert film.reload().logo
    assert film.squareArt


def test_choosing_one_that_lies_with_the_film_locks_it_and_outlives_a_scan(home: Home) -> None:
    film = home.section("Movies").get("Glass Orchard")
    arts = [one for one in film.arts() if one.ratingKey.startswith("media://")]
    assert len(arts) == 2
    film.setArt(arts[1])
    section = home.section("Movies")
    section.update()
    home.server.wait_idle()
    home.http.get(f"/library/sections/{home.sections['Movies']}/refresh", params={"force": 1})
    home.server.wait_idle()
    assert selected(film.arts()).ratingKey == arts[1].ratingKey
    assert "art" in locked(film)


def test_an_upload_outlives_a_forced_scan_and_a_section_made_anew(fresh_home: Home, red: Path) -> None:
    home = fresh_home
    film = home.section("Movies").get("Eleven Hours")
    film.uploadPoster(filepath=str(red))
    film.uploadArt(filepath=str(red))
    film.deleteArt()
    home.http.get(f"/library/sections/{home.sections['Movies']}/refresh", params={"force": 1})
    home.server.wait_idle()
    assert home.http.get(film.reload().thumb).content == red.read_bytes()
    number = home.sections["Movies"]
    assert home.http.delete(f"/library/sections/{number}").status_code == 200
    home.server.wait_idle()
    query = {"name": "Movies", "type": "movie", "location": str(home.media / "Movies"), "scanner": "Plex Movie",
             "language": "en-US"}  # fmt: skip
    assert home.http.post("/library/sections", params=query).status_code == 201
    home.server.wait_idle()
    sections = connect(home.server.url, home.owner_token).library
    again = sections.section("Movies").get("Eleven Hours")
    assert again.ratingKey != film.ratingKey
    assert home.http.get(again.thumb).content == red.read_bytes()
    assert {"thumb", "art"} <= locked(again)
    assert not again.art
    assert [one.selected for one in again.posters() if one.ratingKey.startswith("upload://")] == [True]


def test_unlocked_it_is_the_scanned_one_again(home: Home, red: Path) -> None:
    film = home.section("Movies").get("Amber Coast")
    before = home.http.get(film.thumb).content
    film.uploadPoster(filepath=str(red))
    assert home.http.get(film.reload().thumb).content == red.read_bytes()
    film.unlockPoster()
    assert home.http.get(film.reload().thumb).content == before
    assert "thumb" not in locked(film)


def test_colours_and_blur_hash_follow_the_picture(home: Home, red: Path, tmp_path: Path) -> None:
    film = home.section("Movies").get("Cloud Harbour")
    path = f"/library/metadata/{film.ratingKey}"
    ask = {"includeFields": "thumbBlurHash,artBlurHash"}
    film.uploadPoster(filepath=str(red))
    one = home.container(path, **ask)["Metadata"][0]
    film.uploadArt(filepath=str(red))
    green = tmp_path / "green.jpg"
    green.write_bytes(picture("green"))
    film.uploadPoster(filepath=str(green))
    two = home.container(path, **ask)["Metadata"][0]
    assert one["thumbBlurHash"] != two["thumbBlurHash"]
    corners = ("topLeft", "topRight", "bottomRight", "bottomLeft")

    def strongest(colours: dict[str, str]) -> set[int]:
        found = set()
        for corner in corners:
            channels = list(bytes.fromhex(colours[corner]))
            found.add(channels.index(max(channels)))
        return found

    assert strongest(one["UltraBlurColors"][0]) == {0}
    assert strongest(two["UltraBlurColors"][0]) == {0}  # of the background, which is red
    film.deleteArt()
    assert strongest(home.container(path)["Metadata"][0]["UltraBlurColors"][0]) == {1}


def test_what_is_no_picture_is_refused_and_changes_nothing(home: Home) -> None:
    film = home.section("Movies").get("Fable of Salt")
    path = f"/library/metadata/{film.ratingKey}/posters"
    before = home.container(path)
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'
    header = picture("red", "PNG")
    bomb = header[:16] + (60_000).to_bytes(4, "big") * 2 + header[24:]
    for data in (b"", b"no picture", svg, b"%PDF-1.7", bomb, picture("red")[:40], b"<html>" * 1000):
        answer = home.http.post(path, content=data)
        assert answer.status_code == 400, data[:20]
    for url in ("upload://posters/" + "0" * 40, "file:///etc/passwd", "media://posters/999999", "nonsense"):
        assert home.http.post(path, params={"url": url}).status_code == 400, url
    assert home.container(path) == before
    assert home.http.post("/library/metadata/99999999/posters", content=header).status_code == 404
    assert home.http.put(f"/library/metadata/{film.ratingKey}/nothing", params={"url": "x"}).status_code == 404


def test_only_the_owner_may(home: Home, red: Path) -> None:
    film = home.mia.library.section("Movies").get("Cold Lantern")
    assert [one.ratingKey for one in film.posters()]
    with pytest.raises((BadRequest, Unauthorized)):
        film.uploadPoster(filepath=str(red))
    path = f"/library/metadata/{film.ratingKey}"
    assert home.mia_http.post(f"{path}/posters", content=red.read_bytes()).status_code == 403
    assert home.mia_http.put(f"{path}/poster", params={"url": "media://posters/1"}).status_code == 403
    assert home.mia_http.delete(f"{path}/thumb").status_code == 403
    with pytest.raises(NotFound):
        home.mia.library.fetchItems("/library/metadata/99999999/posters")


class _Pictures(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        data = picture("purple") if self.path == "/poster.jpg" else b"<svg xmlns='http://www.w3.org/2000/svg'/>"
        self.send_response(200 if self.path != "/gone.jpg" else 404)
        self.send_header("Content-Type", "image/jpeg" if self.path == "/poster.jpg" else "image/svg+xml")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """Another server of the home network, which has a picture."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Pictures)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_poster_from_an_address(home: Home, elsewhere: str) -> None:
    film = home.section("Movies").get("The Iron Meadow")
    film.uploadPoster(url=f"{elsewhere}/poster.jpg")
    assert selected(film.posters()).ratingKey == f"upload://posters/{sha1(picture('purple'))}"
    path = f"/library/metadata/{film.ratingKey}"
    assert home.http.put(f"{path}/poster", params={"url": f"{elsewhere}/poster.jpg"}).status_code == 200
    for url in (
        f"{elsewhere}/gone.jpg",
        f"{elsewhere}/evil.svg",
        "http://169.254.169.254/latest/meta-data",
        "ftp://a/b",
    ):
        assert home.http.post(f"{path}/posters", params={"url": url}).status_code == 400, url


def test_ultrablur(home: Home) -> None:
    film = home.section("Movies").get("Straße der Möwen")
    (colours,) = home.container("/services/ultrablur/colors", url=film.thumb)["UltraBlurColors"]
    assert set(colours) == {"topLeft", "topRight", "bottomRight", "bottomLeft"}
    answer = home.mia_http.get("/services/ultrablur/image", params=colours | {"width": 640, "height": 360})
    assert answer.headers["content-type"] == "image/png"
    with Image.open(io.BytesIO(answer.content)) as made:
        assert made.size == (640, 360)
        assert made.convert("RGB").getpixel((0, 0)) == tuple(bytes.fromhex(colours["topLeft"]))
    inner = "/services/ultrablur/image?" + "&".join(f"{k}={v}" for k, v in colours.items()) + "&width=640&height=360"
    scaled = home.http.get("/photo/:/transcode", params={"url": inner, "width": 64, "height": 36})
    with Image.open(io.BytesIO(scaled.content)) as made:
        assert made.size == (64, 36)
    assert home.http.get("/services/ultrablur/image", params=colours | {"width": 9000}).status_code == 400
    assert home.http.get("/services/ultrablur/image", params={"topLeft": "red"}).status_code == 400
    assert (
        home.http.get("/services/ultrablur/colors", params={"url": "/library/metadata/99999/thumb"}).status_code == 404
    )
    assert home.http.get("/services/ultrablur/colors").status_code == 400


def test_artwork_at_random(home: Home) -> None:
    number = home.sections["Movies"]
    film = home.section("Movies").get("Glass Orchard")
    (one, *_) = home.container(f"/library/sections/{number}/arts")["Metadata"]
    assert one["type"] == "image"
    assert home.http.get(one["key"]).status_code == 200
    everywhere = home.mia_http.get("/library/randomArtwork").json()["MediaContainer"]["Metadata"]
    assert film.title in {found["title"] for found in everywhere}
    assert home.container("/library/randomArtwork", sections=str(home.sections["Music"]))["size"] == 0
    assert home.http.get("/library/randomArtwork", params={"sections": "x"}).status_code == 400

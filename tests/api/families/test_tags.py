"""Tags of items: added and taken away, one item or several, with what follows from them."""

from typing import Any

from tests.api.families.conftest import Home


def names(tags: list[Any]) -> list[str]:
    return [tag.tag for tag in tags]


def test_tags_of_a_film(home: Home) -> None:
    item = home.section("Movies").get("Amber Coast")
    item.batchEdits().addGenre(["Western", "Noir"]).addDirector("Zed").addWriter("Yan").addProducer("Xu").addCountry(
        "Chile"
    ).addLabel("Kids").addCollection("Favourites").saveEdits()
    for person in (home.owner, home.mia):
        seen = person.fetchItem(item.ratingKey)
        assert names(seen.genres) == ["Drama", "Western", "Noir"]
        assert names(seen.directors) == ["Ada Holm", "Zed"]
        assert "Yan" in names(seen.writers) and names(seen.producers) == ["Xu"]
        assert names(seen.countries) == ["Norway", "Chile"]
        assert names(seen.labels) == ["Kids"]
        assert names(seen.collections) == ["Coast", "Favourites"]
    fields = {field.name for field in item.reload().fields}
    assert fields == {"genre", "director", "writer", "producer", "country", "label", "collection"}
    item.removeGenre(["Western", "Drama"]).removeCollection("Coast", locked=False)
    assert names(item.reload().genres) == ["Noir"]
    assert names(item.collections) == ["Favourites"]
    assert "collection" not in {field.name for field in item.fields}
    item.refresh()
    home.server.wait_idle()
    assert names(item.reload().genres) == ["Noir"]
    assert names(item.collections) == ["Favourites"]


def test_tags_of_music_and_photos(home: Home) -> None:
    artist = home.section("Music").get("Nora Vale")
    artist.addMood("Calm").addStyle("Nordic").addSimilarArtist("Sólveig").addCountry("Iceland").addCollection("North")
    seen = home.mia.fetchItem(artist.ratingKey)
    assert (names(seen.moods), names(seen.styles), names(seen.similar)) == (["Calm"], ["Nordic"], ["Sólveig"])
    assert (names(seen.countries), names(seen.collections)) == (["Iceland"], ["North"])
    track = artist.tracks()[0]
    track.addMood("Odd").addGenre("Lullaby").addLabel("Sleep")
    assert names(track.reload().moods) == ["Odd"]
    photo = home.section("Photos").get("Mountains").photos()[0]
    photo.addTag("Snow")
    assert names(home.mia.fetchItem(photo.ratingKey).tags) == ["Snow"]
    photo.removeTag("Snow")
    assert names(photo.reload().tags) == []


def test_an_actor_has_a_character(home: Home) -> None:
    item = home.section("Movies").get("Eleven Hours")
    edit: dict[str, str | int] = {
        "actor[0].tag.tag": "New Face",
        "actor[0].tagging.text": "The <Thief>",
        "actor.locked": 1,
    }
    assert home.http.put(f"/library/metadata/{item.ratingKey}", params=edit).status_code == 200
    roles = [(role.tag, role.role) for role in home.mia.fetchItem(item.ratingKey).roles]
    assert roles[-1] == ("New Face", "The <Thief>")
    assert ("Karl Voss", "Role 1") in roles
    assert item.ratingKey in [found.ratingKey for found in home.section("Movies").search(actor="New Face")]


def test_counts_filters_and_pages_follow(home: Home) -> None:
    section = home.section("Movies")
    item = section.get("Cloud Harbour")
    assert [found.title for found in section.search(genre="Science Fiction")] == ["Cloud Harbour", "Glass Orchard"]
    item.removeGenre("Science Fiction").reload().addGenre("Space")
    assert [found.title for found in section.search(genre="Science Fiction")] == ["Glass Orchard"]
    assert [found.title for found in section.search(genre="Space")] == ["Cloud Harbour"]
    choices = [choice.title for choice in section.listFilterChoices("genre")]
    assert "Space" in choices


def test_names_with_commas_and_percent_signs(home: Home) -> None:
    item = home.section("Movies").get("Big Paper Rabbit")
    odd = ["Salt, Pepper", "100%", "a%2Cb", "&=?#+", "日本"]
    item.addLabel(odd)
    assert names(item.reload().labels) == odd
    item.removeLabel(odd[:3])
    assert names(item.reload().labels) == odd[3:]
    item.removeLabel(odd[3:])
    assert names(item.reload().labels) == []


def test_a_collection_tag_makes_a_collection_as_kometa_does(home: Home) -> None:
    section = home.sections["Movies"]
    items = home.section("Movies").search(title="Amber Coast")
    for item in items:
        query = {"type": 1, "id": item.ratingKey, "collection[0].tag.tag": "Made Here", "collection.locked": 0}
        assert home.http.put(f"/library/sections/{section}/all", params=query).status_code == 200
    found = home.container(f"/library/sections/{section}/all", title="Made Here", type=18)["Metadata"]
    assert [each["title"] for each in found] == ["Made Here"]
    children = home.mia_http.get(f"/library/collections/{found[0]['ratingKey']}/children").json()["MediaContainer"]
    assert {each["ratingKey"] for each in children["Metadata"]} == {str(item.ratingKey) for item in items}
    items[0].refresh()
    home.server.wait_idle()
    assert "Made Here" in names(items[0].reload().collections)


def test_all_tags_of_a_type_go_at_once(home: Home) -> None:
    item = home.section("Movies").get("The Iron Meadow")
    assert home.http.put(f"/library/metadata/{item.ratingKey}", params={"genre[].tag": ""}).status_code == 200
    assert names(item.reload().genres) == []
    item.refresh()
    home.server.wait_idle()
    assert names(item.reload().genres) == []

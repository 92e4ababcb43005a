"""Agents by their new and old names, and scanners."""

import plistlib

import pytest
from tests.api.families.conftest import Home

IMDB = "com.plexapp.agents.imdb"


def test_the_agents_of_films(home: Home) -> None:
    agents = {agent.identifier: agent for agent in home.owner.agents("movie")}
    section = home.section("Movies")
    assert {section.agent, IMDB} <= agents.keys()
    assert len([name for name in agents if not name.endswith(".none")]) >= 2
    assert agents[IMDB].languageCodes == ["en"]
    assert agents[IMDB].mediaTypes == []
    assert "tv.plex.agents.series" not in agents


def test_all_agents_with_their_kinds(home: Home) -> None:
    agents = {agent.identifier: agent for agent in home.owner.agents()}
    kinds = {one.mediaType for one in agents["tv.plex.agents.music"].mediaTypes}
    assert kinds == {8, 9}
    assert agents["tv.plex.agents.music"].mediaTypes[0].languageCodes == ["en"]
    for section in home.owner.library.sections():
        assert section.agent in agents
    one = home.container(f"/system/agents/{IMDB}")["Agent"]
    assert [agent["identifier"] for agent in one] == [IMDB]
    assert home.http.get("/system/agents/com.example.none").status_code == 404
    assert home.http.get("/system/agents?mediaType=film").status_code == 400


def test_the_setting_of_the_old_agent(home: Home) -> None:
    agent = next(one for one in home.owner.agents("movie") if one.identifier == IMDB)
    (country,) = agent.settings()
    assert (country.id, country.type, country.value) == ("country", "enum", "46")
    assert len(country.enumValues) == 49
    assert (country.enumValues["0"], country.enumValues["46"]) == ("Argentina", "United States")
    for method, path in (("PUT", "prefs"), ("PUT", "prefs/set"), ("GET", "prefs/set")):
        assert home.http.request(method, f"/:/plugins/{IMDB}/{path}?country=17").status_code == 200
        assert agent.settings()[0].value == "17"
        assert home.http.request(method, f"/:/plugins/{IMDB}/{path}?country=49").status_code == 400
        assert home.http.request(method, f"/:/plugins/{IMDB}/{path}?nonsense=1").status_code == 400
    assert home.container("/:/plugins/com.plexapp.agents.none/prefs")["size"] == 0
    assert home.http.get("/:/plugins/com.example/prefs").status_code == 404


def test_a_section_may_name_an_old_agent(home: Home) -> None:
    key = home.sections["Movies"]
    assert home.http.put(f"/library/sections/{key}?agent={IMDB}").status_code == 200
    shown = {one["key"]: one["agent"] for one in home.container("/library/sections")["Directory"]}
    assert shown[str(key)] == IMDB


@pytest.mark.parametrize("title", ["Movies", "TV Shows", "Music", "Photos", "Home Videos"])
def test_the_scanner_of_every_section_is_listed(home: Home, title: str) -> None:
    section = home.section(title)
    names = {one["name"] for one in home.container("/system/scanners")["Scanner"]}
    assert section.scanner in names
    assert {one["type"] for one in home.container("/system/scanners", type=13)["Scanner"]} == {13}


def test_they_are_the_owners(home: Home) -> None:
    for path in ("/system", "/system/agents", f"/system/agents/{IMDB}", "/system/scanners", f"/:/plugins/{IMDB}/prefs"):
        assert home.mia_http.get(path).status_code == 403


def test_bundles_are_listed_with_what_does_their_work(home: Home) -> None:
    (preferences,) = home.server.config.rglob("Preferences.xml")
    for name, identifier in (("Audiobooks", "com.plexapp.agents.audiobooks"), ("Other", "com.example.other")):
        contents = preferences.parent / "Plug-ins" / f"{name}.bundle" / "Contents"
        contents.mkdir(parents=True)
        plist = {"CFBundleIdentifier": identifier, "PlexPluginClass": "Agent"}
        (contents / "Info.plist").write_bytes(plistlib.dumps(plist))
    found = home.container("/system/agents")
    mapped = {one["identifier"]: one["Bundle"] for one in found["Agent"] if "Bundle" in one}
    assert mapped.keys() == {"com.plexapp.agents.audiobooks"}
    (bundle,) = mapped["com.plexapp.agents.audiobooks"]
    assert (bundle["name"], bundle["mappedTo"]) == ("Audiobooks.bundle", "com.plexapp.agents.audiobooks")
    assert [(one["name"], one.get("mappedTo")) for one in found["Bundle"]] == [("Other.bundle", None)]
    assert "com.plexapp.agents.audiobooks" in [agent.identifier for agent in home.owner.agents("artist")]
    subjects = {one["subject"] for one in home.container("/vitascope/doctor")["Finding"]}
    assert subjects >= {"plug-in Audiobooks.bundle", "plug-in Other.bundle"}
    assert home.mia_http.get("/system/agents").status_code == 403

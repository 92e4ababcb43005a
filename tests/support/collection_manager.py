"""A collection manager as it works on a server at night: the requests that a widely used one was seen to send.

It speaks XML over plain HTTP, as that program does through its library: what it needs of each answer is read here and
nowhere else, so a test that uses it shows that the program would work.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote
from xml.etree.ElementTree import Element, fromstring

import httpx

_HEADERS = {
    "Accept": "*/*",
    "X-Plex-Client-Identifier": "collection-manager",
    "X-Plex-Product": "Collection Manager",
    "X-Plex-Version": "2.4.0",
    "X-Plex-Platform": "Linux",
    "X-Plex-Provides": "controller",
    "X-Plex-Sync-Version": "2",
    "X-Plex-Features": "external-media",
}
_LIBRARY = "com.plexapp.plugins.library"


@dataclass(frozen=True, kw_only=True)
class Preparation:
    """What the manager learned before it began."""

    machine_identifier: str
    prefs: dict[str, str]
    sections: dict[str, Element]
    writable: bool
    """Whether it takes its token for one that may write."""


class CollectionManager:
    """Works on one section of a server."""

    def __init__(self, url: str, token: str) -> None:
        self._http = httpx.Client(base_url=url, headers=_HEADERS | {"X-Plex-Token": token}, timeout=60)
        self._machine = ""

    def close(self) -> None:
        self._http.close()

    def send(self, method: str, path: str, *, body: bytes | None = None) -> Element:
        """One request; what is not answered well raises, an empty answer is an empty container."""
        answer = self._http.request(method, path, content=body)
        assert answer.status_code in (200, 201, 204), (method, path, answer.status_code, answer.text[:500])
        return fromstring(answer.content) if answer.content else Element("MediaContainer")  # noqa: S314 - our server

    # --- start-up ----------------------------------------------------------------------------------------------

    def prepare(self, title: str) -> Preparation:
        """What is asked before a library is worked on."""
        root = self.send("GET", "/")
        self._machine = root.attrib["machineIdentifier"]
        settings = {each.attrib["id"]: each.attrib["value"] for each in self.send("GET", "/:/prefs")}
        self.send("GET", "/library")
        sections = {each.attrib["title"]: each for each in self.send("GET", "/library/sections")}
        section = sections[title]
        self.send("GET", f"/library/sections/{section.attrib['key']}/prefs")
        wanted = ("DatabaseCacheSize", "butlerUpdateChannel", "butlerStartHour", "butlerEndHour")
        found = {name[:1].lower() + name[1:]: value for name, value in settings.items()}
        return Preparation(
            machine_identifier=self._machine,
            prefs={name: found[name[:1].lower() + name[1:]] for name in wanted},
            sections=sections,
            writable=section.attrib.get("allowSync") == "1",
        )

    def everything(self, section: str, item_type: int) -> Iterator[Element]:
        """All items of a section, a page at a time, with their external ids."""
        start, total = 0, 1
        while start < total:
            answer = self._http.get(
                f"/library/sections/{section}/all?includeGuids=1&type={item_type}",
                headers={"X-Plex-Container-Start": str(start), "X-Plex-Container-Size": "5"},
            )
            page = fromstring(answer.content)  # noqa: S314 - our server
            total = int(page.attrib["totalSize"])
            yield from page
            start += 5

    def item(self, key: str) -> Element:
        """One item in full."""
        (found,) = self.send("GET", f"/library/metadata/{key}?checkFiles&includeGuids=1&includePreferences=1")
        return found

    # --- collections -------------------------------------------------------------------------------------------

    def collections(self, section: str) -> list[Element]:
        return list(self.send("GET", f"/library/sections/{section}/all?type=18"))

    def collection(self, section: str, title: str) -> Element | None:
        """A collection by its title, among those whose title contains it."""
        found = self.send("GET", f"/library/sections/{section}/all?title={quote(title)}&type=18")
        return next((each for each in found if each.attrib["title"] == title), None)

    def tag(self, section: str, item_type: int, ids: list[str], title: str) -> None:
        """Put items into a collection by their tag."""
        query = f"id={quote(','.join(ids))}&type={item_type}"
        tagged = f"collection%5B0%5D.tag.tag={quote(title)}&collection.locked=0"
        self.send("PUT", f"/library/sections/{section}/all?{query}&{tagged}")

    def untag(self, section: str, item_type: int, ids: list[str], title: str) -> None:
        query = f"id={quote(','.join(ids))}&type={item_type}"
        tagged = f"collection%5B%5D.tag.tag-={quote(quote(title))}&collection.locked=0"
        self.send("PUT", f"/library/sections/{section}/all?{query}&{tagged}")

    def probe(self, section: str, item_type: int, query: str) -> int:
        """Whether a smart filter finds anything."""
        return len(self.send("GET", f"/library/sections/{section}/all?type={item_type}&limit=5&{query}"))

    def uri(self, key: str) -> str:
        return f"server://{self._machine}/{_LIBRARY}{key}"

    def create_smart(self, section: str, item_type: int, title: str, query: str) -> None:
        uri = self.uri(f"/library/sections/{section}/all?type={item_type}&{query}")
        asked = f"type={item_type}&title={quote(title)}&smart=1&sectionId={section}&uri={quote(uri, safe='')}"
        self.send("POST", f"/library/collections?{asked}")

    def create_blank(self, section: str, item_type: int, title: str) -> None:
        uri = self.uri("/library/metadata")
        asked = f"type={item_type}&title={quote(title)}&smart=0&sectionId={section}&uri={quote(uri, safe='')}"
        self.send("POST", f"/library/collections?{asked}")

    def update_smart(self, key: str, section: str, item_type: int, query: str) -> None:
        uri = self.uri(f"/library/sections/{section}/all?type={item_type}&{query}")
        self.send("PUT", f"/library/collections/{key}/items?uri={quote(uri, safe='')}")

    def children(self, key: str) -> list[Element]:
        return list(self.send("GET", f"/library/collections/{key}/children"))

    def set_prefs(self, key: str, **prefs: int) -> None:
        asked = "&".join(f"{name}={value}" for name, value in prefs.items())
        self.send("PUT", f"/library/collections/{key}/prefs?{asked}")

    def move(self, key: str, item: str, after: str | None) -> None:
        where = "" if after is None else f"?after={after}"
        self.send("PUT", f"/library/collections/{key}/items/{item}/move{where}")

    def edit(self, section: str, item_type: int, ids: list[str], fields: dict[str, str]) -> None:
        """One edit of one item or of a hundred."""
        asked = "&".join(f"{quote(name)}={quote(value)}" for name, value in fields.items())
        self.send("PUT", f"/library/sections/{section}/all?type={item_type}&id={quote(','.join(ids))}&{asked}")

    def delete(self, key: str) -> None:
        self.send("DELETE", f"/library/collections/{key}")

    # --- pictures ----------------------------------------------------------------------------------------------

    def upload(self, key: str, element: str, picture: bytes) -> str:
        """Send a picture; returns the key it must have got."""
        self.send("POST", f"/library/metadata/{key}/{element}", body=picture)
        return f"upload://{element}/{hashlib.sha1(picture).hexdigest()}"  # noqa: S324 - names a picture

    def pictures(self, key: str, element: str) -> list[Element]:
        return list(self.send("GET", f"/library/metadata/{key}/{element}"))

    # --- hubs --------------------------------------------------------------------------------------------------

    def managed(self, section: str, key: str | None = None) -> list[Element]:
        asked = "" if key is None else f"?metadataItemId={key}"
        return list(self.send("GET", f"/hubs/sections/{section}/manage{asked}"))

    def promote(self, section: str, key: str, *, library: int, home: int, shared: int) -> None:
        asked = f"metadataItemId={key}&promotedToRecommended={library}&promotedToOwnHome={home}"
        self.send("POST", f"/hubs/sections/{section}/manage?{asked}&promotedToSharedHome={shared}")

    def move_hub(self, section: str, identifier: str, after: str | None) -> None:
        where = "" if after is None else f"?after={after}"
        self.send("PUT", f"/hubs/sections/{section}/manage/{identifier}/move{where}")

    # --- at the end --------------------------------------------------------------------------------------------

    def tidy(self, section: str) -> None:
        """What is done when all libraries are done."""
        self.send("PUT", f"/library/sections/{section}/emptyTrash")
        self.send("PUT", "/library/clean/bundles?async=1")
        self.send("PUT", "/library/optimize?async=1")

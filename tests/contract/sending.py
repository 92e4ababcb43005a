"""What both contract tests share: how drawn requests become requests that meet something."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from tests.api.families.conftest import Home
from tests.support.examples import examples

KNOWN = 40
"""Drawn ids below it stand for things that are there; the others are sent as they are."""
EXAMPLES = 5

contract = settings(
    examples(EXAMPLES, fuzz=1_000),
    phases=(Phase.explicit, Phase.generate) if settings.get_current_profile_name() == "fuzz" else (Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
"""A few examples of each operation in ``make test``, the same each time; in ``make fuzz`` a thousand, and besides every
border value that the description has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Things:
    """Ids of what the library holds, by what a description calls the place for them."""

    items: tuple[int, ...]
    sections: tuple[int, ...]
    parts: tuple[int, ...]
    streams: tuple[int, ...]
    media: tuple[int, ...]

    @classmethod
    def of(cls, home: Home) -> "Things":
        """Asks the server."""
        items: list[int] = []
        parts: list[int] = []
        streams: list[int] = []
        media: list[int] = []
        for title, kind in (("Movies", 1), ("TV Shows", 2), ("TV Shows", 4), ("Music", 8), ("Music", 10)):
            listed = home.container(f"/library/sections/{home.sections[title]}/all", type=kind)["Metadata"]
            items += [int(item["ratingKey"]) for item in listed[:4]]
        full = home.container("/library/metadata/" + ",".join(map(str, items)))["Metadata"]
        for item in full:
            for one in item.get("Media", []):
                media.append(int(one["id"]))
                for part in one["Part"]:
                    parts.append(int(part["id"]))
                    streams += [int(stream["id"]) for stream in part.get("Stream", [])]
        return cls(
            items=tuple(items),
            sections=tuple(home.sections.values()),
            parts=tuple(parts),
            streams=tuple(streams),
            media=tuple(media),
        )

    def meant(self, name: str, drawn: Any) -> Any:
        """What a drawn value of a place in a path is sent as."""
        if name in ("ids", "item_id", "metadataId", "list_id", "number"):
            known = self.items
        elif name in ("section_id", "sectionId"):
            known = self.sections
        elif name in ("part_id", "partId"):
            known = self.parts
        elif name in ("stream_id", "streamId"):
            known = self.streams
        elif name in ("media_id", "mediaId", "mediaItem"):
            known = self.media
        else:
            return drawn
        number = drawn if isinstance(drawn, int) else len(str(drawn))
        return known[number % len(known)] if number < KNOWN else drawn


def placed(parameters: Mapping[str, Any] | None, things: Things) -> dict[str, Any]:
    """The places of a path, filled."""
    return {name: things.meant(name, drawn) for name, drawn in (parameters or {}).items()}

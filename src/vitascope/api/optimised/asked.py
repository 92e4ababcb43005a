"""What a call wants made: read whole, and refused with the reason where it means nothing."""

from vitascope.api.call import Call
from vitascope.api.describe import flag, integer, text
from vitascope.api.errors import BadRequestError
from vitascope.api.optimised.hands import written
from vitascope.core.naming.made_versions import PROXY_TYPE
from vitascope.core.playback import targets
from vitascope.core.playback.ladder import Size
from vitascope.core.playback.targets import MediaSettings
from vitascope.core.query.source_uri import SourceError, parse_source_uri
from vitascope.library.optimised import wishes
from vitascope.store import optimised as store
from vitascope.store.reader import Reader
from vitascope.store.rows import GeneratorRow
from vitascope.store.sections import get_section, locations

BESIDE = -1
"""In place of a folder: that of the original."""
_LONGEST = 1_000
_MOST_KBPS = 1_000_000
TAKES = (
    integer("Item[type]", "Of the list of optimized versions: 42.", example=PROXY_TYPE),
    text("Item[title]", "What is wanted is called so.", example="Sunrise"),
    integer("Item[targetTagID]", "What for: the id of a tag of type 42.", example=2),
    text(
        "Item[target]", "The name of a target of the owner's own, or of one of those tags.", example="Custom: Android"
    ),
    text("Item[Device][profile]", "Of an own target: the player it is for.", choices=targets.PROFILES),
    text("Item[MediaSettings][videoResolution]", "The largest picture, as `WxH`; empty: as it is.", example="1280x720"),
    integer("Item[MediaSettings][maxVideoBitrate]", "The most that everything may take, in kbit/s.", example=4000),
    integer("Item[MediaSettings][videoQuality]", "In percent; the bit rate is what counts.", example=100),
    integer("Item[locationID]", "The folder of the section to put it into; -1: that of the original.", example=-1),
    text("Item[Location][uri]", "What of, as a source URI.", example="library://…/item/%2Flibrary%2Fmetadata%2F1"),
    text("Item[Policy][scope]", "`all`, or `count` for the first ones.", choices=("all", "count")),
    integer("Item[Policy][value]", "With `count`: how many.", example=5),
    flag("Item[Policy][unwatched]", "Only what the owner has not watched."),
)


def wish(r: Reader, call: Call) -> GeneratorRow:
    """What a call wants made. Raises :class:`BadRequestError` and :class:`NotFoundError`."""
    kind = call.integer("Item[type]", PROXY_TYPE)
    if kind != PROXY_TYPE:
        raise BadRequestError(f"Item[type]: {PROXY_TYPE} are optimized versions, and nothing else is in this list")
    uri = call.required("Item[Location][uri]")
    try:
        source = parse_source_uri(uri, machine_identifier=call.house.preferences.machine_identifier)
    except SourceError as error:
        raise BadRequestError(f"Item[Location][uri]: {error}") from error
    item = wishes.root_of(r, source, call.viewer)
    if item is None:
        raise BadRequestError(
            "Item[Location][uri]: it names no film, show, season, episode or home video of this server"
        )
    section = get_section(r, item.section_id)
    if not wishes.can_be_made(item):
        raise BadRequestError(
            "Item[Location][uri]: versions are made of films, shows, seasons, episodes and home videos"
        )
    target, tag, profile, settings = _target(call)
    location_id = call.integer("Item[locationID]", BESIDE)
    if location_id == BESIDE:
        location_id = None
    elif location_id not in {one.id for one in locations(r, section.id)}:
        raise BadRequestError(f"Item[locationID]: {section.title} has no folder {location_id}")
    return GeneratorRow(
        id=0,
        identity_id=item.identity_id,
        title=title(call) or item.title,
        target=target,
        target_tag=tag,
        uri=uri,
        section_uuid=section.uuid,
        profile=profile,
        settings=written(settings),
        most=_most(call),
        unwatched=call.flag("Item[Policy][unwatched]"),
        location_id=location_id,
    )


def title(call: Call) -> str | None:
    """What the owner calls it; ``None`` when the call does not say. Raises :class:`BadRequestError`."""
    said = call.text("Item[title]")
    if said is not None and (not said.strip() or len(said) > _LONGEST):
        raise BadRequestError(f"Item[title]: 1 to {_LONGEST} characters")
    return None if said is None else said.strip()


def _most(call: Call) -> int | None:
    scope = call.text("Item[Policy][scope]") or "all"
    if scope not in ("all", "count"):
        raise BadRequestError(f"Item[Policy][scope]: {scope[:80]!r} is neither all nor count")
    if scope == "all":
        return None
    value = call.integer("Item[Policy][value]")
    if value is None or not 1 <= value <= store.MOST_CONVERSIONS:
        raise BadRequestError(f"Item[Policy][value]: with scope=count a number from 1 to {store.MOST_CONVERSIONS}")
    return value


def _target(call: Call) -> tuple[str, int | None, str, MediaSettings]:
    """Name, id, profile and settings of what a version is for."""
    tag, name = call.integer("Item[targetTagID]"), (call.text("Item[target]") or "").strip()
    known = next((one for one in targets.TARGETS if one.title.casefold() == name.casefold()), None)
    if tag is not None:
        known = targets.of_tag(tag)
        if known is None:
            raise BadRequestError(f"Item[targetTagID]: there is no target {tag}; see /library/tags?type={PROXY_TYPE}")
    if known is not None:
        return known.title, known.tag, known.profile, known.settings
    profile = call.text("Item[Device][profile]")
    if profile not in targets.PROFILES:
        raise BadRequestError(f"Item[Device][profile]: one of {', '.join(targets.PROFILES)}")
    name = name or f"Custom: {profile}"
    if len(name) > _LONGEST:
        raise BadRequestError(f"Item[target]: at most {_LONGEST} characters")
    quality = call.integer("Item[MediaSettings][videoQuality]")
    kbps = _kbps(call)
    if quality is not None and not 0 <= quality <= 100:
        raise BadRequestError("Item[MediaSettings][videoQuality]: a number from 0 to 100")
    return name, None, profile, MediaSettings(quality=quality, kbps=kbps, resolution=_resolution(call))


def _kbps(call: Call) -> int | None:
    """Some clients send the rate as a number with decimals."""
    said = call.text("Item[MediaSettings][maxVideoBitrate]")
    if said is None:
        return None
    try:
        found = int(float(said))
    except (ValueError, OverflowError):
        found = 0
    if not 1 <= found <= _MOST_KBPS:
        raise BadRequestError(f"Item[MediaSettings][maxVideoBitrate]: a number from 1 to {_MOST_KBPS}, in kbit/s")
    return found


def _resolution(call: Call) -> Size | None:
    said = call.text("Item[MediaSettings][videoResolution]")
    if said is None:
        return None
    width, _, height = said.partition("x")
    if not (said.isascii() and width.isdecimal() and height.isdecimal() and len(said) < 12):
        raise BadRequestError("Item[MediaSettings][videoResolution]: the largest picture, such as 1280x720")
    size = Size(width=int(width), height=int(height))
    if min(size.width, size.height) < 16:
        raise BadRequestError("Item[MediaSettings][videoResolution]: at least 16x16")
    return size

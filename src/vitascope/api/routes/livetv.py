"""Live television, recorders, programme guides, tuners and recordings, as a server without a tuner has them: none."""

from vitascope.api.absences import Absence, Said, declare
from vitascope.api.describe import Parameter, State, flag, integer, text
from vitascope.api.errors import BadRequestError
from vitascope.api.policy import Policy
from vitascope.api.routing import Routes

routes = Routes(State.NO_TUNER)

_NO_TUNER = "There is no tuner: this server plays and records no live television."

_NONE, _UNKNOWN, _REFUSED = Said.NONE, Said.UNKNOWN, Said.REFUSED
_OWNER, _SIGNED_IN = Policy.OWNER, Policy.SIGNED_IN
_LINEUP = text("lineup", "The lineup, by its URI.", required=True, example="lineup://tv.plex.providers.epg.cloud/1")
_DVR = "/livetv/dvrs/{dvr_id:int}"
_COUNTRY = "/livetv/epg/countries/{country}/{epg_id}"
_GUIDE = "/tv.plex.providers.epg.{identifier}:{device_id}"
_DEVICES = "/media/grabbers/devices"
_DEVICE = "/media/grabbers/devices/{device_id}"
_SUBSCRIPTIONS = "/media/subscriptions"
_SUBSCRIPTION = "/media/subscriptions/{subscription_id:int}"
_GRABS = flag("includeGrabs", "Adds what is being recorded; nothing is.")
_STORAGE = flag("includeStorage", "Adds how much the recordings take; there are none.")

_TABLE: tuple[tuple[str, str, Policy, Said, str, tuple[Parameter, ...]], ...] = (
    # recorders
    ("GET", "/livetv/dvrs", _SIGNED_IN, _NONE, "The recorders: none.", ()),
    (
        "POST",
        "/livetv/dvrs",
        _OWNER,
        _REFUSED,
        "Would make a recorder; refused, since there is no tuner.",
        (text("lineup", "The lineup of the recorder."), text("language", "The language of its guide.", example="en")),
    ),
    ("GET", _DVR, _SIGNED_IN, _UNKNOWN, "One recorder: there is none.", ()),
    ("DELETE", _DVR, _OWNER, _UNKNOWN, "Would remove a recorder: there is none.", ()),
    ("POST", f"{_DVR}/channels/{{channel}}/tune", _SIGNED_IN, _UNKNOWN, "Would tune a recorder: there is none.", ()),
    ("PUT", f"{_DVR}/devices/{{device_id}}", _OWNER, _UNKNOWN, "Would give a recorder a tuner: there is none.", ()),
    ("DELETE", f"{_DVR}/devices/{{device_id}}", _OWNER, _UNKNOWN, "Would take a tuner away: there is none.", ()),
    ("PUT", f"{_DVR}/lineups", _OWNER, _UNKNOWN, "Would give a recorder a lineup: there is none.", (_LINEUP,)),
    ("DELETE", f"{_DVR}/lineups", _OWNER, _UNKNOWN, "Would take a lineup away: there is none.", (_LINEUP,)),
    (
        "PUT",
        f"{_DVR}/prefs",
        _OWNER,
        _UNKNOWN,
        "Would set what a recorder prefers: there is none.",
        (text("name", "The preference."),),
    ),
    ("POST", f"{_DVR}/reloadGuide", _OWNER, _UNKNOWN, "Would load a guide again: there is none.", ()),
    ("DELETE", f"{_DVR}/reloadGuide", _OWNER, _UNKNOWN, "Would stop loading a guide: there is none.", ()),
    # programme guides
    ("GET", "/livetv/epg/countries", _SIGNED_IN, _NONE, "The countries with a programme guide: none.", ()),
    ("GET", "/livetv/epg/languages", _SIGNED_IN, _NONE, "The languages of programme guides: none.", ()),
    (
        "GET",
        f"{_COUNTRY}/lineups",
        _SIGNED_IN,
        _UNKNOWN,
        "The lineups of a country: there is no guide.",
        (text("postalCode", "Where in the country.", example="10115"),),
    ),
    ("GET", f"{_COUNTRY}/regions", _SIGNED_IN, _UNKNOWN, "The regions of a country: there is no guide.", ()),
    (
        "GET",
        f"{_COUNTRY}/regions/{{region}}/lineups",
        _SIGNED_IN,
        _UNKNOWN,
        "The lineups of a region: there is no guide.",
        (),
    ),
    ("GET", "/livetv/epg/channelmap", _SIGNED_IN, _UNKNOWN, "The best map of channels: no guide.", (_LINEUP,)),
    ("GET", "/livetv/epg/channels", _SIGNED_IN, _UNKNOWN, "The channels of a lineup: there is no guide.", (_LINEUP,)),
    (
        "GET",
        "/livetv/epg/lineup",
        _SIGNED_IN,
        _UNKNOWN,
        "The best lineup: there is no guide.",
        (text("lineupGroup", "The group to choose from.", required=True),),
    ),
    ("GET", "/livetv/epg/lineupchannels", _SIGNED_IN, _UNKNOWN, "The channels of lineups: no guide.", (_LINEUP,)),
    (
        "GET",
        f"{_GUIDE}/lineups/dvr/channels",
        _SIGNED_IN,
        _UNKNOWN,
        "The channels of a guide: there is none.",
        (text("genre", "Only channels of this genre."),),
    ),
    (
        "GET",
        f"{_GUIDE}/grid",
        _SIGNED_IN,
        _UNKNOWN,
        "What is on, and when: there is no guide.",
        (
            text("channelGridKey", "The channel.", required=True),
            text("date", "The day, as year-month-day.", required=True, example="2026-01-31"),
        ),
    ),
    ("GET", f"{_GUIDE}/watchnow", _SIGNED_IN, _UNKNOWN, "What is on, in hubs: there is no guide.", ()),
    ("GET", f"{_GUIDE}/watchnow/all", _SIGNED_IN, _UNKNOWN, "What is on now: there is no guide.", ()),
    # what is being watched live
    ("GET", "/livetv/sessions", _SIGNED_IN, _NONE, "What is being watched live: nothing.", ()),
    ("GET", "/livetv/sessions/{session_id}", _SIGNED_IN, _UNKNOWN, "One such session: there is none.", ()),
    (
        "GET",
        "/livetv/sessions/{session_id}/{consumer_id}/index.m3u8",
        _SIGNED_IN,
        _UNKNOWN,
        "The playlist of such a session: there is none.",
        (),
    ),
    (
        "GET",
        "/livetv/sessions/{session_id}/{consumer_id}/{segment_id}",
        _SIGNED_IN,
        _UNKNOWN,
        "A segment of such a session: there is none.",
        (),
    ),
    # tuners
    (
        "GET",
        "/media/grabbers",
        _OWNER,
        _NONE,
        "The kinds of tuners that can be used: none.",
        (text("protocol", "Only those of this protocol.", example="livetv"),),
    ),
    ("GET", _DEVICES, _OWNER, _NONE, "The tuners: none.", ()),
    (
        "POST",
        _DEVICES,
        _OWNER,
        _REFUSED,
        "Would add a tuner; refused, since none can be used.",
        (text("uri", "Where it is.", required=True, example="http://192.168.1.20"),),
    ),
    ("POST", f"{_DEVICES}/discover", _OWNER, _NONE, "Would look for tuners; none can be used, so none is found.", ()),
    ("GET", _DEVICE, _OWNER, _UNKNOWN, "One tuner: there is none.", ()),
    ("DELETE", _DEVICE, _OWNER, _UNKNOWN, "Would remove a tuner: there is none.", ()),
    ("PUT", _DEVICE, _OWNER, _UNKNOWN, "Would switch a tuner: there is none.", (flag("enabled", "On or off."),)),
    (
        "PUT",
        f"{_DEVICE}/channelmap",
        _OWNER,
        _UNKNOWN,
        "Would set a tuner's channels: there is none.",
        (
            text("channelMapping", "Which channel is which."),
            text("channelMappingByKey", "The same, by key."),
            text("channelsEnabled", "The channels that are used.", many=True),
        ),
    ),
    ("GET", f"{_DEVICE}/channels", _OWNER, _UNKNOWN, "The channels of a tuner: there is none.", ()),
    (
        "PUT",
        f"{_DEVICE}/prefs",
        _OWNER,
        _UNKNOWN,
        "Would set what a tuner prefers: there is none.",
        (text("name", "The preference."),),
    ),
    (
        "POST",
        f"{_DEVICE}/scan",
        _OWNER,
        _UNKNOWN,
        "Would look for channels: there is no tuner.",
        (text("source", "Where to look."),),
    ),
    ("DELETE", f"{_DEVICE}/scan", _OWNER, _UNKNOWN, "Would stop looking for channels: there is no tuner.", ()),
    ("GET", f"{_DEVICE}/thumb/{{version}}", _OWNER, _UNKNOWN, "The picture of a tuner: there is none.", ()),
    # recordings
    ("DELETE", "/media/grabbers/operations/{operation_id}", _OWNER, _UNKNOWN, "Would stop a recording: none runs.", ()),
    ("GET", _SUBSCRIPTIONS, _OWNER, _NONE, "What is to be recorded: nothing.", (_GRABS, _STORAGE)),
    (
        "POST",
        _SUBSCRIPTIONS,
        _OWNER,
        _REFUSED,
        "Would have something recorded; refused, since there is no tuner.",
        (
            integer("targetLibrarySectionID", "The section for it."),
            integer("targetSectionLocationID", "The folder of the section."),
            integer("type", "What it is: 1 a film, 2 a show, 4 an episode."),
            text("hints", "What is known of it, as `hints[title]` and so on."),
            text("prefs", "How it is recorded, as `prefs[minVideoQuality]` and so on."),
            text("params", "Which programme, as `params[airingChannels]` and so on."),
        ),
    ),
    ("POST", f"{_SUBSCRIPTIONS}/process", _OWNER, _NONE, "Would plan recordings; there is nothing to plan.", ()),
    ("GET", f"{_SUBSCRIPTIONS}/scheduled", _OWNER, _NONE, "The planned recordings: none.", ()),
    (
        "GET",
        f"{_SUBSCRIPTIONS}/template",
        _OWNER,
        _NONE,
        "How something could be recorded: not at all.",
        (text("guid", "What it is.", example="plex://movie/5d776b59ad5437001f79c6f8"),),
    ),
    ("GET", _SUBSCRIPTION, _OWNER, _UNKNOWN, "One thing to be recorded: there is none.", (_GRABS, _STORAGE)),
    ("DELETE", _SUBSCRIPTION, _OWNER, _UNKNOWN, "Would record it no more: there is none.", ()),
    ("PUT", _SUBSCRIPTION, _OWNER, _UNKNOWN, "Would record it otherwise: there is none.", (text("prefs", "How."),)),
    (
        "PUT",
        f"{_SUBSCRIPTION}/move",
        _OWNER,
        _UNKNOWN,
        "Would change what goes first: there is none.",
        (integer("after", "After which."),),
    ),
)

declare(
    routes,
    (
        Absence(method=method, path=path, policy=policy, said=said, what=what, takes=takes)
        for method, path, policy, said, what, takes in _TABLE
    ),
    refusal=BadRequestError,
    reason=_NO_TUNER,
)

"""The catalogue of preferences: what settings there are, of which type, with which default.

Names, types, defaults and groups are those that clients of the original server look for; labels and summaries are ours.
A setting whose feature this server does not have is kept all the same, so that a preferences file taken over from the
original server loses nothing and a client that writes it gets no error; it is not shown, since it would promise what
nothing does. A test compares with the code which ones something reads.
"""

from collections.abc import Sequence

from vitascope.ops.countries import CHOICES as COUNTRIES
from vitascope.ops.countries import UNITED_STATES
from vitascope.ops.setting import Setting, SettingKind, SettingValue
from vitascope.ops.unhonoured import UNHONOURED


def _kind(default: SettingValue) -> SettingKind:
    match default:
        case bool():
            return SettingKind.BOOL
        case int():
            return SettingKind.INT
        case float():
            return SettingKind.DOUBLE
        case _:
            return SettingKind.TEXT


def _setting(
    group: str,
    name: str,
    default: SettingValue,
    flags: str = "",
    label: str = "",
    summary: str = "",
    choices: Sequence[tuple[str | int, str]] = (),
) -> Setting:
    """``flags``: ``H`` hidden, ``A`` advanced, ``R`` needs a restart."""
    least, most = _BOUNDS.get(name, (0, 2**31 - 1))
    return Setting(
        id=name,
        kind=_kind(default),
        default=default,
        group=group,
        label=label,
        summary=summary,
        hidden="H" in flags,
        advanced="A" in flags,
        restart="R" in flags,
        choices=tuple((str(value), text) for value, text in choices),
        least=least,
        most=most,
    )


_BOUNDS = {
    "GenerateBIFFrameInterval": (1, 3_600),
    "DatabaseCacheSize": (1, 1_048_576),
    "LogNumFiles": (1, 100),
    "OnDeckLimit": (1, 1_000),
    "OnDeckWindow": (1, 1_000),
    "SegmentedTranscoderTimeout": (5, 86_400),
    "TranscoderThrottleBuffer": (10, 3_600),
}
"""What numbers may be, where that is not any number from 0 on."""

_WHEN = (
    ("never", "never"),
    ("scheduled", "at night"),
    ("asap", "at night, and after each scan"),
)
_HOURS = tuple((hour, f"{hour} h") for hour in range(24))

_Row = (
    tuple[str, SettingValue]
    | tuple[str, SettingValue, str]
    | tuple[str, SettingValue, str, str]
    | tuple[str, SettingValue, str, str, str]
    | tuple[str, SettingValue, str, str, str, Sequence[tuple[str | int, str]]]
)

_GENERAL: tuple[_Row, ...] = (
    ("FriendlyName", "", "", "Name", "How this server is called in apps; empty: the name of the computer."),
    ("logDebug", True, "A", "Detailed log", "Writes more about what the server does."),
    ("LogVerbose", False, "A", "Very detailed log"),
    ("MinimumProgressTime", 60_000, "H", "Shortest progress", "Milliseconds that must be played to be remembered."),
    (
        "ButlerUpdateChannel",
        16,
        "",
        "Update channel",
        "For tools that read it: this server looks for no updates by itself.",
        ((16, "Public"), (8, "Beta")),
    ),
    ("LogNumFiles", 5, "HR", "Log files kept"),
)
_LIBRARY: tuple[_Row, ...] = (
    ("FSEventLibraryUpdatesEnabled", False, "", "Watch folders", "Scans a folder when something in it changes."),
    ("FSEventLibraryPartialScanEnabled", False, "A", "Scan only the changed folder"),
    ("watchMusicSections", False, "A", "Watch music folders too", "As well as those of other sections."),
    ("ScheduledLibraryUpdatesEnabled", False, "", "Scan regularly", "Scans every section, by day too."),
    (
        "ScheduledLibraryUpdateInterval",
        3600,
        "",
        "Time between scans",
        "",
        (
            (900, "a quarter of an hour"),
            (1800, "half an hour"),
            (3600, "an hour"),
            (7200, "two hours"),
            (21600, "six hours"),
            (43200, "twelve hours"),
            (86400, "a day"),
        ),
    ),
    (
        "AudnexusAddress",
        "",
        "A",
        "Address of Audnexus",
        "Which sections with an audiobook agent ask; empty: https://api.audnex.us.",
    ),
    (
        "AudibleCatalogueAddress",
        "",
        "A",
        "Address of the audiobook catalogue",
        "Where those look for a book by title and author; empty: https://api.audible.com, or that of the region.",
    ),
    ("autoEmptyTrash", True, "", "Empty the trash after each scan", "Items whose files are gone are then forgotten."),
    (
        "allowMediaDeletion",
        False,
        "A",
        "Let the owner delete media files",
        "Through apps and the API; off unless wanted.",
    ),
    ("allowMediaDeletionLanOnly", False, "H", "Delete only from the local network"),
    ("OnDeckWindow", 16, "A", "Weeks to keep in Continue Watching"),
    ("OnDeckLimit", 40, "A", "Most items in Continue Watching"),
    ("OnDeckIncludePremieres", True, "A", "Show the first episode of a new season"),
    ("ScannerLowPriority", False, "A", "Gentle scan", "Scans with low priority, and pauses while someone watches."),
    (
        "LibraryVideoPlayedThreshold",
        90,
        "",
        "Played from",
        "Percent of a video after which it counts as watched.",
        tuple((percent, f"{percent} %") for percent in range(70, 100, 5)),
    ),
    (
        "LibraryVideoPlayedAtBehaviour",
        3,
        "",
        "Counts as played",
        "",
        (
            (0, "at the chosen percentage"),
            (1, "at the last credits"),
            (2, "at the first credits"),
            (3, "at the percentage or the first credits, whichever comes first"),
        ),
    ),
    (
        "LoudnessAnalysisBehavior",
        "scheduled",
        "",
        "Measure loudness",
        "Of music. Never leaves what was measured before; else what is asked for is measured at once.",
        (("never", "never"), ("scheduled", "at night"), ("asap", "at night and after each scan")),
    ),
    ("ImdbAgentCountry", UNITED_STATES, "H", "Country", "Of the film agent com.plexapp.agents.imdb.", COUNTRIES),
    (
        "GenerateChapterThumbBehavior",
        "scheduled",
        "",
        "Make chapter pictures",
        "Never: each is taken when it is first shown.",
        _WHEN,
    ),
    (
        "GenerateIntroMarkerBehavior",
        "asap",
        "",
        "Find intros",
        "By the sound that the episodes of a season share; apps then offer to skip them.",
        _WHEN,
    ),
    (
        "GenerateCreditsMarkerBehavior",
        "asap",
        "",
        "Find credits",
        "By how the end of a video looks; apps then offer what comes next.",
        _WHEN,
    ),
    (
        "GenerateAdMarkerBehavior",
        "never",
        "",
        "Find advertisements",
        "In recordings of television, by what is black and silent between them; apps then offer to skip them.",
        _WHEN,
    ),
    (
        "GenerateVADBehavior",
        "scheduled",
        "",
        "Find speech",
        "Where somebody speaks in films and episodes, so that subtitles that are early or late can be fitted.",
        _WHEN,
    ),
    (
        "GenerateBIFBehavior",
        "never",
        "",
        "Make preview pictures",
        "Small pictures along each video, shown while seeking; some 8 KB for each.",
        _WHEN,
    ),
    ("GenerateBIFFrameInterval", 2, "H", "Seconds between preview pictures", "Of those that are made from now on."),
    (
        "GenerateBIFKeyframesOnly",
        True,
        "H",
        "Preview pictures from key frames only",
        "Off: the exact moments, for which all of a video is decoded.",
    ),
    ("DatabaseCacheSize", 96, "AR", "Database cache", "In megabytes, shared by all connections to SQLite."),
    (
        "ArticleStrings",
        "the,das,der,a,an,el,la",
        "A",
        "Words that sorting ignores",
        "At the beginning of a title, with commas between them. What is there already is sorted anew.",
    ),
    ("RadioDaysSinceLastPlayed", 2, "H", "Radio: days before a track returns"),
)
_NETWORK: tuple[_Row, ...] = (
    (
        "secureConnections",
        1,
        "",
        "Secure connections",
        "Whether apps may, must or cannot use HTTPS. Required, plain HTTP answers health checks alone.",
        ((0, "Required"), (1, "Preferred"), (2, "Disabled")),
    ),
    (
        "customCertificatePath",
        "",
        "A",
        "Own certificate",
        "A PKCS#12 file (.p12, .pfx) with certificate and key, by its whole path; empty: the server makes one.",
    ),
    ("customCertificateKey", "", "A", "Password of the own certificate"),
    (
        "customCertificateDomain",
        "",
        "A",
        "Name in the certificate",
        "The name that the own certificate is shown for; also a name by which requests may call the server.",
    ),
    ("allowedHttpOrigins", "", "H", "Web pages allowed to use the API", "Origins, separated by commas."),
    ("GdmEnabled", True, "", "Be found in the local network", "Answers players that look for servers (GDM)."),
    (
        "LanNetworksBandwidth",
        "",
        "A",
        "Networks counted as local",
        "Addresses or networks, separated by commas; empty: all private ones. It gives no rights.",
    ),
    ("WanPerUserStreamCount", 0, "A", "Streams of one person from outside", "At the same time; 0: any number."),
    ("WanPerStreamMaxUploadRate", 0, "A", "Bandwidth of a stream from outside", "In kbit/s; 0: without a limit."),
    ("WanTotalMaxUploadRate", 0, "A", "Bandwidth of all streams from outside", "In kbit/s; 0: without a limit."),
    ("MinutesAllowedPaused", 0, "A", "End what is paused", "After so many minutes; 0: never."),
    ("WebHooksEnabled", True, "A", "Webhooks", "Tells the registered addresses of what happens."),
    ("customConnections", "", "A", "Own addresses", "URLs under which clients reach this server, separated by commas."),
    (
        "allowedNetworks",
        "",
        "A",
        "Networks that need no sign-in",
        "Addresses or networks, separated by commas. Whoever comes from there is the owner.",
    ),
    (
        "allowedHostNames",
        "",
        "A",
        "Names of this server",
        "Names by which requests may call it, separated by commas; .onion: all that end so.",
    ),
)
_PRESETS = tuple(
    (one, one)
    for one in ("ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow")
)
_TRANSCODER: tuple[_Row, ...] = (
    ("TranscoderTempDirectory", "", "A", "Folder for conversions"),
    (
        "TranscoderCanOnlyRemuxVideo",
        False,
        "A",
        "Never convert video",
        "It is copied, or not played; sound and subtitles are still converted.",
    ),
    ("TranscodeCountLimit", 0, "A", "Videos converted at once", "For all players together; 0: any number."),
    ("TranscoderVideoResolutionLimit", "0x0", "H", "Largest video that is made", "As WxH; 0x0: without a limit."),
    ("TranscoderToneMapping", True, "A", "Map HDR to SDR", "For players that do not show HDR."),
    (
        "TranscoderHEVCEncoding",
        "never",
        "A",
        "Convert to HEVC",
        "For players that take it; it needs less bandwidth and more of the processor.",
        (("never", "never"), ("hevc-sources", "what is HEVC already"), ("always", "always")),
    ),
    (
        "TranscoderQuality",
        0,
        "",
        "Quality of conversions",
        "What is dearer: the picture, or the time of the processor.",
        ((0, "automatic"), (1, "prefer speed"), (2, "prefer quality"), (3, "make my CPU hurt")),
    ),
    ("TranscoderH264Preset", "veryfast", "H", "Preset of x264", "Which the other encoders follow.", _PRESETS),
    (
        "TranscoderH264BackgroundPreset",
        "veryfast",
        "A",
        "Preset of x264 in the background",
        "For downloads that are converted.",
        _PRESETS,
    ),
    ("TranscoderH264MinimumCRF", 16.0, "H", "Best quality of x264", "The lowest rate factor that is used."),
    (
        "TranscoderToneMappingAgorithm",
        "hable",
        "A",
        "How HDR becomes SDR",
        "",
        tuple((one, one) for one in ("linear", "gamma", "clip", "reinhard", "hable", "mobius")),
    ),
    (
        "TranscoderMusicLoudness",
        "none",
        "A",
        "Bring converted music to one loudness",
        "By ReplayGain tags, else as it was measured; for players that do not do it themselves.",
        (("none", "as it is"), ("track", "each song"), ("album", "each album")),
    ),
    (
        "HardwareAcceleratedCodecs",
        False,
        "",
        "Use a graphics device",
        "For what it proved to convert; where it fails, the processor goes on.",
    ),
    ("HardwareAcceleratedEncoders", True, "A", "Let a graphics device encode", "Else it decodes at most."),
    ("HardwareDevicePath", "", "H", "Graphics device", "The path of its render node; nothing: the first that works."),
    (
        "TranscoderQuotaGB",
        0,
        "A",
        "Room for conversions",
        "In gigabytes; 0: as much as the disk has, less a reserve. What nobody plays goes first.",
    ),
    (
        "DownloadsTempDirectory",
        "",
        "A",
        "Folder of converted downloads",
        "Empty: beside the other conversions. It counts from the next start on.",
    ),
    (
        "OptimizedVersionsBesideOriginals",
        True,
        "A",
        "Put optimized versions beside their originals",
        "In folders named Plex Versions, where they can be written; else, or when off, into the server's own data.",
    ),
    (
        "TranscoderThrottleBuffer",
        60,
        "A",
        "Seconds that are made ahead",
        "How far a conversion runs ahead of the player before it pauses.",
    ),
    (
        "TranscoderPruneBuffer",
        300,
        "H",
        "Seconds that are kept behind",
        "How far behind the player what was made is kept.",
    ),
    (
        "SegmentedTranscoderTimeout",
        20,
        "H",
        "Seconds until a conversion pauses",
        "After so long without a sign of the player nothing is made for it; it goes on when the player is back.",
    ),
    (
        "BackgroundQueueIdlePaused",
        False,
        "H",
        "Pause work in the background",
        "Nothing new is begun, such as pictures.",
    ),
)
_BUTLER: tuple[_Row, ...] = (
    ("ButlerStartHour", 2, "", "Night work begins", "By the clock of the machine.", _HOURS),
    ("ButlerEndHour", 5, "", "Night work ends", "On the next day when that is earlier.", _HOURS),
    ("ButlerTaskBackupDatabase", True, "", "Back up the server", "With recipients only: see the settings of backups."),
    ("ButlerDatabaseBackupPath", "", "A", "Folder of the backups", "Empty: backups in the configuration folder."),
    ("ButlerTaskOptimizeDatabase", True, "", "Optimise the database", "Every seven nights."),
    ("ButlerTaskCleanOldBundles", True, "", "Tidy up pictures", "Every seven nights."),
    ("ButlerTaskCleanOldCacheFiles", True, "", "Tidy up the cache", "Every seven nights."),
    ("ButlerTaskRefreshLocalMedia", True, "", "Read local files again", "Every three nights."),
    ("ButlerTaskRefreshLibraries", False, "", "Scan all sections", "Every night."),
    (
        "ButlerTaskRefreshPeriodicMetadata",
        True,
        "",
        "Ask metadata providers again",
        "Every night, about some of what they were not asked about for thirty days.",
    ),
    ("ButlerTaskDeepMediaAnalysis", True, "", "Analyse bandwidths", "What films need moment by moment."),
    ("ButlerTaskGarbageCollectBlobs", True, "H", "Forget what a restore kept"),
    ("ButlerTaskGarbageCollectLibraryMedia", True, "H", "Forget files that are gone"),
)
_EXTRAS: tuple[_Row, ...] = (
    ("CinemaTrailersType", 1, "", "Trailers from", "", ((0, "all films"), (1, "films not watched"))),
    ("CinemaTrailersFromLibrary", True, "", "Trailers of films in the library"),
)
_NONE: tuple[_Row, ...] = (
    ("MachineIdentifier", "", "H"),
    ("ProcessedMachineIdentifier", "", "H"),
    ("AnonymousMachineIdentifier", "", "H"),
    ("PlexOnlineToken", "", "H"),
    ("PlexOnlineUsername", "", "H"),
    ("PlexOnlineMail", "", "H"),
    ("WrittenAdvertiseIp", "", "H", "ADVERTISE_IP as it was last written to customConnections"),
    ("WrittenAllowedNetworks", "", "H", "ALLOWED_NETWORKS as it was last written to allowedNetworks"),
)

_SHOWN: dict[str, Setting] = {
    row[0]: _setting(group, *row)
    for group, rows in (
        ("general", _GENERAL),
        ("library", _LIBRARY),
        ("network", _NETWORK),
        ("transcoder", _TRANSCODER),
        ("butler", _BUTLER),
        ("extras", _EXTRAS),
        ("", _NONE),
    )
    for row in rows
}

_KEPT: dict[str, Setting] = {
    name: Setting(id=name, kind=_kind(default), default=default, hidden=True, listed=False)
    for name, default in UNHONOURED.items()
}

CATALOGUE: dict[str, Setting] = _SHOWN | _KEPT
"""Every setting that is known, shown or not."""

SECRET = frozenset({"PlexOnlineToken", "customCertificateKey", "MachineIdentifier"})
"""Settings whose value no client is shown."""

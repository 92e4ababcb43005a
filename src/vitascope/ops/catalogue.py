"""The catalogue of preferences: what settings there are, of which type, with which default.

Names, types, defaults and groups are those that clients of the original server look for; labels and summaries are ours.
A setting whose feature this server does not have yet is kept all the same, so that a preferences file taken over from
the original server loses nothing and a client that writes it gets no error.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

SettingValue = str | int | float | bool


class PreferenceValueError(ValueError):
    """A value does not fit its setting; the message is for a person."""


class SettingKind(StrEnum):
    """The ``type`` of a setting."""

    BOOL = "bool"
    INT = "int"
    TEXT = "text"
    DOUBLE = "double"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting as ``/:/prefs`` describes it."""

    id: str
    kind: SettingKind
    default: SettingValue
    group: str = ""
    label: str = ""
    summary: str = ""
    hidden: bool = False
    advanced: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    restart: bool = False
    """Whether a change takes effect only at the next start."""

    @property
    def enum_values(self) -> str | None:
        """The choices as ``value:name|value:name``, or ``None``."""
        return "|".join(f"{value}:{name}" for value, name in self.choices) or None

    def parse(self, text: str) -> SettingValue:
        """The value that ``text`` means. Raises :class:`PreferenceValueError`."""
        try:
            match self.kind:
                case SettingKind.BOOL:
                    if text.strip().lower() not in ("0", "1", "true", "false", ""):
                        raise ValueError(text)
                    return text.strip().lower() in ("1", "true")
                case SettingKind.INT:
                    return int(text)
                case SettingKind.DOUBLE:
                    return float(text)
                case SettingKind.TEXT:
                    return text
        except ValueError as error:
            raise PreferenceValueError(f"{self.id}: {text!r} is not of type {self.kind.value}") from error

    def check(self, value: SettingValue) -> None:
        """Raises :class:`PreferenceValueError` for a value that is none of the choices."""
        text = str(int(value)) if isinstance(value, bool) else str(value)
        if self.choices and text not in {known for known, _ in self.choices}:
            raise PreferenceValueError(
                f"{self.id}: {text!r} is none of {', '.join(known for known, _ in self.choices)}"
            )


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
    )


_WHEN = (("never", "never"), ("scheduled", "at night"), ("asap", "at night and when media are added"))
_ON_OFF = (("disabled", "off"), ("enabled", "on"))

_Row = (
    tuple[str, SettingValue]
    | tuple[str, SettingValue, str]
    | tuple[str, SettingValue, str, str]
    | tuple[str, SettingValue, str, str, str]
    | tuple[str, SettingValue, str, str, str, Sequence[tuple[str | int, str]]]
)

_GENERAL: tuple[_Row, ...] = (
    ("FriendlyName", "", "", "Name", "How this server is called in apps; empty: the name of the computer."),
    ("sendCrashReports", False, "", "Send crash reports", "Nothing is ever sent; kept for files taken over."),
    ("PushNotificationsEnabled", False, "", "Push notifications"),
    ("logDebug", True, "A", "Detailed log", "Writes more about what the server does."),
    ("LogVerbose", False, "A", "Very detailed log"),
    ("MinimumProgressTime", 60_000, "H", "Shortest progress", "Milliseconds that must be played to be remembered."),
    ("ButlerUpdateChannel", 16, "", "Update channel", "", ((16, "Public"), (8, "Beta"))),
    ("ButlerTaskUpdateServer", "askme", "", "Updates", "", (("askme", "Ask"), ("always", "At night"))),
    ("LogNumFiles", 5, "HR", "Log files kept"),
    ("LogMemoryUse", False, "H", "Log memory use"),
)
_LIBRARY: tuple[_Row, ...] = (
    ("FSEventLibraryUpdatesEnabled", False, "", "Watch folders", "Scans a folder when something in it changes."),
    ("FSEventLibraryPartialScanEnabled", False, "A", "Scan only the changed folder"),
    ("watchMusicSections", False, "A", "Watch music folders too"),
    ("ScheduledLibraryUpdatesEnabled", False, "", "Scan regularly"),
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
    ("autoEmptyTrash", True, "", "Empty the trash after each scan", "Items whose files are gone are then forgotten."),
    ("allowMediaDeletion", False, "A", "Let the owner delete media files"),
    ("allowMediaDeletionLanOnly", False, "H", "Delete only from the local network"),
    ("OnDeckWindow", 16, "A", "Weeks to keep in Continue Watching"),
    ("OnDeckLimit", 40, "A", "Most items in Continue Watching"),
    ("OnDeckIncludePremieres", True, "A", "Show the first episode of a new season"),
    ("SmartShuffleMusic", True, "A", "Prefer what is liked when shuffling"),
    ("MusicSeparateAlbumTypes", "enabled", "A", "Show album types apart", "", _ON_OFF),
    ("LibraryDefaultVisibility", 0, "H", "Where new sections appear"),
    ("ScannerLowPriority", False, "A", "Gentle scan", "Scans with low priority, and pauses while someone watches."),
    ("GenerateBIFBehavior", "never", "", "Preview pictures for seeking", "", _WHEN),
    ("GenerateBIFFrameInterval", 2, "H", "Seconds between preview pictures"),
    ("GenerateBIFKeyframesOnly", True, "H", "Preview pictures from key frames only"),
    ("GenerateIntroMarkerBehavior", "asap", "", "Find intros", "", _WHEN),
    ("GenerateCreditsMarkerBehavior", "asap", "", "Find credits", "", _WHEN),
    ("GenerateAdMarkerBehavior", "never", "", "Find commercials", "", _WHEN),
    ("GenerateVADBehavior", "scheduled", "", "Find speech for subtitles", "", _WHEN),
    ("GenerateChapterThumbBehavior", "scheduled", "", "Chapter pictures", "", _WHEN),
    ("LoudnessAnalysisBehavior", "scheduled", "", "Measure loudness", "", _WHEN),
    ("MusicAnalysisBehavior", "scheduled", "", "Measure music", "", _WHEN),
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
    ("LocationVisibility", 1, "A", "Show places on photos"),
    ("MarkerSource", "local", "A", "Source of markers", "", (("any", "any"), ("cloud", "cloud"), ("local", "local"))),
    ("DatabaseCacheSize", 40, "AR", "Database cache", "In megabytes."),
    ("MergedRecentlyAdded", True, "A", "Merge recently added episodes"),
    ("LongRunningJobThreads", 1, "HR", "Worker processes for long jobs"),
    ("LoudnessAnalysisThreads", 1, "H", "Workers that measure loudness"),
    ("ArticleStrings", "the,das,der,a,an,el,la", "HR", "Articles that sorting leaves out"),
    ("RadioTopTracksPerAlbum", 3, "H", "Radio: top tracks of an album"),
    ("RadioDaysSinceLastPlayed", 2, "H", "Radio: days before a track returns"),
    ("RadioDirectoryThreshold", 15, "H", "Radio: smallest genre"),
    ("RadioDirectoryLimit", 50, "H", "Radio: most genres"),
    ("GlobalMusicVideoPath", "", "H", "Folder of music videos"),
)
_NETWORK: tuple[_Row, ...] = (
    ("EnableIPv6", True, "AR", "Use IPv6"),
    ("IPNetworkType", "dualstack", "HR", "Internet protocols"),
    ("secureConnections", 1, "", "Secure connections", "", ((0, "Required"), (1, "Preferred"), (2, "Off"))),
    ("customCertificatePath", "", "A", "Certificate", "A PKCS #12 file."),
    ("customCertificateKey", "", "A", "Password of the certificate"),
    (
        "customCertificateDomain",
        "",
        "A",
        "Name in the certificate",
        "Also a name by which requests may call the server.",
    ),
    ("PreferredNetworkInterface", "", "A", "Network interface"),
    ("DisableTLSv1_0", True, "A", "Refuse old TLS"),
    ("allowedHttpOrigins", "", "H", "Web pages allowed to use the API", "Origins, separated by commas."),
    ("GdmEnabled", True, "", "Be found in the local network"),
    ("WanPerUserStreamCount", 0, "A", "Streams per person from outside"),
    ("LanNetworksBandwidth", "", "A", "Networks counted as local"),
    ("MinutesAllowedPaused", 0, "A", "End what is paused", "After so many minutes; 0: never."),
    ("TreatWanIpAsLocal", True, "A", "Treat the router's address as local"),
    ("RelayEnabled", False, "A", "Relay", "There is none; kept for files taken over."),
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
    ("WebHooksEnabled", True, "A", "Webhooks"),
    ("ConfigurationUrl", "", "H", "Address of the settings page"),
    ("ManualPortMappingMode", False, "H", "Port mapped by hand"),
    ("ManualPortMappingPort", 32_400, "H", "The port mapped by hand"),
    ("LastAutomaticMappedPort", 0, "H", "Port mapped last"),
    ("WanPerStreamMaxUploadRate", 0, "H", "Most kbit/s for a stream to outside"),
    ("WanTotalMaxUploadRate", 0, "H", "Most kbit/s to outside"),
    ("enableLocalSecurity", False, "H", "Sign in from the local network too"),
    ("CertificateUUID", "", "H"),
    ("CertificateVersion", 2, "H"),
    ("PubSubServer", "", "H"),
    ("PubSubServerPing", "", "H"),
    ("PubSubServerRegion", "", "H"),
)
_TRANSCODER: tuple[_Row, ...] = (
    (
        "TranscoderQuality",
        0,
        "",
        "Quality of conversion",
        "",
        ((0, "automatic"), (1, "fast"), (2, "better"), (3, "best, and slow")),
    ),
    ("SegmentedTranscoderTimeout", 20, "H", "Seconds to wait for a segment"),
    ("TranscoderTempDirectory", "", "A", "Folder for conversions"),
    ("DownloadsTempDirectory", "", "A", "Folder for downloads being made"),
    ("TranscoderDefaultDuration", 120, "H", "Minutes assumed when unknown"),
    ("TranscoderThrottleBuffer", 60, "A", "Seconds to convert ahead"),
    ("TranscoderPruneBuffer", 300, "H", "Seconds kept behind"),
    ("TranscoderLivePruneBuffer", 5_400, "H", "Seconds kept behind, live"),
    ("TranscoderH264Preset", "veryfast", "H", "x264 preset"),
    ("TranscoderH264BackgroundPreset", "veryfast", "A", "x264 preset for downloads"),
    ("TranscoderH264Options", "", "H"),
    ("TranscoderH264OptionsOverride", "", "H"),
    ("TranscoderH264MinimumCRF", 16.0, "H", "Smallest CRF"),
    ("TranscoderLogLevel", "error", "H", "What the converter logs"),
    ("TranscoderToneMapping", True, "A", "Map HDR to SDR"),
    ("TranscoderToneMappingAgorithm", "hable", "A", "How HDR is mapped"),
    ("TranscoderCanOnlyRemuxVideo", False, "A", "Never convert video"),
    ("HardwareAcceleratedCodecs", False, "", "Use the graphics card"),
    ("HardwareAcceleratedEncoders", True, "A", "Encode on the graphics card"),
    ("HardwareDevicePath", "", "H", "Graphics device"),
    ("VaapiDriver", "", "H"),
    ("VaapiKernelDriver", "", "H"),
    ("SystemAudioCodecs", True, "H"),
    (
        "TranscoderHEVCEncoding",
        "never",
        "A",
        "Encode HEVC",
        "",
        (("never", "never"), ("hevc-sources", "from HEVC"), ("always", "always")),
    ),
    ("TranscoderHEVCOptimize", False, "A", "HEVC for downloads"),
    ("TranscodeCountLimit", 0, "", "Most conversions at once", "0: no limit."),
    ("OptimizerTranscodeCountLimit", 1, "A", "Most conversions for downloads at once"),
    ("TranscoderVideoResolutionLimit", "0x0", "H"),
    ("TranscoderPhotoFileSizeLimitMiB", 100, "H", "Largest picture to convert, in MiB"),
    ("AllowHighOutputBitrates", False, "H"),
    ("forceAutoAdjustQuality", False, "H"),
    ("ABRKeepOldTranscodes", False, "H"),
    ("ForceABRDisabled", False, "H"),
    ("EnableABRDebugOverlay", False, "H"),
    ("BackgroundQueueIdlePaused", False, "H", "Pause downloads being made while the server is idle"),
    ("SubtitlesPersistIfAdmin", True, "H"),
)
_BUTLER: tuple[_Row, ...] = (
    ("ButlerStartHour", 2, "", "Night work begins", "", tuple((hour, f"{hour}:00") for hour in range(24))),
    ("ButlerEndHour", 5, "", "Night work ends", "", tuple((hour, f"{hour}:00") for hour in range(24))),
    ("ButlerTaskBackupDatabase", True, "", "Copy the database"),
    ("ButlerDatabaseBackupPath", "", "A", "Folder of the copies"),
    ("ButlerTaskOptimizeDatabase", True, "", "Tidy the database"),
    ("ButlerTaskCleanOldBundles", True, "", "Remove pictures nobody uses"),
    ("ButlerTaskCleanOldCacheFiles", True, "", "Remove old cache files"),
    ("ButlerTaskRefreshLocalMedia", True, "", "Read local files again"),
    ("ButlerTaskRefreshLibraries", False, "", "Scan all sections"),
    ("ButlerTaskUpgradeMediaAnalysis", True, "", "Repeat old analyses"),
    ("ButlerTaskRefreshPeriodicMetadata", True, "", "Refresh metadata"),
    ("ButlerTaskDeepMediaAnalysis", True, "", "Analyse media thoroughly"),
    ("ButlerTaskGarbageCollectBlobs", True, "H", "Remove unused blobs"),
    ("ButlerTaskGarbageCollectLibraryMedia", True, "H", "Remove unused analyses"),
    ("ButlerTaskRefreshEpgGuides", True, "H", "Refresh programme guides"),
    ("ButlerTaskReverseGeocode", True, "", "Name places on photos"),
    ("ButlerTaskGenerateAutoTags", True, "", "Tag photos"),
)
_EXTRAS: tuple[_Row, ...] = (
    ("CinemaTrailersType", 1, "", "Trailers from", "", ((0, "all films"), (1, "films not watched"))),
    ("CinemaTrailersFromLibrary", True, "", "Trailers of films in the library"),
    ("CinemaTrailersFromTheater", False, "", "Trailers of films in cinemas"),
    ("CinemaTrailersFromBluRay", False, "", "Trailers of films on disc"),
    (
        "CinemaTrailersPrerollID",
        "",
        "A",
        "Film before the film",
        "Paths; a comma plays all, a semicolon one by chance.",
    ),
)
_DLNA: tuple[_Row, ...] = (
    ("DlnaEnabled", False, "", "DLNA server"),
    ("DlnaReportTimeline", True, "A", "Remember progress of DLNA players"),
    ("DlnaClientPreferences", "", "A", "Preferences by player"),
    ("DlnaDefaultProtocolInfo", "", "H"),
    ("DlnaDeviceDiscoveryInterval", 60, "A", "Seconds between searches"),
    ("DlnaAnnouncementLeaseTime", 1_800, "A", "Seconds an announcement holds"),
    ("DlnaDescriptionIcons", True, "A", "Send icons"),
    ("DlnaPlatinumLoggingLevel", "OFF", "A", "What DLNA logs"),
)
_CHANNELS: tuple[_Row, ...] = (
    ("iTunesLibraryXmlPath", "", "H"),
    ("iTunesSharingEnabled", False, "H"),
    ("disableCapabilityChecking", False, "H"),
    ("PluginsLaunchTimeout", 180, "H"),
)
_NONE: tuple[_Row, ...] = (
    ("MachineIdentifier", "", "H"),
    ("ProcessedMachineIdentifier", "", "H"),
    ("AnonymousMachineIdentifier", "", "H"),
    ("PlexOnlineToken", "", "H"),
    ("PlexOnlineUsername", "", "H"),
    ("PlexOnlineMail", "", "H"),
    ("PlexOnlineHome", False, "H"),
    ("PlexOnlineUrl", "", "H"),
    ("PublishServerOnPlexOnlineKey", False, "H"),
    ("WrittenAdvertiseIp", "", "H", "ADVERTISE_IP as it was last written to customConnections"),
    ("WrittenAllowedNetworks", "", "H", "ALLOWED_NETWORKS as it was last written to allowedNetworks"),
    ("AcceptedEULA", False, "H"),
    ("LanguageInCloud", False, "H"),
    ("MetricsEpoch", 1, "H"),
    ("OldestPreviousVersion", "legacy", "H"),
)

CATALOGUE: dict[str, Setting] = {
    row[0]: _setting(group, *row)
    for group, rows in (
        ("general", _GENERAL),
        ("library", _LIBRARY),
        ("network", _NETWORK),
        ("transcoder", _TRANSCODER),
        ("butler", _BUTLER),
        ("extras", _EXTRAS),
        ("dlna", _DLNA),
        ("channels", _CHANNELS),
        ("", _NONE),
    )
    for row in rows
}

SECRET = frozenset({"PlexOnlineToken", "customCertificateKey", "MachineIdentifier"})
"""Settings whose value no client is shown."""

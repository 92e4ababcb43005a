"""``/:/prefs``: the preferences, read and written."""

from dataclasses import replace

from vitascope.api.call import Call
from vitascope.api.describe import Answer, text
from vitascope.api.errors import BadRequestError, NotFoundError, UnavailableError
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Node, Value
from vitascope.api.reply import Reply
from vitascope.api.routing import Routes
from vitascope.media.transcoding.abilities import Report
from vitascope.ops.catalogue import SECRET
from vitascope.ops.preferences import PreferenceError
from vitascope.ops.setting import PreferenceValueError, Setting, SettingKind, SettingValue

routes = Routes()

_NOT_CHANGED = SECRET - {"customCertificateKey"} | {"ProcessedMachineIdentifier"}
"""What the server knows itself by, and the token taken over; a certificate's password can be set, and is not shown."""


def _value(setting: Setting, value: SettingValue) -> Value:
    return str(value) if setting.kind is SettingKind.DOUBLE else value


def setting_node(setting: Setting, value: SettingValue, set_by: str | None = None) -> Node:
    """A setting as clients read it. The values of secrets are not shown.

    Args:
        setting: which.
        value: its value.
        set_by: what else decides it, so that it cannot be changed here.
    """
    attributes: dict[str, Value] = {
        "id": setting.id,
        "label": setting.label,
        "summary": setting.summary,
        "type": setting.kind.value,
        "default": _value(setting, setting.default),
        "value": "" if setting.id in SECRET else _value(setting, value),
        "hidden": setting.hidden,
        "advanced": setting.advanced,
        "group": setting.group,
        "enumValues": setting.enum_values,
        "setBy": set_by,
    }
    return Node("Setting", attributes)


def _overrides(call: Call) -> dict[str, tuple[str, str]]:
    """By setting the value that the start-up settings give it, and which of them does."""
    settings = call.house.settings
    found: dict[str, tuple[str, str]] = {}
    if settings.transcode_dir is not None:
        found["TranscoderTempDirectory"] = (str(settings.transcode_dir), "VITASCOPE_TRANSCODE_DIR")
    if settings.backup.folder is not None:
        found["ButlerDatabaseBackupPath"] = (str(settings.backup.folder), "VITASCOPE_BACKUP_DIR")
    return found


def with_hardware(setting: Setting, report: Report) -> Setting:
    """Settings of graphics devices with what was found out about them; any other one as it is."""
    if setting.id not in {"HardwareAcceleratedCodecs", "HardwareDevicePath"}:
        return setting
    devices = {place: ", ".join(codecs) for place, codecs in report.devices().items()}
    if setting.id == "HardwareAcceleratedCodecs":
        proved = [f"{kind.upper()} {path}".rstrip() + f" ({codecs})" for (kind, path), codecs in devices.items()]
        found = f"Proved here: {', '.join(proved)}." if proved else "No device here proved that it can."
        return replace(
            setting, summary=f"{setting.summary} {found if report.abilities else 'It is still being tried.'}"
        )
    named: dict[str, list[str]] = {}
    for (kind, path), codecs in devices.items():
        if path:
            named.setdefault(path, []).append(f"{kind.upper()} ({codecs})")
    choices = [("", "the first that works"), *((path, " and ".join(kinds)) for path, kinds in named.items())]
    return replace(setting, choices=tuple(choices)) if named else setting


def _shown(call: Call, setting: Setting, value: SettingValue) -> Node:
    setting = with_hardware(setting, call.house.proved())
    override = _overrides(call).get(setting.id)
    return setting_node(setting, value) if override is None else setting_node(setting, override[0], override[1])


@routes.get("/:/prefs", policy=Policy.OWNER, answers=Answer.SETTINGS)
async def prefs(call: Call) -> Reply:
    """All settings that something honours."""
    children = [_shown(call, setting, value) for setting, value in call.house.preferences.all()]
    return call.reply(Container({"size": len(children)}, list(children)))


@routes.get(
    "/:/prefs/get",
    policy=Policy.OWNER,
    takes=(text("id", "Which one; the case of its first letter does not matter.", required=True, example="logDebug"),),
    answers=Answer.SETTINGS,
)
async def one_pref(call: Call) -> Reply:
    """One setting."""
    setting = call.house.preferences.find(call.required("id"))
    if setting is None or not setting.listed:
        raise NotFoundError
    return call.reply(Container({"size": 1}, [_shown(call, setting, call.house.preferences.get(setting.id))]))


@routes.put(
    "/:/prefs",
    policy=Policy.OWNER,
    takes=(
        text(
            "*",
            "Settings by their names, as many as are wanted: FriendlyName=Attic&OnDeckWindow=8. "
            "True and false are 1 and 0, or true and false.",
        ),
    ),
    answers=Answer.SETTINGS,
)
async def set_prefs(call: Call) -> Reply:
    """Sets the settings named in the query, all or none; unknown ones are passed over."""
    changes = {name: value for name, value in call.pairs if not name.startswith("X-Plex-")}
    overrides = _overrides(call)
    for name in changes:
        setting = call.house.preferences.find(name)
        if setting is None:
            continue
        if setting.id in _NOT_CHANGED:
            raise BadRequestError(f"{name} is not changed here")
        if setting.id in overrides:
            raise BadRequestError(f"{name} is set by {overrides[setting.id][1]}")
    try:
        call.house.preferences.set(changes)
    except PreferenceValueError as error:
        raise BadRequestError(str(error)) from error
    except PreferenceError as error:
        raise UnavailableError(str(error)) from error
    return call.reply(Container({"size": 0}))

"""``/:/prefs``: the preferences, read and written."""

from vitascope.api.call import Call
from vitascope.api.errors import BadRequestError, NotFoundError
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Node, Value
from vitascope.api.reply import Reply
from vitascope.api.routing import Routes
from vitascope.ops.catalogue import SECRET, PreferenceValueError, Setting, SettingKind, SettingValue

routes = Routes()


def _value(setting: Setting, value: SettingValue) -> Value:
    return str(value) if setting.kind is SettingKind.DOUBLE else value


def setting_node(setting: Setting, value: SettingValue) -> Node:
    """A setting as clients read it. The values of secrets are not shown."""
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
    }
    return Node("Setting", attributes)


@routes.get("/:/prefs", policy=Policy.OWNER)
async def prefs(call: Call) -> Reply:
    """All settings."""
    children = [setting_node(setting, value) for setting, value in call.house.preferences.all()]
    return call.reply(Container({"size": len(children)}, list(children)))


@routes.get("/:/prefs/get", policy=Policy.OWNER)
async def one_pref(call: Call) -> Reply:
    """One setting."""
    setting = call.house.preferences.find(call.required("id"))
    if setting is None:
        raise NotFoundError
    node = setting_node(setting, call.house.preferences.get(setting.id))
    return call.reply(Container({"size": 1}, [node]))


@routes.put("/:/prefs", policy=Policy.OWNER)
async def set_prefs(call: Call) -> Reply:
    """Sets the settings named in the query; unknown ones are passed over."""
    changes = {name: value for name, value in call.pairs if not name.startswith("X-Plex-")}
    for name in changes:
        setting = call.house.preferences.find(name)
        if setting is not None and setting.id in SECRET | {"ProcessedMachineIdentifier"}:
            raise BadRequestError(f"{name} is not changed here")
    try:
        call.house.preferences.set(changes)
    except PreferenceValueError as error:
        raise BadRequestError(str(error)) from error
    return call.reply(Container({"size": 0}))

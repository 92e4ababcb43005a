"""What the parts of the server notice, brought to the bus."""

from collections.abc import Callable
from contextlib import AsyncExitStack

from vitascope.accounts.ownership import Ownership
from vitascope.core.model import OWNER_PERSON_ID
from vitascope.events import (
    AccountChanged,
    Activity,
    ActivityChanged,
    ActivityEvent,
    Bus,
    PreferenceChanged,
    ProgressNote,
)
from vitascope.library import activities
from vitascope.library.herald import Herald
from vitascope.ops.catalogue import SECRET
from vitascope.ops.preferences import Preferences
from vitascope.ops.setting import SettingValue
from vitascope.store.engine import Database


def tell_activity(bus: Bus, event: activities.ActivityEvent, activity: activities.Activity) -> None:
    """An activity began, moved on or ended; where it is just at, is told in a line of its own, too."""
    told = Activity(
        uuid=activity.uuid,
        type=activity.type,
        title=activity.title,
        subtitle=activity.subtitle,
        progress=activity.progress,
        cancellable=activity.cancellable,
        person_id=activity.person_id,
        section_id=activity.section_id,
    )
    bus.publish(ActivityChanged(event=ActivityEvent(event.value), activity=told))
    if event is not activities.ActivityEvent.ENDED:
        message = f"{activity.title}: {activity.subtitle}" if activity.subtitle else activity.title
        bus.publish(ProgressNote(message=message, person_id=activity.person_id))


def tell_preferences(preferences: Preferences, bus: Bus) -> None:
    """A preference has another value; the values of secrets are told to nobody."""

    def changed(name: str, value: SettingValue) -> None:
        setting = preferences.find(name)
        if setting is None:
            return
        about: dict[str, str | int | float | bool | None] = {
            "label": setting.label,
            "summary": setting.summary,
            "type": setting.kind.value,
            "default": setting.default,
            "hidden": setting.hidden,
            "advanced": setting.advanced,
            "group": setting.group,
        }
        bus.publish(PreferenceChanged(name=name, value="" if setting.id in SECRET else value, about=about))

    preferences.listen(changed)


def tell_ownership(ownership: Ownership, bus: Bus) -> None:
    """The server got an owner, or lost one."""
    was: list[bool] = []

    def changed() -> None:
        if was and was[-1] != ownership.claimed:
            event = "claimed" if ownership.claimed else "unclaimed"
            bus.publish(AccountChanged(person_id=OWNER_PERSON_ID, event=event))
        was[:] = [ownership.claimed]

    ownership.listen(changed)


def make_herald(
    stack: AsyncExitStack, database: Database, bus: Bus, *, heard: Callable[[], bool] | None = None
) -> Herald:
    """Tells what becomes of items."""
    herald = Herald(database, bus, heard=heard)
    herald.start()
    stack.push_async_callback(herald.close)
    return herald

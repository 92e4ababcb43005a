"""The preferences: one XML file of attributes, shared with the original server, and live.

The file is merged and never rewritten whole: a change reads it again, sets or drops the attributes concerned, writes a
new file beside it and renames it. Attributes that nobody here knows survive, and so does what another program wrote
meanwhile. After each good write a copy is kept; a file that cannot be read is put right from that copy and the fact is
said, in the log and by ``vitascope doctor``. Only values that differ from their default are written.
"""

import hashlib
import logging
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import RLock

from lxml import etree

from vitascope.ops.atomic import write_atomically
from vitascope.ops.catalogue import CATALOGUE
from vitascope.ops.setting import PreferenceValueError, Setting, SettingValue

_log = logging.getLogger(__name__)

Listener = Callable[[str, SettingValue], None]


class PreferenceError(Exception):
    """Preferences cannot be read or written; the message is for a person."""


def processed_identifier(machine_identifier: str) -> str:
    """The public machine identifier: 40 hex digits made of the private one, as the original server makes it."""
    text = f"{machine_identifier}- Plex Media Server"
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def _read(path: Path) -> dict[str, str]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(path.read_bytes(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise PreferenceError(f"{path}: {error}") from error
    if root.tag != "Preferences":
        raise PreferenceError(f"{path}: its element is {root.tag!r}, not 'Preferences'")
    return {str(name): str(value) for name, value in root.attrib.items()}


def _write(path: Path, attributes: Mapping[str, str]) -> None:
    root = etree.Element("Preferences", dict(attributes))
    data = etree.tostring(root, xml_declaration=True, encoding="utf-8") + b"\n"
    write_atomically(path, data)


def _to_text(value: SettingValue) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)


class Preferences:
    """The settings of one server. Reads are from memory; safe from any thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._kept = path.with_name("Preferences.kept.xml")
        self._lock = RLock()
        self._attributes: dict[str, str] = {}
        self._values: dict[str, SettingValue] = {}
        self._listeners: list[Listener] = []
        self.repaired: str | None = None
        """What was put right when the file was read, for a person; ``None`` when nothing was."""

    def load(self) -> None:
        """Reads the file, makes it where there is none, and gives the machine its identifiers when it has none.

        Raises:
            PreferenceError: when the file is broken and no usable copy is kept, or the folder cannot be written.
        """
        with self._lock:
            self._attributes = self._read_or_repair()
            machine = self._attributes.get("MachineIdentifier") or str(uuid.uuid4())
            made = {
                "MachineIdentifier": machine,
                "ProcessedMachineIdentifier": self._attributes.get("ProcessedMachineIdentifier")
                or processed_identifier(machine),
                "AnonymousMachineIdentifier": self._attributes.get("AnonymousMachineIdentifier") or str(uuid.uuid4()),
            }
            self._take(self._attributes)
            if not made.items() <= self._attributes.items():
                self._merge(made)
            else:
                self._keep()

    def peek(self) -> None:
        """Reads the file and changes nothing. Raises :class:`PreferenceError` when it cannot be read."""
        with self._lock:
            try:
                self._take(_read(self._path))
            except OSError as error:
                raise PreferenceError(f"{self._path}: {error.strerror}") from error

    def _read_or_repair(self) -> dict[str, str]:
        try:
            return _read(self._path)
        except FileNotFoundError:
            return {}
        except PreferenceError as error:
            try:
                kept = _read(self._kept)
            except (OSError, PreferenceError):
                if self._path.stat().st_size:
                    raise error from None
                kept = {}  # an empty file is what a power cut leaves; nothing can be lost with it
            broken = self._path.with_name("Preferences.broken.xml")
            try:
                # By copies: where no file is, the next start would make a new server of this one.
                write_atomically(broken, self._path.read_bytes())
                _write(self._path, kept)
            except OSError as failure:
                raise PreferenceError(f"{self._path}: {error}, and {failure.strerror}") from failure
            self.repaired = f"Preferences.xml could not be read ({error}); it was restored from the kept copy"
            _log.error("%s; the broken file is %s", self.repaired, broken.name)
            return kept
        except OSError as error:
            raise PreferenceError(f"{self._path}: {error.strerror}") from error

    def _keep(self) -> None:
        """Keeps a copy of a file that is good, where there is none like it: one that was just taken over has none."""
        try:
            if _read(self._kept) == self._attributes:
                return
        except (OSError, PreferenceError):
            pass
        try:
            _write(self._kept, self._attributes)
        except OSError as error:
            raise PreferenceError(f"{self._kept}: {error.strerror}") from error

    def _take(self, attributes: Mapping[str, str]) -> None:
        values: dict[str, SettingValue] = {}
        for name, text in attributes.items():
            setting = CATALOGUE.get(name)
            if setting is None:
                continue
            try:
                values[name] = setting.parse(text)
            except PreferenceValueError as error:
                _log.warning("Preferences.xml: %s; its default is used", error)
        self._attributes = dict(attributes)
        self._values = values

    def _merge(self, changes: Mapping[str, str | None]) -> None:
        """Writes the changed attributes over what the file says now; ``None`` drops one."""
        try:
            current = _read(self._path)
        except FileNotFoundError:
            current = {}
        except PreferenceError:
            current = dict(self._attributes)
        for name, text in changes.items():
            if text is None:
                current.pop(name, None)
            else:
                current[name] = text
        try:
            _write(self._path, current)
            _write(self._kept, current)
        except OSError as error:
            raise PreferenceError(f"{self._path}: {error.strerror}") from error
        self._take(current)

    def find(self, name: str) -> Setting | None:
        """The setting called ``name``; clients differ in whether the first letter is a capital."""
        return CATALOGUE.get(name) or CATALOGUE.get(name[:1].swapcase() + name[1:])

    def get(self, name: str) -> SettingValue:
        """The value of a setting, or its default. Raises ``KeyError`` for a name that is in no catalogue."""
        return self._values.get(name, CATALOGUE[name].default)

    def flag(self, name: str) -> bool:
        """The value of a setting that is true or false."""
        return bool(self.get(name))

    def text(self, name: str) -> str:
        """The value of a setting as text."""
        return _to_text(self.get(name))

    def number(self, name: str) -> int:
        """The value of a whole-number setting."""
        return int(self.get(name))

    def all(self) -> list[tuple[Setting, SettingValue]]:
        """Every setting that is shown, with its value, in the order of the catalogue."""
        return [(setting, self.get(name)) for name, setting in CATALOGUE.items() if setting.listed]

    def set(self, changes: Mapping[str, str]) -> list[str]:
        """Sets what is known, and tells the listeners what changed.

        Args:
            changes: names and values as text; a name that is in no catalogue is passed over, as the original does.

        Returns:
            The names whose value is another one now.

        Raises:
            PreferenceValueError: when a value does not fit; then nothing is changed.
            PreferenceError: when the file cannot be written.
        """
        with self._lock:
            wanted: dict[str, SettingValue] = {}
            for name, text in changes.items():
                setting = self.find(name)
                if setting is None:
                    continue
                value = setting.parse(text)
                setting.check(value)
                wanted[setting.id] = value
            changed = {name: value for name, value in wanted.items() if self.get(name) != value}
            if not changed:
                return []
            self._merge(
                {name: None if value == CATALOGUE[name].default else _to_text(value) for name, value in changed.items()}
            )
            listeners = list(self._listeners)
        for name, value in changed.items():
            for listener in listeners:
                listener(name, value)
        return list(changed)

    def keep_account(self, *, token: str, username: str, mail: str) -> None:
        """Keeps an account of plex.tv, as the original does after a claim. Raises :class:`PreferenceError`."""
        changed = {"PlexOnlineToken": token, "PlexOnlineUsername": username, "PlexOnlineMail": mail}
        with self._lock:
            self._merge({name: value or None for name, value in changed.items()})
            listeners = list(self._listeners)
        for name, value in changed.items():
            for listener in listeners:
                listener(name, value)

    def listen(self, listener: Listener) -> None:
        """Calls ``listener`` with name and value after every change."""
        with self._lock:
            self._listeners.append(listener)

    @property
    def machine_identifier(self) -> str:
        """The public identifier of this server."""
        return self._attributes["ProcessedMachineIdentifier"]

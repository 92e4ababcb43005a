"""How metadata providers are asked: language, country and order of episodes, by the preferences of item and section.

``country`` has the choices and numbers of the original's film agent (``com.plexapp.agents.imdb``), which scripts write.
There it is a setting of the agent, and of each section that uses it.
"""

from collections.abc import Mapping

from vitascope.core.model import ItemType, SectionKind
from vitascope.metadata.online import ChaptersFrom, Manner
from vitascope.ops import section_prefs
from vitascope.ops.countries import code_of
from vitascope.store.rows import ItemRow, SectionRow

IMDB = "com.plexapp.agents.imdb"


def manner_of(item: ItemRow, section: SectionRow, stored: Mapping[str, str], *, agent_country: int) -> Manner:
    """``stored`` are the item's own preferences; ``agent_country`` is what the film agent is set to."""
    kept = {setting.id: value for setting, value in section_prefs.values(SectionKind(section.kind), section.prefs)}
    country = int(kept.get("country", -1))
    if country < 0 and section.agent == IMDB:
        country = agent_country
    ordered = item.type == ItemType.SHOW
    return Manner(
        language=stored.get("languageOverride") or section.language,
        country=code_of(country),
        region=str(kept.get("region") or "") or None,
        chapters=ChaptersFrom(str(kept.get("audiobookChapters") or ChaptersFrom.MISSING)),
        series_collections=bool(kept.get("seriesCollections", True)),
        order=(stored.get("showOrdering") or str(kept.get("showOrdering") or "") or None) if ordered else None,
    )

"""What phones send of help to somebody, in whatever kind of record."""

from doanso.lib.schema.json_objects import JsonObject
from doanso.people.models import Channel
from doanso.support.record_inputs import ConsentInput

FIRST_BIRTH_YEAR, LAST_BIRTH_YEAR = 1900, 2100
# An enumeration builds its list of values anew each time.
_CHANNELS = frozenset(Channel.values)


def read_consent(fields: JsonObject | None, guardian_name: str = "") -> ConsentInput | None:
    """Return the consent of a record's `consent`; None for null."""
    if fields is None:
        return None
    consent = ConsentInput(
        purposes=tuple(fields.texts("purposes", 10, length=40)),
        text_version=fields.text("text", 40, least=1),
        channel=fields.choice("channel", _CHANNELS),
        guardian_name=guardian_name,
    )
    fields.finish()
    return consent

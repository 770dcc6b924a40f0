"""What one beat of an SNMP device brought: the values of its objects, and which of them belongs to which point."""

from collections.abc import Mapping, Sequence

from roommon.model.text import Text
from roommon.poll.driver import Came
from roommon.poll.snmp.agent import Absent, Value
from roommon.poll.snmp.places import Place
from roommon.poll.snmp.values import words

_NUMBER = Text("whole number", "整数")
"""INTEGER, Gauge, Counter or TimeTicks: which of them the library does not tell."""
_FRACTION = Text("Float or Double", "Float 或 Double")
_NAME = Text("OBJECT IDENTIFIER or IpAddress", "OBJECT IDENTIFIER 或 IpAddress")
_BYTES = Text("OCTET STRING or Opaque", "OCTET STRING 或 Opaque")


class Objects:
    """The objects of one beat; see `driver.Heard`."""

    __slots__ = ("_places", "_values")

    def __init__(self, places: Sequence[Place], values: Mapping[str, Value | Absent]) -> None:
        """`places` are those of the points, in their order, as they were asked for; both are kept, and not copied."""
        self._places = places
        self._values = values

    def came(self) -> Mapping[int, Came]:
        """Return the values of objects; see `Heard.came`."""
        found = ((place, self._values.get(place.oid)) for place in self._places)
        return {
            place.point: Came(place.oid, _kind(value), _shown(value))
            for place, value in found
            if value is not None and not isinstance(value, Absent)
        }


def _kind(value: Value) -> Text:
    match value:
        case int():
            return _NUMBER
        case float():
            return _FRACTION
        case str():
            return _NAME
        case bytes():
            return _BYTES


def _shown(value: Value) -> str:
    """Return `value` as it came: of bytes the text, if they are one, and every byte."""
    if not isinstance(value, bytes):
        return str(value)
    bare, said = value.hex(" ").upper(), words(value)
    return bare if said == value.hex(":") else f'"{said}" ({bare})'

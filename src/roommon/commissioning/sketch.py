"""A draft of a profile from what was scanned: what is plain stands as a point, everything else as a comment. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import yaml

from roommon.commissioning.guess import Guess
from roommon.commissioning.itself import VENDOR
from roommon.model.quantity import Quantity
from roommon.profiles.point import BIT_TABLES, Encoding, Order

_WIDTH = 200


def profile_draft(name: str, source: str, said: Mapping[int, str], guesses: Sequence[Guess]) -> str:
    """Return the YAML of a profile `name` that rests on the scan that `source` describes."""
    sure = [one for one in guesses if one.is_sure]
    ids = _ids(guesses)
    points = [_line(ids[index], one) for index, one in enumerate(guesses)]
    head = {
        "id": name,
        "vendor": said.get(VENDOR, "") or "unknown",
        "model": said.get(5, "") or said.get(1, "") or name,
        "name": {"en": name, "zh-CN": name},
        "confidence": "medium",
        "sources": [source],
        "notes": ["A draft: check every point against the maker's document, or against another instrument."],
    }
    begin = "points:" if sure else "points: []      # move points out of the comments below"
    return f"{_dumped(head)}\n{begin}\n" + "".join(points)


def _ids(guesses: Iterable[Guess]) -> list[str]:
    """Return a name for each point: `voltage_1`, or where it stands."""
    counted: dict[Quantity, int] = {}
    ids = []
    for one in guesses:
        if one.quantity is None:
            ids.append(f"{one.at.table}_{one.at.address}")
        else:
            counted[one.quantity] = counted.get(one.quantity, 0) + 1
            ids.append(f"{one.quantity}_{counted[one.quantity]}")
    return ids


def _line(key: str, one: Guess) -> str:
    entry = _dumped([{"id": key, **dict(_settings(one))}], flow=True).strip().removeprefix("[").removesuffix("]")
    mark = "  - " if one.is_sure else "  # - "
    return f"{mark}{entry}      # {one.why.en}\n"


def _settings(one: Guess) -> Iterator[tuple[str, object]]:
    """Yield what a point says about itself; where nothing but a number is known, it is a count to look at."""
    is_text = one.type is Encoding.STRING
    if not is_text:
        is_bit = one.at.table in BIT_TABLES
        yield "quantity", (one.quantity or (Quantity.CONTACT if is_bit else Quantity.COUNT)).value
    yield "read", str(one.at)
    if one.at.table not in BIT_TABLES:
        yield "type", one.type.value
    if is_text:
        yield "length", one.registers
    if one.order is not Order.ABCD:
        yield "order", one.order.value
    if one.scale != 1:
        yield "scale", one.scale


def _dumped(value: object, *, flow: bool | None = None) -> str:
    return yaml.dump(
        value, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True, default_flow_style=flow, width=_WIDTH
    )

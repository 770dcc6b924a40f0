"""Settings of rules in words: what `roommon check --explain` and `roommon profiles` say that a rule waits for."""

from collections.abc import Iterable

from roommon.model.clock import Duration
from roommon.model.quantity import Amount
from roommon.model.text import Text
from roommon.rules.band import symbol

_TIMES = ((86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1_000, "s"))


def length(time: Duration) -> str:
    """Return a length of time in one unit, exactly: `2 min`, `1.5 h`, `500 ms`."""
    for ms, unit in _TIMES:
        if time >= ms and not 2 * time % ms:
            return f"{time / ms:g} {unit}"
    return "0 s" if not time else f"{time} ms"


def amount(given: Amount) -> str:
    """Return a setpoint as a person writes it: `27 °C`, `5 min`, `6 K/h`."""
    if given.unit == "s":
        return length(Duration(round(given.value * 1000)))
    return f"{given.value:g}" if given.unit == "1" else f"{given.value:g} {symbol(given.unit)}"


def outside(above: Amount | None, below: Amount | None) -> Text:
    """Return where the alarm is: `above 27 °C`, `below 18 °C or above 27 °C`."""
    low = None if below is None else Text(f"below {amount(below)}", f"低于 {amount(below)}")
    high = None if above is None else Text(f"above {amount(above)}", f"高于 {amount(above)}")
    if low is not None and high is not None:
        return Text(f"{low.en} or {high.en}", f"{low.zh_cn} 或{high.zh_cn}")
    return low or high or Text.same("")


def with_deadband(said: Text, deadband: Amount | None) -> Text:
    """Return `said` and how far the value must come back."""
    if deadband is None or not deadband.value:
        return said
    width = amount(deadband)
    return Text(f"{said.en}, deadband {width}", f"{said.zh_cn}，死区 {width}")


def either(names: Iterable[Text]) -> Text:
    """Return several names as one choice: `low, depleted or faulty`."""
    *first, last = names
    if not first:
        return last
    return Text(
        f"{', '.join(name.en for name in first)} or {last.en}",
        f"{'、'.join(name.zh_cn for name in first)}或{last.zh_cn}",
    )

"""What the log says of traps: a trap by name when it is new, a storm as a number, and who is not listened to.

A UPS on battery repeats its trap every minute for hours (RFC 1628), so a trap is said again only after ten quiet
minutes. Storms and refusals are said when they begin, and once an hour while they last.
"""

import logging
from dataclasses import dataclass, field

from roommon.model.clock import Clock
from roommon.model.device import DeviceId
from roommon.poll.traps.message import Why
from roommon.poll.traps.names import name_of

_log = logging.getLogger(__name__)

_QUIET_S = 600.0
_HOUR_S = 3600.0
_STORM = 60
"""More traps of one device in a minute are a storm: it is asked once a second at most."""
_MOST_TRAPS = 32
"""Different ones that are told apart for one device; a fuzzer has more, a device has not."""
_MOST_REFUSALS = 256
_OTHERS = "others"


@dataclass(slots=True)
class _Voice:
    """One device."""

    count: int = 0
    """Traps since the minute began."""
    last: dict[str, float] = field(default_factory=dict)
    """When each trap came last."""
    storm_said_at: float = float("-inf")


@dataclass(slots=True)
class _Refusal:
    """One address for one reason."""

    said_at: float
    count: int = 0
    """Since it was said."""


class Telling:
    """Counts, and says what is new."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._voices: dict[DeviceId, _Voice] = {}
        self._refusals: dict[tuple[str, Why], _Refusal] = {}

    def heard(self, device: DeviceId, trap: str, *, is_asked: bool) -> None:
        """Note one trap of `device`, and whether it is asked for it."""
        voice, now = self._voice(device), self._clock.monotonic()
        voice.count += 1
        last = voice.last.get(trap)
        if last is None and len(voice.last) >= _MOST_TRAPS:
            return
        voice.last[trap] = now
        if last is not None and now - last < _QUIET_S:
            return
        if is_asked:
            _log.info("%s: trap %s: asked at once", device, name_of(trap))
        else:
            _log.info("%s: trap %s: nothing to ask it for", device, name_of(trap))

    def counted(self, device: DeviceId) -> None:
        """Note one trap of `device` that nobody looked into."""
        self._voice(device).count += 1

    def refused(self, address: str, why: Why) -> None:
        """Note one datagram from `address` that counts for nothing."""
        key = (address, why)
        if key not in self._refusals and len(self._refusals) >= _MOST_REFUSALS:
            key = (_OTHERS, why)
        refusal = self._refusals.get(key)
        if refusal is not None:
            refusal.count += 1
            return
        self._refusals[key] = _Refusal(self._clock.monotonic())
        _log.warning("traps: %s: %s", key[0], why)

    def minute(self) -> None:
        """Say what a minute brought, and once an hour what goes on; to be called once a minute."""
        now = self._clock.monotonic()
        for device, voice in self._voices.items():
            self._storm(device, voice, now)
            for trap in [trap for trap, last in voice.last.items() if now - last > _QUIET_S]:
                del voice.last[trap]
        for key, refusal in list(self._refusals.items()):
            if now - refusal.said_at >= _HOUR_S:
                self._hour(key, refusal, now)

    def _voice(self, device: DeviceId) -> _Voice:
        voice = self._voices.get(device)
        if voice is None:
            voice = self._voices[device] = _Voice()
        return voice

    def _storm(self, device: DeviceId, voice: _Voice, now: float) -> None:
        if voice.count > _STORM and now - voice.storm_said_at >= _HOUR_S:
            voice.storm_said_at = now
            _log.warning("%s: %s traps in the last minute", device, f"{voice.count:,}")
        voice.count = 0

    def _hour(self, key: tuple[str, Why], refusal: _Refusal, now: float) -> None:
        if not refusal.count:
            del self._refusals[key]
            return
        address, why = key
        _log.warning("traps: %s: %s; %s times since it was said", address, why, f"{refusal.count:,}")
        refusal.said_at, refusal.count = now, 0

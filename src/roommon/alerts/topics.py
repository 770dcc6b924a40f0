"""The topics of one site on a broker: `roommon/<site>/...`."""

from dataclasses import dataclass

from roommon.model.alarm import AlarmId
from roommon.model.device import DeviceId, Sensor, SiteId


@dataclass(frozen=True, slots=True)
class Topics:
    """Names under `<prefix>/<site>/`; ids hold no `/`, `+` or `#`, so each is one level."""

    prefix: str
    site: SiteId

    @property
    def status(self) -> str:
        """Where roommon says whether it is there."""
        return self._under("status")

    @property
    def event(self) -> str:
        """Where every transition of every alarm goes."""
        return self._under("event")

    @property
    def alive(self) -> str:
        """Where it is said once a day that roommon is awake."""
        return self._under("alive")

    @property
    def every_alarm(self) -> str:
        """The filter of all retained alarm states."""
        return self._under("alarm/+")

    @property
    def every_device_alarms(self) -> str:
        """The filter of the alarms of all devices, as Home Assistant is told."""
        return self._under("alarms/+")

    @property
    def every_command(self) -> str:
        """The filter of all commands."""
        return self._under("command/+")

    def alarm(self, alarm: AlarmId) -> str:
        """Return where the present state of `alarm` is retained."""
        return self._under(f"alarm/{alarm}")

    def reading(self, sensor: Sensor) -> str:
        """Return where the readings of `sensor` go."""
        return self._under(f"reading/{sensor.device}/{sensor.key}")

    def alarms_of(self, device: DeviceId) -> str:
        """Return where the alarms of `device` that stand are retained together, for Home Assistant."""
        return self._under(f"alarms/{device}")

    def device_of_alarms(self, topic: str) -> DeviceId | None:
        """Return whose alarms stand at `topic`, or None where no device's do."""
        name = self._last_level(topic, "alarms")
        return DeviceId(name) if name else None

    def reply(self, name: str) -> str:
        """Return where the reply to the command called `name` goes when its sender said no other place."""
        return self._under(f"reply/{name}")

    def takes_reply(self, topic: str) -> bool:
        """Return whether a reply may go to `topic`, which its sender named: not where it would pass for an event."""
        own, wildcards = self._under(""), set("+#\0")
        if wildcards & set(topic) or topic.startswith("$"):
            return False
        return topic.startswith(self._under("reply/")) or not f"{topic}/".startswith(own)

    def alarm_of(self, topic: str) -> AlarmId | None:
        """Return the alarm whose state stands at `topic`, or None where no alarm's does."""
        name = self._last_level(topic, "alarm")
        return AlarmId(name) if name else None

    def verb_of(self, topic: str) -> str | None:
        """Return which command `topic` carries, or None where it carries none."""
        return self._last_level(topic, "command")

    def _under(self, name: str) -> str:
        return f"{self.prefix}/{self.site}/{name}"

    def _last_level(self, topic: str, kind: str) -> str | None:
        above = self._under(f"{kind}/")
        return topic.removeprefix(above) if topic.startswith(above) else None

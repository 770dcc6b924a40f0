"""Until when the page's certificate holds: a state of a built-in device, and an alarm for each way that it is bad.

It is a reading like any other, so a replay needs no certificate. It is said when it changes and once a minute.
"""

from collections.abc import Iterator, Mapping

from roommon.config.site import Site
from roommon.daemon.repeated import Repeated
from roommon.model.alarm import Acknowledgement, Priority, RuleId
from roommon.model.clock import Clock, Duration, Instant
from roommon.model.device import Device, DeviceId, Sensor
from roommon.model.quantity import Quantity
from roommon.model.reading import Reading, SensorId, good
from roommon.model.text import Text
from roommon.rules.kinds import off_normal
from roommon.rules.rule import Rule, Selection
from roommon.web.validity import Validity, validity

DEVICE = DeviceId("roommon-page")
KEY = "certificate"
SENSOR = SensorId(f"{DEVICE}.{KEY}")
_STATES: Mapping[int, Text] = {
    Validity.HOLDS: Text("holds", "有效"),
    Validity.EXPIRES: Text("expires within 30 days", "30 天内到期"),
    Validity.EXPIRES_SOON: Text("expires within 7 days", "7 天内到期"),
    Validity.EXPIRED: Text("has expired", "已过期"),
}
_RULES = (
    (RuleId("certificate-expires"), Validity.EXPIRES, Priority.LOW),
    (RuleId("certificate-expires-soon"), Validity.EXPIRES_SOON, Priority.MEDIUM),
    (RuleId("certificate-expired"), Validity.EXPIRED, Priority.HIGH),
)
_TEXT = Text("The certificate of the status page {state}", "状态页面的证书：{state}")
_LAST = Text(
    "The certificate of the status page has EXPIRED: browsers warn people off, programs do not ask any more",
    "状态页面的证书已过期：浏览器会阻止访问，程序无法访问",
)
_RESPONSE = Text(
    "Put the renewed certificate and its key in place of the old ones; roommon takes them up within a minute. "
    "`roommon check` names the files.",
    "请用更新后的证书和私钥替换原文件，roommon 会在一分钟内自动采用；`roommon check` 给出文件位置。",
)


def devices(site: Site) -> Iterator[Device]:
    """Yield the page as a device, if it has a certificate."""
    if _is_watched(site):
        certificate = Sensor(DEVICE, KEY, Quantity.STATE, Text("certificate", "证书"), {}, _STATES)
        yield Device(DEVICE, Text("status page", "状态页面"), site.room, (certificate,))


def _is_watched(site: Site) -> bool:
    return site.web is not None and site.web.has_tls


def rules(site: Site) -> Iterator[Rule]:
    """Yield the built-in rules, if the page has a certificate."""
    if _is_watched(site):
        yield from (_rule(*each) for each in _RULES)


def _rule(id_: RuleId, state: Validity, priority: Priority) -> Rule:
    config = off_normal.Config(
        abnormal=frozenset({int(state)}),
        priority=priority,
        on_delay=Duration(0),
        off_delay=Duration(0),
        acknowledge=Acknowledgement.AUTOMATIC,
    )
    text = _LAST if state is Validity.EXPIRED else _TEXT
    return Rule(id_, config, Selection(frozenset({SENSOR})), text, _RESPONSE)


class PageCertificate:
    """What is known of the certificate that is served."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ends: Instant | None = None
        self._repeated = Repeated()

    def holds_until(self, ends: Instant) -> None:
        """Take note that the certificate that is served holds until `ends`."""
        self._ends = ends

    def readings(self, site: Site) -> list[Reading]:
        """Return its state, if there is something to say."""
        if self._ends is None or not _is_watched(site):
            return []
        now = self._clock.monotonic()
        at = self._clock.instant(now)
        state = float(validity(self._ends, at))
        return [good(SENSOR, at, state)] if self._repeated.is_due(SENSOR, state, now) else []

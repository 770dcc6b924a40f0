"""What is allowed and yet probably not meant: said as warnings. And beats that a bus cannot keep, which are faults."""

from roommon.config import pace, reach
from roommon.config.findings import Findings
from roommon.config.room import Room
from roommon.config.rules import Rules
from roommon.config.site import Bus, Polled
from roommon.model.device import DeviceId
from roommon.model.text import Text
from roommon.poll.snmp import endpoint as snmp_endpoint

_PUBLIC = frozenset({"public", "private"})
_BUSY = 0.7


def review(room: Room, rules: Rules, findings: Findings) -> None:
    """Note what a person would want to look at again."""
    for rule in rules.rules.values():
        reach.review(rule, rules.spots[rule.id], room, findings)
    hanging: dict[str, list[Polled]] = {}
    for polled in room.devices.values():
        hanging.setdefault(polled.bus, []).append(polled)
    for bus in room.buses.values():
        _bus(bus, hanging.get(bus.id, []), room, findings)
    for name, polled in room.devices.items():
        _device(name, polled, room, rules, findings)


def _bus(bus: Bus, devices: list[Polled], room: Room, findings: Findings) -> None:
    spot = room.bus_spots[bus.id]
    if not devices and not room.ghosts:
        findings.warn(
            spot,
            Text(f"no device hangs on `{bus.id}`", f"总线 `{bus.id}` 上没有设备"),
            Text("remove it, or add the device", "请删除，或添加设备"),
        )
    word = _community(bus.endpoint)
    if word in _PUBLIC:
        findings.warn(
            spot.below(bus.kind),
            Text(f"SNMP without encryption, with the community `{word}`", f"SNMP 未加密，团体名为 `{word}`"),
            Text("use version 3 where the device can", "设备支持时请使用版本 3"),
        )
    _pace(bus, tuple(devices), room, findings)


def _community(endpoint: object) -> str | None:
    """Return the community with which SNMP versions 1 and 2c ask; None for everything else."""
    if not isinstance(endpoint, snmp_endpoint.Config) or endpoint.version == 3:
        return None
    return endpoint.community_secret.value if endpoint.community_secret else endpoint.community or "public"


def _pace(bus: Bus, devices: tuple[Polled, ...], room: Room, findings: Findings) -> None:
    for polled in devices:
        _patience(bus, polled, room, findings)
    if not devices:
        return
    load = pace.load(bus, devices, room.bauds.get(bus.id))
    if load is None or load.share <= _BUSY:
        return
    shortest = min(devices, key=lambda polled: polled.every)
    spot = room.device_spots[shortest.device.id]
    at = spot.below("every")
    slower = shortest.every * load.share / _BUSY / 1000
    words = (
        Text(
            f"`{bus.id}` needs {load.share:.0%} of its time for its devices' beats ({load.requests} requests a round)",
            f"`{bus.id}` 上各设备的轮询需占用其 {load.share:.0%} 的时间（每轮 {load.requests} 次请求）",
        ),
        Text(
            f"ask less often, such as `every: {_rounded(slower)} s`, or use a faster line",
            f"请降低频率，例如 `every: {_rounded(slower)} s`，或提高线路速率",
        ),
    )
    (findings.fault if load.share > 1 else findings.warn)(at, *words)


def _patience(bus: Bus, polled: Polled, room: Room, findings: Findings) -> None:
    timeout = getattr(bus.endpoint, "timeout", None)
    if timeout is None or timeout <= polled.every:
        return
    findings.warn(
        room.device_spots[polled.device.id].below("every"),
        Text(
            f"one answer may take {timeout / 1000:g} s, longer than the beat of `{polled.device.id}`",
            f"一次应答最长 {timeout / 1000:g} s，超过 `{polled.device.id}` 的轮询周期",
        ),
        Text("shorten the `timeout`, or ask less often", "请缩短 `timeout` 或降低轮询频率"),
    )


def _rounded(seconds: float) -> int:
    return next((step for step in (1, 2, 5, 10, 15, 20, 30, 60) if step >= seconds), int(seconds) + 1)


def _device(name: DeviceId, polled: Polled, room: Room, rules: Rules, findings: Findings) -> None:
    spot = room.device_spots[name]
    if not polled.device.sensors:
        findings.warn(
            spot,
            Text(f"`{name}` has no sensor", f"`{name}` 没有传感器"),
            Text("give it a profile or sensors", "请指定模板或传感器"),
        )
        return
    watched = {kind: {sensor.id for sensor in polled.device.sensors} & ids for kind, ids in rules.judged.items()}
    if not any(watched.values()):
        findings.warn(
            spot,
            Text(f"no rule judges any sensor of `{name}`", f"没有规则判断 `{name}` 的任何传感器"),
            Text("add a rule, or it is only recorded", "请添加规则，否则只作记录"),
        )
        return
    blind = [sensor for sensor in polled.device.sensors if sensor.id not in rules.judged.get("bad_quality", set())]
    if len(blind) == len(polled.device.sensors):
        findings.warn(
            spot,
            Text(
                f"no `bad_quality` rule watches `{name}`: nobody is told when one of its values fails",
                f"没有 `bad_quality` 规则监视 `{name}`：其某个数值失效时无人知晓",
            ),
            Text(
                "add one for all devices: `bad_quality: { on_delay: 1 min, priority: low }`",
                "请为所有设备添加：`bad_quality: { on_delay: 1 min, priority: low }`",
            ),
        )
    _line_speed(polled, room, findings)


def _line_speed(polled: Polled, room: Room, findings: Findings) -> None:
    opened, bus = room.profiles.get(polled.device.id), room.buses[polled.bus]
    shipped = opened.profile.serial.baud if opened is not None else None
    speed = pace.speed(bus, room.bauds.get(bus.id))
    if shipped is not None and speed is not None and shipped != speed:
        findings.warn(
            room.device_spots[polled.device.id],
            Text(
                f"the maker ships `{polled.profile}` with {shipped} baud, the line has {speed}",
                f"`{polled.profile}` 出厂波特率为 {shipped}，线路为 {speed}",
            ),
            Text("set the device to the line's speed", "请将设备设为线路的波特率"),
        )

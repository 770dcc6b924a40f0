"""`roommon demo`: a simulated room on real protocols, the daemon, and what it says, live on the terminal."""

import asyncio
import json
import logging
import signal
import tempfile
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from amqtt.client import MQTTClient
from amqtt.errors import ConnectError
from amqtt.mqtt.constants import QOS_1
from rich.console import Console, ConsoleDimensions, Group
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text as Styled

from roommon.cli.demo_processes import Broker, DemoFailed, broker, daemon, simulated_room, written_config
from roommon.cli.spoken import language, say
from roommon.cli.words import COLOURS, PRIORITIES, REASONS, TRIGGERS, word
from roommon.config.load import load
from roommon.config.site import Site
from roommon.journal.error import JournalError
from roommon.journal.reader import JournalReader
from roommon.model.alarm import Priority, State, Trigger
from roommon.model.clock import Instant
from roommon.model.quantity import Quantity, shown
from roommon.model.reading import Reading, SensorId
from roommon.model.text import Text

SHOWN: dict[SensorId, Text] = {
    SensorId("rack-a.temperature"): Text("Rack A inlet", "A 列机柜进风"),
    SensorId("rack-b.temperature"): Text("Rack B inlet", "B 列机柜进风"),
    SensorId("return-air.temperature"): Text("return air", "回风"),
    SensorId("leak.leak_distance"): Text("water at", "漏水位置"),
    SensorId("meter.voltage_l1"): Text("mains", "市电"),
    SensorId("ups-1.battery_charge"): Text("UPS 1 battery", "UPS 1 电池"),
    SensorId("ups-1.runtime_remaining"): Text("UPS 1 runtime", "UPS 1 后备时间"),
    SensorId("spd.surge_count"): Text("surges", "浪涌次数"),
}
STORIES = {"inlet-hot": ("rack-a", "rack-b"), "water": ("leak",), "on-battery": ("ups-1", "ups-2")}
"""The three alarms of the demonstration, by rule."""

_PREFIX = "roommon/demo/"
_SCENARIO_S = 130.0
_MESSAGES = 9
_FEWEST = 3
_FRAMES = 9
"""Lines of the screen that are title, page, frames and the line below."""
_WIDE = 110
"""Columns of a terminal from which on the alarms' ids are shown too."""


@dataclass(slots=True)
class Seen:
    """What the messages have said so far."""

    standing: dict[str, dict[str, Any]] = field(default_factory=dict)
    messages: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=_MESSAGES))
    raised: set[str] = field(default_factory=set)
    ended: set[str] = field(default_factory=set)

    def take(self, message: dict[str, Any]) -> None:
        """Take one message of `event`: an alarm moved."""
        self.messages.append(message)
        rule = str(message["alarm"]).split(".")[0]
        if message["state"] == State.NORMAL:
            self.standing.pop(message["alarm"], None)
            if not any(alarm.startswith(f"{rule}.") for alarm in self.standing):
                self.ended.add(rule)
        else:
            self.standing[message["alarm"]] = message
            self.raised.add(rule)
            self.ended.discard(rule)

    @property
    def complete(self) -> bool:
        """Whether the three stories have been told to their ends."""
        return self.raised >= set(STORIES) <= self.ended


@dataclass(frozen=True, slots=True)
class Stage:
    """What the screen shows."""

    folder: Path
    to: Broker
    page: str
    seen: Seen
    quantities: Mapping[SensorId, Quantity]


def _quantities(site: Site) -> Mapping[SensorId, Quantity]:
    return {sensor.id: sensor.quantity for polled in site.devices for sensor in polled.device.sensors}


def demo(given_broker: str | None, influxdb: str | None, speed: float) -> int:
    """Run the demonstration; return 0 when its three alarms came and went, 1 when not."""
    console = Console()
    with tempfile.TemporaryDirectory(prefix="roommon-demo-") as folder:
        try:
            return asyncio.run(_demo(Path(folder), given_broker, influxdb, speed, console))
        except asyncio.CancelledError:
            return 128 + signal.SIGTERM
        except DemoFailed as error:
            console.print(str(error), style="red")
            return 1


async def _demo(folder: Path, given: str | None, influxdb: str | None, speed: float, console: Console) -> int:
    _end_on_signals()
    async with AsyncExitStack() as running:
        room = await running.enter_async_context(simulated_room(folder, speed))
        to = await running.enter_async_context(broker(folder, given))
        config = written_config(folder, room, to, influxdb, language().value)
        seen = Seen()
        await running.enter_async_context(_listening(to, seen, console))
        await running.enter_async_context(daemon(config, folder))
        site = load(config)
        page = f"http://{site.web.listen}/" if site.web else ""
        if not console.is_terminal:
            console.print(say(f"status page: {page}", f"状态页面：{page}"))
        stage = Stage(folder, to, page, seen, _quantities(site))
        await _show(stage, console, _SCENARIO_S / speed + 20)
        return _sum_up(seen, folder, console)


def _end_on_signals() -> None:
    """End as a whole, with all that was started, also when it is killed or its terminal is closed."""
    task = asyncio.current_task()
    assert task is not None  # noqa: S101  # we run in one
    for each in (signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(each, task.cancel)


def _listening(to: Broker, seen: Seen, console: Console) -> "_Listener":
    return _Listener(to, seen, console)


class _Listener:
    """A subscriber like anybody's: it hears what roommon tells the broker."""

    def __init__(self, to: Broker, seen: Seen, console: Console) -> None:
        self._to, self._seen, self._console = to, seen, console
        logging.getLogger("amqtt").setLevel(logging.CRITICAL + 1)
        self._client = MQTTClient(client_id="roommon-demo-listener", config={"auto_reconnect": False})

    async def __aenter__(self) -> None:
        try:
            await self._client.connect(f"mqtt://{self._to.host}:{self._to.port}/")
        except (ConnectError, OSError) as error:
            raise _no_broker(self._to) from error
        await self._client.subscribe([(f"{_PREFIX}event", QOS_1)])
        self._task = asyncio.create_task(self._hear(), name="listen")

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await asyncio.wait([self._task])
        await self._client.disconnect()

    async def _hear(self) -> None:
        while True:
            message = await self._client.deliver_message()
            if message is not None and message.data:
                content = json.loads(bytes(message.data))
                self._seen.take(content)
                if not self._console.is_terminal:
                    self._console.print(Styled("  ").join(_cells(content)), soft_wrap=True)


def _no_broker(to: Broker) -> DemoFailed:
    return DemoFailed(
        say(
            f"no MQTT broker answers at {to.host}:{to.port}; is it running, and is this its port?",
            f"{to.host}:{to.port} 没有 MQTT 代理应答；它是否在运行，端口是否正确？",
        )
    )


async def _show(stage: Stage, console: Console, for_s: float) -> None:
    began = time.monotonic()
    with Live(console=console, refresh_per_second=4, transient=False, auto_refresh=False) as live:
        while time.monotonic() - began < for_s and not stage.seen.complete:
            await asyncio.sleep(0.5)
            if console.is_terminal:
                live.update(_screen(stage, time.monotonic() - began, console.size), refresh=True)


def _screen(stage: Stage, passed_s: float, size: ConsoleDimensions) -> Group:
    columns = 4 if size.width >= _WIDE else 3
    standing = max(len(stage.seen.standing), 1)
    room = size.height - _FRAMES - -(-len(SHOWN) // columns) - standing
    messages = min(max(room, _FEWEST), _MESSAGES)
    title = say(
        f"roommon demo · {passed_s:.0f} s · real Modbus and SNMP to a simulated room · MQTT through {stage.to.name}",
        f"roommon 演示 · {passed_s:.0f} 秒 · 以真实 Modbus 与 SNMP 连接模拟机房 · MQTT 经 {stage.to.name}",
    )
    return Group(
        Styled(title, style="bold", no_wrap=True, overflow="ellipsis"),
        Styled(say(f"open {stage.page} in a browser", f"请用浏览器打开 {stage.page}"), style="bold cyan", no_wrap=True),
        Panel(_sensors(stage, columns), title=say("sensors", "传感器"), title_align="left"),
        Panel(_alarms(stage.seen), title=say("alarms that stand", "当前告警"), title_align="left"),
        Panel(
            _messages(list(stage.seen.messages)[-messages:], with_ids=size.width >= _WIDE),
            title=f"MQTT  {_PREFIX}event",
            title_align="left",
            height=messages + 2,
        ),
    )


def _sensors(stage: Stage, columns: int) -> Table:
    grid = Table.grid(expand=True, padding=(0, 1))
    for _ in range(columns):
        grid.add_column(ratio=1, no_wrap=True)
    cells = [Styled.assemble((f"{name} ", "dim"), (said, "bold")) for name, said in _latest(stage)]
    for start in range(0, len(cells), columns):
        grid.add_row(*cells[start : start + columns])
    return grid


def _latest(stage: Stage) -> Iterator[tuple[str, str]]:
    since = Instant(round(datetime.now().timestamp() * 1000) - 5000)  # noqa: DTZ005  # a moment, not a date
    try:
        with JournalReader(stage.folder / "journal.db") as reader:
            for sensor, name in SHOWN.items():
                last = deque(reader.readings(sensor, since), maxlen=1)
                yield word(name), _said(last[0], stage.quantities[sensor]) if last else "…"
    except JournalError:
        return


def _said(reading: Reading, quantity: Quantity) -> str:
    if reading.value is None:
        return word(REASONS[reading.reason]) if reading.reason else "–"
    if quantity is Quantity.DISTANCE and reading.value == 0:
        return say("no place", "无")
    return shown(reading.value, quantity)


def _alarms(seen: Seen) -> Table | Styled:
    if not seen.standing:
        return Styled(say("none", "无"), style="green")
    grid = Table.grid(padding=(0, 1))
    grid.add_column(no_wrap=True)
    for message in sorted(seen.standing.values(), key=lambda one: (Priority[one["priority"].upper()], one["number"])):
        priority = Priority[message["priority"].upper()]
        grid.add_row(
            Styled(f" {word(PRIORITIES[priority])} ", style=COLOURS[priority]),
            _cut(message["text"], "dim" if message["suppression"] else "bold"),
            _cut(f"→ {_what_to_do(message)}", "dim"),
        )
    return grid


def _what_to_do(message: dict[str, Any]) -> str:
    suppression = message["suppression"]
    if suppression:
        return say(f"nothing: explained by {suppression['why']}", f"无须处置：由 {suppression['why']} 引起")
    return str(message["response"])


def _messages(messages: Iterable[dict[str, Any]], *, with_ids: bool) -> Table:
    """Return what the messages said, a row each; the alarms' ids where there is room for them."""
    grid = Table.grid(padding=(0, 2))
    for _ in range(4):
        grid.add_column(no_wrap=True)
    for message in messages:
        cells = _cells(message)
        grid.add_row(*cells if with_ids else cells[:-1])
    return grid


def _cut(words: str, style: str) -> Styled:
    """Return `words` for one line: what has no room is cut."""
    return Styled(words, style=style, no_wrap=True, overflow="ellipsis")


def _cells(message: dict[str, Any]) -> list[Styled]:
    priority, ended = Priority[message["priority"].upper()], message["state"] == State.NORMAL
    return [
        Styled(f"#{message['number']}", style="dim"),
        Styled(datetime.fromisoformat(message["at"]).astimezone().strftime("%H:%M:%S"), style="dim"),
        Styled(word(PRIORITIES[priority]), style="green" if ended else COLOURS[priority]),
        Styled(word(TRIGGERS[Trigger(message["trigger"])]), style="" if message["tell"] else "dim"),
        _cut(message["text"], "bold" if message["tell"] else "dim"),
        _cut(message["alarm"], "dim"),
    ]


def _sum_up(seen: Seen, folder: Path, console: Console) -> int:
    if seen.complete:
        console.print(
            say(
                "Three alarms came and went: heat, water, mains. What to look at next:",
                "高温、漏水、停电三条告警均已发生并恢复。下一步：",
            ),
            style="bold green",
        )
        console.print(
            "  roommon check config/roommon.yaml\n  config/examples/demo.yaml\n  docs/operations.md · README.md"
        )
        return 0
    console.print(
        say(
            f"Not all of the three alarms came and went (came: {sorted(seen.raised)}, went: {sorted(seen.ended)}).",
            f"三条告警未全部发生并恢复（发生：{sorted(seen.raised)}，恢复：{sorted(seen.ended)}）。",
        ),
        style="bold red",
    )
    console.print((folder / "roommon.log").read_text(encoding="utf-8")[-3000:], style="dim", highlight=False)
    return 1

"""The simulators as a program: its ready line, its commands, its bench."""

import asyncio
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from simulators.control import ask
from tests.peers.simulator_program import complaint, program, tell
from tests.peers.simulator_wire import client, read

pytestmark = pytest.mark.integration


def test_the_commands_change_a_room_that_runs() -> None:
    with program("room", "config/examples/demo-room.yaml", "--base-port", "0", "--speed", "60") as (_, ready):
        assert ready["devices"]["rack-b"] == {"server": "gateway-1", "unit": 2}
        assert tell(ready, "set", "rack-a.inlet", "-3.5") == (0, {}, "")
        assert tell(ready, "fault", "rack-a", "late", "3") == (0, {}, "")
        assert tell(ready, "poke", "spd", "holding:11", "0xFFFF")[0] == 0
        assert tell(ready, "scenario", "leak")[1]["lasts_s"] == 125
        assert tell(ready, "fault", "rack-a", "lat") == (1, {}, "no fault 'lat'; did you mean late?")
        assert tell(ready, "set", "mains", "2") == (1, {}, "mains: 2.0 is neither true nor false")
        deadline = time.monotonic() + 20
        while tell(ready, "state")[1]["quantities"]["leak"] != 12.4:
            assert time.monotonic() < deadline, "the leak never came at 60 times our speed"
        _, state, _ = tell(ready, "state")
        assert state["faults"] == {"rack-a": "late 3"}
        assert state["quantities"]["rack-a.inlet"] == -3.5
        assert state["writes"] == 0


async def test_a_server_dies_hides_and_comes_back_on_its_port() -> None:
    with program("room", "config/examples/demo-room.yaml", "--base-port", "0") as (_, ready):
        port = ready["servers"]["gateway-1"]["port"]
        for _round in range(2):
            fault(ready, "black-hole")
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(asyncio.open_connection("127.0.0.1", port), 0.4)
            fault(ready, "dead")
            with pytest.raises(ConnectionRefusedError):
                await asyncio.open_connection("127.0.0.1", port)
            fault(ready, "ok")
            async with client(port) as wire:
                assert (await wire.rtu(1, read(3, 0, 2), 9))[:3] == bytes.fromhex("010304")


def fault(ready: dict[str, Any], name: str) -> None:
    """Give the gateway a fault."""
    ask(Path(ready["control"]), {"do": "fault", "device": "gateway-1", "fault": name})


@pytest.mark.parametrize("ending", ["signal", "stdin"])
def test_it_ends_on_a_signal_and_with_who_started_it(ending: str) -> None:
    with program("room", "config/examples/demo-room.yaml", "--base-port", "0") as (process, ready):
        if ending == "signal":
            process.send_signal(signal.SIGTERM)
        else:
            assert process.stdin
            process.stdin.close()
        assert process.wait(10) == 0
        assert not Path(ready["control"]).exists()


def test_a_wrong_file_is_one_line_and_no_traceback(tmp_path: Path) -> None:
    file = tmp_path / "room.yaml"
    file.write_text("servers: [{ id: a, devices: [] }]")
    assert complaint("room", file) == (2, "room.yaml.servers[0]: server a: either modbus or snmp\n")


@pytest.mark.parametrize("layout", ["ports", "addresses", "units"])
async def test_the_bench_serves_many_devices_of_which_some_are_silent(layout: str) -> None:
    sizes = ("--modbus", "40", "--registers", "10", "--snmp", "5", "--silent", "8", "--layout", layout)
    with program("bench", *sizes) as (_, ready):
        devices = {name: each for name, each in ready["devices"].items() if name.startswith("m-")}
        assert len(devices) == 40
        assert sum(each.get("silent", False) for each in devices.values()) == 8
        assert len(ready["devices"]) == 45
        at, value = tell(ready, "poke", "m-002", "holding:3", "4242")[1]["at"], bytes.fromhex("1092")
        assert at <= time.monotonic_ns()
        for name in ("m-001", "m-002"):
            server = ready["servers"][devices[name]["server"]]
            async with client(server["port"], server["host"]) as wire:
                answer = await wire.tcp(devices[name]["unit"], read(3, 0, 10))
                assert (answer[-14:-12] == value) == (name == "m-002")

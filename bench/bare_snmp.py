"""`python -m bench.bare_snmp`: what gufo-snmp alone takes for 200 agents x 10 OIDs at 1 s, in the daemon's slots.

No readings, rules, journal or servers: the floor that SNMP with this library cannot fall below.
"""

import asyncio
import itertools
import os
import tempfile
from pathlib import Path

import uvloop
from gufo.snmp import SnmpVersion
from gufo.snmp.aio import SnmpSession

from bench import meter, sites
from simulators.bench import COMMUNITY, ENTERPRISE
from tests.peers.simulated import simulated

AGENTS = 200
SLOTS = 20
WARM_S = 5
SECONDS = 30.0

_OIDS = [f"{ENTERPRISE}.{number}.0" for number in range(1, sites.VALUES + 1)]


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        sizes = ("--modbus", "0", "--snmp", str(AGENTS))
        with simulated("bench", *sizes, log=Path(folder) / "simulator.log") as room:
            agents = [(host, port) for _, _, host, port in sites.addresses(room.ready)]
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                print(runner.run(_measured(agents)))


async def _measured(agents: list[tuple[str, int]]) -> str:
    sessions = [
        SnmpSession(addr=host, port=port, community=COMMUNITY, version=SnmpVersion.v2c, timeout=1)
        for host, port in agents
    ]
    slots = [sessions[number::SLOTS] for number in range(SLOTS)]
    loop = asyncio.get_running_loop()
    began, asked, cpu = loop.time(), 0, 0.0
    for beat, slot in zip(range(round((WARM_S + SECONDS) * SLOTS)), itertools.cycle(slots), strict=False):
        if beat == WARM_S * SLOTS:
            cpu, asked = meter.cpu_s(os.getpid()), 0
        await asyncio.sleep(began + beat / SLOTS - loop.time())
        answers = await asyncio.gather(*(session.get_many(_OIDS) for session in slot))
        asked += sum(len(answer) == sites.VALUES for answer in answers)
    used = meter.cpu_s(os.getpid()) - cpu
    return f"{100 * used / SECONDS:.2f} % of a core for {asked / SECONDS:.0f} agents/s"


if __name__ == "__main__":
    main()

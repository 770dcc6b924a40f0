"""How roommon itself is, as metric families: polls, lateness, queue, journal, deliverers, alarms by state. Pure."""

from collections import Counter
from collections.abc import Iterator
from itertools import accumulate, product

from prometheus_client.metrics_core import HistogramMetricFamily, Metric

from roommon.journal.depth import Depth
from roommon.model.alarm import Priority, State
from roommon.model.clock import Instant
from roommon.model.device import DeviceId
from roommon.model.reading import Reason
from roommon.model.suppression import SuppressedAs
from roommon.record.lives import is_true
from roommon.web.facts import Building, Present
from roommon.web.metrics.family import counter, gauge, one
from roommon.web.vitals import Lateness, Vitals

_OWN = DeviceId("roommon")
"""The device whose contacts are roommon's own troubles."""


def health(building: Building, present: Present, vitals: Vitals) -> Iterator[Metric]:
    """Yield how roommon is at `present`."""
    about = (building.version, building.site, building.room)
    yield gauge("roommon_info", "The program and what it watches.", ("version", "site", "room"), [(about, 1)])
    yield from _polls(building, vitals)
    yield _lateness(vitals.lateness)
    yield gauge("roommon_queue_batches", "Batches on the way to the rules.", (), one(vitals.queue))
    yield gauge("roommon_queue_limit_batches", "How many there may be; more are lost.", (), one(vitals.queue_room))
    yield counter("roommon_readings_lost", "Readings that the full queue did not take.", (), one(vitals.lost_readings))
    yield gauge("roommon_journal_size_bytes", "The journal on the disk.", (), one(vitals.journal_bytes))
    if vitals.depth is not None:
        yield from _journal(vitals.depth, present.at)
    yield _sensors(building, present)
    yield from _alarms(present)
    yield _trouble(building, present)


def _polls(building: Building, vitals: Vitals) -> Iterator[Metric]:
    polls = vitals.polls.items()
    where = {device: (device, building.units[device].bus if device in building.units else "") for device, _ in polls}
    names = ("device", "bus")
    yield counter("roommon_beats", "Beats on which a device was to be asked.", (), one(vitals.beats))
    yield counter("roommon_beats_missed", "Beats that found the former one not over.", (), one(vitals.missed))
    yield counter("roommon_polls_between", "Polls besides the beats, after SNMP traps.", (), one(vitals.between))
    yield counter("roommon_poller_restarts", "Pollers that fell over or hung.", (), one(vitals.restarts))
    yield counter(
        "roommon_polls", "How often a device was asked.", names, [(where[device], each.asked) for device, each in polls]
    )
    yield counter(
        "roommon_poll_errors",
        "Polls that brought nothing: no answer, or not within the beat.",
        (*names, "reason"),
        [
            ((*where[device], reason.value), number)
            for device, each in polls
            for reason, number in ((Reason.NO_COMMUNICATION, each.silent), (Reason.OVERDUE, each.overdue))
        ],
    )
    yield gauge(
        "roommon_device_up",
        "Whether the device answered when it was asked last.",
        names,
        [(where[device], float(each.answers)) for device, each in polls if each.answers is not None],
    )
    yield gauge(
        "roommon_poll_duration_seconds",
        "How long the device took for its last answer.",
        names,
        [(where[device], each.took_s) for device, each in polls if each.took_s is not None],
    )


def _lateness(lateness: Lateness) -> Metric:
    up_to = [*map(str, lateness.edges_s), "+Inf"]
    return HistogramMetricFamily(
        "roommon_poll_lateness_seconds",
        "From the beat of a device to its readings in the queue to the rules.",
        buckets=list(zip(up_to, accumulate(lateness.counts), strict=True)),
        sum_value=lateness.total_s,
    )


def _journal(depth: Depth, at: Instant) -> Iterator[Metric]:
    name, owed = ("deliverer",), depth.owed
    yield gauge("roommon_journal_batches", "Group commits of readings on the disk.", (), one(depth.batches))
    yield gauge("roommon_journal_unwritten_inputs", "Inputs that are not on the disk yet.", (), one(depth.unwritten))
    yield counter("roommon_alarm_events", "Alarm events ever journalled.", (), one(depth.last_event))
    yield gauge(
        "roommon_delivery_waiting_batches",
        "Group commits of readings that the far side has not confirmed.",
        name,
        [((each.deliverer,), each.batches) for each in owed],
    )
    yield gauge(
        "roommon_delivery_waiting_events",
        "Alarm events that the far side has not confirmed.",
        name,
        [((each.deliverer,), each.events) for each in owed],
    )
    yield gauge(
        "roommon_delivery_lag_seconds",
        "Age of the oldest reading or event that the far side has not confirmed.",
        name,
        [((each.deliverer,), 0 if each.oldest is None else max(0, at - each.oldest) / 1000) for each in owed],
    )


def _sensors(building: Building, present: Present) -> Metric:
    found = [present.reading(watched) for watched in building.watched.values()]
    counts = Counter(
        ("none", "") if reading is None else (reading.quality.value, reading.reason.value if reading.reason else "")
        for reading in found
    )
    return gauge(
        "roommon_sensors",
        "Sensors by the quality of their newest reading; `none` has said nothing for some beats.",
        ("quality", "reason"),
        counts.items(),
    )


def _alarms(present: Present) -> Iterator[Metric]:
    true = [each.event for each in present.standing if is_true(each.event)]
    states = Counter((event.state, event.priority) for event in true)
    kept_back = Counter(event.suppression.kind for event in true if event.suppression is not None)
    yield gauge(
        "roommon_alarms",
        "Alarms that are not normal, those of which people are not told among them.",
        ("state", "priority"),
        [
            ((state.value, priority.name.lower()), states[state, priority])
            for state, priority in product(State, Priority)
            if state is not State.NORMAL
        ],
    )
    yield gauge(
        "roommon_alarms_suppressed",
        "Alarms that are not normal and of which people are not told.",
        ("kind",),
        [((kind.value,), kept_back[kind]) for kind in SuppressedAs],
    )


def _trouble(building: Building, present: Present) -> Metric:
    own = building.units[_OWN].device.sensors if _OWN in building.units else ()
    readings = {sensor.key: present.newest.get(sensor.id) for sensor in own}
    return gauge(
        "roommon_trouble",
        "Whether a part of roommon is in trouble.",
        ("part",),
        [((key,), reading.value) for key, reading in readings.items() if reading and reading.value is not None],
    )

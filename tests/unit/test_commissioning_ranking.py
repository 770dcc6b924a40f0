"""Profiles are ranked by what the device says, then by what can be true, and the reasons are said."""

from dataclasses import replace
from pathlib import Path

import pytest

from roommon.commissioning.fit import fit
from roommon.commissioning.itself import objects, same
from roommon.commissioning.known import Heard, Introduction, Known, known
from roommon.commissioning.line import Mute
from roommon.commissioning.ranking import Candidate, ranked, rivals
from roommon.commissioning.seen import seen
from roommon.commissioning.shelf import Shelf
from roommon.commissioning.usual import is_usual, telling
from roommon.model.quantity import Quantity
from roommon.model.reading import Reason
from roommon.model.text import Text
from roommon.poll.driver import Fault, Raw
from roommon.profiles.point import Listed
from roommon.profiles.profile import HoldsSpec, Identify

SHELF = Shelf(Path("/nonexistent"))
REFUSED = Fault(Reason.CONFIGURATION_ERROR, Text.same("exception 2"))
AGENT = Introduction("SensorProbe", "1.3.6.1.4.1.3854.1", "akcp", "rack")


def candidate(profile: str, raws: list[Raw | Fault], why: Known | None = None) -> Candidate:
    """A unit that gives `raws` for the points of `profile`, in their order."""
    opened = SHELF.open(profile)
    polled = SHELF.device(opened, "unit-1", unit=1)
    return Candidate(opened, polled, why, seen(polled, raws))


def test_who_says_so_goes_before_who_only_fits() -> None:
    fits, says = candidate("xy-md02", [231, 450]), candidate("renke-rs-ws-n01", [450, 231], Known((Text.same("x"),), 1))
    assert [one.name for one in ranked([fits, says])] == ["renke-rs-ws-n01", "xy-md02"]


def test_who_cannot_be_is_not_ranked() -> None:
    assert ranked([candidate("xy-md02", [9000, 9000]), candidate("xy-md02", [REFUSED, REFUSED])]) == []


def test_what_fits_alike_is_said() -> None:
    ranking = ranked([candidate("xy-md02", [231, 450]), candidate("renke-rs-ws-n01", [450, 231])])
    assert [one.name for one in rivals(ranking)] == ["xy-md02"]
    assert rivals(ranking[:1]) == []
    assert rivals([]) == []


def test_what_lacks_its_name_goes_last() -> None:
    doubtful = candidate("xy-md02", [231, 450], Known((Text.same("nothing there"),), is_doubtful=True))
    ranking = ranked([doubtful, candidate("renke-rs-ws-n01", [450, 231])])
    assert [one.name for one in ranking] == ["renke-rs-ws-n01", "xy-md02"]
    assert rivals(ranking) == []


def test_a_state_that_the_profile_leaves_open_speaks_neither_for_it_nor_against_it() -> None:
    known, unnamed = (fit(candidate("tracetek-ttdm128", [status, 0]).every) for status in (0, 7))
    assert (known.usual, unnamed.usual, unnamed.strange) == (2, 1, ())


@pytest.mark.parametrize("alarm", [0, 1, REFUSED])
def test_what_an_alarm_list_does_or_does_not_list_is_no_evidence(alarm: Raw | Fault) -> None:
    opened = SHELF.open("rfc1628-ups")
    polled = SHELF.device(opened, "ups")
    raws: list[Raw | Fault] = [alarm if isinstance(point.at, Listed) else REFUSED for point in polled.points]
    said = fit(seen(polled, raws))
    assert (said.answered, said.usual) == (0, 0)
    assert not [one for one in said.missing if isinstance(one.point.at, Listed)]


@pytest.mark.parametrize(
    ("raws", "en", "zh_cn"),
    [
        ([231, 450], "2 of 2 points answer, all plausible", "2 个点位中 2 个有应答，数值均合理"),
        ([231, REFUSED], "1 of 2 points answer, all plausible", "2 个点位中 1 个有应答，数值均合理"),
        (
            [9000, 450],
            "2 of 2 points answer; not plausible: temperature",
            "2 个点位中 2 个有应答；数值不合理：temperature",
        ),
    ],
)
def test_the_reasons_are_a_sentence(raws: list[Raw | Fault], en: str, zh_cn: str) -> None:
    assert candidate("xy-md02", raws).why == Text(en, zh_cn)


def test_what_speaks_against_a_profile_outweighs_what_speaks_for_it() -> None:
    good, bad = candidate("xy-md02", [231, 450]), candidate("xy-md02", [231, 9000])
    assert fit(good.every).score > 0 > fit(bad.every).score - 1
    assert good.fit.is_sound
    assert not bad.fit.is_sound


@pytest.mark.parametrize(
    ("identify", "heard", "is_known"),
    [
        (Identify(object_id=("1.3.6.1.4.1.3854",)), Heard(), True),
        (Identify(object_id=("1.3.6.1.4.1.385",)), Heard(), False),
        (Identify(object_id=(".1.3.6.1.4.1.3854.1.",)), Heard(), True),
        (Identify(description=("sensor*",)), Heard(), True),
        (Identify(description=("UPS*",)), Heard(), False),
        (Identify(answers=("1.2",)), Heard({"1.2": True}), True),
        (Identify(answers=("1.2",)), Heard({"1.2": False}), False),
        (Identify(any_of=("1.2", "1.3")), Heard({"1.2": False, "1.3": True}), True),
        (Identify(any_of=("1.2", "1.3")), Heard({"1.2": False, "1.3": False}), False),
        (Identify(answers=("1.4",), any_of=("1.2",)), Heard({"1.2": True, "1.4": False}), False),
        (Identify(lacks=("1.2",)), Heard({"1.2": True}), False),
        (Identify(lacks=("1.2",)), Heard({"1.2": False}), True),
        (Identify(holds=(HoldsSpec("1.2.0", frozenset({7})),)), Heard(held={"1.2.0": Text.same("7")}), True),
        (Identify(holds=(HoldsSpec("1.2.0", frozenset({7})),)), Heard(held={"1.2.0": None}), False),
    ],
)
def test_everything_that_a_profile_names_must_hold(identify: Identify, heard: Heard, *, is_known: bool) -> None:
    assert (known(identify, AGENT, heard) is not None) is is_known


def test_who_calls_itself_so_and_lacks_something_is_near() -> None:
    identify = Identify(object_id=("1.3.6.1.4.1.3854",), answers=("1.2",))
    found = known(identify, AGENT, Heard({"1.2": False}))
    assert found is not None
    assert found.is_near
    assert [one.en for one in found.reasons] == ["sysObjectID begins with 1.3.6.1.4.1.3854", "there is nothing at 1.2"]


UIO, OLD_PROBES, RACK_PDU, UPS = (f"1.3.6.1.4.1.318.1.1.{tree}" for tree in ("25", "10", "26.10.2.2", "1.1.1.1.1.0"))
CARD = Introduction("APC Web/SNMP Management Card", "1.3.6.1.4.1.318.1.3.27", "card", "rack")


@pytest.mark.parametrize(
    ("there", "near", "words"),
    [
        ({UIO}, False, f"there is something at {UIO}"),
        ({OLD_PROBES}, False, f"there is something at {OLD_PROBES}"),
        ({RACK_PDU}, False, f"there is something at {RACK_PDU}"),
        (set(), True, f"there is nothing at {OLD_PROBES}, {UIO}, {RACK_PDU}"),
    ],
)
def test_a_card_of_any_generation_is_known_by_the_probes_that_it_has(there: set[str], near: bool, words: str) -> None:
    identify = SHELF.open("apc-powernet-env").profile.identify
    assert identify is not None
    found = known(identify, CARD, Heard({oid: oid in there for oid in (UIO, OLD_PROBES, RACK_PDU)}))
    assert found is not None
    assert found.is_near is near
    assert words in [one.en for one in found.reasons]


def test_a_ups_whose_card_has_probes_is_known_as_a_ups() -> None:
    found = {}
    for name in ("apc-powernet-env", "apc-powernet-ups"):
        identify = SHELF.open(name).profile.identify
        assert identify is not None
        why = known(identify, CARD, Heard({UIO: True, UPS: True}))
        assert why is not None
        found[name] = why.exactness
    assert found["apc-powernet-ups"] > found["apc-powernet-env"]


def test_an_identification_is_taken_apart() -> None:
    answer = b"\x0e\x01\x01\x00\x00\x02" + b"\x00\x05Renke\x01\x0bRS-WS-N01-8"
    assert objects(answer) == {0: "Renke", 1: "RS-WS-N01-8"}
    assert objects(answer[:-3]) == {0: "Renke"}
    assert objects(Mute(Text.same("no answer"))) == {}


def test_a_unit_is_known_by_the_name_that_it_gives_itself() -> None:
    profile = replace(SHELF.open("renke-rs-ws-n01").profile, vendor="Renke", model="RS-WS-N01")
    found = same(profile, {0: "Shandong Renke", 1: "RS-WS-N01-8"})
    assert found == Text("it calls itself 'Shandong Renke RS-WS-N01-8'", "设备自称 'Shandong Renke RS-WS-N01-8'")
    assert same(profile, {0: "Eastron", 1: "RS-WS-N01-8"}) is None
    assert same(profile, {0: "Renke", 1: "SDM630"}) is None
    assert same(profile, {}) is None


@pytest.mark.parametrize(
    ("value", "quantity", "usual"),
    [
        (23.1, Quantity.TEMPERATURE, True),
        (231.0, Quantity.TEMPERATURE, False),
        (1e-30, Quantity.CURRENT, False),
        (0.0, Quantity.FREQUENCY, True),
        (12.0, Quantity.FREQUENCY, False),
        (float("inf"), Quantity.COUNT, False),
        (4_000_000_000, Quantity.COUNT, True),
    ],
)
def test_what_is_usual(value: float, quantity: Quantity, *, usual: bool) -> None:
    assert is_usual(value, quantity) is usual


def test_a_clear_value_says_more_than_a_zero() -> None:
    assert telling(50.0, Quantity.FREQUENCY) > telling(1234.0, Quantity.COUNT) > telling(0.0, Quantity.FREQUENCY)

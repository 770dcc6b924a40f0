"""The simulators' SNMP at message level: BER, lookups, the User-based Security Model."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.snmp import ber, keys, pdu
from simulators.snmp.agent import Access, Agent
from simulators.snmp.keys import Auth, Privacy, User
from simulators.snmp.objects import Objects, counter64, integer, octets

OBJECTS = Objects(
    {
        "1.3.6.1.2.1.1.1.0": octets("card"),
        "1.3.6.1.4.1.9.2.0": counter64(2**64 - 1),
        "1.3.6.1.4.1.9.10.0": integer(-1),
        "1.3.6.1.4.1.9.20.1.2.1": integer(7),
    },
    {"1.3.6.1.4.1.9.30.1.2"},
)


class Still:
    version = 0


def agent(access: Access | None = None, largest: int = 1472) -> Agent:
    return Agent("ups", access or Access("public"), Still(), lambda: OBJECTS, lambda: 0.0, largest)


def request(kind: int, names: list[str], version: int = 1, first: int = 0, second: int = 0) -> bytes:
    bindings = [ber.tlv(ber.SEQUENCE, ber.oid(name), ber.NULL_TLV) for name in names]
    body = ber.tlv(kind, ber.integer(77), ber.integer(first), ber.integer(second), ber.tlv(ber.SEQUENCE, *bindings))
    return ber.tlv(ber.SEQUENCE, ber.integer(version), ber.octets(b"public"), body)


def answer(data: bytes, of: Agent | None = None) -> tuple[int, int, list[tuple[str, bytes]]]:
    """Error status, error index, and the bindings: OID and encoded value."""
    said = (of or agent()).answer(data)
    assert said is not None
    _, at = ber.take_octets(said, ber.take_integer(said, ber.header(said, 0)[1])[1])
    kind, at, _ = ber.header(said, at)
    assert kind == pdu.RESPONSE
    number, at = ber.take_integer(said, at)
    assert number == 77
    status, at = ber.take_integer(said, at)
    index, at = ber.take_integer(said, at)
    _, start, end = ber.header(said, at)
    found = []
    for _, binding, binding_end in (ber.header(said, begins) for begins, _ in ber.inside(said, start, end)):
        _, name, name_end = ber.header(said, binding)
        found.append((ber.dotted(said[name:name_end]), said[name_end:binding_end]))
    return status, index, found


@given(value=st.integers(-(2**63), 2**64))
def test_integers_go_through_ber_in_the_fewest_bytes(value: int) -> None:
    encoded = ber.integer(value)
    assert ber.take_integer(encoded, 0) == (value, len(encoded))
    assert len(encoded) == 2 + max(1, (value if value >= 0 else ~value).bit_length() // 8 + 1)


@given(arcs=st.lists(st.integers(0, 2**32 - 1), max_size=12))
def test_oids_go_through_ber(arcs: list[int]) -> None:
    dotted = ".".join(map(str, (1, 3, *arcs)))
    assert ber.dotted(ber.oid_body(dotted)) == dotted


@given(size=st.integers(0, 70_000))
def test_lengths_of_every_size(size: int) -> None:
    encoded = ber.octets(bytes(size))
    assert ber.take_octets(encoded, 0) == (bytes(size), len(encoded))


@given(junk=st.binary(max_size=80))
def test_an_agent_stays_silent_on_what_is_no_snmp(junk: bytes) -> None:
    assert agent().answer(junk) is None


@given(cut=st.integers(0, 40))
def test_an_agent_stays_silent_on_half_a_message(cut: int) -> None:
    whole = request(pdu.GET, ["1.3.6.1.2.1.1.1.0"])
    assert agent().answer(whole[: min(cut, len(whole) - 1)]) is None


def test_missing_objects_are_told_from_missing_instances() -> None:
    names = ["1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.1.1.1", "1.3.6.1.4.1.9.30.1.2.5", "1.3.6.1.4.1.9.3.0"]
    _, _, found = answer(request(pdu.GET, names))
    assert [value for _, value in found] == [
        octets("card"),
        pdu.NO_SUCH_INSTANCE,
        pdu.NO_SUCH_INSTANCE,
        pdu.NO_SUCH_OBJECT,
    ]


def test_version_1_names_the_place_of_what_is_missing_and_has_no_counter64() -> None:
    good = "1.3.6.1.2.1.1.1.0"
    assert answer(request(pdu.GET, [good, "1.3.6.1.9.9.0"], version=0))[:2] == (pdu.NO_SUCH_NAME, 2)
    assert answer(request(pdu.GET, ["1.3.6.1.4.1.9.2.0"], version=0))[:2] == (pdu.NO_SUCH_NAME, 1)
    _, _, found = answer(request(pdu.GET_NEXT, ["1.3.6.1.4.1.9"], version=0))
    assert found == [("1.3.6.1.4.1.9.10.0", integer(-1))]


def test_a_walk_goes_by_numbers_and_ends() -> None:
    walked, at = [], "1.3.6"
    while True:
        _, _, [(name, value)] = answer(request(pdu.GET_NEXT, [at]))
        if value == pdu.END_OF_VIEW:
            break
        walked.append(name)
        at = name
    assert walked == [
        "1.3.6.1.2.1.1.1.0",
        "1.3.6.1.2.1.1.3.0",
        "1.3.6.1.4.1.9.2.0",
        "1.3.6.1.4.1.9.10.0",
        "1.3.6.1.4.1.9.20.1.2.1",
    ]


def test_a_bulk_answer_keeps_its_rows_when_one_column_has_ended() -> None:
    asked = request(pdu.GET_BULK, ["1.3.6.1.2.1.1.1", "1.3.6.1.4.1.9.10", "1.3.6.1.4.1.9.20"], first=1, second=2)
    _, _, found = answer(asked)
    assert [name for name, _ in found] == [
        "1.3.6.1.2.1.1.1.0",
        "1.3.6.1.4.1.9.10.0",
        "1.3.6.1.4.1.9.20.1.2.1",
        "1.3.6.1.4.1.9.20.1.2.1",
        "1.3.6.1.4.1.9.20.1.2.1",
    ]
    assert found[-1][1] == pdu.END_OF_VIEW


def test_an_answer_that_does_not_fit_is_too_big_and_a_bulk_answer_is_cut() -> None:
    small = agent(largest=100)
    names = ["1.3.6.1.2.1.1.1.0"] * 6
    assert answer(request(pdu.GET, names), small) == (pdu.TOO_BIG, 0, [])
    status, _, found = answer(request(pdu.GET_BULK, ["1.3.6"], second=50), small)
    assert status == 0
    assert 1 <= len(found) < 5
    whole = small.answer(request(pdu.GET_BULK, ["1.3.6"], second=50))
    assert whole is not None
    assert len(whole) <= 100


def test_a_set_is_refused_and_counted() -> None:
    stubborn = agent()
    assert answer(request(pdu.SET, ["1.3.6.1.2.1.1.1.0"]), stubborn)[:2] == (pdu.NOT_WRITABLE, 1)
    assert stubborn.writes == 1


def test_a_wrong_community_is_silence() -> None:
    assert agent(Access("other")).answer(request(pdu.GET, ["1.3.6.1.2.1.1.1.0"])) is None


def test_keys_are_localized_as_rfc_3414_says() -> None:
    """RFC 3414, A.3.2."""
    engine = bytes(11) + b"\x02"
    key = keys.localized(Auth.SHA1, b"maplesyrup", engine)
    assert key.hex() == "6695febc9288e36282235fc7151f128497b38f3f"


def test_long_keys_are_made_in_both_ways() -> None:
    engine = bytes(11) + b"\x02"
    key = keys.localized(Auth.SHA1, b"maplesyrup", engine)
    blumenthal = User("u", Auth.SHA1, "maplesyrup", Privacy.AES256, "maplesyrup")
    cisco = User("u", Auth.SHA1, "maplesyrup", Privacy.AES256_CISCO, "maplesyrup")
    assert keys.privacy_key(blumenthal, engine) == (key + hashlib.sha1(key).digest())[:32]
    assert keys.privacy_key(cisco, engine) == (key + keys.localized(Auth.SHA1, key, engine))[:32]


@given(data=st.binary(max_size=200), boots=st.integers(0, 2**31 - 1), time=st.integers(0, 2**31 - 1))
def test_what_is_encrypted_can_be_read_again(data: bytes, boots: int, time: int) -> None:
    key = bytes(range(16))
    hidden = keys.encrypt(key, boots, time, b"saltsalt", data)
    assert keys.decrypt(key, boots, time, b"saltsalt", hidden) == data


def test_a_user_whose_passphrase_is_short_is_refused() -> None:
    with pytest.raises(ValueError, match="fewer than 8 characters"):
        User("u", Auth.SHA256, "short")

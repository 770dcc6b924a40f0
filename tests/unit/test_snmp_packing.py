from roommon.poll.snmp.packing import MESSAGE, RELEARN_S, Packing, size

OIDS = [f"1.3.6.1.4.1.318.1.1.1.4.2.{index}.0" for index in range(60)]
SIZES = {oid: size(oid, is_text=False) for oid in OIDS}


def requests(packing: Packing, oids: list[str]) -> list[list[str]]:
    """All requests for `oids`."""
    split = []
    while oids:
        first = list(packing.first(oids))
        split.append(first)
        oids = oids[len(first) :]
    return split


def test_requests_hold_every_object_once_in_order_and_fit_a_packet() -> None:
    split = requests(Packing(SIZES), OIDS)
    assert [oid for request in split for oid in request] == OIDS
    assert len(split) == 2
    assert all(sum(SIZES[oid] for oid in request) < MESSAGE for request in split)


def test_texts_take_more_room_than_numbers() -> None:
    texts = {oid: size(oid, is_text=True) for oid in OIDS}
    assert len(requests(Packing(texts), OIDS)) > len(requests(Packing(SIZES), OIDS))


def test_an_object_larger_than_a_packet_still_goes_alone() -> None:
    assert requests(Packing({"1.3": 5000, "1.4": 20}), ["1.3", "1.4"]) == [["1.3"], ["1.4"]]


def test_what_was_too_much_is_halved_and_remembered_for_an_hour() -> None:
    packing = Packing(SIZES)
    packing.too_much(20, now_s=100.0)
    assert max(map(len, requests(packing, OIDS))) == 10
    packing.relearn(100.0 + RELEARN_S)
    assert packing.most == 10
    packing.relearn(101.0 + RELEARN_S)
    assert packing.most == len(OIDS)


def test_halving_ends_at_one_object() -> None:
    packing = Packing(SIZES)
    for _ in range(10):
        packing.too_much(packing.most, now_s=0.0)
    assert packing.most == 1


def test_when_one_object_was_to_blame_the_size_is_taken_back() -> None:
    packing = Packing(SIZES)
    most = packing.most
    packing.too_much(40, now_s=0.0)
    packing.was_one_object(most)
    assert packing.most == most

"""What recorded bytes ask for: the function of every Modbus request, the PDU of every SNMP message."""

from collections.abc import Iterator

from simulators.modbus.framing import crc
from simulators.snmp import ber, keys, usm
from simulators.snmp.keys import User
from simulators.snmp.pdu import GET, GET_BULK, GET_NEXT

READ_FUNCTIONS = frozenset({"1", "2", "3", "4", "43/14"})
READ_PDUS = frozenset({"GET", "GETNEXT", "GETBULK"})
_PDUS = {GET: "GET", GET_NEXT: "GETNEXT", GET_BULK: "GETBULK"}
_RTU_LENGTHS = {1: 8, 2: 8, 3: 8, 4: 8, 43: 7}


def mbap_functions(stream: bytes) -> Iterator[str]:
    """The functions of a stream of Modbus TCP requests; every byte of it must belong to one."""
    at = 0
    while at < len(stream):
        assert stream[at + 2 : at + 4] == b"\0\0", f"no Modbus at {at}: {stream[at : at + 16].hex(' ')}"
        end = at + 6 + int.from_bytes(stream[at + 4 : at + 6], "big")
        assert end <= len(stream), f"a request breaks off: {stream[at:].hex(' ')}"
        yield _function(stream[at + 7 : end])
        at = end


def rtu_functions(stream: bytes) -> Iterator[str]:
    """The functions of a stream of RTU requests; one of a function that is no read has no length that we know."""
    at = 0
    while at < len(stream):
        function = stream[at + 1]
        assert function in _RTU_LENGTHS, f"function {function}: {stream[at : at + 16].hex(' ')}"
        frame = stream[at : at + _RTU_LENGTHS[function]]
        assert crc(frame[:-2]) == frame[-2:], f"no request: {frame.hex(' ')}"
        yield _function(frame[1:-2])
        at += len(frame)


def _function(pdu: bytes) -> str:
    return f"{pdu[0]}/{pdu[1]}" if pdu[0] == 43 else str(pdu[0])


def snmp_pdu(message: bytes, user: User | None) -> str:
    """The name of the PDU of one SNMP message of any version, decrypted with the passphrases of `user`."""
    version, at = ber.take_integer(message, ber.header(message, 0, ber.SEQUENCE)[1])
    if version == 3:
        return _scoped_pdu(message, user)
    _, at = ber.take_octets(message, at)
    return _name(message[at])


def _scoped_pdu(message: bytes, user: User | None) -> str:
    header = usm._parse(message)
    scoped = header.data
    if header.flags & usm.PRIVACY:
        assert user is not None
        key = keys.privacy_key(user, header.engine)
        scoped = keys.decrypt(key, header.boots, header.time, header.salt, header.data)
    _, at, _ = ber.header(scoped, 0, ber.SEQUENCE)
    _, at = ber.take_octets(scoped, at)
    _, at = ber.take_octets(scoped, at)
    return _name(scoped[at])


def _name(tag: int) -> str:
    return _PDUS.get(tag, f"PDU {tag:#x}")

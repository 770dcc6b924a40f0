"""The objects that name the rows of an agent, and which cells came in another answer than theirs. Pure.

A cell counts only together with its proof, the object that names its row. Both come in one answer, which is the agent
at one moment. Where they cannot, the proof is asked for before the cell and again after all cells, and must be what it
was: an agent that numbers its rows anew between two answers is found out in that very beat.
"""

from collections.abc import Mapping, MutableMapping, Sequence

from roommon.poll.snmp.agent import Absent, Value

_MOSTLY = 0.75
"""How much of a request must be left when it is shortened for a row to come whole: else proving again is cheaper."""

Values = MutableMapping[str, Value | Absent]


class Proofs:
    """The proofs of one device's cells, and what of them is open in this beat."""

    __slots__ = ("_open", "_proofs")

    def __init__(self, proofs: Mapping[str, str]) -> None:
        """`proofs` by cell."""
        self._proofs = proofs
        self._open: set[str] = set()
        """Those with a cell that came in another answer."""

    def whole_rows(self, request: Sequence[str], waiting: Sequence[str]) -> Sequence[str]:
        """Return `request`, the first of `waiting`, without the row that it cuts in two, if that is a small part."""
        following = waiting[len(request)] if len(request) < len(waiting) else ""
        proof = self._proofs.get(following)
        begins = request.index(proof) if proof in request else len(request)
        return request[:begins] if begins >= _MOSTLY * len(request) else request

    def note(self, answered: Sequence[str]) -> None:
        """Note that these objects came in one answer."""
        if self._proofs:
            proofs = {self._proofs[oid] for oid in answered if oid in self._proofs}
            self._open |= proofs.difference(answered)

    def take_open(self, values: Values) -> dict[str, Value]:
        """Take the open proofs out of `values`, and return what they were; one that was no value proves nothing."""
        names = {proof: values.get(proof, Absent.NO_SUCH) for proof in sorted(self._open)}
        before = {proof: name for proof, name in names.items() if not isinstance(name, Absent)}
        self._open = set(before)
        self.forget_open(values)
        return before

    def compare(self, before: Mapping[str, Value], values: Values) -> None:
        """Mark in `values` the proofs that are not any more what they were."""
        self._open.clear()
        for proof, name in before.items():
            if values.get(proof, name) != name:
                values[proof] = Absent.CHANGED

    def forget_open(self, values: Values) -> None:
        """Let nobody take the cells whose proof may be of another moment."""
        for proof in self._open:
            values.pop(proof, None)
        self._open.clear()

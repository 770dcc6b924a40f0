"""What snmpd's pass_persist runs: serves the lines `<oid> <type> <value>` of a file, read anew at each question.

Run by snmpd itself, as `python snmpd_values.py <file>`, so it imports the standard library alone.
"""

import sys
from pathlib import Path

Key = tuple[int, ...]


def _key(oid: str) -> Key:
    return tuple(int(part) for part in oid.strip(".").split("."))


def _rows(table: Path) -> dict[Key, tuple[str, str]]:
    rows = {}
    for line in table.read_text().splitlines():
        oid, kind, value = line.split(" ", 2)
        rows[_key(oid)] = (kind, value)
    return rows


def _answer(table: Path, verb: str, oid: str) -> str:
    rows = _rows(table)
    asked = _key(oid)
    found = min((row for row in rows if row > asked), default=None) if verb == "getnext" else asked
    if found is None or found not in rows:
        return "NONE"
    kind, value = rows[found]
    return f".{'.'.join(map(str, found))}\n{kind}\n{value}"


def main() -> None:
    table = Path(sys.argv[1])
    while verb := sys.stdin.readline().strip().lower():
        print("PONG" if verb == "ping" else _answer(table, verb, sys.stdin.readline().strip()), flush=True)


main()

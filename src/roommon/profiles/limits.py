"""What a Modbus device takes: how much in one request, where not to read, and how long to let it be."""

from dataclasses import dataclass

from roommon.model.clock import Duration
from roommon.model.text import Text
from roommon.model.worded import Invalid
from roommon.profiles.point import BIT_TABLES, Table


@dataclass(frozen=True, slots=True)
class Stretch:
    """Addresses `first` to `last` of one table, both counted from 0 and both included."""

    table: Table
    first: int
    last: int

    def __post_init__(self) -> None:
        if not 0 <= self.first <= self.last <= 0xFFFF:
            raise Invalid(
                Text(
                    f"addresses {self.first} to {self.last} are not possible", f"地址 {self.first} 至 {self.last} 无效"
                ),
                Text("they run from 0 to 65535, the lower one first", "地址为 0 至 65535，较小者在前"),
            )

    def meets(self, table: Table, first: int, last: int) -> bool:
        """Return whether any of the addresses `first` to `last` lies in it."""
        return self.table is table and self.first <= last and first <= self.last


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one device; as they stand, those of the Modbus Application Protocol V1.1b3 (6.1 to 6.4)."""

    max_registers: int = 125
    """In one request, functions 3 and 4."""
    max_bits: int = 2000
    """In one request, functions 1 and 2."""
    forbidden: tuple[Stretch, ...] = ()
    """What no request may touch, not even to read over it."""
    one_request_per_point: bool = False
    max_hole: int | None = None
    """How many addresses that nobody asked for may be read over; None: as many as are cheaper than another request."""
    pause_after_connect: Duration = Duration(0)

    def __post_init__(self) -> None:
        if not 1 <= self.max_registers <= 125:
            raise Invalid(
                Text(
                    f"max_registers {self.max_registers} is not possible", f"max_registers 不能为 {self.max_registers}"
                ),
                Text("a request reads 1 to 125 registers", "一次请求可读 1 至 125 个寄存器"),
            )
        if not 1 <= self.max_bits <= 2000:
            raise Invalid(
                Text(f"max_bits {self.max_bits} is not possible", f"max_bits 不能为 {self.max_bits}"),
                Text("a request reads 1 to 2000 bits", "一次请求可读 1 至 2000 位"),
            )
        if self.max_hole is not None and self.max_hole < 0:
            raise Invalid(
                Text(f"max_hole {self.max_hole} is not possible", f"max_hole 不能为 {self.max_hole}"),
                Text("write 0 or more addresses", "应为 0 个或更多地址"),
            )

    def allow(self, table: Table, first: int, last: int) -> bool:
        """Return whether one request may read the addresses `first` to `last`, both included."""
        longest = self.max_bits if table in BIT_TABLES else self.max_registers
        return (
            0 <= last - first < longest
            and last <= 0xFFFF
            and not any(s.meets(table, first, last) for s in self.forbidden)
        )

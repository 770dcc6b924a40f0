"""Function codes, tables and access as a sheet says them, and names of what must not be touched. Pure."""

import re
from dataclasses import dataclass

from roommon.config.units import plain
from roommon.profiles.point import Table

_READS = {1: Table.COIL, 2: Table.DISCRETE, 3: Table.HOLDING, 4: Table.INPUT}
_WRITES = frozenset({5, 6, 15, 16})
_CODE = re.compile(r"(?<![0-9a-f])(?:0x)?([0-9a-f]{1,2})h?(?![0-9a-f.])")
_TABLES: tuple[tuple[Table, str], ...] = (
    (Table.HOLDING, r"holding|保持|^4x|\b4xxxx"),
    (Table.DISCRETE, r"discrete|离散|^1x|\b1xxxx|状态量输入|开关量输入|\bdi\b"),
    (Table.INPUT, r"input reg|输入寄存器|^3x|\b3xxxx|^input|模拟量输入|read[- ]only reg"),
    (Table.COIL, r"coil|线圈|^0x$|\b0xxxx"),
)
_COMMAND = re.compile(
    r"复位|清零|清除|重启|遥控|控制命令|远程控制|消音|恢复出厂|启动自检|开关机|关机|reset|restart|reboot|\bclear"
    r"|shut ?down|command|remote control|silence|factory|\bwrite\b|switch o(n|ff)"
)
_TOLD = re.compile(r"次数|计数|状态|告警|故障|count|state|status|number of|alarm")
_SETTING = re.compile(
    r"波特率|baud|(设备|通讯|通信|从机|模块|本机|modbus)\s*(地址|站号|id)|(slave|device|modbus|unit) (address|id)"
    r"|校验|parity|停止位|stop bit|数据位|密码|password|站号"
)
_RESERVED = re.compile(r"^\W*(保留|预留|备用|未用|reserved?\b|spare\b|unused|not used)|^[-/*]+$")


@dataclass(frozen=True, slots=True)
class Access:
    """In which table a row stands, and what may be done with it."""

    table: Table | None
    reads: bool
    writes: bool


def access(function: str, rights: str) -> Access:
    """Return what the cells of function and access say; a row of which nothing is said can be read."""
    text, allowed = plain(function).casefold(), plain(rights).casefold()
    codes = _codes(text)
    table = next((_READS[code] for code in codes if code in _READS), None) or table_in(text)
    writes = bool(set(codes) & _WRITES) or _writes(allowed)
    only_written = bool(codes) and table is None and bool(set(codes) & _WRITES)
    return Access(table, not only_written and not _only_writes(allowed), writes)


def _codes(text: str) -> list[int]:
    """Return the function codes in a cell: `03/06`, `0x10`, `FC04`; 10 and 0F are written in hexadecimal."""
    return [_code(found[1]) for found in _CODE.finditer(re.sub(r"fc|func\w*", " ", text))]


def _code(token: str) -> int:
    return int(token, 16) if token in ("10", "0f", "f") or not token.isdigit() else int(token)


def table_in(words: str) -> Table | None:
    """Return the table that `words` name, such as the title of a section or of a sheet."""
    text = plain(words).casefold()
    named = next((table for table, pattern in _TABLES if re.search(pattern, text)), None)
    if named is not None:
        return named
    found = re.search(r"(?:功能码|function(?: code)?|\bfc)\s*[:=]?\s*(?:0x)?0?([1-4])h?\b", text)
    return _READS[int(found[1])] if found else None


def _writes(rights: str) -> bool:
    return "w" in rights or "写" in rights


def _only_writes(rights: str) -> bool:
    return _writes(rights) and not ("r" in rights.replace("write", "") or "读" in rights)


def is_command(name: str) -> bool:
    """Return whether a register of this name makes the device do something."""
    text = name.casefold()
    return _COMMAND.search(text) is not None and _TOLD.search(text) is None


def is_setting(name: str) -> bool:
    """Return whether a register of this name holds how the device is set up to talk."""
    return _SETTING.search(name.casefold()) is not None


def is_reserved(name: str) -> bool:
    """Return whether nothing stands in a register of this name."""
    return _RESERVED.search(name.casefold()) is not None

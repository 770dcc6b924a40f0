"""Register sheets as makers publish them, written for the tests; no maker's own."""

from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook

CLIMATE = """温湿度变送器 Modbus 通讯协议
序号,参数名称,寄存器地址,功能码,数据类型,倍率,单位,范围,读写,备注
1,湿度,0x0000,03,无符号16位整数,0.1,%RH,0~1000,只读,实际值=寄存器值/10
2,温度,0x0001,03,有符号16位整数,0.1,℃,-400~800,只读,负数以补码表示，0x8000表示断线
3,露点温度,0x0002,03,INT16,/10,℃,,R,
4,告警状态,0x0003,03,UINT16,,,,只读,0:正常 1:告警
5,工作模式,0x0004,03,UINT16,,,,只读,0:停机；1:制冷；2:加湿
6,保留,0x0005,,,,,,,
7,波特率,0x07D1,03/06,UINT16,,,,读写,0:2400 1:4800 2:9600
8,消音,0x0010,06,UINT16,,,,只写,写1消音
9,二氧化碳,0x0006,03,INT16,1,ppm,,只读,
"""
METER = """Parameter;Register;Data type;Word order;Multiplier;Unit;R/W;Remark
Voltage L1-N;40001-40002;Float;CDAB;;V;R;
Current L1;40003-40004;Float;CDAB;;A;R;
Total active power;40005-40006;INT32;CDAB;0,001;kW;R;
Import energy;40007-40008;U32;CDAB;/100;kWh;R;
Frequency;40009;UINT16;;0.01;Hz;R;
Power factor;40010;INT16;;0.001;;R;
Reset energy;40100;UINT16;;;;W;write 1
Firmware version;40200;UINT16;;;;R;
"""
MESSY = """UPS protocol V1.2
\t
Addr (Hex)\tName\tType\tResolution\tUnit\tDescription
Input registers (function 04)
000A\tInput voltage\tU16\t0.1V\t\t
000B\tBattery temp.\t\t0.1°C\t\t
000C\tStatus word\tU16\t\t\tBit0: On battery; Bit1: Battery low; Bit2: Overload
000D\tOutput mode\tU16\t\t\t0=Standby, 1=Bypass, 2=Inverter
tbd\tCharge\tU16\t1\t%\t
000F\tLoad\tBCD\t\t%\t
Holding registers (function 03)
0001H\tSwitch off\tU16\t\t\twrite 0xAA55 to shut down
0010\tBackup time\tU32\t\tmin\t2 registers, low word first
"""


def text(path: Path, words: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(words.encode(encoding))
    return path


def workbook(path: Path, sheets: dict[str, Sequence[Sequence[object]]], merged: dict[str, Sequence[str]]) -> Path:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        for span in merged.get(name, ()):
            sheet.merge_cells(span)
    book.save(path)
    return path


def leak_controller(path: Path) -> Path:
    """Two sheets, a merged title, merged headings in two lines, and a function code merged over its rows."""
    inputs: list[list[object]] = [
        ["漏水检测控制器 寄存器表"],
        ["名称", "寄存器地址", None, "功能码", "数据类型", "单位", "说明"],
        ["名称", "PLC", "十六进制", "功能码", "数据类型", "单位", "说明"],
        ["漏水状态", 30001, "0000H", 4, "UINT16", None, "0-正常 1-漏水"],
        ["漏水位置", 30002, "0001H", None, "UINT16", "m", "精度0.1"],
        ["绳电阻", 30003, "0002H", None, "UINT16", "Ω", None],
    ]
    contacts: list[list[object]] = [
        ["名称", "地址", "功能码", "备注"],
        ["输入1", 10001, 2, "0:断开 1:闭合"],
        ["断线告警", 10002, 2, "1=正常，0=断线"],
    ]
    return workbook(path, {"输入寄存器": inputs, "离散输入": contacts}, {"输入寄存器": ["A1:G1", "B2:C2", "D4:D6"]})


def surge_monitor(path: Path) -> Path:
    """English, one-based, numbers as Excel holds them, and a note above the headings."""
    rows: list[list[object]] = [
        ["Surge protector monitor", None, None, None, None, None],
        ["Note: register addresses are 1-based; subtract 1 on the wire. 32-bit values are low word first."],
        [],
        ["No.", "Register name", "Register", "Function code", "Format", "Scale", "Unit", "Offset", "Access", "Remarks"],
        [1, "Leakage current", 1, "04", "uint16", 0.01, "mA", None, "RO", None],
        [2, "Strike count", 2, "04", "uint32", 1, "times", None, "RO", "2 registers"],
        [3, "Board temperature", 4, "04", "uint16", 0.1, "°C", -40, "RO", "65535 means not connected"],
        [4, "Remote contact", 5, "04", "uint16", None, None, None, "RO", "0: normal, 1: fault"],
        [5, "Serial number", "6-9", "03", "ASCII", None, None, None, "RO", None],
        [6, "Clear strike count", 20, "06", "uint16", None, None, None, "WO", None],
        [7, "Device address", 30, "03/06", "uint16", None, None, None, "RW", "1-247"],
    ]
    return workbook(path, {"Modbus": rows}, {})

"""Words of register sheets, by which a Chinese name gets an English one, and either an id. Pure."""

import re
import unicodedata

_TERMS: dict[str, str] = {
    "温湿度": "temperature humidity", "温度": "temperature", "湿度": "humidity", "露点": "dew point", "环境": "ambient",
    "机柜": "rack", "进风": "inlet", "出风": "outlet", "送风": "supply", "回风": "return", "室内": "indoor",
    "室外": "outdoor", "探头": "probe", "传感器": "sensor", "通道": "channel",
    "电压": "voltage", "电流": "current", "频率": "frequency", "功率因数": "power factor", "视在功率": "apparent power",
    "有功功率": "active power", "无功功率": "reactive power", "功率": "power", "有功电能": "active energy",
    "无功电能": "reactive energy", "电能": "energy", "电度": "energy", "电量": "charge", "容量": "capacity",
    "正向": "forward", "反向": "reverse", "总": "total", "合相": "total", "零序": "residual", "剩余": "residual",
    "漏电": "leakage", "线电压": "line voltage", "相电压": "phase voltage", "中性线": "neutral",
    "A相": "phase a", "B相": "phase b", "C相": "phase c", "AB": "ab", "BC": "bc", "CA": "ca",
    "输入": "input", "输出": "output", "旁路": "bypass", "市电": "mains", "逆变": "inverter", "直流": "dc",
    "交流": "ac", "母线": "bus", "电池": "battery", "蓄电池": "battery", "后备": "backup", "剩余时间": "time left",
    "放电": "discharge", "充电": "charging", "负载": "load", "负载率": "load ratio", "风机": "fan", "风扇": "fan",
    "水泵": "pump", "压缩机": "compressor", "加湿": "humidifier", "除湿": "dehumidifier", "空调": "air conditioner",
    "漏水": "leak", "位置": "position", "长度": "length", "距离": "distance", "绳": "rope", "断线": "cable break",
    "烟感": "smoke", "烟雾": "smoke", "门禁": "door", "门": "door", "防雷": "surge protector", "雷击": "strike",
    "次数": "count", "计数": "count", "劣化": "degraded", "遥信": "remote contact", "接地": "earth",
    "电阻": "resistance",
    "振动": "vibration", "速度": "velocity", "加速度": "acceleration", "位移": "displacement", "压力": "pressure",
    "状态": "state", "工作": "operating", "制冷": "cooling", "制热": "heating", "通风": "ventilation",
     "运行": "running", "开关": "switch", "模式": "mode", "故障": "fault", "告警": "alarm",
    "报警": "alarm", "过温": "over temperature", "过压": "over voltage", "欠压": "under voltage", "过载": "overload",
    "高温": "high temperature", "低温": "low temperature", "过流": "over current", "缺相": "phase loss",
    "正常": "normal", "异常": "abnormal", "停止": "stopped", "停机": "stopped", "启动": "started", "关闭": "off",
    "打开": "open", "断开": "open", "闭合": "closed", "开启": "on", "关机": "off", "开机": "on", "待机": "standby",
    "浮充": "float charging", "均充": "boost charging", "最大": "maximum", "最小": "minimum", "平均": "average",
    "设定": "set", "上限": "upper limit", "下限": "lower limit", "值": "", "数据": "", "当前": "", "实时": "", "的": "",
    "号": "", "路": "", "第": "", "有": "yes", "无": "no",
}  # fmt: skip
_LONGEST_FIRST = re.compile("|".join(sorted(map(re.escape, _TERMS), key=len, reverse=True)))
_LONGEST = 48


def english(words: str) -> str:
    """Return `words` in English, empty when a part of them is not known."""
    put = _LONGEST_FIRST.sub(lambda found: f" {_TERMS[found[0]]} ", unicodedata.normalize("NFKC", words))
    return "" if not put.isascii() else " ".join(put.split())


def key(words: str) -> str:
    """Return an id made of `words`, empty when nothing of them can stand in one."""
    put = _LONGEST_FIRST.sub(lambda found: f" {_TERMS[found[0]]} ", unicodedata.normalize("NFKC", words))
    plain = unicodedata.normalize("NFKD", put).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:_LONGEST].strip("_")

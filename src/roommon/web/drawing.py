"""Templates drawn into HTML: what comes from outside is escaped, and every word is there in both languages."""

from collections.abc import Mapping
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from roommon.model.alarm import AlarmId
from roommon.model.reading import SensorId
from roommon.model.suppression import SuppressedAs, Suppression
from roommon.model.text import Language, Text
from roommon.record import moments, words
from roommon.record.handover import NOTHING
from roommon.record.incidents import seen_by
from roommon.web import mood, times

STATIC = Path(str(files("roommon.web") / "static"))

PAGES = (
    ("/", Text("Wall", "大屏")),
    ("/plan", Text("Plan", "平面图")),
    ("/devices", Text("Devices", "设备")),
    ("/alarms", Text("Alarms", "告警")),
    ("/incidents", Text("Incidents", "故障")),
    ("/handover", Text("Hand-over", "交接班")),
    ("/record", Text("Record", "操作记录")),
)
KINDS = {
    SuppressedAs.SHELVED: Text("shelved", "已搁置"),
    SuppressedAs.OUT_OF_SERVICE: Text("out of service", "已停用"),
    SuppressedAs.BY_DESIGN: Text("explained by another alarm", "由其他告警引起"),
}


_IDENTITY = {
    "maker": Text("maker", "厂商"),
    "model": Text("model", "型号"),
    "firmware": Text("firmware", "固件"),
    "serial": Text("serial number", "序列号"),
    "location": Text("location", "位置"),
}
_SILENT = Text("has said nothing yet, or not for some time", "尚无读数，或已有一段时间没有读数")


class Drawing:
    """Draws templates."""

    def __init__(self) -> None:
        """Load the templates that are shipped."""
        self._env = Environment(
            loader=PackageLoader("roommon.web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._env.filters["t"] = _in_language
        self._env.globals.update(
            say=_say,
            counted=_counted,
            static=_static,
            iso=times.iso_8601,
            at=moments.local,
            clock=times.clock,
            lasted=moments.lasted_to_the_minute,
            took=moments.lasted,
            since=times.since,
            seen_by=seen_by,
            why_here=words.why_here,
            identity_words=_IDENTITY,
            alarm_path=alarm_path,
            sensor_path=sensor_path,
            plan_path=plan_path,
            kept_from_people=kept_from_people,
            pages=PAGES,
            kinds=KINDS,
            silent=_SILENT,
            nothing=NOTHING,
            room_words=mood.ROOM,
            part_words=mood.PART,
            priorities=words.PRIORITIES,
            states=words.STATES,
            triggers=words.TRIGGERS,
            qualities=words.QUALITIES,
            reasons=words.REASONS,
            scopes=words.SCOPES,
            login_steps=words.LOGIN_STEPS,
            login_ways=words.LOGIN_WAYS,
            nobody=words.NOBODY,
            several=words.SEVERAL,
        )

    def draw(self, template: str, language: Language, context: Mapping[str, object]) -> str:
        """Return `template` for a reader of `language`."""
        return self._env.get_template(template).render(context, language=language.value)


def alarm_path(alarm: AlarmId) -> str:
    """Return where an alarm is shown."""
    return f"/alarms/{quote(alarm, safe='')}"


def sensor_path(sensor: SensorId) -> str:
    """Return where a sensor is shown."""
    return f"/sensors/{quote(sensor, safe='')}"


def plan_path(room: str) -> str:
    """Return where the plan of a room is shown."""
    return f"/plan/{quote(room, safe='')}"


def kept_from_people(suppression: Suppression, cause: Text | None) -> Text:
    """Return why people are not told of an alarm; `cause` is what the alarm says that explains it."""
    kind, why = KINDS[suppression.kind], suppression.why
    if cause is not None:
        return Text(f"{kind.en}: {cause.en}", f"{kind.zh_cn}：{cause.zh_cn}")
    who = f" ({suppression.by}: {why})" if suppression.by else f" ({why})" if why else ""
    return Text(kind.en + who, kind.zh_cn + who.replace(" (", "（").replace(")", "）").replace(": ", "："))


@pass_context
def _in_language(context: Context, text: Text) -> str:
    return text.in_language(Language(context["language"]))


@pass_context
def _say(context: Context, en: str, zh_cn: str) -> str:
    return Text(en, zh_cn).in_language(Language(context["language"]))


def _counted(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"


_VERSIONS = {path.name: sha256(path.read_bytes()).hexdigest()[:12] for path in STATIC.iterdir() if path.is_file()}


def _static(name: str) -> str:
    """Return where a shipped file is served; its address changes with what is in it, so browsers may keep it."""
    return f"/static/{_VERSIONS[name]}/{name}"

"""What can be wrong with `link`, the address of the status page that goes into every message."""

import re
from typing import Final

from roommon.config.findings import Findings, Spot
from roommon.model.text import Text
from roommon.model.worded import Invalid
from roommon.notify.address import check_url
from roommon.notify.settings import Settings

_ALARM, _SITE = "{alarm}", "{site}"
_BRACED: Final = re.compile(r"\{[^{}]*\}|[{}]")
_LIKE: Final = Text(
    "write it like `https://roommon.example/alarms/{alarm}`", "请写成 `https://roommon.example/alarms/{alarm}` 的形式"
)


def review_link(settings: Settings, spot: Spot, findings: Findings) -> None:
    """Note a link that is no web address, that names what nothing fills in, or that leads to no alarm."""
    link = settings.top.link
    if link is None:
        return
    try:
        check_url(link)
    except Invalid as error:
        findings.fault(spot, error.problem, _LIKE)
        return
    strange = [each for each in dict.fromkeys(_BRACED.findall(link)) if each not in (_ALARM, _SITE)]
    if strange:
        named = " ".join(f"`{each}`" for each in strange)
        problem = Text(f"nothing fills in {named}", f"{named} 没有对应的内容")
        findings.fault(spot, problem, Text("there are `{alarm}` and `{site}`", "只可用 `{alarm}` 与 `{site}`"))
    elif _ALARM not in link:
        findings.fault(
            spot, Text("the link leads to no alarm: `{alarm}` is missing", "链接缺少 `{alarm}`，不指向任何告警"), _LIKE
        )
    elif len(settings.top.sites) > 1 and _SITE not in link:
        findings.warn(
            spot,
            Text("the alarms of every site lead to one page", "所有站点的告警都指向同一页面"),
            Text("put `{site}` where the addresses differ", "请在地址不同之处写 `{site}`"),
        )

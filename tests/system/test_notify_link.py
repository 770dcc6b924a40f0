"""From a register to a mail, and from the mail's link to the one who takes it: all parts, and a browser in between."""

import html
import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.peers.browser import Looked, chromium, looking
from tests.peers.daemon import eventually
from tests.peers.hurried import hurried
from tests.peers.mailbox import Mail, Mailbox, mailbox
from tests.peers.notifier import a_notifier, by_mail
from tests.peers.page_user import add_user, log_in
from tests.peers.people_house import HOT, HOT_B, House, a_house
from tests.peers.process import free_address

pytestmark = [pytest.mark.system, pytest.mark.timeout(120)]

WANG, LI, CHIEF = (f"{name}@hospital.example" for name in ("wang", "li", "chief"))
WEBMAIL = "http://webmail.example/"
REPEAT = {"repeat": {"medium": {"every": "1 min", "escalate_after": "1 min"}}}


async def follow(looked: Looked, mail: Mail) -> None:
    """Read `mail` in a browser, which knows that it is another site, and click on its link."""
    (link,) = re.findall(r"https?://\S+", mail.body)
    shown = f'<pre>{html.escape(mail.body)}</pre><a href="{html.escape(link)}">{html.escape(link)}</a>'
    await looked.page.route(f"{WEBMAIL}**", lambda route: route.fulfill(body=shown, content_type="text/html"))
    await looked.page.goto(WEBMAIL)
    await looked.page.click("a")


def until(box: Mailbox, words: str, person: str) -> Mail:
    """The mail to `person` that says `words`."""
    return next(iter(eventually(lambda: [mail for mail in box.to(person) if words in mail.body])))


def repeats(house: House) -> int:
    return sum(each["trigger"] == "repeated" for each in house.events(HOT))


async def test_who_is_told_follows_the_link_acknowledges_and_everybody_who_was_told_hears_it(tmp_path: Path) -> None:
    port = free_address().port
    add_user(tmp_path, "wang", "operator", "王工")
    (tmp_path / "notify").mkdir()
    web = {"listen": f"127.0.0.1:{port}", "view": "login"}
    with a_house(tmp_path, hurried(15), web=web, alarms=REPEAT) as house, mailbox() as box:
        config = by_mail(house.broker.address, box.address, sites=["demo"])
        config["link"] = f"http://127.0.0.1:{port}/alarms/{{alarm}}"
        config["people"] = [
            {"id": "wang", "language": "zh-CN", "reach": {"mail": WANG}},
            {"id": "li", "reach": {"mail": LI}},
            {"id": "chief", "reach": {"mail": CHIEF}},
            {"id": "smith", "reach": {"mail": "smith@hospital.example"}},
        ]
        config["routes"] = [
            {"to": ["wang", "li"]},
            {"to": "chief", "tier": 1},
            {"to": "smith", "priority": "high"},
        ]
        async with chromium() as browser, looking(browser, f"http://127.0.0.1:{port}", language="zh-CN") as looked:
            with a_notifier(tmp_path / "notify", config):
                house.heat("rack-a", 315)
                mail = until(box, "31.5 °C", WANG)
                assert mail.subject == "[中] A 列机柜 进风 31.5 °C"
                until(box, "Nobody has acknowledged for", CHIEF)

                await follow(looked, mail)
                await expect(looked.page).to_have_url(re.compile("/login[?]next="))
                await log_in(looked, "wang")
                await expect(looked.page).to_have_url(f"http://127.0.0.1:{port}/alarms/{HOT}")
                await looked.page.fill("form[action='/do/acknowledge'] [name=note]", "正在赶往现场")
                await looked.page.click("form[action='/do/acknowledge'] button")
                await expect(looked.page.locator(".said")).to_have_text("已确认。")

                event = house.until(HOT, "acknowledged")
                assert (event["by"], event["source"], event["note"]) == ("王工 (wang)", "web", "正在赶往现场")
                before = repeats(house)
                assert before > 0
                house.heat("rack-b", 315)
                until(box, "王工 (wang) 已确认（正在赶往现场）", WANG)
                for person in (LI, CHIEF):
                    until(box, "Acknowledged by 王工 (wang) (正在赶往现场)", person)

                await follow(looked, until(box, "已确认", WANG))  # the session is theirs still: nobody logs in twice
                await expect(looked.page).to_have_url(f"http://127.0.0.1:{port}/alarms/{HOT}")
                await expect(looked.page.locator("form[action='/do/note']")).to_be_visible()
                house.until(HOT_B, "repeated")
                house.heat("rack-a", 220)
                for person in (LI, CHIEF):
                    until(box, "Returned to normal", person)
                assert repeats(house) == before, "who has it is not told that nobody has, as of the other one"
                assert box.to("smith@hospital.example") == []

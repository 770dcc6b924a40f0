"""What docs/operations.md says about backup and restore, done word by word."""

import re
from pathlib import Path

from tests.booted.box import JOURNAL, Box, until

SMOKE = "smoke.contacts.di1"
PAGE = Path(__file__).parents[2] / "docs" / "operations.md"


def _told_to_do(heading: str) -> list[str]:
    section = PAGE.read_text("utf-8").split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"```sh\n(.*?)```", section, re.DOTALL)


def test_a_backup_of_the_running_journal_can_be_restored_as_the_page_says(box: Box) -> None:
    backup, restore = _told_to_do("Backup and restore of the journal")
    box.simulate("set smoke true")
    until(lambda: SMOKE in box.standing(), 20, "the alarm")
    box.run(f"rm -f /var/backups/roommon-*.db; {backup}")
    saved = box.run("ls /var/backups/roommon-*.db").strip()
    assert SMOKE in box.run(f"roommon history --journal {saved} --json")
    box.run(f"systemctl stop roommon; dd if=/dev/urandom of={JOURNAL} bs=4k count=8 conv=notrunc")
    box.run(re.sub(r"/var/backups/roommon-[\d-]+\.db", saved, restore))
    until(lambda: SMOKE in box.standing(), 20, "the alarm that stood")
    box.simulate("set smoke false")
    until(lambda: len(box.events()) == 2, 20, "its end")
    assert [event["number"] for event in box.events()] == [1, 2]
    assert "damaged" not in box.log()


def test_a_damaged_journal_is_set_aside_and_watching_goes_on(box: Box) -> None:
    box.simulate("set smoke true")
    until(lambda: SMOKE in box.standing(), 20, "the alarm")
    box.run(
        f"systemctl stop roommon; dd if=/dev/urandom of={JOURNAL} bs=4k count=8 conv=notrunc; systemctl start roommon"
    )
    until(lambda: "set aside, a new one begins" in box.log(), 20, "the word about it")
    assert "journal.db.damaged-" in box.run("ls /var/lib/roommon")
    until(lambda: SMOKE in box.standing(), 30, "the alarm, raised anew from readings")
    numbers = [event["number"] for event in box.told() if event["alarm"] == SMOKE]
    until(lambda: len([event for event in box.told() if event["alarm"] == SMOKE]) == 2, 20, "its message")
    assert len(numbers) == len(set(numbers))

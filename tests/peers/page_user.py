"""People who may log in at the status page, and how they do."""

import subprocess
import sys
from pathlib import Path

from tests.peers.browser import Looked

PASSWORD = "leak-rope-12.3"


def add_user(folder: Path, name: str, role: str, called: str) -> None:
    command = [sys.executable, "-m", "roommon", "user", "add", name, "--role", role, "--name", called, "--stdin"]
    subprocess.run([*command, "--file", str(folder / "users")], input=f"{PASSWORD}\n", text=True, check=True)


async def log_in(looked: Looked, name: str, password: str = PASSWORD) -> None:
    await looked.page.fill("[name=name]", name)
    await looked.page.fill("[name=password]", password)
    await looked.page.click("button.main")
    await looked.page.wait_for_load_state("domcontentloaded")

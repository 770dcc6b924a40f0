"""Whatever stands on the event topic: it is an event that can be stored and told by every channel, or it is none."""

import json
from datetime import UTC
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from roommon.alerts.payload import alarm_message
from roommon.model.clock import Instant
from roommon.model.text import Language
from roommon.notify import gsm
from roommon.notify.event import NotAnEvent, parsed
from roommon.notify.queue import Plan, opened
from roommon.notify.settings import Name, Target
from roommon.notify.wording import Note
from tests.peers.events import event

SOUND: dict[str, Any] = json.loads(alarm_message(7, event("inlet-hot.rack-a.inlet"), Language.ENGLISH))
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
WARD = Target(Name("wang"), Name("mail"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(changes=st.dictionaries(st.sampled_from(sorted(SOUND)), ANYTHING, max_size=3), cut=st.integers(0, 2000))
def test_it_can_be_told_or_it_is_no_event(tmp_path: Path, changes: dict[str, object], cut: int) -> None:
    payload = json.dumps(SOUND | changes).encode()
    for each in (payload, payload[:cut]):
        try:
            made = parsed("hospital-a", each)
        except NotAnEvent:
            continue
        note = Note((made,), Language.ENGLISH, UTC)
        mail = EmailMessage()
        mail["Subject"] = note.subject
        mail.set_content(note.body)
        assert gsm.fits(note.sms)
        assert "\0" not in note.sms
        with opened(tmp_path / "queue.db") as queue:
            queue.take(made, Instant(1), lambda _, __: Plan({WARD: Instant(0)}, Instant(0)))
            for message in queue.waiting(WARD, Instant(2)):
                assert message.event.text.en == message.event.text.en.strip()


@given(st.binary(max_size=50))
def test_what_is_no_document_is_no_event(payload: bytes) -> None:
    with pytest.raises(NotAnEvent):
        parsed("hospital-a", payload)

"""A note for a program: as JSON."""

import json

from roommon.notify.wording import Note


def document(note: Note, address: str) -> bytes:
    """Return `note` as JSON: the texts that people read, and the facts of each event."""
    events = [
        {
            "site": event.site,
            "number": event.number,
            "at": event.at,
            "alarm": event.alarm,
            "priority": event.priority.name.lower(),
            "state": event.state,
            "trigger": event.trigger,
            "room": event.room,
            "drill": event.drill,
            "text": event.text.in_language(note.language),
            "response": event.response.in_language(note.language),
            "since": event.since,
            "handed_over": event.handed_over > 0,
            "link": note.link_to(event) or None,
        }
        for event in note.events
    ]
    members = {"address": address, "subject": note.subject, "text": note.body, "short": note.sms, "events": events}
    return json.dumps(members, ensure_ascii=False).encode()

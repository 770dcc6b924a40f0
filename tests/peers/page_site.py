"""A small site with a status page, whose `web:` a test writes."""

CERTIFIED = "{ certificate: page.pem, key: page-key.pem }"
_SITE = """\
site: hospital-a
room: server-room
alerts: [mqtt: { host: 10.0.0.5 }]
web: WEB
devices:
  - { id: rack-a, modbus_tcp: { host: 10.0.0.7 }, unit: 1, profile: xy-md02 }
rules:
  - { id: silent, bad_quality: { priority: low }, sensors: { device: rack-a } }
"""


def page_site(web: str) -> str:
    """The configuration with this `web:`."""
    return _SITE.replace("WEB", web)

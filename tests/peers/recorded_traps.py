"""Datagrams of Debian's snmptrap, and what they say."""

from roommon.model.secret import Secret
from roommon.poll.snmp.endpoint import Auth, Config, Privacy

V1 = bytes.fromhex(
    "303a02010004067075626c6963a42d06072b06010201210240040a00000902010602010143031907343011300f060a2b0601"
    "0201210102030002010c"
)
"""Community public, RFC 1628's upsTrapOnBattery of agent 10.0.0.9."""
V2C = bytes.fromhex(
    "307702010104067075626c6963a76a02043a9e936b020100020100305c300f06082b0601020101030043031907323016060a"
    "2b06010603010104010006082b06010201210201300f060a2b06010201210102030002010c300f060a2b0601020121010202"
    "0002011e300f060a2b060102012101090700020102"
)
"""Community public, the same trap."""
V3 = bytes.fromhex(
    "3081dc02010330110204340b32f3020300ffe3040103020103043d303b040880000000010203040201010203190736040361"
    "6e6e0418633fbbdcc1a208cf2c239991a884622a221f1e8b26fa0cb20408fe16dd735b33b402048184d39dbd120537c2d91b"
    "47eb15cd939f5c6e0de90af31d0384dadda45e274522fd28314aa1b62c7dcc82f3a0d7a6ae56b6a75dac5283b8ad9fb11cb0"
    "afa7f84c29b5cdb26b3e77fed6881da0a94a8977b99685f2fe9c58bcc3de24be310388222502ca6eedf899dcfc5b798979f4"
    "6d913234144c2fdc1118128e3fab43f5420d6737bb41c0"
)
"""The same trap of `ANN`."""
ANN = Config(
    "127.0.0.1",
    version=3,
    user="ann",
    auth=Auth.SHA256,
    auth_passphrase=Secret("auth", "authauth1"),
    privacy=Privacy.AES128,
    privacy_passphrase=Secret("privacy", "privpriv1"),
)
INFORM = V2C.replace(b"\xa7", b"\xa6", 1)
"""Of version 2c."""

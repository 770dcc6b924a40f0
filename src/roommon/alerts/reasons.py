"""Why a broker could not be reached or refused us, in words that say what to look at."""

import socket
import ssl

from roommon.alerts.broker import TlsFileUnusable

_ANOTHER_NAME = (62, 64)
"""X509_V_ERR_HOSTNAME_MISMATCH and X509_V_ERR_IP_ADDRESS_MISMATCH of OpenSSL, which ssl does not name."""
_NOT_NOW = (9, 10)
"""X509_V_ERR_CERT_NOT_YET_VALID and X509_V_ERR_CERT_HAS_EXPIRED."""

_REMEDIES = {
    0x85: "set client_id to one that the broker takes",
    0x86: "check username and password_file",
    0x87: "check username, password_file and the broker's access list",
    0x89: "it is full, or has too much to do",
    0x8E: "another client has the same client_id; give each its own",
    0x95: "raise the broker's largest packet size",
    0x97: "it is full, or the limit of this user is reached",
    0x9A: "the broker keeps no retained messages; allow them",
    0x9B: "the broker does not take QoS 1; allow it",
}
"""What helps, by reason code (MQTT 5.0, 2.4)."""


def refusal(code: int, name: str) -> str:
    """Return what a broker's reason code says, and what helps."""
    said = name[:1].lower() + name[1:]
    return f"{said}; {_REMEDIES[code]}" if code in _REMEDIES else said


def no_connection(error: Exception) -> str:
    """Return why there is no connection."""
    match error:
        case ssl.SSLCertVerificationError():
            return _distrust(error)
        case ssl.SSLError():
            return f"TLS failed ({error.strerror or error}); is this the broker's TLS port?"
        case OSError():
            return _no_way(error)
        case TlsFileUnusable():
            return str(error)
        case _:
            return f"it does not speak MQTT ({error})"


def no_answer(tls: bool) -> str:
    """Return what may be behind a connection that the broker closed instead of answering."""
    likely = "does it want a client certificate (tls.certificate)?" if tls else "is this its TLS port?"
    return f"it closed the connection instead of answering; is it full, or {likely}"


def mute(seconds: float) -> str:
    """Return what to say of something that takes a connection and then says nothing."""
    return f"no answer: it took the connection and said nothing for {seconds:g} s; is it a broker, or frozen?"


def _no_way(error: OSError) -> str:
    match error:
        case socket.gaierror():
            return f"its name is not known ({error.strerror})"
        case TimeoutError():
            return "no answer"
        case ConnectionRefusedError():
            return "connection refused; is the broker running, and is this its port?"
        case _:
            return error.strerror or str(error)


def _distrust(error: ssl.SSLCertVerificationError) -> str:
    if error.verify_code in _ANOTHER_NAME:
        return f"its certificate is for another name ({error.verify_message}); set host to the name in it"
    if error.verify_code in _NOT_NOW:
        return f"its certificate is not valid now ({error.verify_message}); renew it, or set the clock"
    return f"its certificate is not trusted ({error.verify_message}); tls.ca_file must hold the CA that signed it"

"""An alert subscriber in a process of its own: it knows the MQTT contract (docs/mqtt.md) and nothing of the daemon."""

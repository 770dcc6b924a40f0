"""MQTT discovery for Home Assistant: devices, sensors and alarms appear there by themselves."""

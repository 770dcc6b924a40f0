"""What the Modbus driver is made of besides pymodbus: endpoints, frames, words, and the reader of one unit."""

"""A small Modbus responder: cheap, pipelining, and able to answer wrongly on purpose."""

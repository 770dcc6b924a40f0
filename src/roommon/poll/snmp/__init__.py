"""What the SNMP driver is made of besides gufo-snmp: endpoints, requests, values, and the reader of one agent."""

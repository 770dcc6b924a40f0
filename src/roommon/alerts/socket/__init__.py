"""People's commands through a unix socket: who may open it is who may command, and the kernel says who they are."""

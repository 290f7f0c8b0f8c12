#!/usr/bin/env python3
"""Runs a command with a new listening socket as descriptor 3, and prints the port.

    listen.py COMMAND ARGUMENT ...
"""

import os
import socket
import sys

listener = socket.create_server(("127.0.0.1", 0), backlog=128)
print(listener.getsockname()[1], flush=True)
if listener.fileno() != 3:
    os.dup2(listener.fileno(), 3)
os.set_inheritable(3, True)
os.execvp(sys.argv[1], sys.argv[1:])

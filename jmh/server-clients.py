#!/usr/bin/env python3
"""Many and badly behaved clients of a server that runs already, and what they cost the others.

  jmh/server-clients.py PORT PID [IDLE]

Opens IDLE connections (10,000) that say nothing, then beside them clients that ask and do not read, that
send a byte in a second, that send half a request, and one that pipelines a million commands without
reading. Prints the memory of process PID and how long PING takes another client, in each state. The server
needs max-clients IDLE + 200, and both processes as many open files: ulimit -n 20000. Linux; no packages.
"""

import socket
import sys
import threading
import time

PORT, PID = int(sys.argv[1]), int(sys.argv[2])
IDLE = int(sys.argv[3]) if len(sys.argv) > 3 else 10_000
VALUE = b"v" * 16_384


def connect():
    return socket.create_connection(("127.0.0.1", PORT))


def rss_mb():
    with open(f"/proc/{PID}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) // 1024


def report(state, pings=1_000):
    with connect() as client:
        took = []
        for _ in range(pings):
            began = time.perf_counter()
            client.sendall(b"PING\r\n")
            client.recv(64)
            took.append((time.perf_counter() - began) * 1e6)
    took.sort()
    print(
        f"{state:46} {rss_mb():5} MB   PING {took[pings // 2]:6.0f} us, 99 %: {took[pings * 99 // 100]:7.0f} us",
        flush=True,
    )


def keep(client, part):
    """Sends until the server takes no more, or closes."""
    client.settimeout(2)
    sent = 0
    try:
        while sent < len(part):
            sent += client.send(part[sent : sent + 65_536])
    except OSError:
        pass
    return sent


report("at first")
idle = [connect() for _ in range(IDLE)]
report(f"{IDLE} idle connections")

with connect() as client:
    client.sendall(b"*3\r\n$3\r\nSET\r\n$4\r\nlong\r\n$%d\r\n%s\r\n" % (len(VALUE), VALUE))
    client.recv(64)
slow_readers = [connect() for _ in range(50)]
for client in slow_readers:
    keep(client, b"GET long\r\n" * 1_000)
report("and 50 that do not read 16 MB of replies")

slow_writers = [connect() for _ in range(50)]
stop = threading.Event()


def drip():
    request = b"*3\r\n$3\r\nSET\r\n$4\r\nslow\r\n$1000\r\n" + b"v" * 1000
    at = 0
    while not stop.wait(1):
        for client in slow_writers:
            try:
                client.send(request[at : at + 1])
            except OSError:
                pass
        at += 1


threading.Thread(target=drip, daemon=True).start()
half_open = [connect() for _ in range(50)]
for client in half_open:
    client.sendall(b"*3\r\n$3\r\nSET\r\n$4\r\nhalf\r\n$60000000\r\n" + b"v" * 100_000)
report("and 50 of a byte a second, 50 with half a request")

flood = connect()
flooder = threading.Thread(target=keep, args=(flood, b"*2\r\n$3\r\nGET\r\n$4\r\nlong\r\n" * 1_000_000), daemon=True)
flooder.start()
time.sleep(1)
report("and one that pipelines a million GETs unread")
flooder.join()
time.sleep(70)
report("70 s later: deadlines are over")
with connect() as client:
    client.sendall(b"INFO clients\r\n")
    for line in client.recv(8_192).decode().splitlines():
        if line.startswith(("connected_clients", "evicted")):
            print(line)
stop.set()
for client in idle + slow_readers + slow_writers + half_open + [flood]:
    client.close()
time.sleep(3)
report("when all of them have gone")

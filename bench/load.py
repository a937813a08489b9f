"""Ask a web server the same over and over, on a few connections that stay open. As little work as can be: this machine runs the server as well."""

import socket
import statistics
import threading
import time


class Connection:
    """One connection that stays open, and is opened again where the server has closed it."""

    def __init__(self, port, path, cookie):
        self.port, self.socket = port, None
        head = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Accept: text/html", "Connection: keep-alive"]
        self.request = "\r\n".join([*head, *([f"Cookie: {cookie}"] if cookie else []), "", ""]).encode()

    def ask(self):
        """Return the status of one answer, read to its end."""
        try:
            return self._ask()
        except ConnectionError:  # closed meanwhile, as servers do after a while
            self.socket = None
            return self._ask()

    def _ask(self):
        if self.socket is None:
            self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=60)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(self.request)
        found = self._more(b"")
        while b"\r\n\r\n" not in found:
            found = self._more(found)
        head, _, body = found.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").lower().split("\r\n")
        length = next((int(line.partition(":")[2]) for line in lines if line.startswith("content-length:")), None)
        if length is None:
            raise SystemExit(f"an answer without its length: {head[:300]!r}")
        missing = length - len(body)
        while missing > 0:
            missing -= len(self._more(b""))
        if "connection: close" in lines:
            self.socket.close()
            self.socket = None
        return int(lines[0].split()[1])

    def _more(self, found):
        read = self.socket.recv(1 << 18)
        if not read:
            raise ConnectionResetError
        return found + read


def ask_for(seconds, port, path, cookie="", connections=8):
    """Return the milliseconds that each answer took, in order of time, of so many connections in so many seconds. All must be 200."""
    took, wrong, until = [], [], time.perf_counter() + seconds

    def run():
        connection = Connection(port, path, cookie)
        while (began := time.perf_counter()) < until and not wrong:
            status = connection.ask()
            took.append(1000 * (time.perf_counter() - began))
            if status != 200:
                wrong.append(status)

    threads = [threading.Thread(target=run) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong or not took:
        raise SystemExit(f"{path}: {wrong or 'no answer'}")
    return took


def quantiles(took):
    """Return median and 95th percentile."""
    return statistics.median(took), sorted(took)[int(0.95 * (len(took) - 1))]

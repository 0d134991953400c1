"""A reverse proxy as a careless host would put in front of a door: it writes down who came and what was sent.

Only tests that plant leaks use it.
"""

import asyncio
import threading
from pathlib import Path
from urllib.parse import urlsplit


class CarelessProxy:
    """Forwards one door's HTTP and keeps an access log, and on request a debug log of bodies."""

    def __init__(self, upstream_url: str, access_log: Path, debug_log: Path | None = None) -> None:
        self._upstream = urlsplit(upstream_url)
        self._access_log = access_log
        self._debug_log = debug_log
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.url = ""

    def start(self) -> str:
        """Listen on a free port; give the address to use instead of the door's."""
        self._thread.start()
        self._ready.wait(10)
        return self.url

    def stop(self) -> None:
        """Stop listening."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.url = f"http://localhost:{server.sockets[0].getsockname()[1]}"
        self._ready.set()
        self._loop.run_forever()
        server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            body = await reader.readexactly(_find_length(head))
            self._write_down(writer.get_extra_info("peername")[0], head, body)
            door, to_door = await asyncio.open_connection(self._upstream.hostname, self._upstream.port)
            to_door.write(head + body)
            answer = await door.readuntil(b"\r\n\r\n")
            writer.write(answer + await door.readexactly(_find_length(answer)))
            await writer.drain()
            to_door.close()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def _write_down(self, address: str, head: bytes, body: bytes) -> None:
        lines = head.decode("latin-1").split("\r\n")
        agent = next((line for line in lines if line.lower().startswith("user-agent:")), "")
        with self._access_log.open("a") as log:
            log.write(f'{address} - - "{lines[0]}" 200 "{agent.partition(":")[2].strip()}"\n')
        if self._debug_log is not None and body:
            with self._debug_log.open("a") as log:
                log.write(f"DEBUG body={body.hex()}\n")


def _find_length(head: bytes) -> int:
    for line in head.decode("latin-1").split("\r\n"):
        name, _, value = line.partition(":")
        if name.lower() == "content-length":
            return int(value)
    return 0

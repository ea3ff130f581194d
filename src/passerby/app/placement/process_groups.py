"""Groups of cameras as processes of this machine, each a child of the unit's."""

from __future__ import annotations

import socket
import subprocess
import sys
from dataclasses import dataclass
from multiprocessing.connection import Connection

from passerby.app.placement.calls import Caller
from passerby.app.placement.child import ChildSettings
from passerby.app.placement.parcels import Reply
from passerby.app.thread_times import Usage
from passerby.contracts.config import Camera, Unit

# A process that answers no question for this long is lost, seconds. Longer than on another machine: nothing cuts
# it off, and a busy machine would become busier by the start of another one.
ANSWER_S = 20.0
# A new process imports passerby and loads the detector.
STARTS_S = 60.0
# From the request to end until the kill; by then no camera runs there.
ENDS_S = 1.0
_CHILD = (sys.executable, "-m", "passerby.app.placement.child")


@dataclass(frozen=True, slots=True)
class ProcessGroups:
    """Starts groups in processes of their own."""

    settings: ChildSettings

    def make(self, _: Unit) -> ProcessGroup:
        """See MakeGroup."""
        ours, theirs = socket.socketpair()
        with theirs:
            # A group of its own: Ctrl-C in a terminal reaches the unit alone.
            process = subprocess.Popen(
                (*_CHILD, str(theirs.fileno())),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                process_group=0,
            )
        connection = Connection(ours.detach())
        connection.send(self.settings)
        name = f"process {process.pid}"
        return ProcessGroup(name, process, Caller(connection, name))


@dataclass(frozen=True, slots=True)
class ProcessGroup:
    """See RemoteGroup. machine: names the process."""

    machine: str
    process: subprocess.Popen[bytes]
    caller: Caller

    def start(self, camera: Camera, unit: Unit) -> None:
        """See RemoteGroup. Raises OperationError if the detector cannot be loaded there."""
        self.caller.call("start", camera, unit, within_s=STARTS_S)

    def take(self, camera: str, confirmed: int, *, is_watched: bool) -> Reply:
        """See RemoteGroup."""
        reply = self.caller.call("take", camera, confirmed, is_watched, within_s=ANSWER_S)
        assert isinstance(reply, Reply)
        return reply

    def stop(self, camera: str) -> None:
        """See RemoteGroup."""
        self.caller.call("stop", camera, within_s=ANSWER_S)

    def ask(self, method: str, *given: object) -> object:
        """See RemoteGroup."""
        return self.caller.call("ask", method, *given, within_s=ANSWER_S)

    def usage(self) -> Usage:
        """Return the processor time and the memory of the process. Raises GroupLostError."""
        used = self.caller.call("usage", within_s=ANSWER_S)
        assert isinstance(used, Usage)
        return used

    def end(self) -> None:
        """See RemoteGroup."""
        self.caller.end()
        try:
            self.process.wait(ENDS_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

from __future__ import annotations

import threading
import time

from passerby.app.thread_times import thread_times, usage
from support.waiting import until


def test_the_processor_time_of_a_thread_is_found_by_its_name() -> None:
    stop = threading.Event()

    def work() -> None:
        while not stop.is_set():
            sum(range(10_000))

    thread = threading.Thread(target=work, name="camera hall")
    thread.start()
    until(lambda: thread_times().get("camera hall", 0.0) >= 0.05)
    stop.set()
    thread.join()
    assert sum(thread_times().values()) <= time.process_time() + 0.02 * threading.active_count() + 0.05


def test_the_usage_of_this_process() -> None:
    used = usage()
    assert 0 < used.cpu_s <= time.process_time()
    assert 0 < used.pss_mb <= used.rss_mb
    assert used.threads_s

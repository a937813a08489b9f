"""The folder of files that stands in for Redis survives processes that die while they write."""

import threading
from queue import Empty

import pytest
from kombu import Connection

from federation_tasks import embedded_broker


@pytest.fixture
def channel(tmp_path):
    """A channel into an empty folder."""
    embedded_broker.install()
    options = {"data_folder_in": str(tmp_path), "data_folder_out": str(tmp_path), "control_folder": str(tmp_path / "control")}
    with Connection("filesystem://", transport_options=options) as connection:
        yield connection.channel()


def test_what_is_put_is_got_in_order_and_leaves_nothing_behind(channel, tmp_path):
    for n in range(5):
        channel._put("celery", {"n": n})
    assert [channel._get("celery")["n"] for n in range(5)] == list(range(5))
    with pytest.raises(Empty):
        channel._get("celery")
    assert not list(tmp_path.glob("*.*"))


def test_a_message_that_was_cut_off_is_left_out(channel, tmp_path):
    (tmp_path / "0_cut.celery.msg").write_bytes(b"")
    channel._put("celery", {"n": 1})
    assert channel._get("celery") == {"n": 1}


def test_a_table_that_was_cut_off_is_made_anew(channel, tmp_path):
    (tmp_path / "control").mkdir()
    (tmp_path / "control" / "celery.exchange").write_bytes(b"")
    assert channel.get_table("celery") == []
    channel._queue_bind("celery", "celery", "", "celery")
    assert [row.queue for row in channel.get_table("celery")] == ["celery"]


def test_readers_and_writers_at_once_lose_and_double_nothing(channel):
    def write(part):
        for n in range(200):
            channel._put("celery", {"n": part * 200 + n})

    writers = [threading.Thread(target=write, args=[part]) for part in range(3)]
    got, stop = [], threading.Event()

    def read():
        while True:
            try:
                got.append(channel._get("celery")["n"])
            except Empty:
                if stop.is_set():
                    return

    readers = [threading.Thread(target=read) for _ in range(2)]
    for thread in (*writers, *readers):
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    for thread in readers:
        thread.join()
    assert sorted(got) == list(range(600))

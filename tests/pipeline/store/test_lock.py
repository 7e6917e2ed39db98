"""The lock of a store: one holds it, others wait or go."""

import threading
import time
from pathlib import Path

import pytest

from pipeline.store.errors import StoreError
from pipeline.store.lock import LockedError, run_lock


def test_the_lock_is_waited_for(store_url: str) -> None:
    held = threading.Event()

    def hold() -> None:
        with run_lock(store_url):
            held.set()
            time.sleep(1)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    with pytest.raises(LockedError), run_lock(store_url, 0.1):
        pass
    with run_lock(store_url, 30):
        thread.join()


def test_only_one_holds_the_lock(store_url: str) -> None:
    with run_lock(store_url), pytest.raises(LockedError), run_lock(store_url):
        pass
    with run_lock(store_url):
        pass


def test_other_stores_have_other_locks(tmp_path: Path) -> None:
    with run_lock(f"sqlite:///{tmp_path / 'a.db'}"), run_lock(f"sqlite:///{tmp_path / 'b.db'}"):
        pass


def test_a_store_of_two_names_has_one_lock(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "a.db").touch()
    (tmp_path / "elsewhere" / "b.db").symlink_to(tmp_path / "a.db")
    one, other = (f"sqlite:///{tmp_path / name}" for name in ("a.db", "elsewhere/b.db"))
    with run_lock(one), pytest.raises(LockedError), run_lock(other):
        pass


def test_a_server_that_is_not_there_is_an_error_of_the_store() -> None:
    with pytest.raises(StoreError) as error, run_lock("postgresql+psycopg://one:secret@127.0.0.1:1/absent"):
        pass
    assert "secret" not in str(error.value)

"""Queues, the wake-up token, what is remembered and what is forgotten."""

from datetime import UTC, datetime

import anyio
import pytest
from anyio import wait_all_tasks_blocked
from anyio.lowlevel import checkpoint

from adapters.embedded.demo_master.actions import CommandRequest
from adapters.embedded.demo_master.command_book import CommandBook, QueueFullError
from adapters.embedded.demo_master.records import CommandRecord, ResultPost
from adapters.embedded.demo_master.settings import DemoMasterSettings

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def a_book(**settings: object) -> CommandBook:
    return CommandBook(DemoMasterSettings(**({"poll_hold_seconds": 50.0} | settings)), lambda: NOW)  # type: ignore[arg-type] # by name


def a_request(name: str = "x", cluster_id: str = "c", topic: str = "ops") -> CommandRequest:
    return CommandRequest(action="restart", cluster_id=cluster_id, kind="Deployment", name=name, topic=topic)


def a_result(command_id: str, *, success: bool = True, output: str = "") -> ResultPost:
    return ResultPost(
        at=NOW, command_id=command_id, success=success, output=output, error="", exec_time_ns=1, cluster_id=""
    )


async def taken(book: CommandBook, topic: str = "ops") -> str | None:
    record = await book.take("c", topic)
    return record.request.name if record else None


async def test_commands_come_first_in_first_out_per_topic_and_cluster() -> None:
    book = a_book(stale_wake_ups=False)
    for name in ("one", "two"):
        book.put(a_request(name))
    book.put(a_request("other topic", topic="ai"))
    book.put(a_request("other cluster", cluster_id="d"))

    assert book.waiting("c") == 3
    assert [await taken(book), await taken(book), await taken(book, "ai")] == ["one", "two", "other topic"]


async def test_the_poll_after_a_straight_take_is_empty_at_once() -> None:
    book = a_book()
    book.put(a_request())

    assert await taken(book) == "x"
    with anyio.fail_after(10):
        assert await taken(book) is None  # the stale token, far within the hold


async def test_without_stale_wake_ups_that_poll_is_held() -> None:
    book = a_book(stale_wake_ups=False, poll_hold_seconds=0.01)
    book.put(a_request())
    assert await taken(book) == "x"

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(taken, book)
        await checkpoint()
        assert book.open_polls == 1


async def test_a_waiting_poll_leaves_no_stale_token() -> None:
    book = a_book()
    answers: list[CommandRecord | None] = []

    async def poll() -> None:
        answers.append(await book.take("c", "ops"))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(poll)
        await wait_all_tasks_blocked()
        record = book.put(a_request())
        await wait_all_tasks_blocked()
        assert [answer and answer.id for answer in answers] == [record.id]
        tasks.start_soon(poll)
        await wait_all_tasks_blocked()
        assert len(answers) == 1
        tasks.cancel_scope.cancel()


async def test_of_two_polls_each_command_goes_to_one() -> None:
    book = a_book()
    answers: list[CommandRecord | None] = []

    async def poll() -> None:
        answers.append(await book.take("c", "ops"))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(poll)
        tasks.start_soon(poll)
        await wait_all_tasks_blocked()
        ids = {book.put(a_request()).id, book.put(a_request()).id}

    assert {answer.id for answer in answers if answer} == ids


async def test_a_poll_cancelled_while_it_is_woken_passes_the_command_on() -> None:
    book = a_book()
    answers: list[CommandRecord | None] = []
    first = anyio.CancelScope()

    async def hang_up() -> None:
        with first:
            await book.take("c", "ops")

    async def poll() -> None:
        answers.append(await book.take("c", "ops"))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(hang_up)
        await wait_all_tasks_blocked()
        tasks.start_soon(poll)
        await wait_all_tasks_blocked()
        first.cancel()
        record = book.put(a_request())

    assert [answer and answer.id for answer in answers] == [record.id]


async def test_closing_ends_held_polls_and_opening_holds_them_again() -> None:
    book = a_book()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(book.take, "c", "ops")
        await wait_all_tasks_blocked()
        book.close()
    assert await book.take("c", "ops") is None

    book.open()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(book.take, "c", "ops")
        await wait_all_tasks_blocked()
        assert book.open_polls == 1
        book.close()


async def test_polls_leave_no_queue_behind() -> None:
    book = a_book(poll_hold_seconds=0.001)

    for number in range(20):
        assert await book.take(f"cluster {number}", "ops") is None

    assert book.queues == 0


def test_finished_commands_are_forgotten_before_others() -> None:
    book = a_book(keep_commands=3)
    records = [book.put(a_request(str(number))) for number in range(3)]
    book.finish(a_result(records[1].id))

    newest = book.put(a_request("new"))

    assert [record.id for record in book.newest_first()] == [newest.id, records[2].id, records[0].id]


def test_waiting_commands_are_never_forgotten_and_their_number_is_bounded() -> None:
    book = a_book(keep_commands=1)
    for _ in range(10):
        book.put(a_request())

    assert len(book.newest_first()) == 10
    with pytest.raises(QueueFullError):
        book.put(a_request())


def test_results_are_remembered_up_to_a_size() -> None:
    book = a_book(keep_result_bytes=100)
    records = [book.put(a_request(str(number))) for number in range(4)]

    for record in records:
        book.finish(a_result(record.id, output="x" * 60))

    assert [post.command_id for post in book.results] == [records[-1].id]
    assert [record.id for record in book.newest_first()] == [records[-1].id]

from vitascope.library.activities import Activity, ActivityBoard, ActivityEvent


def test_an_activity_is_listed_while_it_runs_and_every_change_is_told() -> None:
    told: list[tuple[ActivityEvent, Activity]] = []
    board = ActivityBoard(lambda event, activity: told.append((event, activity)))
    activity_id = board.start("library.update.section", "Scanning Films", section_id=3)
    board.update(activity_id, progress=10)
    board.update(activity_id, progress=10)
    board.update(activity_id, subtitle="A film")
    assert [a.uuid for a in board.activities()] == [activity_id]
    board.end(activity_id)
    board.end(activity_id)
    board.update(activity_id, progress=50)
    assert board.activities() == []
    assert [event.value for event, _ in told] == ["started", "progress", "updated", "ended"]
    assert told[-1][1].progress == 10
    assert told[-1][1].subtitle == "A film"
    assert told[-1][1].section_id == 3


def test_progress_stays_a_percentage() -> None:
    board = ActivityBoard()
    activity_id = board.start("media.generate", "x")
    board.update(activity_id, progress=250)
    activity = board.get(activity_id)
    assert activity is not None
    assert activity.progress == 100


def test_only_what_can_be_stopped_is_cancelled() -> None:
    board = ActivityBoard()
    stopped: list[bool] = []
    plain = board.start("a", "a")
    stoppable = board.start("b", "b", cancel=lambda: stopped.append(True))
    assert not board.cancel(plain)
    assert not board.cancel("no such thing")
    assert board.cancel(stoppable)
    assert stopped == [True]
    assert [a.cancellable for a in board.activities()] == [False, True]


def test_a_block_that_fails_still_leaves_the_board_empty() -> None:
    board = ActivityBoard()
    try:
        with board.running("a", "a"):
            assert len(board.activities()) == 1
            raise LookupError
    except LookupError:
        pass
    assert board.activities() == []

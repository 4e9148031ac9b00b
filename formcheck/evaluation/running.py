"""Many cases judged side by side in processes of their own."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from formcheck.analysis import Analysis, analyze_clip
from formcheck.evaluation.cases import Case
from formcheck.evaluation.judging import DEFECT, Outcome, judge_case
from formcheck.report.files import write_results

Progress = Callable[[str, int, int | None], None]
_LABEL: Final = "Clips"
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Plan:
    """How clips are judged.

    Attributes:
        model: ``lite``, ``full``, ``heavy`` or the path of a bundle.
        auto: Let formcheck find out the exercise.
        fresh: Look at the clips again even if their pose tracks are kept.
        workers: Processes.
    """

    model: str = "full"
    auto: bool = False
    fresh: bool = False
    workers: int = 1


def judge_all(cases: Sequence[Case], plan: Plan, progress: Progress | None = None) -> list[Outcome]:
    """Judge every case, in processes; the outcomes are in the order of the cases.

    A clip that ends its process (a native crash) is a failed clip, and the others are judged.

    Raises:
        FormcheckError: What would befall every clip.
    """
    work = partial(_judge, plan=plan)
    outcomes = dict(_side_by_side(work, cases, plan.workers, progress))
    left = [index for index in range(len(cases)) if index not in outcomes]
    for index in left:
        # One of these ended its process; alone in a process of its own it shows which.
        alone = dict(_side_by_side(work, [cases[index]], 1, None))
        crashed = Outcome(cases[index], None, DEFECT, "defect: its process ended in the middle")
        outcomes[index] = alone.get(0, crashed)
    return [outcomes[index] for index in range(len(cases))]


def write_pages(
    outcomes: Sequence[Outcome], folder: Path, plan: Plan, progress: Progress | None = None
) -> dict[str, str]:
    """Write the whole report of some clips, without the video.

    Returns:
        The path of the page beneath ``folder``, by the name of the case.
    """
    judged = [one for one in outcomes if one.report is not None]
    work = partial(_write_page, folder=folder, plan=plan)
    pages = _side_by_side(work, judged, plan.workers, progress)
    return {judged[index].case.name: page for index, page in pages}


def _judge(case: Case, plan: Plan) -> Outcome:
    return judge_case(case, partial(_analyse, case, plan), auto=plan.auto)


def _analyse(case: Case, plan: Plan, exercise: str) -> Analysis:
    from formcheck.cli.native_noise import native_noise_hidden

    with native_noise_hidden():
        return analyze_clip(case.clip, exercise=exercise, model=plan.model, fresh=plan.fresh)


def _write_page(outcome: Outcome, folder: Path, plan: Plan) -> str:
    assert outcome.report is not None
    # Looked at a moment ago: the track is kept, whatever the plan says of fresh looks.
    exercise = "auto" if plan.auto else outcome.report.exercise.name
    analysis = analyze_clip(outcome.case.clip, exercise=exercise, model=plan.model)
    target = folder / "reports" / outcome.case.name
    write_results(
        analysis.report,
        analysis.signals,
        analysis.track,
        outcome.case.clip,
        target,
        video=False,
    )
    return f"reports/{outcome.case.name}/report.html"


_In = TypeVar("_In", Case, Outcome)


def _side_by_side(
    work: Callable[[_In], _T], items: Sequence[_In], workers: int, progress: Progress | None
) -> Iterator[tuple[int, _T]]:
    """Give each result with the index of its item, as they come; none for a process that died."""
    if not items:
        return
    # Not forked: MediaPipe and OpenCV keep threads and locks that a fork would copy.
    pool = ProcessPoolExecutor(
        min(workers, len(items)), multiprocessing.get_context("spawn"), _leave_ctrl_c_to_the_parent
    )
    try:
        futures: dict[Future[_T], int] = {
            pool.submit(work, item): index for index, item in enumerate(items)
        }
        for done, future in enumerate(as_completed(futures), start=1):
            try:
                result = future.result()
            except BrokenProcessPool:
                continue
            if progress is not None:
                progress(_LABEL, done, len(items))
            yield futures[future], result
    except BaseException:
        for process in multiprocessing.active_children():
            process.terminate()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _leave_ctrl_c_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)

"""The recorded tracks as an evaluation: what the published figures are held to.

The tracks of real clips carry the labels below, those of the sample clips (``tests/data/rendered``)
the truth in ``sample_videos``. After a change that is meant to move the figures, write them anew
with ``python -m tests.evaluation.recorded`` and read the difference of ``published.json`` and of
``docs/accuracy.md``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from formcheck.analysis import Analysis, judge_track
from formcheck.evaluation.cases import Case
from formcheck.evaluation.evaluate import evaluate, judgeable
from formcheck.evaluation.figures import Evaluation
from formcheck.evaluation.judging import judge_case
from formcheck.evaluation.rendering import markdown, update_document
from formcheck.evaluation.truth import read_truth
from formcheck.exercises.registry import exercise_settings
from tests.golden_tracks import RENDERED as RENDERED_DATA
from tests.golden_tracks import SAMPLES, golden_track

PUBLISHED: Final = Path(__file__).with_name("published.json")
PAGE: Final = Path(__file__).parents[2] / "docs" / "accuracy.md"
BLOCK: Final = "recorded tracks"
RENDERED: Final = "rendered"
_RDL: Final = "romanian_deadlift"
_LABELLED: Final = (
    ("barbell_neutral_2", _RDL, 1, "side", "neutral", None),
    ("barbell_rounded_2", _RDL, 1, "side", "rounded", {"SPINE_ROUNDED"}),
    ("hinge_unloaded_3", _RDL, 3, "side", "neutral", None),
    ("kettlebell_squatting_10", _RDL, 10, "side", None, {"SQUATTING"}),
    ("barbell_rdl_front_3", _RDL, 3, "front", None, None),
    ("barbell_touch_and_go_8", _RDL, 8, "oblique", None, None),
    ("negative_walking", "none", 0, "side", None, set()),
)


def recorded_cases() -> list[Case]:
    """A case for each track; its clip is a name only."""
    cases = [
        Case(
            Path(f"{name}.mp4"),
            name,
            exercise,
            reps,
            view,
            spine,
            None if faults is None else frozenset(faults),
        )
        for name, exercise, reps, view, spine, faults in _LABELLED
    ]
    for path in sorted(RENDERED_DATA.glob("*.npz")):
        truth = read_truth(SAMPLES / f"{path.stem}.truth.json")
        name = f"{RENDERED}/{path.stem}"
        count = truth.planted.rep_count
        cases.append(Case(path.with_suffix(".mp4"), name, truth.exercise, count, truth=truth))
    return cases


def recorded_figures() -> Evaluation:
    """The evaluation of all recorded tracks by this version."""
    cases, skipped = judgeable(recorded_cases())
    outcomes = []
    for case in cases:
        track = golden_track(case.name)

        def analyse(exercise: str, case: Case = case, track: object = track) -> Analysis:
            settings = exercise_settings(exercise)
            return judge_track(track, case.clip, exercise=exercise, settings=settings)  # type: ignore[arg-type]

        outcomes.append(judge_case(case, analyse))
    return evaluate(outcomes, model="full", auto=False, skipped=skipped)


def page_with(evaluation: Evaluation) -> str:
    """``docs/accuracy.md`` with the tables of these figures."""
    return update_document(PAGE.read_text(encoding="utf-8"), BLOCK, markdown(evaluation))


def main() -> None:
    """Publish the figures of this version."""
    evaluation = recorded_figures()
    text = evaluation.model_dump_json(by_alias=True, indent=1, exclude_none=True)
    PUBLISHED.write_text(text + "\n", encoding="utf-8")
    PAGE.write_text(page_with(evaluation), encoding="utf-8")
    print(f"{PUBLISHED.name}: {len(evaluation.clips)} tracks, {len(text) / 1000:.0f} kB")


if __name__ == "__main__":
    main()

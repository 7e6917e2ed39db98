"""Wiring: GatherWindow."""

from collections.abc import Iterable

import apache_beam as beam

import transforms.coders  # noqa: F401
from transforms.records import Rejected, Window


def _only_rejected(rejected: Rejected) -> Window:
    return Window([], [], [rejected])


def _key_by_window(part: Window) -> tuple[int, Window]:
    return 0, part


def _unite(element: tuple[int, Iterable[Window]]) -> Window:
    parts = list(element[1])
    return Window(
        [block for part in parts for block in part.blocks],
        sorted(sighting for part in parts for sighting in part.sightings),
        sorted(rejected for part in parts for rejected in part.rejected),
    )


class GatherWindow(
    beam.PTransform[tuple[beam.PCollection[Window], beam.PCollection[Rejected]], beam.PCollection[Window]]
):
    """Brings everything of one window to one place, where it is matched, folded and written.

    In:  a tuple (PCollection[Window] as of SketchArticles, PCollection[Rejected] of all stages).
    Out: PCollection[Window], one for each window that brought anything. Blocks cross this shuffle as
         columns: some megabytes for a thousand articles.
    """

    def expand(self, parts: tuple[beam.PCollection[Window], beam.PCollection[Rejected]]) -> beam.PCollection[Window]:
        windows, rejected = parts
        output: beam.PCollection[Window] = (
            (windows, rejected | "AsWindow" >> beam.Map(_only_rejected).with_output_types(Window))
            | "Flatten" >> beam.Flatten()
            | "KeyByWindow" >> beam.Map(_key_by_window).with_output_types(tuple[int, Window])
            | "GroupByWindow" >> beam.GroupByKey()
            | "UniteWindow" >> beam.Map(_unite).with_output_types(Window)
        )
        return output

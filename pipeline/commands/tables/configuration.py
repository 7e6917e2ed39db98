"""Terminal page of the current configuration and the values derived from it."""

import yaml
from rich.console import Group, RenderableType
from rich.table import Table

from pipeline.config import Config
from pipeline.settings import bands as bands_of
from transforms.match.bands import chance
from transforms.sketch.signatures import PERMUTATIONS
from transforms.sketch.version import SKETCH


def explain(config: Config) -> RenderableType:
    """Lays out all keys with their values, the LSH bands that the recall of copies requires, and what they find."""
    bands, rows = bands_of(config)
    table = Table(title="chance that two texts are compared", title_justify="left", title_style="bold")
    table.add_column("Jaccard similarity", justify="right")
    table.add_column("chance", justify="right")
    steps = sorted({*(step / 10 for step in range(1, 11)), config.copies.similarity})
    for similarity in steps:
        mark = " copies.similarity" if similarity == config.copies.similarity else ""
        table.add_row(f"{similarity:.2f}", f"{chance(similarity, bands, rows):.4f}{mark}")
    return Group(
        yaml.safe_dump(config.model_dump(), sort_keys=False),
        f"sketches: {SKETCH}",
        f"bands: {bands} of {rows} rows, from the {PERMUTATIONS} values of a signature: the most rows that keep "
        f"copies.recall at copies.similarity",
        table,
    )

"""Strict parsing of Beam's own options on newsfold's command line."""

import difflib
from collections.abc import Sequence

from apache_beam.options.pipeline_options import PipelineOptions, _BeamArgumentParser

from pipeline.errors import UsageError


class FlinkOptions(PipelineOptions):
    """Options that Beam's Flink runner accepts but its Python SDK does not define."""

    @classmethod
    def _add_argparse_args(cls, parser: _BeamArgumentParser) -> None:
        parser.add_argument(
            "--max_bundle_time_mills", type=int, help="How long a step on Flink may gather elements, in milliseconds."
        )


class _Parser(_BeamArgumentParser):
    def error(self, message: str) -> None:  # type: ignore[override]
        raise UsageError(message)


def split_beam_options(words: Sequence[str], own: Sequence[str]) -> tuple[list[str], list[str]]:
    """Separates Beam options from inputs.

    Beam itself only warns of an unknown option; here it is an error.

    Args:
        words: all command-line words except newsfold's own options.
        own: names of newsfold's own options, for suggestions.

    Returns:
        Beam's options, and the inputs.

    Raises:
        UsageError: an unknown option, or a value that Beam does not accept.
    """
    parser = _Parser(add_help=False, allow_abbrev=False)
    for options in PipelineOptions.__subclasses__():
        options._add_argparse_args(parser)
    _, inputs = parser.parse_known_args(list(words))
    known = [*own, *(option for action in parser._actions for option in action.option_strings)]
    for word in inputs:
        if word.startswith("-") and word != "-":
            near = difflib.get_close_matches(word.split("=")[0], known, n=1)
            raise UsageError(f"unknown option {word}" + (f": did you mean {near[0]}?" if near else ""))
    given = list(words)
    for word in inputs:
        given.remove(word)
    return given, inputs

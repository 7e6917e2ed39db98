"""Beam's options among the inputs, without Beam's leniency."""

import pytest
from apache_beam.options.pipeline_options import DirectOptions, PipelineOptions, StandardOptions

from pipeline.errors import UsageError
from pipeline.runs.beam_options import FlinkOptions, split_beam_options


def test_options_and_inputs_are_told_apart() -> None:
    beam, inputs = split_beam_options(["a.xml", "--runner", "DirectRunner", "b.xml", "--direct_num_workers=2"], [])
    options = PipelineOptions(beam)
    assert inputs == ["a.xml", "b.xml"]
    assert options.view_as(StandardOptions).runner == "DirectRunner"
    assert options.view_as(DirectOptions).direct_num_workers == 2


@pytest.mark.parametrize(
    ("word", "suggestion"), [("--outptu=x", "--output"), ("--runer=x", "--runner"), ("--zzzzqqqq", None)]
)
def test_an_unknown_option_is_an_error(word: str, suggestion: str | None) -> None:
    with pytest.raises(UsageError) as error:
        split_beam_options(["a.xml", word], ["--output"])
    assert word in str(error.value)
    assert (suggestion or "") in str(error.value)


def test_a_value_that_beam_refuses_is_an_error() -> None:
    with pytest.raises(UsageError, match="direct_num_workers"):
        split_beam_options(["--direct_num_workers=two"], [])


def test_what_flink_takes_is_known() -> None:
    beam, inputs = split_beam_options(["--max_bundle_time_mills=50", "feed"], [])
    assert PipelineOptions(beam).view_as(FlinkOptions).max_bundle_time_mills == 50
    assert inputs == ["feed"]
    assert "max_bundle_time_mills" not in PipelineOptions([]).get_all_options(drop_default=True)

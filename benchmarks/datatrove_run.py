"""Runs datatrove's four MinHash stages with its local executor, in an environment that has datatrove."""

import sys
from pathlib import Path

from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.dedup import (
    MinhashDedupBuckets,
    MinhashDedupCluster,
    MinhashDedupFilter,
    MinhashDedupSignature,
)
from datatrove.pipeline.dedup.minhash import MinhashConfig
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers import JsonlWriter
from datatrove.utils.hashing import HashConfig


def main(source: str, output: str, words: int, bands: int, rows: int, workers: int) -> None:
    """Writes the rows of a folder of JSON Lines that are not copies of others, uncompressed, to `output`/kept."""
    config = MinhashConfig(
        n_grams=words, num_buckets=bands, hashes_per_bucket=rows, hash_config=HashConfig(precision=32)
    )
    folder = Path(output)
    signatures, buckets, removals = (str(folder / name) for name in ("signatures", "buckets", "removals"))
    read = JsonlReader(source)
    stages = [
        ([read, MinhashDedupSignature(output_folder=signatures, config=config)], workers),
        ([MinhashDedupBuckets(input_folder=signatures, output_folder=buckets, config=config)], bands),
        ([MinhashDedupCluster(input_folder=buckets, output_folder=removals, config=config)], 1),
        (
            [read, MinhashDedupFilter(input_folder=removals), JsonlWriter(str(folder / "kept"), compression=None)],
            workers,
        ),
    ]
    for number, (stage, tasks) in enumerate(stages):
        LocalPipelineExecutor(
            pipeline=stage, tasks=tasks, workers=workers, logging_dir=str(folder / "logs" / str(number))
        ).run()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], *(int(word) for word in sys.argv[3:7]))

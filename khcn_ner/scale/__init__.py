"""Scale: many reports in, their records out in shards, every report exactly once, whatever happens on the way.

    IN ─▶ inputs ─▶ read ─▶ tag ─▶ records ─▶ output: part-NNNNN.jsonl, quarantine.jsonl, manifest.json

inputs      IN as items, each with the hash of its content
manifest    what the output was made by: model, package, options
output      OUT: shards, quarantine, what is in them already
progress    what is counted on the way, and the summary
local       the engine of one machine: threads read, this process tags, processes make records
ray_data    the engine of a cluster, on Ray Data
tables      the shards as workbook, Parquet files or database

See docs/batch.md.
"""

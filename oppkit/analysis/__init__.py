"""Questions about the pipeline: Ibis tables in, Ibis tables out; no pandas, no files, no clock."""

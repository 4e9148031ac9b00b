"""From a set report to files: JSON, CSV, HTML and an annotated video."""

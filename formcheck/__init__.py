"""formcheck: watches a person train their hamstrings and says, with evidence, how the form is."""

__version__ = "0.1.0"

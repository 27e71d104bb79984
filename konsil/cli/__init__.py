"""The command `konsil`: one module for each thing one can ask of it."""

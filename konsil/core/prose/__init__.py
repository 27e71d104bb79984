"""Written texts as checked trees, the same for screen and paper."""

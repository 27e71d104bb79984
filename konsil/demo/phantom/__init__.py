"""Bodies of the demo's imaginary patients, computed from formulas; nobody was ever imaged."""

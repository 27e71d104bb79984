"""The demo: a cast, its cases, and images that no patient ever sat for."""

"""The whole case as one zip that its owner takes home (F11.6)."""

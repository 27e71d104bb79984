"""Who is told of what: mail now, reminders and digests later. Listens to events only."""

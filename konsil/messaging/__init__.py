"""Messages inside a case, each thread with an audience said in words."""

"""One module a verb: its arguments, its driver, how what it found is shown."""

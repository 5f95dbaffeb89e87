"""One file a family of commands; importing it adds them to the app."""

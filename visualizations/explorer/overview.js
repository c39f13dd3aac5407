// The overview with script.

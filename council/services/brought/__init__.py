"""A session prepared elsewhere: its archive opened, looked at in words, then taken in whole."""

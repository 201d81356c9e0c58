"""The analysis core: frames in, frames out. No files, no web, no words for people."""

"""The nouns that every part shares. Imports the standard library alone and has no clock, log or await."""

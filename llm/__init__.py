"""What to do next, in words: by a language model where one is configured, else by texts of our own."""

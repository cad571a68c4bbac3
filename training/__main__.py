"""`python -m training COMMAND`: train, test, calibrate, export, grow."""

from training.commands.command_line import main

if __name__ == "__main__":
    raise SystemExit(main())

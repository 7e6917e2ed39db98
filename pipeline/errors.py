"""What ends a command with one line for a person, and an exit code for whatever started it."""


class NewsfoldError(Exception):
    """A failure that a person can put right; its text is one line that says what is wrong."""

    exit_code = 1


class UsageError(NewsfoldError):
    """A request that can never succeed as it stands."""


class NothingReadError(NewsfoldError):
    """Nothing could be read."""

    exit_code = 2


def one_line(error: NewsfoldError | OSError) -> str:
    """What is wrong, with the file that a failure of the system is about."""
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror or error}"
    return str(error)

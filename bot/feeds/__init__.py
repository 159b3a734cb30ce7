"""Reading feeds: fetched carefully, parsed as hostile, handed on as plain text."""

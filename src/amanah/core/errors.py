"""The four families of errors; each leaf lives beside the code that raises it.

AmanahError
├── InvalidInputError   what came in cannot be read                       (HTTP 400)
├── VerificationError   a proof, signature or count does not hold         (HTTP 422)
├── RefusedError        a rule says no                                    (HTTP 409)
└── MisconfiguredError  the operator must act before anything can start   (exit status 78)

A message tells a person what to do. No message ever contains a code, a key, a pass, an answer or a member.
"""


class AmanahError(Exception):
    """Base of every foreseen failure; `code` is a stable kebab-case name listed in `docs/reference/errors.md`."""

    code = "amanah-error"


class InvalidInputError(AmanahError):
    """What came in cannot be read."""

    code = "invalid-input"


class VerificationError(AmanahError):
    """A proof, a signature or a count does not hold."""

    code = "verification-failed"


class RefusedError(AmanahError):
    """A rule says no."""

    code = "refused"


class MisconfiguredError(AmanahError):
    """The operator must act; `problems` is every reason at once, one sentence each."""

    code = "misconfigured"

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))

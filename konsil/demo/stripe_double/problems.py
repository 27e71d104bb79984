"""What the double answers when it will not: errors in the shapes that Stripe publishes."""

from __future__ import annotations

from typing import Any

DOCS = "https://stripe.com/docs/error-codes/"


class Problem(Exception):
    """One answer with `{"error": {...}}` and the HTTP status that Stripe gives it."""

    def __init__(self, status: int, kind: str, message: str, **more: Any) -> None:
        super().__init__(message)
        self.status = status
        self.error: dict[str, Any] = {"type": kind, "message": message, **more}
        if code := more.get("code"):
            self.error["doc_url"] = DOCS + str(code).replace("_", "-")

    @property
    def body(self) -> dict[str, Any]:
        return {"error": self.error}

    @property
    def was_carried_out(self) -> bool:
        """Stripe keeps a refused card under its idempotency key; a mistyped request it forgets."""
        return self.status == 402


def missing(param: str) -> Problem:
    return Problem(
        400,
        "invalid_request_error",
        f"Missing required param: {param}.",
        code="parameter_missing",
        param=param,
    )


def unknown_parameter(param: str) -> Problem:
    return Problem(
        400,
        "invalid_request_error",
        f"Received unknown parameter: {param}",
        code="parameter_unknown",
        param=param,
    )


def invalid(param: str, message: str, code: str = "parameter_invalid_empty") -> Problem:
    return Problem(400, "invalid_request_error", message, code=code, param=param)


def no_such(kind: str, name: str, param: str = "id") -> Problem:
    return Problem(
        404,
        "invalid_request_error",
        f"No such {kind}: '{name}'",
        code="resource_missing",
        param=param,
    )


def no_such_url(method: str, path: str) -> Problem:
    return Problem(
        404,
        "invalid_request_error",
        f"Unrecognized request URL ({method}: {path}). Please see https://stripe.com/docs or we "
        "can help at https://support.stripe.com/.",
    )


def bad_key(shown: str) -> Problem:
    if not shown:
        return Problem(
            401,
            "invalid_request_error",
            "You did not provide an API key. You need to provide your API key in the "
            "Authorization header, using Bearer auth (e.g. 'Authorization: Bearer "
            "YOUR_SECRET_KEY').",
        )
    hidden = shown[:8] + "*" * max(0, len(shown) - 12) + shown[-4:]
    return Problem(401, "invalid_request_error", f"Invalid API Key provided: {hidden}")


def other_version(asked: str) -> Problem:
    return Problem(
        400, "invalid_request_error", f"Invalid Stripe API version: {asked}", code="invalid_version"
    )


def key_used_otherwise(key: str, first: str, now: str) -> Problem:
    """The two sentences Stripe has for one key and two different wishes."""
    tail = f"Try using a key other than '{key}' if you meant to execute a different request."
    if first == now:
        head = (
            "Keys for idempotent requests can only be used with the same parameters they were "
            "first used with."
        )
    else:
        head = (
            "Keys for idempotent requests can only be used for the same endpoint they were "
            f"first used for ('{now}' v. '{first}')."
        )
    return Problem(400, "idempotency_error", f"{head} {tail}")


def away() -> Problem:
    return Problem(503, "api_error", "The service is temporarily unavailable. Try again.")

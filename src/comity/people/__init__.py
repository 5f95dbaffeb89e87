"""What people keep: the register of forecasts, which is only ever added to.

A forecast is worth something when it was written down before the outcome was known. The register keeps what was frozen
and what became of it, one entry a line, in a chain of hashes: a change of an entry shows (``hash_chain``). It stores
and checks; forecasts are made elsewhere, and so are scores.
"""

from comity.people.entries import Bands, Entry, Freeze, Guess, Question, Resolution, Void
from comity.people.hash_chain import Fault
from comity.people.register import Asked, Register, RegisterError
from comity.people.register_file import (
    append,
    faults_of,
    moment,
    read_register,
    set_torn_line_aside,
    today,
    utc_now,
)

__all__ = [
    "Asked",
    "Bands",
    "Entry",
    "Fault",
    "Freeze",
    "Guess",
    "Question",
    "Register",
    "RegisterError",
    "Resolution",
    "Void",
    "append",
    "faults_of",
    "moment",
    "read_register",
    "set_torn_line_aside",
    "today",
    "utc_now",
]

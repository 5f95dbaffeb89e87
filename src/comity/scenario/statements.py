"""Statements that a person collected, in a table or as Markdown: who said what, when, in which document."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from comity.scenario.cells import DATE_PATTERN
from comity.scenario.errors import Problem, ScenarioError, shown
from comity.scenario.table_cells import read_rows, rows_below
from comity.scenario.yaml_tree import LARGEST_FILE

MOST_STATEMENTS = 5_000
LONGEST_STATEMENT = 20_000
LONGEST_SPEAKER = 80
MOST_PASSED = 1_000
MOST_LINES = 200_000
_NEEDED = ("speaker", "statement")
_TABLES = (".csv", ".tsv", ".xlsx", ".ods")
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_ISO = re.compile(r"(?<![0-9])[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?(?![0-9-])")
_WRITTEN = re.compile(rf"(?<![0-9])([0-9]{{1,2}}) ({'|'.join(_MONTHS)}) ([0-9]{{4}})(?![0-9])", re.IGNORECASE)
_MARKS = re.compile(r"\A[ \t]*(?:[-*+>][ \t]+|[0-9]{1,3}[.)][ \t]+)*")
_LISTED = re.compile(r"[ \t]*(?:[-*+]|[0-9]{1,3}[.)])[ \t]")
_PARENTHESES = re.compile(r"\(([^()]{0,200})\)")
# Whatever is not a character that a person reads: control characters, and those that turn the direction of writing.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")


@dataclass(frozen=True)
class Statement:
    """One statement: the line that it begins on, who speaks, the words, and date and document where they are given."""

    line: int
    speaker: str
    text: str
    date: str | None
    document: str | None


@dataclass(frozen=True)
class Passed:
    """A place that was not read as a statement, or of which nothing is proposed, and why."""

    line: int
    reason: str


def read_statements(
    content: bytes, name: str, is_speaker: Callable[[str], bool] = lambda name: False
) -> tuple[tuple[Statement, ...], tuple[Passed, ...]]:
    """Read statements from a table (columns speaker, statement and, where known, date and document) or from Markdown.

    In Markdown a heading gives date and document to what follows, and a statement is ``Speaker: words``, as a
    paragraph or a list item; a date or a document may stand with the speaker, as in ``Aland (2026-03-01): "We want
    60."``. Nothing in the file is run or rendered.

    Args:
        content: the bytes of the file, UTF-8, at most 5 MB.
        name: its name; one that ends in .csv, .tsv, .xlsx or .ods is a table.
        is_speaker: is this the name of somebody who may speak? A line that begins with one begins a statement.

    Returns:
        The statements, and the lines that are none.

    Raises:
        ScenarioError: too large or no text; columns that lack; rows without a speaker or words, or with a date that is
            none; all of them at once.

    Example:
        >>> found, passed = read_statements(b"# 2026-03-01 Plenary\\n\\n- Aland: \\"We want 60.\\"\\n", "talks.md")
        >>> found[0].speaker, found[0].date, found[0].document, found[0].text
        ('Aland', '2026-03-01', 'Plenary', '"We want 60."')
    """
    if len(content) > LARGEST_FILE:
        raise ScenarioError(name, [Problem(1, 1, "", "the file is larger than 5 MB", "split it")])
    passed: tuple[Passed, ...] = ()
    if name.casefold().endswith(_TABLES):
        found = _from_table(content, name)
    else:
        found, passed = _from_markdown(_decoded(content, name), name, is_speaker)
    if len(found) > MOST_STATEMENTS:
        message = f"more than {MOST_STATEMENTS:,} statements"
        raise ScenarioError(name, [Problem(found[MOST_STATEMENTS].line, 1, "", message, "split the file")])
    return found, passed


def cleaned(text: str) -> str:
    """Return the text on one line, without characters that nobody sees.

    Example:
        >>> cleaned("We \\x1b[31mwant\\n  60")
        'We [31mwant 60'
    """
    return " ".join(_UNSEEN.sub("", text.replace("\u2028", " ").replace("\u2029", " ")).split())


def dated(text: str) -> tuple[str | None, str]:
    """Return the first date in a text, and the text without it.

    Example:
        >>> dated("Plenary, 3 March 2026"), dated("2026-03 Letter")
        (('2026-03-03', 'Plenary'), ('2026-03', 'Letter'))
    """
    for match in _ISO.finditer(text):
        if re.fullmatch(DATE_PATTERN, match[0]):
            return match[0], _trimmed(text[: match.start()] + " " + text[match.end() :])
    for match in _WRITTEN.finditer(text):
        date = f"{match[3]}-{_MONTHS.index(match[2].casefold()) + 1:02}-{int(match[1]):02}"
        if re.fullmatch(DATE_PATTERN, date):
            return date, _trimmed(text[: match.start()] + " " + text[match.end() :])
    return None, _trimmed(text)


def _trimmed(text: str) -> str:
    return " ".join(_PARENTHESES.sub(lambda match: match[0] if match[1].strip(" ,;") else " ", text).split()).strip(
        " ,;:–—-*#_"
    )


def _decoded(content: bytes, name: str) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message, remedy = "this is not text in UTF-8", "save the file as plain text in UTF-8"
        raise ScenarioError(name, [Problem(line, 1, "", message, remedy)]) from None
    if "\0" in text:
        message, remedy = "this is not a text file", "give a CSV, or Markdown in UTF-8"
        raise ScenarioError(name, [Problem(1, 1, "", message, remedy)])
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _from_table(content: bytes, name: str) -> tuple[Statement, ...]:
    grid = read_rows(content, name, _NEEDED)
    problems = grid.problems
    found = []
    for row in rows_below(grid):
        date, document = cleaned(row.text("date")), cleaned(row.text("document"))
        speaker, said = (cleaned(row.text(column)) for column in _NEEDED)
        for column, text in zip(_NEEDED, (speaker, said), strict=True):
            if not text:
                problems.append(row.problem(column, f"the {column} is missing", "write it in each row"))
        if len(said) > LONGEST_STATEMENT:
            message = f"a statement of more than {LONGEST_STATEMENT:,} characters"
            problems.append(row.problem("statement", message, "keep the passages that matter"))
        if date and not re.fullmatch(DATE_PATTERN, date):
            written, rest = dated(date)
            # A spreadsheet gives a day the hour at which it begins.
            if written is None or rest.strip("0:.T "):
                message = f"{shown(date)} is not a date"
                problems.append(row.problem("date", message, "write 1994, 1994-05 or 1994-05-31"))
            date = written or ""
        found.append(Statement(row.line, speaker, said, date or None, document or None))
    if problems:
        raise ScenarioError(name, problems)
    return tuple(found)


def _from_markdown(
    text: str, name: str, is_speaker: Callable[[str], bool]
) -> tuple[tuple[Statement, ...], tuple[Passed, ...]]:
    reading = _Markdown(is_speaker)
    lines = text.split("\n")
    if len(lines) > MOST_LINES:
        raise ScenarioError(name, [Problem(MOST_LINES, 1, "", f"more than {MOST_LINES:,} lines", "split the file")])
    for number, line in enumerate(lines, start=1):
        reading.line(number, line)
        if len(reading.found) > MOST_STATEMENTS:
            break
    return reading.statements(), reading.passed_over()


class _Markdown:
    """One reading of a Markdown text, line by line."""

    def __init__(self, is_speaker: Callable[[str], bool]) -> None:
        self._is_speaker = is_speaker
        self._date: str | None = None
        self._document: str | None = None
        # After an empty line or a heading a paragraph begins; a statement is open until then.
        self._fresh, self._open = True, False
        self.found: list[tuple[Statement, list[str]]] = []
        self._size = 0
        self._passed: list[Passed] = []

    def line(self, number: int, line: str) -> None:
        if len(line) > LONGEST_STATEMENT:
            self._passed.append(Passed(number, f"longer than {LONGEST_STATEMENT:,} characters: the rest is not read"))
        bare = _MARKS.sub("", line[:LONGEST_STATEMENT])
        if not bare.strip():
            self._fresh, self._open = True, self._open and line.lstrip().startswith(">")
        elif line.startswith("#"):
            self._date, title = dated(cleaned(line[:LONGEST_STATEMENT].lstrip("#")))
            self._document = title or self._document
            self._fresh, self._open = True, False
        else:
            self._words(number, bare, listed=bool(_LISTED.match(line[:80])))
            self._fresh = False

    def _words(self, number: int, bare: str, *, listed: bool) -> None:
        head, colon, words = bare.partition(":")
        own_date, speaker = dated(cleaned(head[:200]))
        place = _PARENTHESES.search(speaker)
        speaker = _trimmed(_PARENTHESES.sub(" ", speaker))
        named = 0 < len(speaker) <= LONGEST_SPEAKER and len(head) <= 200
        if colon and named and (self._fresh or listed or self._is_speaker(speaker)):
            where = place[1].strip(" ,;") if place else self._document
            said = cleaned(words.strip().removeprefix("**").removeprefix("*"))
            statement = Statement(number, speaker, "", own_date or self._date, where or None)
            self.found.append((statement, [said]))
            self._open, self._size = True, len(said)
        elif self._open and not listed:
            more = cleaned(bare)
            self._size += len(more)
            if self._size <= LONGEST_STATEMENT:
                self.found[-1][1].append(more)
            else:
                self._passed.append(
                    Passed(number, f"beyond {LONGEST_STATEMENT:,} characters of one statement: not read")
                )
        else:
            self._passed.append(Passed(number, "no speaker: write 'Name: words'"))
            self._open = False

    def statements(self) -> tuple[Statement, ...]:
        whole = ((each, " ".join(filter(None, parts))) for each, parts in self.found)
        return tuple(Statement(each.line, each.speaker, said, each.date, each.document) for each, said in whole if said)

    def passed_over(self) -> tuple[Passed, ...]:
        empty = [Passed(each.line, f"{each.speaker} says nothing") for each, parts in self.found if not any(parts)]
        passed = sorted((*self._passed, *empty), key=lambda each: each.line)
        if len(passed) > MOST_PASSED:
            more = len(passed) - MOST_PASSED
            passed = [
                *passed[:MOST_PASSED],
                Passed(passed[MOST_PASSED].line, f"this and {more - 1:,} more are not listed"),
            ]
        return tuple(passed)

"""YAML into plain data, with the place of every value in the text.

The reader works on the *events* of PyYAML's C parser, so that it can refuse what a scenario never needs
(anchors, tags, deep nesting) the moment it appears, resolve plain scalars by the YAML 1.2 core schema
(``no`` is Norway's text, not false), and remember where each value stands so that an edit can replace it and
leave every other byte alone.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import yaml

from comity.scenario.errors import Problem, ScenarioError, printable, shown

Loc: TypeAlias = tuple[str | int, ...]
"""The place of a value in the data: keys of mappings and indexes of lists, from the root."""

LARGEST_FILE = 5 * 1024 * 1024
DEEPEST_NESTING = 32
MOST_VALUES = 500_000
LONGEST_NUMBER = 40
LONGEST_KEY_SHOWN = 40
BYTE_ORDER_MARK = "\ufeff"

_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_BOOLEANS = {word: value for value in (True, False) for word in (str(value), str(value).lower(), str(value).upper())}
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_A_NUMBER = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_MAY_BE_NUMBER = frozenset("0123456789+-.")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_BLOCK_STYLES = frozenset("|>")

# What libyaml says, and what a person who never read the YAML specification can do about it.
_SYNTAX = (
    ("tab character", "a tab in the indentation", "indent with spaces"),
    (
        "cannot start any token",
        "a character that cannot begin a value",
        "put quotes around a text that begins with @, ` or %",
    ),
    (
        "mapping values are not allowed",
        "a ':' stands where none may",
        "put quotes around a text that contains ': ', and check the indentation",
    ),
    (
        "expected ',' or '}'",
        "this mapping in braces is not closed or lacks a comma",
        "write {key: value, key: value}",
    ),
    ("expected ',' or ']'", "this list in brackets is not closed or lacks a comma", "write [value, value]"),
    (
        "could not find expected ':'",
        "this line is neither 'key: value' nor part of the text above",
        "write a ':' and a space after the key, or correct the indentation",
    ),
    (
        "did not find expected key",
        "a line does not fit the mapping that it stands in",
        "give all keys of one mapping the same indentation",
    ),
    ("expected '-' indicator", "a line does not fit the list that it stands in", "begin each item with '- '"),
    ("unexpected end of stream", "the file ends inside a quoted text", "close the quotes"),
    (
        "block sequence entries are not allowed",
        "a list item may not stand here",
        "begin the list on its own line",
    ),
)


class Span(NamedTuple):
    """Where a value or a key stands in the text.

    Attributes:
        line: its line, from 1.
        column: its column in characters, from 1.
        start: offset of its first character in ``Tree.text``.
        end: offset after its last character. A block scalar (``|``, ``>``) ends before its last line break;
            a value that is not written (``key:``) has ``start == end``.
    """

    line: int
    column: int
    start: int
    end: int


class _Node:
    """The span of one value, and the nodes below it."""

    __slots__ = ("children", "keys", "span")

    def __init__(self, span: Span) -> None:
        self.span = span
        self.children: dict[str, _Node] | list[_Node] | None = None
        self.keys: dict[str, Span] = {}


@dataclass(frozen=True, slots=True)
class Tree:
    """A YAML document as plain data, with the span of every key and value.

    Attributes:
        data: dictionaries, lists, texts, integers, floats, booleans and None.
        text: the decoded text that the spans point into, byte order mark included.

    Example:
        >>> tree = read_tree(b"title: Oslo\\nyears: [1, 2]\\n", "example.yaml")
        >>> span = tree.value_span(("years", 1))
        >>> span.line, span.column, tree.text[span.start:span.end]
        (2, 12, '2')
    """

    data: Any
    text: str
    _root: _Node

    def value_span(self, path: Loc) -> Span:
        """Return the span of the value at this place; raise KeyError where the data has no such place."""
        return self._node(path).span

    def key_span(self, path: Loc) -> Span:
        """Return the span of the mapping key at this place; KeyError where there is none."""
        if not path or not isinstance(path[-1], str):
            raise KeyError(path)
        return self._node(path[:-1]).keys[path[-1]]

    def nearest_span(self, path: Loc) -> Span:
        """Return the span of the value at this place, or of the deepest value above it that exists."""
        node = self._root
        for step in path:
            child = _child(node, step)
            if child is None:
                break
            node = child
        return node.span

    def _node(self, path: Loc) -> _Node:
        node = self._root
        for step in path:
            child = _child(node, step)
            if child is None:
                raise KeyError(path)
            node = child
        return node


def _child(node: _Node, step: str | int) -> _Node | None:
    children = node.children
    if isinstance(children, dict):
        return children.get(step) if isinstance(step, str) else None
    if isinstance(children, list) and isinstance(step, int) and 0 <= step < len(children):
        return children[step]
    return None


def read_tree(text: bytes, name: str) -> Tree:
    """Read YAML bytes into plain data with spans.

    Args:
        text: the bytes of the file, UTF-8, with or without a byte order mark.
        name: the file's name for error messages.

    Returns:
        The data and its spans.

    Raises:
        ScenarioError: larger than 5 MB or 500,000 values, not UTF-8, binary, deeper than 32 levels, with
            anchors, aliases, tags, duplicate keys, a second document, numbers too long or not finite; empty, or
            not YAML at all.

    Example:
        >>> read_tree(b"country: no", "example.yaml").data
        {'country': 'no'}
        >>> read_tree(b"a: 1\\na: 2", "example.yaml")  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        comity.scenario.errors.ScenarioError: example.yaml:2:1: a: the key 'a' stands twice in ...
    """
    tree, problems = scan_tree(text, name)
    if problems:
        raise ScenarioError(name, problems)
    return tree


def scan_tree(text: bytes, name: str) -> tuple[Tree, list[Problem]]:
    """Read YAML bytes like ``read_tree``, and return the problems that leave the rest readable.

    A duplicate key or a number that is not finite is such a problem: the caller can report it together with
    what the schema says. Everything else raises ScenarioError at once.
    """
    decoded = _decoded(text, name)
    return _Builder(decoded, name).build()


def _decoded(text: bytes, name: str) -> str:
    if len(text) > LARGEST_FILE:
        raise too_large(name)
    try:
        decoded = text.decode("utf-8")
    except UnicodeDecodeError as error:
        before = text[: error.start]
        if b"\x00" in text:
            raise _fatal(name, 1, 1, "this is a binary file, not a text", "give a YAML file") from None
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8")) + 1
        raise _fatal(
            name, line, column, f"byte 0x{text[error.start]:02x} is not UTF-8", "save the file as UTF-8"
        ) from None
    found = _CONTROL.search(decoded)
    if found:
        if "\x00" in decoded:
            raise _fatal(name, 1, 1, "this is a binary file, not a text", "give a YAML file")
        before_text = decoded[: found.start()]
        line = before_text.count("\n") + 1
        column = found.start() - (before_text.rfind("\n") + 1) + 1
        raise _fatal(name, line, column, f"the control character U+{ord(found[0]):04X}", "remove it")
    return decoded


def too_large(name: str) -> ScenarioError:
    """Return the error for a file above the limit, for readers that know the size before the content."""
    return _fatal(name, 1, 1, "the file is larger than 5 MB", "a scenario holds facts, not data sets; split it")


def _fatal(name: str, line: int, column: int, message: str, remedy: str = "") -> ScenarioError:
    return ScenarioError(name, [Problem(line, column, "", message, remedy)])


class _Frame:
    """A mapping or list that is still open."""

    __slots__ = ("children", "data", "key", "last_end", "last_key", "node", "wanted")

    def __init__(self, data: Any, node: _Node, children: Any) -> None:
        self.data = data
        self.node = node
        self.children = children
        self.key: str | None = None  # of a mapping: the key whose value comes next
        self.last_key: str | None = None  # the same, and kept while that value is open
        self.wanted = True  # False: the value of a duplicate key, read and dropped
        self.last_end = node.span.end


class _Builder:
    """Turns the events of one document into data and nodes, without recursion."""

    def __init__(self, text: str, name: str) -> None:
        self._text = text
        self._name = name
        # libyaml counts from after the byte order mark; spans point into the whole text.
        self._shift = 1 if text.startswith(BYTE_ORDER_MARK) else 0
        self._problems: list[Problem] = []
        self._stack: list[_Frame] = []
        self._root: tuple[Any, _Node] | None = None
        self._values = 0

    def build(self) -> tuple[Tree, list[Problem]]:
        handlers: dict[type, Callable[[Any], None]] = {
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._mapping,
            yaml.SequenceStartEvent: self._sequence,
            yaml.MappingEndEvent: self._close,
            yaml.SequenceEndEvent: self._close,
            yaml.AliasEvent: self._alias,
            yaml.DocumentStartEvent: self._document,
        }
        try:
            for event in self._events():
                handler = handlers.get(type(event))
                if handler is not None:
                    handler(event)
        except yaml.YAMLError as error:
            raise self._syntax_error(error) from None
        if self._root is None or self._root[0] is None:
            raise _fatal(
                self._name,
                1,
                1,
                "the file is empty",
                "'comity new' writes a commented scenario to start from",
            )
        data, node = self._root
        return Tree(data, self._text, node), self._problems

    def _events(self) -> Iterator[Any]:
        loader = yaml.CSafeLoader(self._text[self._shift :])
        try:
            while loader.check_event():
                yield loader.get_event()
        finally:
            loader.dispose()

    def _span(self, event: Any) -> Span:
        mark = event.start_mark
        return Span(mark.line + 1, mark.column + 1, mark.index + self._shift, event.end_mark.index + self._shift)

    def _document(self, event: Any) -> None:
        if self._root is not None:
            raise self._refused(event, "a second document begins here", "keep one scenario in one file")

    def _alias(self, event: Any) -> None:
        raise self._refused(event, "aliases (*name) are not read", "write the value out")

    def _check_plain(self, event: Any) -> None:
        if event.anchor is not None:
            raise self._refused(event, f"anchors (&{printable(event.anchor)}) are not read", "write each value out")
        if event.tag is not None:
            raise self._refused(event, f"tags ({printable(event.tag)}) are not read", "write the value without a tag")

    def _refused(self, event: Any, message: str, remedy: str) -> ScenarioError:
        span = self._span(event)
        return _fatal(self._name, span.line, span.column, message, remedy)

    def _mapping(self, event: Any) -> None:
        self._open(event, {}, {})

    def _sequence(self, event: Any) -> None:
        self._open(event, [], [])

    def _open(self, event: Any, data: Any, children: Any) -> None:
        if event.anchor is not None or event.tag is not None:
            self._check_plain(event)
        if len(self._stack) >= DEEPEST_NESTING:
            raise self._refused(event, f"nested deeper than {DEEPEST_NESTING} levels", "no scenario needs this")
        if self._stack and self._stack[-1].key is None and isinstance(self._stack[-1].data, dict):
            raise self._refused(event, "a list or mapping cannot be a key", "write a text as the key")
        node = _Node(self._span(event))
        node.children = children
        self._attach(data, node)
        self._stack.append(_Frame(data, node, children))

    def _close(self, event: Any) -> None:
        frame = self._stack.pop()
        span = frame.node.span
        # A block collection's end event stands at the next token, past comments: end with the last value.
        end = event.end_mark.index + self._shift if event.end_mark.index > event.start_mark.index else frame.last_end
        frame.node.span = Span(span.line, span.column, span.start, end)
        if self._stack:
            self._stack[-1].last_end = end

    def _scalar(self, event: Any) -> None:
        if event.anchor is not None or event.tag is not None:
            self._check_plain(event)
        span = self._span(event)
        frame = self._stack[-1] if self._stack else None
        if frame is not None and frame.key is None and isinstance(frame.data, dict):
            frame.key = frame.last_key = event.value
            frame.last_end = span.end
            frame.wanted = event.value not in frame.data
            if frame.wanted:
                frame.node.keys[event.value] = span
            else:
                self._problem(span, f"the key {shown(event.value)} stands twice in this mapping", "keep one of the two")
            return
        if event.style in _BLOCK_STYLES:
            span = self._without_last_break(span)
        elif event.style is None or event.style == "":
            self._attach(self._resolved(event.value, span), _Node(span), span.end)
            return
        if event.style == '"' and _CONTROL.search(event.value):
            self._problem(span, "the text holds a control character", "remove the escape")
        self._attach(event.value, _Node(span), span.end)

    def _without_last_break(self, span: Span) -> Span:
        end = span.end
        if self._text[end - 1 : end] == "\n":
            end -= 1
        if self._text[end - 1 : end] == "\r":
            end -= 1
        return Span(span.line, span.column, span.start, end)

    def _attach(self, value: Any, node: _Node, end: int | None = None) -> None:
        self._values += 1
        if self._values > MOST_VALUES:
            span = node.span
            message = f"the file holds more than {MOST_VALUES:,} values"
            raise _fatal(self._name, span.line, span.column, message, "a scenario holds facts, not data sets")
        if not self._stack:
            self._root = (value, node)
            return
        frame = self._stack[-1]
        if end is not None:
            frame.last_end = max(frame.last_end, end)
        if isinstance(frame.data, list):
            frame.data.append(value)
            frame.children.append(node)
            return
        if frame.wanted and frame.key is not None:
            frame.data[frame.key] = value
            frame.children[frame.key] = node
        frame.key = None

    def _problem(self, span: Span, message: str, remedy: str) -> None:
        path = ""
        for depth, frame in enumerate(self._stack, start=1):
            if isinstance(frame.data, list):
                # A collection is attached when it opens, a scalar after it was resolved.
                path += f"[{len(frame.data) - (depth < len(self._stack))}]"
            elif frame.last_key is not None:
                path += ("." if path else "") + printable(frame.last_key[:LONGEST_KEY_SHOWN])
        self._problems.append(Problem(span.line, span.column, path, message, remedy))

    def _resolved(self, text: str, span: Span) -> Any:
        """Return the value of a plain scalar by the YAML 1.2 core schema."""
        if text in _NULL:
            return None
        if text[0] not in _MAY_BE_NUMBER:
            return _BOOLEANS.get(text, text)
        if _INTEGER.fullmatch(text):
            if self._too_long(text, span):
                return None
            return int(text, {"0o": 8, "0x": 16}.get(text[:2], 10))
        if _FLOAT.fullmatch(text):
            if self._too_long(text, span):
                return None
            number = float(text)
            if math.isfinite(number):
                return number
            self._problem(span, f"the number {text} is too large", "write a finite number")
            return None
        if _NOT_A_NUMBER.fullmatch(text):
            self._problem(span, f"{text} is not a number", "write a finite number, or leave the value empty")
            return None
        return text

    def _too_long(self, text: str, span: Span) -> bool:
        if len(text) <= LONGEST_NUMBER:
            return False
        self._problem(
            span,
            f"a number of {len(text)} characters",
            f"write at most {LONGEST_NUMBER}, or put quotes around it if it is a text",
        )
        return True

    def _syntax_error(self, error: yaml.YAMLError) -> ScenarioError:
        if not isinstance(error, yaml.MarkedYAMLError):
            return _fatal(self._name, 1, 1, f"this is not YAML: {printable(str(error))}")
        mark = error.problem_mark or error.context_mark
        at_end = mark is not None and mark.index >= len(self._text.rstrip())
        if error.context_mark is not None and at_end:
            mark = error.context_mark  # what was never closed says more than the end of the file
        line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
        said = error.problem or "syntax error"
        if mark is not None and self._text.startswith("\t", mark.index + self._shift):
            said = "tab character"
        for pattern, message, remedy in _SYNTAX:
            if pattern in said:
                return _fatal(self._name, line, column, f"this is not YAML: {message}", remedy)
        return _fatal(self._name, line, column, f"this is not YAML: {printable(said)}")

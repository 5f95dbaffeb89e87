"""YAML into data and spans: what is read, what is refused, and that every span is exact."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.scenario.errors import Problem, ScenarioError
from comity.scenario.yaml_tree import LARGEST_FILE, Loc, Tree, read_tree, scan_tree


def refused(text: bytes) -> str:
    with pytest.raises(ScenarioError) as caught:
        read_tree(text, "case.yaml")
    return str(caught.value)


def spanned(tree: Tree, *path: str | int) -> str:
    span = tree.value_span(path)
    return tree.text[span.start : span.end]


def places(data: Any, loc: Loc = ()) -> Iterator[tuple[Loc, Any]]:
    yield loc, data
    children = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, child in children:
        yield from places(child, (*loc, step))


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("no", "no"),
        ("NO", "NO"),
        ("yes", "yes"),
        ("on", "on"),
        ("true", True),
        ("False", False),
        ("~", None),
        ("null", None),
        ("", None),
        ("12", 12),
        ("-3", -3),
        ("010", 10),
        ("0o17", 15),
        ("0x1F", 31),
        ("1.50", 1.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("12:30", "12:30"),
        ("1_000", "1_000"),
        ("1994-05", "1994-05"),
        ("2024-01-01", "2024-01-01"),
        ('"5"', "5"),
        ("'true'", "true"),
        ("-", None),
        ("1.2.3", "1.2.3"),
        ("<<", "<<"),
    ],
)
def test_plain_scalars_follow_the_core_schema(written: str, value: object) -> None:
    if written == "-":
        assert read_tree(b"a:\n  -\n", "x").data == {"a": [None]}
        return
    read = read_tree(f"a: {written}\n".encode(), "x").data["a"]
    assert read == value
    assert type(read) is type(value)


def test_plain_keys_are_texts() -> None:
    assert read_tree(b"{NO: 1, 1: 2, true: 3, null: 4, 1.0: 5}", "x").data == {
        "NO": 1,
        "1": 2,
        "true": 3,
        "null": 4,
        "1.0": 5,
    }


def test_spans_of_every_style() -> None:
    tree = read_tree(
        "\ufefftitle: é  # c\r\n"
        "list:\r\n"
        "  - |\r\n"
        "    first\r\n"
        "\r\n"
        "    second\r\n"
        "  - 'quoted ''it'''\r\n"
        "  # comment\r\n"
        'flow: {d, e: , f: [1, 2], g: "😀", h: 7}\r\n'
        "empty:\r\n".encode(),
        "x",
    )
    assert tree.data == {
        "title": "é",
        "list": ["first\n\nsecond\n", "quoted 'it'"],
        "flow": {"d": None, "e": None, "f": [1, 2], "g": "😀", "h": 7},
        "empty": None,
    }
    assert spanned(tree, "title") == "é"
    assert spanned(tree, "list", 0) == "|\r\n    first\r\n\r\n    second"
    assert spanned(tree, "list", 1) == "'quoted ''it'''"
    assert spanned(tree, "list").endswith("'quoted ''it'''")
    assert spanned(tree, "flow") == '{d, e: , f: [1, 2], g: "😀", h: 7}'
    assert spanned(tree, "flow", "f", 1) == "2"
    assert spanned(tree, "flow", "h") == "7"
    assert spanned(tree, "flow", "e") == spanned(tree, "empty") == ""
    assert tree.value_span(("title",))[:2] == (1, 8)
    assert tree.value_span(("flow", "h"))[:2] == (9, 38)
    assert tree.key_span(("flow", "h"))[:2] == (9, 35)
    with pytest.raises(KeyError):
        tree.value_span(("flow", "z"))
    assert tree.nearest_span(("flow", "z", 3)) == tree.value_span(("flow",))


texts = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=30)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**18), 10**18),
    st.floats(allow_nan=False, allow_infinity=False),
    texts,
    texts.map(lambda text: f"{text}\nsecond line\n"),
)
documents = st.dictionaries(
    texts,
    st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
        max_leaves=8,
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=150, deadline=None)
@given(
    data=documents,
    flow=st.sampled_from([True, False, None]),
    style=st.sampled_from([None, "|", ">", '"', "'"]),
    unicode=st.booleans(),
    crlf=st.booleans(),
    mark=st.booleans(),
)
def test_every_span_holds_its_value(
    data: dict[str, Any], flow: bool | None, style: str | None, unicode: bool, crlf: bool, mark: bool
) -> None:
    class Styled(yaml.SafeDumper):
        pass

    Styled.add_representer(
        str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)
    )
    text = yaml.dump(data, Dumper=Styled, default_flow_style=flow, allow_unicode=unicode, width=40)
    if crlf:
        text = text.replace("\n", "\r\n")
    raw = ("\ufeff" * mark + text).encode()
    tree, problems = scan_tree(raw, "x")
    assert tree.text.encode() == raw
    if problems:  # a number of more than 40 characters
        return
    for loc, value in places(tree.data):
        span = tree.value_span(loc)
        # A block collection is indented by where it begins, and a block scalar ends with a line break.
        snippet = " " * (span.column - 1) + tree.text[span.start : span.end] + "\n"
        if re.match(r"[|>][-+]?[1-9]", snippet.lstrip()):
            continue  # its indentation is counted from what it stands in
        if value is None:
            assert snippet.strip() in ("", "null", "~")
            continue
        assert read_tree(snippet.encode(), "x").data == value, loc


@settings(max_examples=100, deadline=None)
@given(raw=st.binary(max_size=200) | st.text("[]{}:,-?&*!|>'\"%@` \n#a1", max_size=60).map(str.encode))
def test_anything_is_read_or_refused_with_a_place(raw: bytes) -> None:
    problems: tuple[Problem, ...] = ()
    try:
        assert read_tree(raw, "case.yaml").data is not None
    except ScenarioError as error:
        problems = error.problems
    assert all(problem.line >= 1 and problem.column >= 1 and problem.message for problem in problems)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"", "1:1: the file is empty"),
        (b"# only a comment\n", "1:1: the file is empty"),
        (b"a: 1\nb: &x 2\n", "2:4: anchors (&x) are not read"),
        (b"a: *x\n", "aliases (*name) are not read"),
        (b"a: !!python/object/apply:os.system [ls]\n", "1:4: tags ("),
        (b"a: ! 5\n", "1:4: tags ("),
        (b"a: 1\n---\nb: 2\n", "2:1: a second document begins here"),
        (b"a: 1\nb: 2\na: 3\n", "3:1: a: the key 'a' stands twice"),
        (b"? [a, b]\n: 1\n", "1:3: a list or mapping cannot be a key"),
        (b"a: .inf\n", "1:4: a: .inf is not a number"),
        (b"a: [1, -.INF]\n", "1:8: a[1]: -.INF is not a number"),
        (b"a: .nan\n", "1:4: a: .nan is not a number"),
        (b"a: 1e999\n", "1:4: a: the number 1e999 is too large"),
        (b"a: " + b"9" * 41, "1:4: a: a number of 41 characters"),
        (b"a:\n\tb: 1\n", "2:1: this is not YAML: a tab in the indentation; indent with spaces"),
        (b"a: b: c\n", "1:5: this is not YAML: a ':' stands where none may"),
        (b"a: 1\nb: {c: 1\n", "2:4: this is not YAML: this mapping in braces is not closed"),
        (b"a: [1, 2\n", "1:4: this is not YAML: this list in brackets is not closed"),
        (b'a: "open\n', "this is not YAML: the file ends inside a quoted text"),
        (b"a: @x\n", "1:4: this is not YAML: a character that cannot begin a value"),
        (b"a: \xff\n", "1:4: byte 0xff is not UTF-8; save the file as UTF-8"),
        ("é: \xff\n".encode("latin-1"), "1:1: byte 0xe9 is not UTF-8"),
        ("title: x\n".encode("utf-16"), "1:1: this is a binary file"),
        (b"\x7fELF\x02\x01\x00\x00", "1:1: this is a binary file"),
        (b"a: b\nc: \x1b[31m\n", "2:4: the control character U+001B"),
        (b'a: "\\e[31m"\n', "1:4: a: the text holds a control character"),
    ],
)
def test_refused(text: bytes, expected: str) -> None:
    message = refused(text)
    assert message.startswith("case.yaml:")
    assert expected in message
    assert "\x1b" not in message


def test_all_duplicate_keys_are_reported_at_once() -> None:
    assert [line.split(": ")[0] for line in refused(b"a: 1\na: 2\nb: {c: 1, c: 2}\n").splitlines()] == [
        "case.yaml:2:1",
        "case.yaml:3:11",
    ]


@pytest.mark.parametrize("unit", [b"[", b"{a: ", b"- ", b"[[{a: ", b"[a, "])
def test_deep_nesting_is_refused_at_level_33(unit: bytes) -> None:
    assert "nested deeper than 32 levels" in refused(unit * 40_000)


def test_32_levels_are_read() -> None:
    assert read_tree(b"[" * 32 + b"]" * 32, "x").data
    assert "nested deeper" in refused(b"[" * 33 + b"]" * 33)


def test_a_bomb_is_refused_at_its_first_anchor() -> None:
    bomb = b"a: &a [x, x, x]\n" + b"".join(
        b"%c: &%c [%s]\n" % (name, name, b", ".join([b"*%c" % (name - 1)] * 9)) for name in range(98, 108)
    )
    assert refused(bomb) == "case.yaml:1:4: anchors (&a) are not read; write each value out"


def test_files_above_the_limit_are_refused() -> None:
    assert "larger than 5 MB" in refused(b"a: " + b"x" * LARGEST_FILE)
    assert read_tree(b"a: " + b"x" * (LARGEST_FILE - 3), "x").data

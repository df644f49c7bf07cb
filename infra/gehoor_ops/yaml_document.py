"""Plain YAML: text, numbers, lists and mappings, with the line each of them stands on.

Duplicate keys, tags and anchors that contain themselves or multiply are refused; messages never
quote the file, because it may hold a secret that somebody put there by mistake.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode

from gehoor.config_problems import Location, path_of

_TAG = "tag:yaml.org,2002:"
_TEXT, _MERGE = f"{_TAG}str", f"{_TAG}merge"
_READ_AS_TEXT = (f"{_TAG}timestamp", f"{_TAG}value")
_PLAIN = {_TAG + name for name in ("str", "int", "float", "bool", "null", "seq", "map", "merge")}
_QUOTED = re.compile(r" '[^'<,\]}]{2,}'")


class Unusable(Exception):
    """The file is not plain YAML. `line` counts from 1, 0 when it is not known."""

    def __init__(self, line: int, accepted: str) -> None:
        super().__init__(accepted)
        self.line = line
        self.accepted = accepted


class Document(NamedTuple):
    """What the file says, and the line of each path in it."""

    content: Any
    lines: dict[str, int]


def read_document(text: bytes, max_size: int) -> Document:
    """Read one document; Unusable with the line of the first fault.

    `max_size` limits what the document holds once its anchors are spelled out, in characters.
    """
    try:
        loader = yaml.SafeLoader(text)
        root = loader.get_single_node()
        if root is None:
            raise Unusable(0, "a configuration; this file is empty")
        if _Inspection().size(root) > max_size:
            raise Unusable(0, f"at most {max_size} characters, anchors spelled out")
        content = loader.construct_document(root)
    except yaml.MarkedYAMLError as error:
        raise Unusable(_line(error.problem_mark), _syntax(error.problem)) from None
    except yaml.YAMLError:
        raise Unusable(0, "text in UTF-8 without control characters") from None
    except ValueError:
        raise Unusable(0, "numbers in decimal digits") from None
    except RecursionError:
        raise Unusable(0, "lists and mappings that are nested less deeply") from None
    return Document(content, dict(_lines(root, ())))


class _Inspection:
    """One walk through the nodes of a document, each looked at once."""

    def __init__(self) -> None:
        self._sizes: dict[int, int] = {}
        self._open: set[int] = set()

    def size(self, node: Node) -> int:
        """The size of a node with its anchors spelled out; Unusable when it is not plain."""
        if id(node) in self._open:
            raise Unusable(_line(node.start_mark), "an anchor that does not contain itself")
        if id(node) not in self._sizes:
            self._open.add(id(node))
            self._sizes[id(node)] = 1 + self._size_inside(node)
            self._open.remove(id(node))
        return self._sizes[id(node)]

    def _size_inside(self, node: Node) -> int:
        if isinstance(node, ScalarNode):
            _check_scalar(node)
            return len(node.value)
        if node.tag not in _PLAIN:
            raise Unusable(_line(node.start_mark), "plain values without a tag")
        if isinstance(node, MappingNode):
            _check_keys(node)
            return sum(self.size(key) + self.size(value) for key, value in node.value)
        return sum(map(self.size, node.value))


def _check_scalar(node: ScalarNode) -> None:
    """Dates and numbers to base 60 are read as the text they are written as."""
    if node.tag in _READ_AS_TEXT or (node.tag != _TEXT and re.match(r"[\d+-].*:", node.value)):
        node.tag = _TEXT
    if node.tag not in _PLAIN:
        raise Unusable(_line(node.start_mark), "plain values without a tag")


def _check_keys(node: MappingNode) -> None:
    seen = set()
    for key, _ in node.value:
        line = _line(key.start_mark)
        if not isinstance(key, ScalarNode) or key.tag not in (_TEXT, _MERGE):
            raise Unusable(line, "keys that are text: put this one in quotes")
        if key.value in seen:
            raise Unusable(line, "each key once; this one stands here a second time")
        seen.add(key.value)


def _lines(node: Node, location: Location) -> Iterator[tuple[str, int]]:
    if not location:
        yield "", _line(node.start_mark)
    if isinstance(node, ScalarNode):
        return
    entries = (
        ((key.value, key, value) for key, value in node.value)
        if isinstance(node, MappingNode)
        else ((place, value, value) for place, value in enumerate(node.value))
    )
    for step, marked, value in entries:
        yield path_of((*location, step)), _line(marked.start_mark)
        yield from _lines(value, (*location, step))


def _line(mark: Any) -> int:
    return mark.line + 1 if mark is not None else 0


def _syntax(problem: str | None) -> str:
    return f"valid YAML ({_QUOTED.sub('', problem or 'it cannot be read')})"

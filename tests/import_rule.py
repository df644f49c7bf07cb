"""Which part of the functions may know which: the table, and a checker that reads the source.

Reading the source finds imports inside functions and for type checks too.
"""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ANY = "*"


@dataclass(frozen=True)
class Layer:
    """What a part may import besides the standard library: parts of gehoor, and libraries."""

    parts: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()


CORE = ("gehoor.domain", "gehoor.errors", "gehoor.ports")
CONFIG = (
    "gehoor.config",
    "gehoor.config_checks",
    "gehoor.config_problems",
    "gehoor.desk_rules",
    "gehoor.desk_settings",
    "gehoor.settings",
)
SIGN_IN = (
    "gehoor.sign_in",
    "gehoor.leased_session",
    "gehoor.authorization_code",
    "gehoor.code_session",
)
EVENTS = ("gehoor.cloud_events", "gehoor.signed_endpoint")
ADAPTER = (*CORE, *CONFIG, *SIGN_IN, *EVENTS, "gehoor.http", "gehoor.wiring", "gehoor.graphemes")
ADAPTERS = ("gehoor.networks", "gehoor.helpdesks", "gehoor.crm")
PARTS = (
    "gehoor.bootstrap_intake",
    "gehoor.bootstrap_delivery",
    "gehoor.bootstrap_events",
    "gehoor.bootstrap_sweep",
)
LAYERS = {
    "gehoor.domain": Layer(("gehoor.domain",)),
    "gehoor.errors": Layer(),
    "gehoor.ports": Layer(CORE),
    "gehoor.usecases": Layer((*CORE, "gehoor.usecases")),
    "gehoor.settings": Layer((), ("pydantic",)),
    **dict.fromkeys(
        CONFIG[:-1],
        Layer((*CORE, *CONFIG, *ADAPTERS, "gehoor.webhooks"), ("pydantic", "pydantic_core")),
    ),
    "gehoor.graphemes": Layer((), ("regex",)),
    "gehoor.time_limit": Layer(),
    "gehoor.guard": Layer((*CORE, "gehoor.time_limit"), (ANY,)),
    "gehoor.http": Layer((*CORE, "gehoor.guard", "gehoor.time_limit"), (ANY,)),
    "gehoor.sign_in": Layer((*CORE, "gehoor.http")),
    "gehoor.leased_session": Layer((*CORE, "gehoor.settings", "gehoor.sign_in"), ("pydantic",)),
    "gehoor.authorization_code": Layer((*CORE, "gehoor.leased_session")),
    "gehoor.code_session": Layer((*CORE, "gehoor.leased_session", "gehoor.authorization_code")),
    "gehoor.cloud_events": Layer(),
    "gehoor.signed_endpoint": Layer((*CORE, "gehoor.http", "gehoor.cloud_events"), (ANY,)),
    "gehoor.notices": Layer((*CORE, *EVENTS)),
    "gehoor.images": Layer((*CORE, "gehoor.http")),
    "gehoor.wiring": Layer((*CORE, "gehoor.http")),
    "gehoor.language": Layer(CORE, (ANY,)),
    "gehoor.likeness": Layer((), ("rapidfuzz",)),
    "gehoor.webhooks": Layer((*CORE, "gehoor.webhooks")),
    **{package: Layer((*ADAPTER, package), (ANY,)) for package in ADAPTERS},
    "gehoor.aws": Layer((*ADAPTER, "gehoor.aws"), (ANY,)),
    "gehoor.bootstrap": Layer(("gehoor",), (ANY,)),
    **dict.fromkeys(("gehoor.connections", *PARTS), Layer(("gehoor",))),
    "gehoor.entry": Layer(
        ("gehoor.bootstrap", "gehoor.aws", "gehoor.errors", "gehoor.time_limit"), (ANY,)
    ),
}
HANDLER = Layer(
    ("gehoor.bootstrap", *PARTS, "gehoor.entry", "gehoor.usecases"), ("aws_lambda_powertools",)
)
ONLY_IN = {
    "boto3": (),
    "botocore": ("gehoor.aws", "gehoor.bootstrap"),
    "os.environ": ("gehoor.bootstrap",),
    "os.getenv": ("gehoor.bootstrap",),
    "datetime.datetime.now": ("gehoor.bootstrap",),
    "datetime.datetime.today": ("gehoor.bootstrap",),
    "datetime.datetime.utcnow": ("gehoor.bootstrap",),
    "datetime.date.today": ("gehoor.bootstrap",),
    "time.time": ("gehoor.bootstrap",),
    "time.time_ns": ("gehoor.bootstrap",),
    "importlib.import_module": ("gehoor.bootstrap", *ADAPTERS),
}


@dataclass(frozen=True)
class Use:
    """A name a module uses, spelled out from where it comes, and the line."""

    name: str
    line: int


def modules(root: Path) -> Iterator[tuple[str, Path]]:
    """Every module under `root` by its dotted name."""
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def violations(module: str, source: str) -> list[str]:
    """What a module imports or uses that its layer may not."""
    tree = ast.parse(source)
    imports = list(_imports(tree))
    layer = _layer(module)
    if layer is None:
        return [f"{module}: stands in no layer of the import rule"]
    uses = imports + list(_uses(tree))
    found = [use for use in imports if not _may_import(module, layer, use.name)]
    found += [use for use in uses if not _may_use(module, use.name)]
    told = [f"{module}:{use.line}: may not know {use.name}" for use in dict.fromkeys(found)]
    if layer is HANDLER:
        told += _use_cases(module, imports)
    return told


def _layer(module: str) -> Layer | None:
    if module == "gehoor":
        return Layer()
    if not _is_in(module, "gehoor"):
        return HANDLER
    return next((layer for name, layer in LAYERS.items() if _is_in(module, name)), None)


def _is_in(name: str, part: str) -> bool:
    return name == part or name.startswith(f"{part}.")


def _imports(tree: ast.AST) -> Iterator[Use]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (Use(alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            yield from (Use(f"{base}.{alias.name}", node.lineno) for alias in node.names)


def _uses(tree: ast.AST) -> Iterator[Use]:
    """Names that come from imports, wherever they are used."""
    known = dict(_local_names(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Name):
            first, _, rest = ast.unparse(node).partition(".")
            if first in known:
                yield Use(".".join(filter(None, (known[first], rest))), node.lineno)


def _local_names(tree: ast.AST) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                plain = alias.name.partition(".")[0]
                yield (alias.asname, alias.name) if alias.asname else (plain, plain)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def _may_import(module: str, layer: Layer, name: str) -> bool:
    top = name.partition(".")[0]
    if name == "__future__" or top in sys.stdlib_module_names:
        return True
    if name.startswith("."):
        return False
    if top == "gehoor":
        return any(_is_in(name, part) for part in layer.parts) and _is_own(module, name)
    if (Path(__file__).parents[1] / "functions" / top).is_dir():
        return False
    return ANY in layer.libraries or top in layer.libraries or top.startswith("mypy_boto3_")


def _is_own(module: str, name: str) -> bool:
    """Adapters of one package do not know each other: `_mastodon_api` belongs to `mastodon`."""
    package = next((part for part in ADAPTERS if _is_in(module, part) and module != part), None)
    if package is None or not _is_in(name, package):
        return True
    return _adapter(name, package) == _adapter(module, package)


def _adapter(name: str, package: str) -> str:
    return name.removeprefix(f"{package}.").partition(".")[0].lstrip("_").partition("_")[0]


def _may_use(module: str, name: str) -> bool:
    places = [places for part, places in ONLY_IN.items() if _is_in(name, part)]
    return all(any(_is_in(module, place) for place in allowed) for allowed in places)


def _use_cases(module: str, imports: list[Use]) -> Iterator[str]:
    names = {".".join(use.name.split(".")[:3]) for use in imports}
    use_cases = sorted(name for name in names if _is_in(name, "gehoor.usecases"))
    if len(use_cases) != 1:
        yield f"{module}: knows {len(use_cases)} use cases and not one: {', '.join(use_cases)}"

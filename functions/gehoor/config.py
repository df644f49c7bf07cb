"""The configuration: what `gehoor.yaml` says, checked.

The file is written by people and read by `gehoor config`; what is stored, and read by the
functions, is the same document as JSON. Only the adapters it names are imported.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TypeVar, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SerializeAsAny,
    ValidationError,
    ValidationInfo,
)
from pydantic_core import InitErrorDetails, to_jsonable_python

from gehoor import crm, helpdesks, networks, webhooks
from gehoor.config_checks import cross_problems, leaves
from gehoor.config_problems import (
    NO_SUCH_KEY,
    ConfigInvalid,
    Location,
    Problem,
    duration_text,
    explain,
    nearest,
    pattern_of,
    refused,
    words,
)
from gehoor.desk_settings import Desk
from gehoor.domain import brand as domain
from gehoor.domain.coach_signs import CoachRules
from gehoor.domain.pace import Pace
from gehoor.errors import Permanent
from gehoor.settings import (
    CrmSettings,
    Duration,
    HelpdeskSettings,
    Name,
    SecretName,
    Settings,
    SourceSettings,
)

if TYPE_CHECKING:
    from gehoor.domain.desk_words import DeskWords

__all__ = [
    "AS_STORED",
    "INSTALLED",
    "Adapters",
    "AppConfig",
    "Brand",
    "ConfigInvalid",
    "ConfigMissing",
    "Desk",
    "Installed",
    "Problem",
    "from_json",
    "in_full",
    "pace_of",
    "parse",
    "secret_names",
    "to_json",
]

_LANGUAGE_CODES = (
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy "
    "da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu "
    "hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb "
    "lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om "
    "or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw "
    "ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu"
)
LANGUAGES = frozenset(_LANGUAGE_CODES.split())
"""ISO 639-1."""
SET_BY_ADAPTERS = ("every", "silence", "backfill")
"""Settings of a source for which its adapter may have a default of its own."""

_SECRET_NAME = re.compile(pattern_of(SecretName))


class ConfigMissing(Permanent):
    """No configuration was pushed yet."""


class Adapters(NamedTuple):
    """The adapters of one kind: their names, and the settings each of them takes."""

    names: Callable[[], tuple[str, ...]]
    settings: Callable[[str], type[Settings]]


class Installed(NamedTuple):
    """All adapters a configuration can name."""

    networks: Adapters
    helpdesks: Adapters
    crms: Adapters


INSTALLED = Installed(
    networks=Adapters(networks.names, lambda name: networks.adapter(name).Settings),
    helpdesks=Adapters(helpdesks.names, lambda name: helpdesks.adapter(name).Settings),
    crms=Adapters(crm.names, lambda name: crm.adapter(name).Settings),
)


class _StoredSource(SourceSettings):
    model_config = ConfigDict(extra="allow")


class _StoredHelpdesk(HelpdeskSettings):
    model_config = ConfigDict(extra="allow")


class _StoredCrm(CrmSettings):
    model_config = ConfigDict(extra="allow")


AS_STORED = Installed(
    networks=Adapters(networks.names, lambda _name: _StoredSource),
    helpdesks=Adapters(helpdesks.names, lambda _name: _StoredHelpdesk),
    crms=Adapters(crm.names, lambda _name: _StoredCrm),
)
"""Reads what was checked before it was stored. What only an adapter knows is left as it is, so that
a function loads the adapters it uses and no others; `in_full` reads it when it is used."""

T = TypeVar("T", bound=Settings)


def _language(value: Any) -> Any:
    if value is False:
        raise refused('two letters in quotes: YAML reads a bare no as false, so write "no"')
    if isinstance(value, str) and value not in LANGUAGES:
        raise refused("a language as two letters (ISO 639-1), like nl or en")
    return value


def _matching(pattern: str, accepted: str) -> AfterValidator:
    def check(value: str) -> str:
        if re.fullmatch(pattern, value) is None:
            raise refused(accepted)
        return value

    return AfterValidator(check)


def _settings(value: Any, key: str, adapters: Adapters) -> Any:
    """Check one part of the document by the settings of the adapter it names in `key`."""
    if not isinstance(value, Mapping):
        return value
    name, known = value.get(key), adapters.names()
    if name in known:
        return adapters.settings(str(name)).model_validate(value)
    misspelt = "" if key in value else nearest(key, value)
    refusal = refused(NO_SUCH_KEY, key) if misspelt else refused(words(known), nearest(name, known))
    error = InitErrorDetails(type=refusal, loc=(misspelt or key,), input=name)
    raise ValidationError.from_exception_data("adapter", [error])


def _source(value: Any, info: ValidationInfo) -> Any:
    installed: Installed = info.context or INSTALLED
    return _settings(value, "network", installed.networks)


def _helpdesk(value: Any, info: ValidationInfo) -> Any:
    installed: Installed = info.context or INSTALLED
    return _settings(value, "kind", installed.helpdesks)


def _crm(value: Any, info: ValidationInfo) -> Any:
    installed: Installed = info.context or INSTALLED
    return _settings(value, "kind", installed.crms)


Language = Annotated[str, BeforeValidator(_language)]
Handle = Annotated[str, _matching(r"\S{1,200}", "the account's handle on the network, no spaces")]
PrivateHost = Annotated[
    str,
    _matching(
        r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(:\d{1,5})?",
        "a host or host:port, like 127.0.0.1 or desk.internal:8080; no scheme, no path",
    ),
]
Source = SerializeAsAny[Annotated[SourceSettings, BeforeValidator(_source)]]
AnyHelpdesk = SerializeAsAny[Annotated[HelpdeskSettings, BeforeValidator(_helpdesk)]]
AnyCrm = SerializeAsAny[Annotated[CrmSettings, BeforeValidator(_crm)]]


Retention = Annotated[Duration, Field(ge=timedelta(days=30), le=timedelta(days=3650))]
Age = Annotated[Duration, Field(gt=timedelta(), le=timedelta(days=30))]
RECHECK_AFTER = (
    *(timedelta(hours=hours) for hours in (1, 6, 24)),
    *(timedelta(days=days) for days in (3, 7, 14, 29)),
)
"""Often while people delete most; the last one is within the 30 days after which YouTube asks that
what is kept be refreshed."""


class Brand(Settings):
    """What the company is called, the languages it answers in, its own handle on each network."""

    id: Name
    languages: Annotated[tuple[Language, ...], Field(min_length=1)]
    accounts: Annotated[dict[str, Handle], Field(default_factory=dict)]

    def in_domain(self) -> domain.Brand:
        """The brand as the use cases know it."""
        handles = ((name, handle.lstrip("@").lower()) for name, handle in self.accounts.items())
        return domain.Brand(self.id, self.languages, frozenset(handles))


class AppConfig(Settings):
    """The whole configuration. Made by `parse` or `from_json`, which run every check.

    `recheck_after` are the ages at which a post is looked at again on its network, `retention` is
    how long people's words and names are kept once they are not needed any more.
    """

    company: Annotated[str, Field(min_length=1, max_length=200)]
    brands: Annotated[tuple[Brand, ...], Field(min_length=1)]
    sources: tuple[Source, ...]
    helpdesk: AnyHelpdesk
    crm: AnyCrm | None = None
    desk: Desk = Desk()
    recheck_after: tuple[Age, ...] = RECHECK_AFTER
    retention: Retention = timedelta(days=365)
    allow_private_hosts: tuple[PrivateHost, ...] = ()

    def coach_rules(self) -> CoachRules:
        """What answers are held against."""
        return self.desk.coach_rules(
            handle for brand in self.brands for handle in brand.accounts.values()
        )

    def desk_words(self, brand: domain.Brand) -> "DeskWords":
        """What triage knows of the desk that a brand's mentions come to."""
        from gehoor.domain.desk_words import DeskWords

        handles = sorted(handle.partition("@")[0] for _, handle in brand.handles)
        own = (self.company, brand.brand_id, *handles)
        return DeskWords(own, self.desk.competitors, self.desk.topic_words)


def parse(document: Mapping[str, Any], installed: Installed = INSTALLED) -> AppConfig:
    """Check a document; ConfigInvalid with every problem at once."""
    problems = list(cross_problems(document, installed.networks.names()))
    config = None
    try:
        config = AppConfig.model_validate(document, context=installed)
    except ValidationError as error:
        found = error.errors(include_url=False)
        problems = [*explain(found, lambda at: _known_keys(document, at, installed)), *problems]
    if config is None or problems:
        raise ConfigInvalid(tuple(problems))
    return config


def to_json(config: AppConfig) -> str:
    """The configuration as it is stored: the same bytes for the same meaning.

    What an adapter sets for its sources, where the file does not, is written out.
    """
    document = config.model_dump(exclude_unset=True, by_alias=True)
    for written, source in zip(document["sources"], config.sources, strict=True):
        written |= {name: getattr(source, name) for name in SET_BY_ADAPTERS}
    return json.dumps(document, default=_plain, ensure_ascii=False, sort_keys=True)


def from_json(text: str, installed: Installed = INSTALLED) -> AppConfig:
    """The configuration from its stored form; ConfigInvalid when this version cannot read it."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise ConfigInvalid((Problem("", "the stored document", "JSON"),)) from None
    return parse(document, installed)


def in_full(known: type[T], settings: Settings, where: str) -> T:
    """A part of a stored configuration as its adapter knows it; `where` names it for the operator.

    ConfigInvalid when this version cannot read it.
    """
    if isinstance(settings, known):
        return settings
    try:
        return known.model_validate(settings.model_dump(exclude_unset=True, by_alias=True))
    except ValidationError as error:
        found = error.errors(include_url=False)
        for one in found:
            one["loc"] = (where, *one["loc"])
        raise ConfigInvalid(tuple(explain(found, lambda _at: _keys(known)))) from None


def secret_names(config: AppConfig) -> tuple[str, ...]:
    """Every secret the configuration needs, once; the webhook's has its name by convention."""
    texts = (value for _, value in leaves(json.loads(to_json(config))) if isinstance(value, str))
    named = (text for text in texts if _SECRET_NAME.fullmatch(text))
    return tuple(dict.fromkeys([*named, webhooks.SECRETS + config.helpdesk.kind]))


def pace_of(source: SourceSettings) -> Pace:
    """How often a source is polled, as the poller knows it."""
    return Pace(source.every, *source.bounds, source.safety_every)


def _plain(value: object) -> Any:
    return duration_text(value) if isinstance(value, timedelta) else to_jsonable_python(value)


def _known_keys(document: Any, location: Location, installed: Installed) -> tuple[str, ...]:
    """The keys a part of the document may have."""
    model: Any = AppConfig
    for step in location:
        document = document[step]
        if isinstance(step, str):
            model = _model_in(model.model_fields[step].annotation)
        if model is SourceSettings and isinstance(step, int):
            model = installed.networks.settings(document["network"])
        elif model is HelpdeskSettings:
            model = installed.helpdesks.settings(document["kind"])
        elif model is CrmSettings:
            model = installed.crms.settings(document["kind"])
    return _keys(model)


def _keys(model: type[BaseModel]) -> tuple[str, ...]:
    return tuple(field.alias or name for name, field in model.model_fields.items())


def _model_in(annotation: Any) -> Any:
    """The model a field holds, through tuples, options and annotations."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_model_in, get_args(annotation))), None)

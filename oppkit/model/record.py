"""The base of every record: immutable, and all that is wrong with it reported at once.

Pydantic stops before the rules that compare fields when a single field is broken. A person who
fills a form wants the whole list, so `Record` runs its `rules` on whatever fields could be read and
reports both kinds together, each under its own field.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    ModelWrapValidatorHandler,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_core import InitErrorDetails, PydanticCustomError

if TYPE_CHECKING:
    from oppkit.model.catalogue import Catalogue

Broken = tuple[tuple[str | int, ...], PydanticCustomError]


class Record(BaseModel):
    """A value with validated fields. Change it with `replace`, which validates again."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    @classmethod
    def rules(cls, values: Mapping[str, Any], catalogue: Catalogue | None) -> Iterator[Broken]:
        """Yield (path of the field, error) for each rule broken; `values` lacks unreadable fields.

        `catalogue` is None when the record is built outside a workbench: rules that need the
        reference lists then wait until it is saved.
        """
        return iter(())

    @classmethod
    def derived(cls, record: Self) -> dict[str, Any]:
        """Fields computed from others, set on every validated record."""
        return {}

    @model_validator(mode="wrap")
    @classmethod
    def _report_all_together(
        cls, data: Any, handler: ModelWrapValidatorHandler[Self], info: ValidationInfo
    ) -> Self:
        found: list[InitErrorDetails] = []
        record: Self | None = None
        try:
            record = handler(data)
            values: Mapping[str, Any] = record.__dict__
        except ValidationError as error:
            found = [_details(item) for item in error.errors(include_url=False)]
            values = _readable(cls, data, {str(item["loc"][0]) for item in found if item["loc"]})
        catalogue = (info.context or {}).get("catalogue")
        found += [
            {"type": problem, "loc": path, "input": values.get(str(path[0]))}
            for path, problem in cls.rules(values, catalogue)
        ]
        if found or record is None:
            raise ValidationError.from_exception_data(cls.__name__, found)
        # Set in place: pydantic's own constructor ignores another object returned from here, and
        # nobody has seen this one yet.
        record.__dict__.update(cls.derived(record))
        return record

    def replace(self, **changes: Any) -> Self:
        """A copy with `changes`, validated like a new record. Raises `ValidationError`."""
        return type(self).model_validate({**self.__dict__, **changes})

    def checked(self, catalogue: Catalogue) -> Self:
        """Validate again, now with the rules that need the reference lists."""
        return type(self).model_validate(dict(self.__dict__), context={"catalogue": catalogue})


def _details(item: Any) -> InitErrorDetails:
    """An error already reported by pydantic, in the form that builds a new report."""
    # Known types cannot all be rebuilt from their context, so the text is carried over as it is.
    problem = PydanticCustomError(item["type"], item["msg"], item.get("ctx"))
    return {"type": problem, "loc": item["loc"], "input": item["input"]}


@cache
def _field_adapters(cls: type[Record]) -> dict[str, TypeAdapter[Any]]:
    return {name: TypeAdapter(_annotated(field)) for name, field in cls.model_fields.items()}


def _annotated(field: FieldInfo) -> Any:
    return Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation


def _readable(cls: type[Record], data: Any, broken: set[str]) -> dict[str, Any]:
    """The fields of `data` that are fine on their own."""
    if not isinstance(data, Mapping):
        return {}
    adapters = _field_adapters(cls)
    values: dict[str, Any] = {}
    for name in adapters.keys() - broken:
        if name in data:
            values[name] = adapters[name].validate_python(data[name])
        elif not cls.model_fields[name].is_required():
            values[name] = cls.model_fields[name].get_default(call_default_factory=True)
    return values

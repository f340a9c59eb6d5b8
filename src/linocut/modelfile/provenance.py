"""Where a model came from, and how its data was loaded, as a document."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

from linocut.core.randomness import SEEDS
from linocut.data import LoadOptions, TableOptions
from linocut.modelfile.contents import Provenance
from linocut.modelfile.plain import Fields, checked_text, encoded, is_whole, named
from linocut.modelfile.rules import FLAG, NOTHING, TEXT, Rule, number, one_of, pair_of, whole

MOST_ROWS = 10**12  # images or rows of any dataset
MOST_COLUMNS = 10_000  # of a table that are skipped
MOST_CLASSES = 65_536
LARGEST_IMAGE = 2**20  # pixels


def provenance_document(provenance: Provenance) -> dict[str, Any]:
    """Return what `provenance_of` reads."""
    document = {
        each.name: encoded(getattr(provenance, each.name))
        for each in fields(Provenance)
        if each.name != "loaded_with"
    }
    options = provenance.loaded_with
    apart = {"table", "class_names", "corrections"}
    document["loaded_with"] = {
        **{name: encoded(value) for name, value in vars(options).items() if name not in apart},
        "table": {**asdict(options.table), "skip_columns": list(options.table.skip_columns)},
    }
    # Fields that older files do not have:
    if options.class_names is not None:
        document["loaded_with"]["class_names"] = list(options.class_names)
    if options.corrections is not None:
        document["loaded_with"]["corrections"] = options.corrections
    return document


def provenance_of(given: Fields) -> Provenance:
    """Return where the model came from."""
    texts: dict[str, Any] = {
        name: given.text(name)
        for name in ("dataset", "source", "data_sha256", "rung", "title", "version", "created")
    }
    rows: dict[str, Any] = {
        name: given.whole(name, 0, MOST_ROWS) for name in ("rows", "test_rows", "validation_rows")
    }
    numbers = {
        name: given.value(name)
        for name in ("gap", "accuracy", "low", "high", "validation_accuracy")
    }
    for name, value in numbers.items():
        if not (value is None or is_whole(value) or isinstance(value, float)):
            raise given.wrong(name, value, "a number or none")
    chosen = given.value("chosen")
    if not isinstance(chosen, dict) or not all(isinstance(key, str) for key in chosen):
        raise given.wrong("chosen", chosen, "parameters by their names")
    loaded_with = _load_options(given.object("loaded_with"))
    given.end()
    return Provenance(loaded_with=loaded_with, chosen=chosen, **texts, **rows, **numbers)


def _load_options(given: Fields) -> LoadOptions:
    table = given.object("table")
    columns = table.items("skip_columns")
    if len(columns) > MOST_COLUMNS:
        raise table.wrong("skip_columns", len(columns), f"at most {MOST_COLUMNS:,} columns")
    with named("skip_columns"):
        skipped = tuple(map(checked_text, columns))
    options = LoadOptions(
        test_size=_given(given, "test_size", NOTHING | number(0, 1)),
        seed=given.whole("seed", 0, SEEDS - 1),
        split=_given(given, "split", NOTHING | one_of("stratified", "ordered")),
        skip_bad=given.flag("skip_bad"),
        shape=_given(given, "shape", NOTHING | pair_of(whole(1, LARGEST_IMAGE))),
        table=TableOptions(
            _given(table, "label_column", NOTHING | TEXT),
            _given(table, "header", NOTHING | FLAG),
            skipped,
        ),
        labels=_given(given, "labels", NOTHING | TEXT),
        class_names=_class_names(given),
        corrections=given.text("corrections") if "corrections" in given.left else None,
    )
    table.end()
    given.end()
    return options


def _class_names(given: Fields) -> tuple[str, ...] | None:
    if "class_names" not in given.left:
        return None
    names = given.items("class_names")
    if len(names) > MOST_CLASSES:
        raise given.wrong("class_names", len(names), f"at most {MOST_CLASSES:,} names")
    with named("class_names"):
        return tuple(map(checked_text, names))


def _given(given: Fields, name: str, rule: Rule) -> Any:
    value = given.value(name)
    rule.check(name, value)
    return value

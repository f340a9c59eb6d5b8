"""``linocut export``: a model in a form that other programs run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from linocut.cli.console import progress, say
from linocut.cli.opening import ModelFile, load, reads_strings
from linocut.cli.options import reporter
from linocut.core import LinocutError
from linocut.core.files import check_target

if TYPE_CHECKING:
    from linocut.classifier import ImageClassifier
    from linocut.modelfile import QuantisationLoss
    from linocut.modelfile.html import Samples as ImageSamples

SAMPLES = 30  # images

Onnx = Annotated[
    Path | None, typer.Option("--onnx", help="Write ONNX here (needs the extra onnx).")
]
C = Annotated[
    Path | None, typer.Option("--c", help="Write one C99 file without dependencies here.")
]
JsonFile = Annotated[Path | None, typer.Option("--json", help="Write JSON with named arrays here.")]
Html = Annotated[
    Path | None,
    typer.Option("--html", help="Write one HTML page here: draw, and see what the model says."),
]
Samples = Annotated[
    str | None,
    typer.Option(
        "--samples",
        metavar="DATASET|PATH",
        help=f"With --html: put up to {SAMPLES} of these test images into the page, to begin from.",
    ),
]
Quantised = Annotated[
    bool, typer.Option("--quantised", help="With --c: weights of 8 bits, for microcontrollers.")
]
Measure = Annotated[
    str | None,
    typer.Option(
        "--measure",
        metavar="DATASET|PATH",
        help="With --quantised: count on these test images what 8 bits cost, and write it into "
        "the file.",
    ),
]


def export(
    model_file: ModelFile,
    onnx: Onnx = None,
    c: C = None,
    json: JsonFile = None,
    html: Html = None,
    samples: Samples = None,
    quantised: Quantised = False,
    measure: Measure = None,
) -> None:
    """Write a model as ONNX, C or JSON, or as a page to draw on."""
    targets = [target for target in (onnx, c, json, html) if target is not None]
    if not targets:
        raise LinocutError("nothing to write — give --onnx, --c, --json or --html with a file")
    if quantised and c is None:
        raise LinocutError("--quantised goes with --c FILE")
    if measure is not None and not quantised:
        raise LinocutError(f"--measure {measure} goes with --c FILE --quantised")
    if samples is not None and html is None:
        raise LinocutError(f"--samples {samples} goes with --html FILE")
    for target in targets:
        check_target(target)
    if reads_strings(model_file):
        _export_reader(model_file, onnx, {"--c": c, "--json": json, "--html": html})
    else:
        _export_images(model_file, onnx, c, json, html, samples, measure, quantised=quantised)
    for target in targets:
        say(f"wrote {target} ({target.stat().st_size / 1e3:,.0f} kB)")


def _export_reader(model_file: Path, onnx: Path | None, others: dict[str, Path | None]) -> None:
    """Write a reader as ONNX where it has fixed positions; refuse what there is no form for."""
    from linocut.lines import StringReader
    from linocut.lines.onnx import export_reader_onnx
    from linocut.modelfile.plain import named

    if others["--html"] is not None:
        raise LinocutError(
            f"{model_file}: reads strings, which no HTML page does by itself — linocut serve "
            f"{model_file} answers with a page that does"
        )
    for option, target in others.items():
        if target is not None:
            raise LinocutError(
                f"{option} {target}: {model_file} reads strings, for which only --onnx has a form, "
                "of fixed positions — linocut predict and serve run any reader"
            )
    assert onnx is not None
    reader = StringReader.load(model_file)
    with named(str(model_file)):
        export_reader_onnx(reader.contents, onnx)


def _export_images(
    model_file: Path, onnx: Path | None, c: Path | None, json: Path | None, html: Path | None,
    samples: str | None, measure: str | None, *, quantised: bool,
) -> None:  # fmt: skip
    from linocut.modelfile import export_c, export_html, export_json, export_onnx

    model = load(model_file)
    contents = model.contents
    loss = None if measure is None else _measured(model, measure)
    shown = None if samples is None else _samples(model, samples)
    if onnx is not None:
        export_onnx(contents, onnx)
    if c is not None:
        export_c(contents, c, quantised=quantised, measured=loss)
    if json is not None:
        export_json(contents, json)
    if html is not None:
        export_html(contents, html, name=model_file.stem, samples=shown)


def _measured(model: ImageClassifier, source: str) -> QuantisationLoss:
    """Count on the test images of a dataset what weights of 8 bits cost."""
    from linocut.data import load_dataset
    from linocut.ladder import labels_for
    from linocut.modelfile import quantisation_loss

    with progress() as display:
        dataset = load_dataset(source, intake=model.intake_, progress=reporter(display))
        labels = labels_for(model, dataset, dataset.test)
        display.add_task("measuring what 8 bits cost", total=None)
        loss = quantisation_loss(model.contents, dataset.test.images, labels)
    say(loss.sentence)
    return loss


def _samples(model: ImageClassifier, source: str) -> ImageSamples:
    """Take a few test images of each class of a dataset."""
    from linocut.data import load_dataset
    from linocut.modelfile.html import Samples

    with progress() as display:
        dataset = load_dataset(source, intake=model.intake_, progress=reporter(display))
    test = dataset.test
    return Samples.of(test.images, test.labels, dataset.class_names, SAMPLES)

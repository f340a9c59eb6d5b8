"""How well whole strings are read: CAPTCHAs, strings of MNIST digits, drawn strings of two styles.

    python benchmarks/strings.py captcha            ten folds over all 1,040 images
    python benchmarks/strings.py captcha --folds 2  the first two of the ten
    python benchmarks/strings.py captcha --ctc      CNN + CTC beside it, on the same folds
    python benchmarks/strings.py digits             5 MNIST digits that touch and overlap, 20,000
    python benchmarks/strings.py drawn              4 of 62 symbols, two styles, 100 × 35 pixels

Nothing is chosen on a test fold: what is not given is chosen on a validation part of the training
images of each fold. Prints whole images and glyphs with Wilson intervals, and seconds.
"""

from __future__ import annotations

import argparse
import string
import time
from collections.abc import Iterator
from pathlib import Path

import matplotlib as mpl
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from linocut.data import load_dataset
from linocut.evaluate.intervals import Estimate
from linocut.lines import StringReader, Strings, load_strings, synthetic_strings
from linocut.lines.judging import judge_texts

FOLDS = 10
FONTS = Path(mpl.get_data_path()) / "fonts" / "ttf"
STYLES = ("DejaVuSans.ttf", "DejaVuSerif-Bold.ttf")
SYMBOLS = string.digits + string.ascii_letters


def captcha(folds: int) -> Iterator[tuple[Strings, Strings]]:
    """Yield training and test part of the first folds of ten."""
    dataset = load_strings("captcha-v2")
    images = dataset.train.images + dataset.test.images
    texts = dataset.train.texts + dataset.test.texts
    every = Strings(images, texts)
    order = np.random.default_rng(1).permutation(len(every))
    for part in np.array_split(order, FOLDS)[:folds]:
        yield every.take(np.setdiff1d(order, part)), every.take(part)


def digits(n: int) -> Iterator[tuple[Strings, Strings]]:
    """Yield strings of MNIST's training digits, and of its test digits."""
    made = synthetic_strings(load_dataset("mnist"), n, length=(5, 5), random_state=0)
    yield made.train, made.test.take(range(min(len(made.test), 2000)))


def drawn(n: int) -> Iterator[tuple[Strings, Strings]]:
    """Yield drawn strings; half of them of either style, in both parts."""
    random = np.random.default_rng(0)
    made = [one_drawn(random, k % len(STYLES)) for k in range(n + n // 4)]
    images, texts = zip(*made, strict=True)
    every = Strings(images, texts)
    yield every.take(range(n)), every.take(range(n, len(every)))


def one_drawn(random: np.random.Generator, style: int) -> tuple[np.ndarray, str]:
    """Draw four symbols of one style, with thin lines and grains: 100 × 35 pixels, light ink."""
    text = "".join(random.choice(list(SYMBOLS), 4))
    page = Image.new("L", (100, 35), int(random.integers(0, 30)))
    draw = ImageDraw.Draw(page)
    x = float(random.uniform(4, 12))
    for symbol in text:
        font = ImageFont.truetype(FONTS / STYLES[style], int(random.integers(20, 27)))
        glyph = Image.new("L", (40, 44), 0)
        ImageDraw.Draw(glyph).text((8, 6), symbol, font=font, fill=255)
        glyph = glyph.rotate(float(random.uniform(-12, 12)), Image.Resampling.BILINEAR)
        left = glyph.getbbox()[0]
        grey = int(random.integers(150, 256))
        page.paste(grey, (round(x) - left, int(random.integers(-6, 1))), glyph)
        x += glyph.getbbox()[2] - left + float(random.uniform(-1, 4))
    for _ in range(3):
        ends = [(int(random.integers(0, 100)), int(random.integers(0, 35))) for _ in range(2)]
        draw.line(ends, fill=int(random.integers(100, 220)))
    pixels = np.array(page)
    grains = random.random(pixels.shape) < 0.03
    pixels[grains] = random.integers(0, 256, int(grains.sum()))
    return pixels, text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("captcha", "digits", "drawn"))
    parser.add_argument("--folds", type=int, default=FOLDS)
    parser.add_argument("-n", type=int, default=None, help="strings to learn from")
    parser.add_argument("--preparation", default=None, help="none, median or contrast; not chosen")
    parser.add_argument("-C", type=float, default=None, help="inverse penalty; not chosen")
    parser.add_argument("--ctc", action="store_true", help="CNN + CTC beside it")
    given = parser.parse_args()
    parts = {
        "captcha": lambda: captcha(given.folds),
        "digits": lambda: digits(given.n or 20_000),
        "drawn": lambda: drawn(given.n or 5000),
    }[given.what]()

    true: list[str] = []
    read: dict[str, list[str]] = {}
    for fold, (train, test) in enumerate(parts, 1):
        true += test.texts
        began, cpu = time.perf_counter(), time.process_time()
        reader = StringReader(preparation=given.preparation, C=given.C).fit(train)
        took = time.perf_counter() - began, time.process_time() - cpu
        texts = [reading.text for reading in reader.read(test)]
        read.setdefault("whole strings", []).extend(texts)
        began = time.perf_counter()
        for image in test.images[:20]:
            reader.read([image])
        each = (time.perf_counter() - began) / 20
        print(
            f"fold {fold}: {said(judge_texts(test.texts, texts).whole)} whole, "
            f"fitted on {len(train):,} in {took[0]:.0f} s ({took[1]:.0f} CPU s), "
            f"{1000 * each:.0f} ms an image; "
            f"{reader.provenance_.chosen}, T = {reader.temperature_:.2f}",
            flush=True,
        )
        if given.ctc:
            from linocut.lines.network.neural import CTCReader

            began = time.perf_counter()
            network = CTCReader().fit(train)
            read.setdefault("CNN + CTC", []).extend(network.predict(test.images))
            print(f"  CNN + CTC in {time.perf_counter() - began:.0f} s", flush=True)
    for name, texts in read.items():
        judged = judge_texts(true, texts)
        print(f"{name}: {said(judged.whole)} whole, {said(judged.glyphs)} of glyphs")


def said(share: Estimate) -> str:
    return f"{share.value:.2%} ({share.low:.2%} to {share.high:.2%})"


if __name__ == "__main__":
    main()

"""A file of proofs verifies only if it proves all there is to prove, of the dataset given."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fuzz.readers import reader_of
from fuzz.running import run_here
from linocut.core import LinocutError
from linocut.data.dataset import fingerprint
from linocut.explain.separability import Separability, Undecided, proof_file, separability
from linocut.explain.separability.exact import largest_multiplier
from linocut.explain.separability.proof_file import packed_arrays, unpacked_arrays

NAMES = ("a", "b", "dark")
CORPUS = Path(__file__).parents[2] / "fuzz" / "corpus" / "proofs"


@pytest.fixture(scope="module")
def images():
    """Return classes 0 and 1 drawn alike, of more images than pixels, and a dark class 2."""
    images = np.random.default_rng(0).integers(0, 256, (120, 4, 4)).astype(np.uint8)
    images[80:] //= 8
    return images


@pytest.fixture(scope="module")
def labels():
    return np.repeat([0, 1, 2], 40)


@pytest.fixture(scope="module")
def table(images, labels):
    found = separability(images, labels, NAMES)
    assert [each.verdict for each in found.certificates] == [
        "not separable", "separable", "separable", "not separable", "not separable", "separable",
    ]  # fmt: skip
    return found


@pytest.fixture
def refused(images, labels):
    """Verify a table or a file, which must be refused in one line."""

    def check(forged, message):
        with pytest.raises(LinocutError, match=message) as caught:
            if isinstance(forged, bytes):
                forged = Separability.of_bytes(forged)
            forged.verified(images, labels, NAMES)
        assert "\n" not in str(caught.value)

    return check


def _without(table, *which):
    kept = [each for i, each in enumerate(table.certificates) if i not in which]
    return replace(table, certificates=tuple(kept))


def _with_answer(table, at, **changes):
    certificates = list(table.certificates)
    answer = replace(certificates[at].answer, **changes)
    certificates[at] = replace(certificates[at], answer=answer)
    return replace(table, certificates=tuple(certificates))


def _with_arrays(table, **changes):
    return packed_arrays(unpacked_arrays(table.to_bytes()) | changes)


def _about(table, **changes):
    about = json.loads(unpacked_arrays(table.to_bytes())["about"].tobytes()) | changes
    return _with_arrays(table, about=_text(json.dumps(about)))


def _text(text):
    return np.frombuffer(text.encode(), np.uint8)


# What it is about


def test_what_was_written_verifies(table, images, labels, tmp_path):
    kept = Separability.load(table.save(tmp_path / "proofs.npz"))
    found = kept.verified(images, labels, NAMES)
    assert (
        found.sentence
        == table.sentence
        == (
            "2 of 3 pairs are separable by a straight cut; "
            "1 of 3 classes against the rest are separable by a straight cut."
        )
    )
    assert found.what_holds == "all 6 certificates hold, checked in exact arithmetic"


def test_swapped_names_are_noticed(table, refused):
    message = "class 0 is 'b' in the certificates, and 'a' in the dataset"
    refused(_about(table, classes=["b", "a", "dark"]), message)


def test_swapped_names_are_noticed_though_the_hash_is_made_to_fit(table, images, labels, refused):
    names = ("b", "a", "dark")
    forged = _about(table, classes=names, images=fingerprint(images, labels, names))
    refused(forged, "class 0 is 'b' in the certificates, and 'a' in the dataset")


def test_names_that_are_not_those_of_the_hash_are_noticed(table, images, labels):
    names = ("b", "a", "dark")
    forged = Separability.of_bytes(_about(table, classes=names))
    with pytest.raises(LinocutError, match="about other images or labels"):
        forged.verified(images, labels, names)


def test_another_number_of_classes_is_noticed(table, refused):
    message = "about 4 classes, and the dataset has 3"
    refused(_about(table, classes=[*NAMES, "more"]), message)


def test_one_pixel_or_one_label_is_noticed(table, images, labels):
    other = images.copy()
    other[5, 0, 0] ^= 1
    with pytest.raises(LinocutError, match="about other images or labels"):
        table.verified(other, labels, NAMES)
    moved = labels.copy()
    moved[5] = 1
    with pytest.raises(LinocutError, match="about other images or labels"):
        table.verified(images, moved, NAMES)


def test_images_of_another_shape_are_others(table, images, labels):
    with pytest.raises(LinocutError, match="about other images or labels"):
        table.verified(images.reshape(120, 2, 8), labels, NAMES)


def test_a_name_of_two_lines_is_told_in_one(table, refused):
    refused(_about(table, classes=["a\nb", "b", "dark"]), r"class 0 is ''a\\nb'' in the")


# What is there


def test_an_empty_file_proves_nothing(table, refused):
    empty = replace(table, certificates=())
    assert empty.sentence == (
        "nothing is known of 3 pairs; nothing is known of 3 classes against the rest."
    )
    message = "6 of 6 certificates are missing: a / b, a / dark, b / dark, a / the rest, b / the "
    refused(empty.to_bytes(), message + "rest and 1 more")


def test_where_there_is_nothing_to_prove_nothing_holds(images, labels):
    one = labels == 0
    empty = Separability(NAMES, (), fingerprint(images[one], labels[one], NAMES))
    with pytest.raises(LinocutError, match="images of 1 class — two are needed"):
        empty.verified(images[one], labels[one], NAMES)


def test_inseparable_pairs_that_are_left_out_are_named(table, refused):
    forged = _without(table, 0, 3, 4)
    assert "(nothing is known of 1 more)" in forged.sentence
    message = "3 of 6 certificates are missing: a / b, a / the rest, b / the rest$"
    refused(forged.to_bytes(), message)


def test_pairs_without_the_rest_are_not_all(table, refused):
    refused(_without(table, 3, 4, 5).to_bytes(), "3 of 6 certificates are missing: a / the rest")


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        (0, 1, "a / b is there twice"),
        (0, -1, "a / the rest is there twice"),
        (1, 1, "a certificate sets 'b' against itself"),
        (1, 0, "a certificate sets class 1 against an earlier one"),
        (0, 3, "a certificate sets class 0 against 3, of 3"),
        (-1, 0, "a certificate sets class -1 against 0, of 3"),
        (0, -2, "a certificate sets class 0 against -2, of 3"),
    ],
)
def test_a_pair_that_is_none_is_refused(table, refused, first, second, message):
    problems = np.array([each.problem for each in table.certificates], np.int32)
    problems[5] = first, second
    refused(_with_arrays(table, problems=problems), message)


def test_classes_without_images_need_no_proof_and_allow_none(images, labels):
    few = labels < 2
    about = images[few], labels[few], NAMES
    found = separability(*about)
    assert [each.problem for each in found.verified(*about).certificates] == [(0, 1)]
    stranger = replace(found.certificates[0], second=2, answer=Undecided("nothing"))
    forged = replace(found, certificates=(*found.certificates, stranger))
    with pytest.raises(LinocutError, match=r"not hold: a / dark \(there are no images of it\)"):
        forged.verified(*about)


def test_a_verdict_that_is_turned_round_is_noticed(table, refused):
    a, b, *others = table.certificates
    forged = replace(
        table, certificates=(replace(a, answer=b.answer), replace(b, answer=a.answer), *others)
    )
    message = r"2 of 6 certificates do not hold: a / b \(its weights do not separate\), a / dark \("
    refused(forged.to_bytes(), message)


def test_what_is_undecided_is_told(table, images, labels):
    certificates = list(table.certificates)
    certificates[0] = replace(certificates[0], answer=Undecided("all is proved"))
    kept = Separability.of_bytes(replace(table, certificates=tuple(certificates)).to_bytes())
    found = kept.verified(images, labels, NAMES)
    assert found.what_holds == (
        "5 of 6 certificates hold, checked in exact arithmetic; undecided: a / b"
    )
    assert "and 1 undecided" in found.sentence
    # What was tried is not kept, as nobody could check it.
    assert found.rows()[0]["proof"] == "no proof was found when the file was made"


# What proves it


def test_weights_that_are_off_do_not_separate(table, refused):
    weights = table.certificates[1].answer.weights.copy()
    weights[3] += 10 * np.abs(weights).sum()
    message = r"1 of 6 certificates does not hold: a / dark \(its weights do not separate\)"
    refused(_with_answer(table, 1, weights=weights).to_bytes(), message)


def test_weights_for_other_pixels_are_refused(table, refused):
    refused(_with_answer(table, 1, weights=np.ones(9, np.int64)), "9 weights for images of 16 pix")


def test_weights_too_large_for_exact_sums_are_refused(table, refused):
    weights = table.certificates[1].answer.weights * 2**50
    refused(_with_answer(table, 1, weights=weights).to_bytes(), "weights too large for exact sums")


@pytest.mark.parametrize("off", [-1, 1])
def test_the_margin_is_computed_again(table, refused, off):
    margin = table.certificates[1].answer.margin
    forged = _with_answer(table, 1, margin=margin + off).to_bytes()
    refused(forged, rf"a / dark \(its margin is {margin}, not {margin + off}\)")


def test_multipliers_off_by_one_are_no_witness(table, refused):
    first, *others = table.certificates[0].answer.multipliers
    forged = _with_answer(table, 0, multipliers=(first + 1, *others)).to_bytes()
    refused(forged, r"a / b \(its multipliers do not sum to zero\)")


def test_a_multiplier_of_zero_is_no_part_of_a_proof(table, refused):
    answer = table.certificates[0].answer
    more = int(np.setdiff1d(np.arange(80), answer.rows)[-1])
    rows, multipliers = np.append(answer.rows, more), (*answer.multipliers, 0)
    order = np.argsort(rows)
    forged = _with_answer(
        table, 0, rows=rows[order], multipliers=tuple(multipliers[i] for i in order)
    )
    refused(forged.to_bytes(), "not every image of it has a multiplier above zero")


def test_images_that_count_twice_or_are_not_there_are_refused(table, refused):
    answer = table.certificates[0].answer
    twice = {
        "rows": np.concatenate([answer.rows, answer.rows]), "multipliers": answer.multipliers * 2
    }  # fmt: skip
    refused(_with_answer(table, 0, **twice).to_bytes(), "each once and in order")
    refused(_with_answer(table, 0, rows=answer.rows + 80).to_bytes(), "each once and in order")
    refused(_with_answer(table, 0, rows=answer.rows - 80).to_bytes(), "each once and in order")
    rows = answer.rows.copy()
    rows[1] = np.iinfo(np.int64).min  # its difference to what comes before overflows
    refused(_with_answer(table, 0, rows=rows).to_bytes(), "each once and in order")


def test_multipliers_larger_than_any_that_are_needed_are_refused_at_once(table, refused):
    huge = 1 << 10**6
    multipliers = tuple(huge * value for value in table.certificates[0].answer.multipliers)
    forged = _with_answer(table, 0, multipliers=multipliers).to_bytes()
    start = time.perf_counter()
    refused(forged, r"a / b \(multipliers of 1,000,\d+ bits, where [0-9]+ are always enough\)")
    # Their sum modulo 66,000 primes would take minutes.
    assert time.perf_counter() - start < 5


def test_multipliers_that_are_needed_are_within_the_bound():
    largest = 0
    for seed in range(30):
        rng = np.random.default_rng(seed)
        images, labels = rng.integers(0, 256, (40, 3, 3)).astype(np.uint8), np.repeat([0, 1], 20)
        found = separability(images, labels, "ab").verified(images, labels, "ab")
        for each in found.certificates:
            bits = max(getattr(each.answer, "multipliers", (1,)))
            largest = max(largest, bits.bit_length())
    assert 20 < largest <= largest_multiplier(9)


# The file


def test_an_older_format_is_named(table, tmp_path, refused):
    about = json.dumps({"format": "linocut separability 1", "classes": NAMES, "certificates": []})
    np.savez_compressed(tmp_path / "old.npz", about=_text(about))
    with pytest.raises(LinocutError, match=r"old.npz: written by an older linocut \(format 1, thi"):
        Separability.load(tmp_path / "old.npz")
    refused(_about(table, format="linocut separability 3"), "a newer linocut .* update linocut")
    refused(_about(table, format="linocut"), "holds no certificates")


def test_files_that_are_no_certificates_are_refused(tmp_path):
    (tmp_path / "text.npz").write_text("nothing")
    (tmp_path / "empty.npz").write_bytes(b"")
    (tmp_path / "folder.npz").mkdir()
    np.savez(tmp_path / "other.npz", a=np.zeros(3))
    np.savez(tmp_path / "objects.npz", about=np.array([{}], object), allow_pickle=True)
    for name in ("text", "empty", "folder", "other", "objects", "absent"):
        with pytest.raises(LinocutError, match=f"{name}.npz"):
            Separability.load(tmp_path / f"{name}.npz")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"verdicts": np.full(6, 3, np.uint8)}, "a verdict of it is none"),
        ({"verdicts": np.zeros(6, np.uint8)}, "weights and a margin for each of 0 separable"),
        ({"verdicts": np.zeros(5, np.uint8)}, "do not all have two classes, a verdict and a time"),
        ({"seconds": np.full(6, np.nan)}, "took no time that there is"),
        ({"seconds": np.full(6, -1.0)}, "took no time that there is"),
        ({"margins": np.ones(2, np.int64)}, "weights and a margin for each of 3 separable"),
        ({"margins": np.ones(3)}, "margins is of type <f8"),
        ({"witnesses": np.full((3, 2), 2**62)}, "a witness for each of 3 problems that are not"),
        ({"witnesses": np.ones((3, 2), np.int64)}, "its witnesses are not as long as they say"),
        ({"witnesses": np.ones((2, 2), np.int64)}, "a witness for each of 3 problems that are not"),
        ({"rows": np.zeros(3, "<U9")}, "rows is no array of numbers"),
        ({"weights": np.ones((3, 0), np.int64)}, "weights and a margin for each of 3 separable"),
        ({"weights": np.ones((4, 17), np.int64).T[:3]}, "weights is no array of numbers"),
        ({"more": np.zeros(3)}, "its arrays are not those of a file of certificates"),
        ({"about": _text("[" * 10**5)}, "its JSON cannot be read"),
        ({"about": _text("9" * 10**5)}, "its JSON cannot be read"),
        ({"about": _text("[]")}, "holds no certificates"),
        ({"about": _text(" " * 5 * 2**20)}, "takes more than 4,194,304 bytes"),
    ],
)
def test_damage_has_its_message(table, refused, changes, message):
    refused(_with_arrays(table, **changes), message)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"classes": "abc"}, "its classes are no list of names"),
        ({"classes": [1, 2, 3]}, "its classes are no list of names"),
        ({"images": "0"}, "it does not say which images it is about"),
        ({"images": None}, "it does not say which images it is about"),
        ({"proved": True}, "it says more than a file of certificates does"),
    ],
)
def test_what_it_is_about_is_checked(table, refused, changes, message):
    refused(_about(table, **changes), message)


def test_a_compressed_file_is_refused_before_it_is_unpacked(table, tmp_path, refused):
    arrays = unpacked_arrays(table.to_bytes()) | {"rows": np.zeros(10**7, np.int64)}
    np.savez_compressed(tmp_path / "bomb.npz", **arrays)
    refused((tmp_path / "bomb.npz").read_bytes(), "its arrays are not stored side by side")


def test_a_file_larger_than_any_is_refused(table, tmp_path, monkeypatch):
    path = table.save(tmp_path / "proofs.npz")
    monkeypatch.setattr(proof_file, "LARGEST_FILE", path.stat().st_size - 1)
    with pytest.raises(LinocutError, match="a file of certificates has 0 MB at most"):
        Separability.load(path)
    with pytest.raises(LinocutError, match="6 certificates in 0 MB — a file holds 1,000,000 and"):
        table.save(tmp_path / "larger.npz")
    assert not (tmp_path / "larger.npz").exists()


def test_a_million_certificates_are_refused_before_they_are_made(table, refused):
    m = 10**6 + 1
    none = {name: array[:0] for name, array in unpacked_arrays(table.to_bytes()).items()}
    many = none | {
        "problems": np.zeros((m, 2), np.int32), "verdicts": np.zeros(m, np.uint8),
        "seconds": np.zeros(m),
    }  # fmt: skip
    del many["about"]
    refused(_with_arrays(table, **many), "1,000,001 certificates — 1,000,000 at most")


def test_a_truncated_file_is_refused_wherever_it_ends(table):
    data = table.to_bytes()
    for length in range(0, len(data), 97):
        with pytest.raises(LinocutError, match="truncated"):
            Separability.of_bytes(data[:length])


def test_names_of_any_letters_are_kept(images, labels):
    names = ("é", "\udce9", "[/x]\n")
    table = separability(images, labels, names)
    found = Separability.of_bytes(table.to_bytes()).verified(images, labels, names)
    assert found.classes == names


@given(st.binary(max_size=300))
@settings(max_examples=300, deadline=None)
def test_random_bytes_are_refused(data):
    with pytest.raises(LinocutError, match="holds no certificates"):
        Separability.of_bytes(data)


@pytest.mark.timeout(120)
def test_forged_and_damaged_files_tell_the_truth_or_are_refused():
    reader = reader_of("proofs")
    outcome = run_here(reader, reader.seeds(), range(1000))
    assert not outcome.failures
    assert outcome.read > 100 < outcome.refused  # both happen, so both are tried


@pytest.mark.parametrize("path", sorted(CORPUS.iterdir()), ids=lambda path: path.name)
def test_what_failed_once_is_refused(path):
    with pytest.raises(LinocutError):
        reader_of("proofs").read(path.read_bytes())


def test_a_class_may_be_called_the_rest(images, labels):
    names = ("a", "the rest", "dark")
    table = separability(images, labels, names)
    pairs = [(row["class"], row["against"]) for row in table.rows()]
    assert len(set(pairs)) == len(pairs) == 6
    assert ("a", "the rest") in pairs
    assert ("a", "the rest of the classes") in pairs
    drawn = [tick.get_text() for tick in table.plot().axes[0].get_yticklabels()]
    assert drawn == [*names, "the rest of the classes"]

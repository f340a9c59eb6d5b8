"""Other names for the classes, from the command line to the page and the model file."""

import json
import re

import pytest

WORDS = "zero,one,two,three,four,five,six,seven,eight,nine"


def test_a_report_knows_both_names(linocut, tmp_path):
    done = linocut("report", "digits", "--rungs", "mean-dot", "--class-names", WORDS)
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "digits-report.html").read_text(encoding="utf-8")
    held = page.partition('id="linocut-document">')[2].partition("</script>")[0]
    dataset = json.loads(held)["dataset"]
    assert dataset["class_names"] == WORDS.split(",")
    assert dataset["other_names"] == list("0123456789")


def test_a_model_file_remembers_them(linocut, tmp_path):
    (tmp_path / "names.txt").write_text("\n".join(WORDS.split(",")) + "\n", encoding="utf-8")
    done = linocut("fit", "digits", "--rung", "mean-difference", "--class-names", "@names.txt")
    assert done.returncode == 0, done.stderr
    shown = linocut("explain", "digits.linocut", "--index", "0")
    assert shown.returncode == 0, shown.stderr
    assert re.search(f"labelled ({WORDS.replace(',', '|')}):", shown.stdout)
    assert f"--class-names {WORDS}" in linocut("show", "digits.linocut").stdout


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ("a,b", "2 class names — digits has 10 classes"),
        ("@absent.txt", "absent.txt cannot be read: No such file or directory"),
    ],
    ids=["count", "file"],
)
def test_names_that_do_not_fit_are_one_line(linocut, names, told):
    done = linocut("ladder", "digits", "--class-names", names)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith("linocut: ")
    assert told in line

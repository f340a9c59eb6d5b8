"""Corrected labels, from the command line to the model file."""

from linocut.data import load_dataset

HEADER = "part,index,file,given,proposed,score\n"


def test_a_fit_takes_corrections_and_its_model_remembers_them(linocut, tmp_path):
    label = load_dataset("digits").train.labels[3]
    (tmp_path / "table.csv").write_text(f"{HEADER}train,3,,{label},{(label + 1) % 10},0.9\n")
    done = linocut("fit", "digits", "--rung", "mean-difference", "--corrections", "table.csv")
    assert done.returncode == 0, done.stderr
    assert "By table.csv, 1 label was corrected and 0 images were left out." in done.stderr
    shown = linocut("show", "digits.linocut")
    assert f"--corrections {tmp_path / 'table.csv'}" in shown.stdout
    explained = linocut("explain", "digits.linocut", "--index", "0")
    assert explained.returncode == 0, explained.stderr
    assert "By table.csv" in explained.stderr


def test_corrections_that_do_not_fit_are_one_line(linocut, tmp_path):
    (tmp_path / "table.csv").write_text(f"{HEADER}train,3,,x,1,0.9\n")
    done = linocut("ladder", "digits", "--corrections", "table.csv")
    assert done.returncode == 2
    assert done.stderr.strip().endswith(
        "table.csv, row 2: given 'x' is no class — they are 0, 1, 2, 3, 4, 5, 6, 7, 8, 9"
    )

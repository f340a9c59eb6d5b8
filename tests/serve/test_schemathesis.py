"""The OpenAPI document is true: Schemathesis asks what it allows and what it forbids."""

import os
import subprocess
import sys
from pathlib import Path

from linocut.data import load_dataset
from linocut.lines import StringReader, synthetic_strings
from linocut.serve import Limits
from support.serving import served

HERE = Path(__file__).parent
TOKEN = "schemathesis-knows-it"
EXAMPLES = 40  # of each kind of request to each path


def asked(client, *options):
    """Run it against a server; its plugin for pytest does not work with all versions of that."""
    done = subprocess.run(
        [
            sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()",
            "--config-file", HERE / "schemathesis.toml", "run", f"{client.base_url}/openapi.json",
            "--max-examples", str(EXAMPLES), "--seed", "0", "--generation-database", "none",
            "--request-timeout", "60", "--no-color", *options,
        ],
        env={
            **os.environ, "SCHEMATHESIS_HOOKS": "support.openapi_images",
            "PYTHONPATH": os.pathsep.join([str(HERE.parent), os.environ.get("PYTHONPATH", "")]),
        },
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    told = done.stdout[:3000] + done.stdout[-1000:] + done.stderr[-2000:]
    assert done.returncode == 0, told
    return done.stdout


def test_every_answer_is_as_documented(need_extra, model_file):
    need_extra("schemathesis")
    with served(model_file, token=TOKEN) as client:
        told = asked(client, "-H", f"Authorization: Bearer {TOKEN}")
        counts = client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"}).text
    assert "Tested: 7" in told
    for path in ("/v1/predict", "/v1/explain"):
        for status in (200, 401, 404, 422):
            assert f'method="POST",path="{path}",status="{status}"' in counts


def test_a_reader_of_strings_is_documented_as_truly(need_extra, tmp_path):
    need_extra("schemathesis")
    strings = synthetic_strings(load_dataset("digits"), 120, length=(2, 3), random_state=0)
    reader = StringReader(preparation="none", C=0.3, max_iter=10).fit(strings.train)
    few = Limits(images=4)  # a string takes longer to read than a digit
    with served(reader.save(tmp_path / "strings.linocut"), limits=few) as client:
        content = client.get("/openapi.json").json()["paths"]["/v1/predict"]["post"]["requestBody"]
        asked(client)
        counts = client.get("/metrics").text
    assert "application/json" not in content["content"]
    assert 'path="/v1/explain",status="200"' in counts

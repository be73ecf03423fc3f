"""What an execution leaves in a notebook: small pictures, true to what was drawn."""

import base64
import io

import numpy as np
from nbformat.v4 import new_code_cell, new_notebook
from PIL import Image

from course_utils.authoring.execute import compress_png, execute
from course_utils.plotting import MODEL, new_figure, to_png


def pixels(png: bytes):
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)


def test_a_compressed_picture_is_smaller_and_looks_the_same():
    drawn = new_figure()
    ax = drawn.subplots()
    x = np.linspace(0, 6, 200)
    ax.fill_between(x, np.sin(x), color=MODEL, alpha=0.3)
    ax.imshow(np.outer(x, x), extent=(0, 6, -1, 1), aspect="auto", alpha=0.6)
    png = to_png(drawn)
    small = base64.b64decode(compress_png(base64.b64encode(png).decode()))
    assert len(small) < 0.6 * len(png)
    assert np.abs(pixels(small) - pixels(png)).max() <= 12  # of 255


def test_a_live_explorer_leaves_its_picture_with_alt_text_and_no_widget():
    code = (
        "from course_utils.explore import explore\n"
        "explore(lambda ax, a: ax.axvline(a), a=[1, 2, 3], alt='A line at {a} on an empty plane.')"
    )
    cell = execute(new_notebook(cells=[new_code_cell(code)]))[0].cells[0]
    [output] = cell.outputs
    assert set(output.data) == {"image/png", "text/plain"}
    assert output.metadata["image/png"]["alt"] == "A line at 1 on an empty plane."
    assert pixels(base64.b64decode(output.data["image/png"])).std() > 0


def test_what_a_cell_prints_is_one_output_however_it_came():
    """The kernel sends what was printed in pieces; where they break is chance."""
    code = "import sys, time\nfor i in range(3):\n    print(i)\n    sys.stdout.flush()\n    time.sleep(0.3)\n'last'"
    cell = execute(new_notebook(cells=[new_code_cell(code)]))[0].cells[0]
    assert [output.output_type for output in cell.outputs] == ["stream", "execute_result"]
    assert cell.outputs[0].text == "0\n1\n2\n"

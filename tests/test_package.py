"""The package loads what is used and nothing else, and its layers depend on each other in one direction."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "course_utils"
ABOVE_MATHEMATICS = {"plotting", "explore", "exercises", "authoring", "cli", "doctor", "workspace"}
TOOLS = {"authoring", "cli", "doctor", "workspace", "course_root"}  # they may use everything


def modules():
    """Return the dotted name of each module below the package, and its file."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def layer(name):
    return name.partition(".")[0]


def imports(source, name, *, lazy=True):
    """Return the full names that a module imports; with `lazy` also those inside functions."""
    found = set()
    tree = ast.parse(source)
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) for part in ast.walk(node)}
    for node in ast.walk(tree):
        if id(node) in inside and not lazy:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            package = ["course_utils", *name.split(".")]
            base = ".".join(package[: -node.level]) if node.level else ""
            module = ".".join(filter(None, [base, node.module]))
            found |= {module} | {f"{module}.{alias.name}" for alias in node.names}
    return found


def own(names):
    """Return the layers of the package that are among imported names."""
    return {name.split(".")[1] for name in names if name.startswith("course_utils.")} - {"__version__"}


SOURCES = {name: path.read_text(encoding="utf-8") for name, path in modules().items()}
MATHEMATICS = [name for name in SOURCES if name and layer(name) not in ABOVE_MATHEMATICS | TOOLS]


def loaded_by(statement):
    """Return the modules that a fresh process has loaded after a statement."""
    code = f"import sys; {statement}; print('\\n'.join(sys.modules))"
    return set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())


def test_importing_the_package_loads_nothing():
    loaded = loaded_by("import course_utils")
    assert not loaded & {"numpy", "scipy", "torch", "matplotlib", "matplotlib.pyplot", "IPython", "ipywidgets"}
    assert {name for name in loaded if name.startswith("course_utils.")} == set()


@pytest.mark.parametrize("name", MATHEMATICS)
def test_importing_mathematics_loads_no_plots_and_no_torch(name):
    """Only `models` may load torch."""
    loaded = loaded_by(f"import course_utils.{name}")
    assert not loaded & {"matplotlib", "IPython", "ipywidgets"}
    assert "torch" not in loaded or layer(name) == "models"


@pytest.mark.parametrize("name", ["plotting", "explore", "exercises"])
def test_what_a_notebook_imports_first_loads_neither_torch_nor_pyplot(name):
    loaded = loaded_by(f"import course_utils.{name}")
    assert not loaded & {"torch", "matplotlib.pyplot", "jupytext", "nbconvert", "playwright"}


@pytest.mark.parametrize("name", MATHEMATICS)
def test_mathematics_knows_nothing_of_plots_widgets_and_tools(name):
    """Not even inside a function."""
    found = imports(SOURCES[name], name)
    assert not own(found) & (ABOVE_MATHEMATICS | TOOLS - {"course_root"})
    assert not {layer(other) for other in found} & {"matplotlib", "ipywidgets", "IPython", "PIL"}


@pytest.mark.parametrize(
    ("upper", "forbidden", "outside"),
    [
        ("plotting", {"explore", "exercises", "authoring", "cli", "doctor", "workspace"}, {"ipywidgets"}),
        ("explore", {"exercises", "authoring", "cli", "doctor", "workspace"}, {"IPython"}),
        ("exercises", {"plotting", "explore", "authoring", "cli", "doctor", "workspace"}, {"matplotlib", "ipywidgets"}),
        ("authoring", {"cli"}, set()),
    ],
)
def test_layers_depend_in_one_direction(upper, forbidden, outside):
    for name in (name for name in SOURCES if layer(name) == upper):
        found = imports(SOURCES[name], name)
        assert not own(found) & forbidden, name
        assert not {layer(other) for other in found} & outside, name


def test_pyplot_is_never_imported():
    for name, source in SOURCES.items():
        assert not {other for other in imports(source, name) if other.startswith("matplotlib.pyplot")}, name


def test_no_module_is_a_box_for_everything():
    assert not {name.rpartition(".")[2] for name in SOURCES} & {"utils", "helpers", "common", "misc"}


def test_the_graph_sees_every_way_to_import():
    """Plain, from, renamed, relative, and inside functions."""
    source = (
        "import course_utils.cli as c\nfrom course_utils import explore\n"
        "from . import _grid\nfrom ..plotting import x\n"
        "def f():\n    from course_utils.exercises import check\n"
    )
    assert own(imports(source, "explore._new")) == {"cli", "explore", "plotting", "exercises"}
    assert own(imports(source, "explore._new", lazy=False)) == {"cli", "explore", "plotting"}
    assert {"distributions", "sampling"} <= set(MATHEMATICS)

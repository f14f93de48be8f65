"""The maps in the docstrings of packages."""

import re
from pathlib import Path

import pytest

import normalizers
from normalizers import criteria


@pytest.mark.parametrize("package", [normalizers, criteria], ids=lambda package: package.__name__)
def test_the_map_of_a_package_names_each_of_its_modules(package):
    folder = Path(package.__file__).parent
    modules = {path.stem for path in folder.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()}
    named = set(re.findall(r"`(\w+)`", package.__doc__))
    assert modules - named == {"__init__"}, "name each module in the package's docstring, with what it is for"

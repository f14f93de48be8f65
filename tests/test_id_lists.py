"""Lists of NCT ids that people keep: which ids are found in them, which rows are told, and what cannot be read."""

import io
import struct
import zipfile

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from scraper.id_lists import spreadsheet_process
from scraper.id_lists.found import find
from scraper.id_lists.rows import UnreadableList
from scraper.parse.encoding import is_binary
from tests.each import each

ONE, TWO, THREE = "NCT05160831", "NCT01547091", "NCT06570291"


def places(found):
    return [row.place for row in found.without]


@each(
    ("text", "numbers", "told"),
    [
        ("NCT05160831\nNCT01547091\n", [ONE, TWO], []),
        ("nct05160831", [ONE], []),
        ("Study,Id\nKnee,NCT05160831\n", [ONE], []),
        ("Study;Id;N\r\nKnee;NCT05160831;5\r\nHip;;6\r\n", [ONE], ["line 3"]),
        ("Study\tId\rKnee\tNCT05160831", [ONE], []),
        ('"Arth, foo","NCT05160831"\n', [ONE], []),
        ('"a note\nof two lines",NCT05160831\nx,y\n', [ONE], ["line 3"]),
        ("https://clinicaltrials.gov/study/NCT05160831?tab=table", [ONE], []),
        ("see NCT05160831 and (NCT01547091).", [ONE, TWO], []),
        ("y, NCT 0516 0831 ,spaces", [ONE], []),
        ("NCT 05160831\nNCT-01547091\nNCT: 06570291\nNCT#05326516", [ONE, TWO, THREE, "NCT05326516"], []),
        ("NCT\u00a005160831\nN\u200bCT01547091\nＮＣＴ０６５７０２９１", [ONE, TWO, THREE], []),
        ("NCT05160831 2021", [ONE], []),
        ("NCT05160831\nNCT0516083\nNCT051608311\n5160831\nNTC05160831", [ONE], [f"line {n}" for n in (2, 3, 4, 5)]),
        ("NCT05160831 or NCT123", [ONE], ["line 1"]),
        ("NCT05160831\nNCT00000000", [ONE], ["line 2"]),
        ("NCT0516083\nNCT01547091", [TWO], ["line 1"]),
        ("My trials\n\nName\nNCT05160831\nno id", [ONE], ["line 5"]),
        ("# NCT01547091 was withdrawn\nNCT05160831 # once NCT06570291, NCT01547091\n#NCT01547091", [ONE], []),
        ("#12;NCT05160831\nTrial # 2;NCT01547091", [ONE, TWO], []),
        ('NCT05160831\n"never closed\nNCT01547091', [ONE, TWO], []),
        ("", [], []),
        ("Name\n", [], []),
    ],
)
def test_ids_stand_in_any_text_and_rows_without_one_are_told(text, numbers, told):
    found = find(text.encode())
    assert (list(found.numbers), places(found)) == (numbers, told)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1", "utf-32"]
)
def test_a_text_may_be_in_any_common_encoding(encoding):
    found = find("Étude;Numéro\nGenou – à gauche;NCT05160831\n".replace("–", "-").encode(encoding))
    assert (list(found.numbers), places(found)) == ([ONE], [])


def test_ids_that_stand_more_than_once_are_counted():
    found = find(f"{ONE}\n{TWO}\n{ONE}\n{ONE} {ONE}\n{TWO}".encode())
    assert (found.numbers, found.repeated) == ((ONE, TWO), 2)


def test_a_row_is_shown_with_its_first_words():
    [row] = find(f"{ONE}\nThis row is about a trial that has no number yet; ask".encode()).without
    assert str(row) == "line 2 (This row is about a trial that has no n…)"


@given(st.text())
def test_any_text_is_read_or_told(text):
    content = text.encode("utf-8", "replace")
    if is_binary(content):
        with pytest.raises(UnreadableList):
            find(content)
    else:
        numbers = find(content).numbers
        assert len(set(numbers)) == len(numbers)


@given(st.lists(st.integers(1, 99_999_999).map(lambda number: f"NCT{number:08}"), unique=True, max_size=20))
def test_every_id_of_a_list_is_found(numbers):
    assert list(find("\n".join(numbers).encode()).numbers) == numbers


@pytest.fixture
def in_this_process(monkeypatch):
    """Spreadsheets are read without a process of their own, which takes a while to begin."""
    monkeypatch.setattr("scraper.id_lists.spreadsheet._answer", lambda content: [*spreadsheet_process.answer(content)])


def workbook(*sheets):
    """A workbook with sheets of cells, by row and column."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    for cells in sheets:
        sheet = book.add_worksheet()
        for (row, column), value in cells.items():
            sheet.write(row, column, value)
    book.close()
    return file.getvalue()


def test_ids_stand_in_any_sheet_column_and_cell_of_a_spreadsheet():
    link = "https://clinicaltrials.gov/study/NCT01547091"
    first = {(2, 1): "Study", (2, 2): "Id", (3, 1): "Knee", (3, 2): f"see {ONE}.", (4, 2): link, (5, 1): "Hip"}
    found = find(workbook(first | {(6, 2): 51}, {(0, 0): THREE, (1, 3): f"{ONE.lower()} again"}))
    assert (list(found.numbers), found.repeated) == ([ONE, TWO, THREE], 1)
    assert list(map(str, found.without)) == ["row 6 of Sheet1 (Hip)", "row 7 of Sheet1 (51)"]


def open_document(*rows):
    """A spreadsheet of OpenDocument."""
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    cells = "".join(f"<table:table-row>{''.join(map(cell.format, row))}</table:table-row>" for row in rows)
    space = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<office:document-content xmlns:office="{space}:office:1.0" xmlns:table="{space}:table:1.0"'
        f' xmlns:text="{space}:text:1.0"><office:body><office:spreadsheet><table:table table:name="A">{cells}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return file.getvalue()


def compound(name):
    """A compound file of Microsoft's with one empty stream, as Office keeps what a password protects."""
    free, end = 0xFFFFFFFF, 0xFFFFFFFE
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<9I", 0, 1, 1, 0, 4096, end, 0, end, 0) + struct.pack("<109I", 0, *[free] * 108)

    def entry(title, kind, child, start):
        words = (title + "\0").encode("utf-16-le")
        return (
            words.ljust(64, b"\0")
            + struct.pack("<HBB3I", len(words), kind, 1, free, free, child)
            + bytes(36)
            + struct.pack("<IQ", start, 0)
        )

    table = struct.pack("<128I", 0xFFFFFFFD, end, *[free] * 126)
    unused = entry("", 0, free, 0)
    return header + table + entry("Root Entry", 5, 1, end) + entry(name, 2, free, end) + unused * 2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"%PDF-1.7 NCT05160831", "is a PDF: copy the ids into a text file or a spreadsheet"),
        (bytes(range(256)) * 10, "is neither text nor a spreadsheet: save it as .xlsx, .csv or .txt"),
        (workbook({(0, 0): ONE})[:3000], "is damaged, protected by a password, or no spreadsheet: "),
        (b"PK\x03\x04", "is damaged, protected by a password, or no spreadsheet: "),
        (compound("Nothing"), "is damaged, protected by a password, or no spreadsheet: "),
        (compound("EncryptedPackage"), "is protected by a password: save it without one"),
    ],
    ids=["pdf", "binary", "cut", "nothing", "no spreadsheet", "password"],
)
@pytest.mark.usefixtures("in_this_process")
def test_a_file_that_cannot_be_read_is_one_line(content, message):
    with pytest.raises(UnreadableList) as caught:
        find(content)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


@pytest.mark.usefixtures("in_this_process")
def test_a_spreadsheet_of_opendocument_is_read():
    found = find(open_document(("Study", "Id"), ("Knee", "nct05160831"), ("Hip", "none")))
    assert (list(found.numbers), list(map(str, found.without))) == ([ONE], ["row 3 (Hip | none)"])


def test_a_list_that_is_too_large_is_one_line(monkeypatch):
    monkeypatch.setattr("scraper.id_lists.found.LARGEST", 2**20)
    with pytest.raises(UnreadableList, match="is larger than 1 MiB: divide it"):
        find(b"NCT05160831\n" * 100_000)


def test_a_small_spreadsheet_that_asks_for_endless_memory_is_one_line():
    far = workbook({(0, 0): ONE, (1_048_575, 16_383): TWO})
    with pytest.raises(UnreadableList, match="asks for more memory or time than a list of trials"):
        find(far)


def test_what_lies_in_the_folder_of_the_command_is_not_run(tmp_path, monkeypatch):
    (tmp_path / "python_calamine.py").write_text("raise SystemExit('run')")
    monkeypatch.chdir(tmp_path)
    assert find(workbook({(0, 0): ONE})).numbers == (ONE,)

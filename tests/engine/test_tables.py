"""Tables as people have them: in any encoding, with holes, words, dates and comments, as text or as a workbook."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest

from gradlens import engine
from gradlens.engine.networks.data.encodings import decoded
from gradlens.engine.networks.data.files import opened, read_file
from gradlens.engine.networks.data.missing import Filling
from gradlens.engine.networks.data.overview import read_overview
from gradlens.engine.networks.data.table import Choices, read_table
from tests.each import each

NAMES = "".join(
    f'{i + 1},{i % 2},"Kim, {chr(97 + i)}",{"fm"[i % 2]},{20 + i % 3 if i % 4 else ""},{i}.5\n' for i in range(12)
)
# text: its features, its rows, the first of them, and what is said
TABLES = {
    "a,y\n1,0.5\n,1.5\n4,2.5\n": (["a"], 2, [1], ["csv-holes-left-out"]),
    "a,b,y\n1,-,1.5\n2,5,N/A\n3,4,2.5\n4,?,3.5\n5,1,2.5\n": (["a", "b"], 2, [3, 4], ["csv-holes-left-out"]),
    "w,sex,k\n1,f,0\n2,m,1\n3,f,0\n": (["w", "sex = f", "sex = m"], 3, [1, 1, 0], ["csv-words"]),
    "kind,cap\np,x\ne,b\np,b\n": (["kind = e", "kind = p"], 3, [0, 1], ["csv-words"]),
    "day,sold\n2024-01-01,5.5\n2024-01-03,7.1\n": (["day"], 2, [0], ["csv-dates"]),
    "day,sold\n2024년 3월 1일,5.5\n2024년 2월 28일,7.1\n": (["day"], 2, [2], ["csv-dates"]),
    "day,sold\n01/02/2024,5.5\n13/02/2024,7.1\n": (["day"], 2, [0], ["csv-dates"]),
    "day,sold\n02/01/2024,5.5\n02/13/2024,7.1\n": (["day"], 2, [0], ["csv-dates"]),
    "day,sold\n1 Feb 2024,5.5\n31 Jan 2024,7.1\n": (["day"], 2, [1], ["csv-dates"]),
    "day,sold\n2024-01-01 12:00,5.5\n2024-01-01 00:00,7.1\n": (["day"], 2, [0.5], ["csv-dates"]),
    "d,x,y\n01/02/2024,7,1.5\n03/02/2024,2,2.5\n": (["x"], 2, [7], ["csv-date-order"]),
    "id,survived,name,sex,age,fare\n" + NAMES: (
        ["sex = f", "sex = m", "age", "fare"], 9, [0, 1, 21, 1.5],
        ["csv-index", "csv-names", "csv-words", "csv-holes-left-out"],
    ),
    "a,b,y\n,7,1.5\n,8,2.5\n,9,3.5\n1,1,4.5\n": (["b"], 4, [7], ["csv-empty"]),
    "id,y\n1,3.5\n2,4.5\n": (["id"], 2, [1], []),
    "# a,b,y\n1.5,2.5,0.5\n2.5,1.5,1.5\n": (["a", "b"], 2, [1.5, 2.5], []),
    "% made by hand\n1 2 3.5\n2 3 4.5\n": (["column 1", "column 2"], 2, [1, 2], []),
    "18.0   8   307.5\n15.0   9   350.0\n": (["column 1", "column 2"], 2, [18, 8], []),
    "a,b,y,\n1,2,3.5,\n2,3,4.5,\n": (["a", "b"], 2, [1, 2], []),
    "a,b,y\n1,2,3.5,\n2,3,4.5,\n": (["a", "b"], 2, [1, 2], []),
    "a|b|y\n1|2|u\n2|3|v\n": (["a", "b"], 2, [1, 2], []),
    "sep=;\na;y\n1,5;2,5\n2,5;3,5\n": (["a"], 2, [1.5], ["csv-reading", "csv-reading"]),
    "국가통계\n연도,인구,출산율\n2019,51.7,0.92\n2020,51.8,0.84\n": (["연도", "인구"], 2, [2019, 51.7], []),
    'a,y\n1,"1,100"\n2,"2,200"\n3,"3,300"\n10,"10,1000"\n': (["a"], 4, [1], ["csv-stray-comma"]),
    "a,b,y\n" + "1,5,0\n2,5,1\n" * 12: (["a", "b"], 24, [1, 5], ["csv-constant", "csv-duplicates"]),
}  # fmt: skip


@each("text", TABLES)
def test_a_table_is_read_as_it_is_and_what_was_made_of_it_is_said(text):
    features, count, first, said = TABLES[text]
    table = read_table(text)
    assert (list(table.features), len(table.x), len(table.t)) == (features, count, count)
    assert table.x[0].tolist() == first and [remark.kind for remark in table.remarks] == said


def test_cells_without_a_value_are_filled_in_as_is_asked_for():
    numbers: dict[Filling, float] = {"mean": 3.0, "median": 2.0, "zero": 0.0}
    for missing, number in numbers.items():
        table = read_table("a,y\n1,0.5\n2,1.5\n6,2.5\nNA,3.5\n,NaN\n", missing=missing)
        assert table.x.ravel().tolist() == [1, 2, 6, number]
        holes, fills = table.remarks
        assert (holes.kind, holes.params["line"], fills.kind, fills.params["line"]) == (
            "csv-holes-left-out", 6, "csv-holes-filled", 5
        )  # fmt: skip


def test_words_that_mean_nothing_among_numbers_may_be_kinds_among_words():
    assert read_table("x,y\n1,none\n2,mild\n3,none\n").classes == ("mild", "none")
    assert read_table("x,y\nnone,1.5\n2,2.5\n3,3.5\n").x.tolist() == [[2], [3]]


KOREAN = "이름,반,키\n가,1반,170.5\n나,2반,160.5\n다,1반,165.5\n"
# an encoding of Python's: a text, and what it is told to be
FILES = {
    "utf-8": (KOREAN, "utf-8"),
    "utf-8-sig": (KOREAN, "utf-8"),
    "utf-16": (KOREAN, "utf-16"),
    "utf-16-le": ("a,b,키\n1,2,170.5\n", "utf-16"),
    "utf-16-be": ("a,b,키\n1,2,170.5\n", "utf-16"),
    "cp949": (KOREAN + "똠,2반,160.5\n", "cp949"),
    "euc-kr": (KOREAN, "cp949"),
    "latin-1": ("café,où,Müller\n1,2,3.5\n", "latin-1"),
    "cp1252": ("“é”,ñandú,€\n1,2,3.5\n", "latin-1"),
    "ascii": ("a,b\n1,2.5\n", "utf-8"),
}


@each("codec", FILES)
def test_a_file_is_read_in_the_encoding_of_its_bytes(codec):
    text, name = FILES[codec]
    assert decoded(text.encode(codec)) == (text.removeprefix("\ufeff"), name)
    assert decoded(text.encode(codec), name) == decoded(text.encode(codec))


def test_an_encoding_is_said_and_can_be_changed_and_one_that_does_not_fit_is_told():
    data = KOREAN.encode("cp949")
    table = read_file(data, Choices("반"))
    assert table.classes == ("1반", "2반") and table.features == ("이름 = 가", "이름 = 나", "이름 = 다", "키")
    assert table.remarks[0].kind == "file-read-as" and table.remarks[0].params == {"encoding": "cp949"}
    assert read_file(data, encoding="cp949").remarks[0].kind != "file-read-as"
    for encoding in ("utf-8", "utf-16"):
        with pytest.raises(engine.EngineError) as error:
            read_file(data + b"\xff", encoding=encoding)
        assert error.value.kind == "file-encoding"


SHEET = """<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><r><t>ki</t></r><r><t>nd</t></r></is></c>
<c r="D1" t="s"><v>1</v></c></row>
<row r="3"><c r="A3" s="1"><v>45292</v></c><c r="B3" t="str"><v>a</v></c><c r="C3"><v>1E1</v></c>
<c r="D3"><v>2.5</v></c></row>
<row r="4"><c r="A4" s="2"><v>45293.5</v></c><c r="B4" t="str"><v>b</v></c><c r="D4"><v>3.5</v></c></row>
<row r="5"><c r="A5" s="1"><v>45294</v></c><c r="B5" t="str"><v>a</v></c><c r="C5"><v>30</v></c>
<c r="D5"><v>4.5</v></c></row>
</sheetData></worksheet>"""
PARTS = {
    "xl/worksheets/sheet1.xml": SHEET,
    "xl/sharedStrings.xml": '<sst xmlns="x"><si><t>day</t></si><si><r><t>so</t></r><r><t>ld</t></r></si></sst>',
    "xl/styles.xml": (
        '<s><numFmts><numFmt numFmtId="170" formatCode="yyyy&quot;년&quot;"/></numFmts>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/></cellXfs></s>'
    ),
}


def workbook(parts: dict[str, str]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for name, text in parts.items():
            packed.writestr(name, text)
    return file.getvalue()


def test_the_first_sheet_of_a_workbook_is_a_table_with_its_dates_and_its_own_rows():
    table = read_file(workbook(PARTS), Choices(missing="mean"))
    assert table.features == ("day", "kind = a", "kind = b", "column 3") and table.t.tolist() == [2.5, 3.5, 4.5]
    assert np.array_equal(table.x, [[0, 1, 0, 10], [1.5, 0, 1, 20], [2, 1, 0, 30]])
    assert table.remarks[-1].params["line"] == 4


@each(
    "data",
    [
        b"PK\x03\x04 and nothing more",
        workbook({"a.txt": ""}),
        workbook({**PARTS, "xl/worksheets/sheet1.xml": "<worksheet><row"}),
        workbook({**PARTS, "xl/worksheets/sheet1.xml": SHEET.replace("<v>0<", "<v>7<")}),
        workbook({**PARTS, "xl/worksheets/sheet1.xml": SHEET.replace("A1", "ZZZZZ1")}),
        workbook({**PARTS, "xl/sharedStrings.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
        b"\xd0\xcf\x11\xe0\xa1\xb1",
        b"PAR1",
        b"\x89PNG\r\n\x1a\n",
        b"<!DOCTYPE html><table><tr><td>1,2</table>",
    ],
)
def test_a_file_that_is_no_table_is_told(data):
    with pytest.raises(engine.EngineError) as error:
        read_file(data)
    assert error.value.kind == "file-kind"
    with pytest.raises(engine.EngineError) as error:
        read_file(b"")
    assert error.value.kind == "file-empty"


def test_a_table_is_looked_at_as_it_is_read_with_what_is_wrong_with_a_column():
    text = "no,when,len,kind,odd\n1,2024-01-02,1.5,x,1e\n2,2024-01-03,?,y,2\n3,2024-01-05,2.5,x,3\n"
    found = read_overview(opened(text.encode()), Choices("kind", missing="mean"))
    assert [(c.name, c.kind, c.missing, c.distinct, c.features, c.left_out) for c in found.columns] == [
        ("no", "number", 0, 3, 0, "csv-index"),
        ("when", "dates", 0, 3, 1, None),
        ("len", "number", 1, 2, 1, None),
        ("kind", "words", 0, 2, 2, None),
        ("odd", "unread", 0, 3, 0, None),
    ]
    assert found.columns[4].fault == found.fault and found.table is None
    assert found.fault is not None and (found.fault.kind, found.fault.params["line"]) == ("csv-mixed", 3)
    assert (found.header, found.rows, found.label, found.first[0]) == (True, 3, 3, (2, text.split("\n")[1].split(",")))
    used = read_overview(opened(text.encode()), Choices("kind", missing="mean", use=("no", "len")))
    assert used.table is not None and used.table.x.tolist() == [[1, 1.5], [2, 2], [3, 2.5]]


def test_a_header_and_a_separator_are_as_they_are_asked_for():
    assert [read_file(b"1;2,5\n3;4,5\n", Choices(header=header)).x.tolist() for header in (True, False)] == [
        [[3]],
        [[1], [3]],
    ]
    assert opened(b"1;2,5\n3;4,5\n", separator=",").rows[0] == (1, ["1;2", "5"])


def test_class_numbers_from_one_are_classes_unless_a_loss_compares_them():
    text = "a,b\n" + "".join(f"{i},{i % 3 + 1}\n" for i in range(12))
    assert read_table(text).classes == ("1", "2", "3")
    assert read_table(text, for_classes=False).classes is None
    assert read_table("a,b\n1,1\n2,2\n3,3\n").classes is None


# text: the names of features, or the kind of error
FOUND = {
    "kind,price\n" + "1Fam,3\n2fmCon,4\nTwnhsE,5\nDuplex,6\n" * 3: [
        "kind = 1Fam",
        "kind = 2fmCon",
        "kind = Duplex",
        "kind = TwnhsE",
    ],
    "style,price\n" + "1.5Fin,3\n2Story,4\nSLvl,5\n" * 3: ["style = 1.5Fin", "style = 2Story", "style = SLvl"],
    "size,price\n5kg,3\n6kg,4\nheavy,5\n7kg,6\n": "csv-number",
    "ticket,x,y\n" + "".join(f"{'A/5 ' if i % 4 == 0 else ''}{2000 + i},{i % 7},{i}\n" for i in range(100)): ["x"],
    "ticket,x,y\n" + "".join(f"{'A/5 ' if i == 4 else ''}{2000 + i},{i % 7},{i}\n" for i in range(100)): "csv-number",
    "phone,x,y\n" + "".join(f"063-862-{5000 + i},{i % 7},{i}\n" for i in range(30)): ["x"],
    "16. 7. 1.,766\n16. 7. 2.,377\n16. 12. 31.,427\n": ["column 1"],
    '"05/31/2021, 08:00:00",3.5\n"05/31/2021, 08:05:00",4.5\n': ["column 1"],
    'kind\tn\tlabel\nsay "yes\tx\t1\nsay no" to\ty\t2\nb\tx\t3\n': ["kind = b", 'kind = say "yes', 'kind = say no" to']
    + ["n = x", "n = y"],
    "month,count\n1,5\n2,6\n3,9\n\nThe source of the table\nRead in 2016\n": ["month"],
    "month,count\n1,5\n2,6\n3\n": "csv-row",
}


def test_kinds_of_cells_that_public_tables_have_are_read_as_what_they_are_or_told():
    for text, found in FOUND.items():
        try:
            assert list(read_table(text).features) == found, text
        except engine.EngineError as error:
            assert error.kind == found, text


def test_two_numbers_are_classes_and_labels_that_say_nothing_are_said():
    rows = [f"{i % 7},{i * i % 11},{2 + 2 * (i % 3 == 0)}\n" for i in range(30)]
    assert read_table("".join(rows)).classes == ("2", "4")
    assert read_table("".join(rows), for_classes=False).classes is None
    for label, kind in ((3, "csv-one-label"), (lambda i: f"n{i}", "csv-many-classes")):
        text = "".join(f"{i % 7},{i * i % 11},{label(i) if callable(label) else label}\n" for i in range(30))
        assert kind in {one.kind for one in read_table(text).remarks}

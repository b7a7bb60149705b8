"""Reads a letter back: what stands in its structure, in reading order, and whether every part of it is marked.

Prints the structure with its text. Ends with 77 where pikepdf is not installed, with 1 and the reasons
where the file is not what PDF/UA-1 asks of it.
"""
import re
import sys

try:
    import pikepdf
except ImportError:
    sys.exit(77)

MARKS = {"BDC", "BMC"}
PAINTS = {"f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "Do", "sh", "Tj", "TJ", "'", '"'}


def unicode_of(font):
    """A font's table from codes to text."""
    table = {}
    cmap = font.ToUnicode.read_bytes().decode("latin-1")
    hexa = r"<([0-9A-Fa-f]+)>"
    text = lambda digits: bytes.fromhex(digits).decode("utf-16-be")
    for block in re.findall(r"beginbfchar(.*?)endbfchar", cmap, re.S):
        for code, said in re.findall(hexa + r"\s*" + hexa, block):
            table[int(code, 16)] = text(said)
    for block in re.findall(r"beginbfrange(.*?)endbfrange", cmap, re.S):
        for low, high, said in re.findall(hexa + r"\s*" + hexa + r"\s*" + hexa, block):
            first = int(said, 16)
            for code in range(int(low, 16), int(high, 16) + 1):
                table[code] = text(f"{first + code - int(low, 16):0{len(said)}x}")
    return table


def marked(page, problems):
    """Text of the page's marked parts, by number."""
    said, stack, table = {}, [], {}
    fonts = {name: unicode_of(font) for name, font in page.Resources.get("/Font", {}).items()}
    properties = page.Resources.get("/Properties", {})
    for operands, operator in pikepdf.parse_content_stream(page):
        operator = str(operator)
        if operator in MARKS:
            known = operands[1] if len(operands) > 1 else {}
            known = properties[str(known)] if isinstance(known, pikepdf.Name) else known
            stack.append((str(operands[0]), known.get("/MCID") if known else None, known))
            number = stack[-1][1]
            if number is not None:
                said[int(number)] = str(known["/ActualText"]) if "/ActualText" in known else ""
        elif operator == "EMC":
            stack.pop()
        elif operator == "Tf":
            table = fonts[str(operands[0])]
        elif operator in PAINTS:
            inside = [mark for mark in stack if mark[1] is not None or mark[0] == "/Artifact"]
            if not inside:
                problems.append(f"{operator} is neither content nor decoration")
                continue
            if operator not in ("Tj", "TJ") or inside[0][1] is None:
                continue
            if any("/ActualText" in (mark[2] or {}) for mark in stack if mark[1] is not None):
                continue
            strings = [operands[0]] if operator == "Tj" else operands[0]
            for string in strings:
                if isinstance(string, pikepdf.String):
                    codes = bytes(string)
                    for at in range(0, len(codes), 2):
                        code = codes[at] << 8 | codes[at + 1]
                        if code not in table:
                            problems.append(f"the sign {code} has no text")
                        said[int(inside[0][1])] += table.get(code, "")
    return said


def walk(element, pages, used, problems, depth=0):
    """The structure as lines."""
    kind = str(element.S)[1:]
    attributes = element.get("/A", [])
    attributes = attributes if isinstance(attributes, pikepdf.Array) else [attributes]
    scope = [str(one.Scope)[1:] for one in attributes if "/Scope" in one]
    if kind == "TH" and not scope:
        problems.append("a header cell without a scope")
    if kind == "Figure" and not str(element.get("/Alt", "")):
        problems.append("a picture without words")
    note = " ".join(scope + ([f"[{element.Alt}]"] if "/Alt" in element else []))
    children = element.get("/K", [])
    children = children if isinstance(children, pikepdf.Array) else [children]
    text, below = "", []
    for child in children:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            below += walk(child, pages, used, problems, depth + 1)
            continue
        page = child.get("/Pg", None) if isinstance(child, pikepdf.Dictionary) else None
        number = int(child.MCID) if isinstance(child, pikepdf.Dictionary) else int(child)
        place = (page or element.Pg).objgen
        used.add((place, number))
        text += pages[place].get(number, "")
    line = "  " * depth + kind + (f" {note}" if note else "") + (f": {text}" if text and kind != "Figure" else "")
    return [line] + below


def main(path):
    problems = []
    with pikepdf.open(path) as pdf:
        root = pdf.Root
        metadata = pdf.open_metadata()
        expected = {
            "a language": str(root.get("/Lang", "")) in ("fr", "en"),
            "the title to be shown": bool(root.ViewerPreferences.get("/DisplayDocTitle", False)),
            "a title": bool(metadata.get("dc:title")),
            "to be marked": bool(root.MarkInfo.Marked),
            "PDF/UA-1": metadata.get("pdfuaid:part") == "1",
            "PDF/A-2a": metadata.get("pdfaid:part") == "2" and metadata.get("pdfaid:conformance") == "A",
            "bookmarks": "/Outlines" in root,
        }
        problems += [f"expected {what}" for what, holds in expected.items() if not holds]
        pages = {}
        for page in pdf.pages:
            pages[page.obj.objgen] = marked(page, problems)
            if str(page.get("/Tabs", "")) != "/S":
                problems.append("a page is not read in the order of its structure")
            for name, font in page.Resources.get("/Font", {}).items():
                descriptor = font.DescendantFonts[0].FontDescriptor
                if not any(key in descriptor for key in ("/FontFile2", "/FontFile3")):
                    problems.append(f"the font {name} is not embedded")
        used = set()
        top = root.StructTreeRoot.K
        top = top if isinstance(top, pikepdf.Array) else [top]
        lines = [line for element in top for line in walk(element, pages, used, problems)]
        for place, said in pages.items():
            for number in said:
                if (place, number) not in used:
                    problems.append(f"part {number} of a page stands in no element")
        levels = [int(line.strip()[1]) for line in lines if re.match(r" *H\d", line)]
        if levels[:1] != [1] or any(b > a + 1 for a, b in zip(levels, levels[1:])):
            problems.append(f"headings are not in order: {levels}")
        print(f"{metadata.get('dc:title')} ({root.Lang}, {len(pdf.pages)} pages)")
        print("\n".join(lines))
    for problem in sorted(set(problems)):
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

"""Ten thousand people from one .xlsx: sent, read, shown, confirmed, written; by an administrator in a browser."""

import http.client
import io
import re
import time
import zipfile
from urllib.parse import urlencode
from xml.sax.saxutils import escape

from bench.served import Server, banhoc

PEOPLE = 10_000
MOST_SECONDS, MOST_MEMORY = 30.0, 300e6
FAMILIES = ("Lò Văn", "Quàng Thị", "Vừ A", "Giàng Thị", "Sùng A", "Cà Văn", "Lường Thị", "Tòng Văn")
GIVEN = ("Mỷ", "Pó", "Dung", "Chứ", "Sua", "Hạnh", "Inh", "Ổn", "Phương", "Tủa", "Nhìa", "Xôm", "Ánh")
NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
PARTS = {
    "xl/workbook.xml": f'<workbook {NS} xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>',
}


def workbook(rows: list[list[str]]) -> bytes:
    lines = [
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{escape(cell)}</t></is></c>' for cell in row) + "</row>"
        for row in rows
    ]
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as file:
        for name, part in PARTS.items():
            file.writestr(name, part)
        file.writestr(
            "xl/worksheets/sheet1.xml", f"<worksheet {NS}><sheetData>{''.join(lines)}</sheetData></worksheet>"
        )
    return held.getvalue()


def people() -> list[list[str]]:
    head = ["STT", "Họ và tên", "Năm sinh", "Giới tính", "Điện thoại", "Xã", "Ghi chú"]
    rows = [
        [str(n), f"{FAMILIES[n % 8]} {GIVEN[n // 8 % 13]} {GIVEN[n // 104 % 13]} {GIVEN[n // 1352 % 13]}", str(1940 + n % 70), "Nam" if n % 2 else "Nữ", f"09{n:08d}", "Mường Nhé", ""]
        for n in range(PEOPLE)
    ]  # fmt: skip
    return [head, *rows]


class Administrator:
    def __init__(self, server: Server) -> None:
        self.connection = http.client.HTTPConnection(*server.address)
        self.cookies: dict[str, str] = {}
        self.ask(
            "POST", "/staff/sign-in", urlencode({"name": "demo", "passphrase": "binh dan hoc vu so"}).encode()
        )

    def ask(
        self, method: str, path: str, body: bytes = b"", kind: str = "application/x-www-form-urlencoded"
    ) -> tuple[str, str]:
        """The page, and where it leads on to."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        self.connection.request(method, path, body, headers | {"Content-Type": kind})
        answer = self.connection.getresponse()
        text = answer.read().decode()
        assert answer.status in (200, 303), (path, answer.status, text[:300])
        for cookie in answer.headers.get_all("set-cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return text, answer.headers.get("location", "")

    def send(self, data: bytes) -> str:
        head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="people.xlsx"\r\n\r\n'
        return self.ask(
            "POST", "/admin/imports", head + data + b"\r\n--b--\r\n", "multipart/form-data; boundary=b"
        )[1]

    def settled(self, path: str) -> str:
        while 'http-equiv="refresh"' in (page := self.ask("GET", path)[0]):
            assert "<progress" in page
            time.sleep(0.2)
        return page


def main() -> None:
    data = workbook(people())
    with banhoc(BANHOC_DEMO="1") as server:
        staff = Administrator(server)
        first = _taken_in(staff, data)
        again = _taken_in(staff, data)
        memory = server.peak_memory()
    print(f"{PEOPLE} people from .xlsx ({len(data) / 1e6:.1f} MB): shown after {first[0]:.1f} s, written after "
          f"{first[1]:.1f} s more; at most {MOST_SECONDS:.0f} s in all")  # fmt: skip
    print(f"the same file again: shown after {again[0]:.1f} s, nothing to write")
    print(f"memory at its peak: {memory / 1e6:.0f} MB; at most {MOST_MEMORY / 1e6:.0f} MB")


def _taken_in(staff: Administrator, data: bytes) -> tuple[float, float]:
    """Seconds until it is shown row by row, and until all of it is written."""
    begun = time.perf_counter()
    path = staff.send(data)
    page = staff.settled(path)
    shown = time.perf_counter()
    if re.search(r"/confirmation", page):
        staff.ask("POST", f"{path}/confirmation")
        assert "import" in staff.settled(path)
    return shown - begun, time.perf_counter() - shown


if __name__ == "__main__":
    main()

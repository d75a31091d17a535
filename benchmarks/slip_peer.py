"""The peer of payment slips: a plain loop over ReportLab's canvas that draws the same page.

Same texts in the same places, same bars and squares, same font file; untagged, and the font in
one weight, since ReportLab does neither.
"""

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from reportlab.lib.units import inch, mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from madoguchi.blocks.documents.rules import gs1_128_modules, qr_modules

FONT = "NotoSansJP"
WIDTH, HEIGHT = 210 * mm, 297 * mm
BAR = 4 / 600 * inch
SQUARE = 10 / 600 * inch
WAYS = {
    "store": ("コンビニエンスストア", "この用紙の下の部分を切り離さずに、レジへお持ちください。"),
    "counter": ("金融機関・市の窓口", "この用紙をそのままお持ちください。"),
    "card": (
        "クレジットカード",
        "下のアドレスのページで、お客様番号と照会コードを入力してください。",
    ),
    "debit": ("口座振替", "次回から口座振替にできます。お申し込みは右上の担当へ。"),
    "elqr": (
        "スマートフォン・パソコン（eL-QR）",
        "対応するアプリで下のeL-QRを読み取るか、地方税お支払サイトにeL番号を入力してください。",
    ),
}


def write(data: Mapping[str, Any], codes: Sequence[tuple[str, str]]) -> bytes:
    """A PDF of slips as ``slips_data`` gives them; ``codes`` are barcode and eL-QR of each."""
    folder = Path(str(files("justmytype_intl_cjk").joinpath("fonts/ofl/notosansjp")))
    pdfmetrics.registerFont(TTFont(FONT, str(next(folder.glob("*.ttf")))))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(WIDTH, HEIGHT), pageCompression=1)
    for slip, (barcode, elqr) in zip(data["slips"], codes, strict=True):
        page = Page(canvas)
        page.letter(data, slip)
        for x, head in ((8, "領収証書"), (145, "原符")):
            page.side(data, slip, x, head)
        page.store(data, slip, barcode, elqr)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


class Page:
    """One page, measured in millimetres from its upper left corner."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas

    def text(self, x: float, y: float, size: float, words: str) -> None:
        self.canvas.setFont(FONT, size)
        self.canvas.drawString(x * mm, HEIGHT - y * mm - 0.88 * size, words)

    def right(self, x: float, y: float, size: float, words: str) -> None:
        self.canvas.setFont(FONT, size)
        self.canvas.drawRightString(x * mm, HEIGHT - y * mm - 0.88 * size, words)

    def centred(self, x: float, y: float, size: float, words: str) -> None:
        self.canvas.setFont(FONT, size)
        self.canvas.drawCentredString(x * mm, HEIGHT - y * mm - 0.88 * size, words)

    def rule(self, x: float, y: float, length: float) -> None:
        self.canvas.line(x * mm, HEIGHT - y * mm, (x + length) * mm, HEIGHT - y * mm)

    def frame(self, x: float, y: float, width: float, height: float, fill: int = 0) -> None:
        if fill:
            self.canvas.setFillGray(0.95)
        self.canvas.rect(
            x * mm, HEIGHT - (y + height) * mm, width * mm, height * mm, stroke=1 - fill, fill=fill
        )
        self.canvas.setFillGray(0.1)

    def letter(self, data: Mapping[str, Any], slip: Mapping[str, Any]) -> None:
        self.canvas.setLineWidth(0.4)
        self.frame(20, 89, 26, 40, fill=1)
        self.frame(20, 89, 84, 40)
        self.frame(20, 170, 170, 13.5, fill=1)
        for y in (97, 105, 113):
            self.rule(20, y, 84)
        self.text(22, 16, 10.5, slip["postal"])
        self.text(22, 22, 10, slip["address"])
        self.text(22, 36, 14, slip["name"] + "　様")
        self.text(22, 52, 7, f"お客様番号　{slip['number']}")
        self.right(190, 16, 9, data["issued"])
        self.right(190, 24, 13, data["city"])
        self.right(190, 30.6, 9, slip["office"])
        self.right(190, 36, 8, data["contact"])
        self.centred(105, 65, 17, f"{slip['year']}　{slip['kind']}　納入通知書")
        self.text(20, 77, 9.5, "次のとおり納めてください。納期限までにお支払いをお願いします。")
        rows = (
            ("年度・期別", f"{slip['year']}　{slip['instalment']}"),
            ("請求番号", slip["bill"]),
            ("納期限", slip["due"]),
        )
        for index, (name, value) in enumerate(rows):
            self.text(22.5, 91.4 + 8 * index, 9, name)
            self.text(49, 91.2 + 8 * index, 10, value)
        self.text(22.5, 119, 9, "金額")
        self.right(101, 117, 21, f"{slip['amount']} 円")
        self.made_of(slip["details"])
        self.ways([*slip["ways"], *(["elqr"] if slip["squares"] else [])])
        self.text(23.5, 172.4, 7, "お支払い・お支払い状況の確認")
        self.text(23.5, 176.8, 9.5, data["shown_url"])
        self.text(112, 172.4, 7, "お客様番号")
        self.text(112, 176.8, 10, slip["number"])
        self.text(150, 172.4, 7, "照会コード")
        self.text(150, 176.8, 10, slip["code"])
        self.centred(
            105, 185.4, 7, "下の3枚は切り離さずにお持ちください（受け取った窓口で切り離します）"
        )
        self.cuts()

    def made_of(self, details: Iterable[tuple[str, str]]) -> None:
        self.text(112, 89, 9.5, "内訳")
        self.rule(112, 94, 78)
        for index, (name, value) in enumerate(details):
            self.text(112, 95.3 + 5.6 * index, 8.5, name)
            self.right(190, 95.3 + 5.6 * index, 8.5, value)
            self.rule(112, 99.6 + 5.6 * index, 78)

    def ways(self, ways: Iterable[str]) -> None:
        self.text(20, 136, 9.5, "お支払いの方法")
        self.rule(20, 141, 170)
        for index, way in enumerate(ways):
            name, words = WAYS[way]
            self.text(20, 142.5 + 4.6 * index, 8, name)
            self.text(70, 142.5 + 4.6 * index, 8, words)

    def cuts(self) -> None:
        self.canvas.setDash(3, 3)
        self.rule(0, 189.5, 210)
        for x in (69.5, 141.5):
            self.canvas.line(x * mm, HEIGHT - 191.5 * mm, x * mm, HEIGHT - 292.5 * mm)
        self.canvas.setDash()

    def part(
        self, data: Mapping[str, Any], slip: Mapping[str, Any], x: float, width: float, head: str
    ) -> None:
        self.text(x, 193.4, 7, data["city"])
        self.right(x + width, 193.4, 8, "公")
        self.centred(x + width / 2, 196.6, 13, head)
        rows = (
            ("科目", slip["kind"]),
            ("年度・期別", f"{slip['year']} {slip['instalment']}"),
            ("請求番号", slip["bill"]),
            ("お客様番号", slip["number"]),
            ("納期限", slip["due"]),
        )
        for index, (name, value) in enumerate(rows):
            y = 203.4 + 4.8 * index
            self.text(x, y + 1.2, 7, name)
            self.text(x + 15, y + 1, 8, value)
            self.rule(x, y + 4.8, width if width < 60 else 44)
        self.frame(x, 246, width, 10)
        self.text(x + 1.5, 249.8, 7, "金額")
        self.right(x + width - 2, 248.4, 15, f"{slip['amount']} 円")

    def side(self, data: Mapping[str, Any], slip: Mapping[str, Any], x: float, head: str) -> None:
        self.part(data, slip, x, 58, head)
        self.text(x, 233.2, 7, "納付者")
        self.text(x, 236.6, 10, slip["name"] + " 様")
        self.text(x, 259, 8, "上記の金額を領収しました。")
        self.frame(x + 34, 264, 24, 24)
        self.centred(x + 46, 265.2, 7, "領収日付印")
        self.text(x, 265, 7, "領収日付印のないものは")
        self.text(x, 268.6, 7, "無効です。")
        self.text(x, 272.2, 7, "大切に保管してください。")

    def store(
        self, data: Mapping[str, Any], slip: Mapping[str, Any], barcode: str, elqr: str
    ) -> None:
        self.part(data, slip, 73, 65, "納入済通知書")
        self.text(73, 240.4, 9, slip["name"] + " 様")
        self.text(73, 281.6, 7, "上記のとおり領収済みにつき通知します。")
        if elqr:
            agency, key, confirmation, item = slip["el"]
            self.squares(2840 / 600 * inch, HEIGHT - 4820 / 600 * inch, qr_modules(elqr))
            self.centred(128.9, 223.4, 7, "eL-QR")
            self.text(73, 233.4, 6.5, f"eL番号　収納機関番号 {agency}　納付区分 {item}")
            self.text(73, 236.7, 6.5, f"納付番号 {key}　確認番号 {confirmation}")
        if barcode:
            self.bars(1916 / 600 * inch, HEIGHT - 6118 / 600 * inch, gs1_128_modules(barcode))
            upper, lower = slip["lines"]
            self.centred(105.5, 272.2, 8, upper)
            self.centred(105.5, 275.8, 8, lower)

    def bars(self, x: float, y: float, widths: Iterable[int]) -> None:
        path = self.canvas.beginPath()
        for index, width in enumerate(widths):
            if index % 2 == 0:
                path.rect(x, y - 12 * mm, width * BAR, 12 * mm)
            x += width * BAR
        self.canvas.drawPath(path, stroke=0, fill=1)

    def squares(self, left: float, top: float, rows: Iterable[str]) -> None:
        path = self.canvas.beginPath()
        for y, row in enumerate(rows):
            for dark in re.finditer("1+", row):
                width = dark.end() - dark.start()
                path.rect(
                    left + dark.start() * SQUARE, top - (y + 1) * SQUARE, width * SQUARE, SQUARE
                )
        self.canvas.drawPath(path, stroke=0, fill=1)

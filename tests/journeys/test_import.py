"""The office brings in a plan as it lies in a drawer, and brings it in again."""

import re

from playwright.sync_api import Page, expect

from tests.journeys.browsing import Visit, answers, violations

TITLE = "みずうみ市行政改革プラン"
PLAN = f"""# {TITLE}

テーマ 1

暮らしの窓口をひらく

No. 1 - 1

| | | |
|---|---|---|
| 取組名称 | 図書館の自動貸出機の導入 | |
| 担当部署 | 教育部図書館 | |
| 現状・課題 | <p>貸出に 5 分かかる。</p> | |
| 取組内容 | <p>自動貸出機を置く。</p> | |
| 目標 | 待ち時間をなくす。 | |
| 工程表 | 計 画 | 結 果 |
| R12 年度 | 調査 | |
| R13年度 | 試行 | |
"""


def test_upload_look_store_and_again(page: Page, staff: Visit) -> None:
    office = staff("office")
    office.goto("/staff/plan/imports/")
    with answers(office, 422):
        office.get_by_role("button", name="ファイルを読み取る").click()

    _upload(office, PLAN)
    main = office.get_by_role("main")
    expect(main).to_contain_text(f"新しいプラン「{TITLE}」")
    expect(main).to_contain_text("計 画")
    assert violations(office) == []
    office.get_by_role("button", name="この内容で保存する").click()
    expect(main).to_contain_text(TITLE)
    page.goto("/plan/")
    page.get_by_role("link", name=TITLE).click()
    page.get_by_role("link", name=re.compile("図書館の自動貸出機")).first.click()
    expect(page.get_by_role("main")).to_contain_text("待ち時間をなくす")
    address = page.url

    _upload(office, PLAN)
    expect(main).to_contain_text("プランはすでに同じ内容です")
    office.get_by_role("button", name=re.compile("破棄|捨て|取り消")).click()

    _upload(office, PLAN.replace("待ち時間をなくす。", "待ち時間を1分にする。"))
    expect(main).to_contain_text("変更1件")
    expect(main).to_contain_text("待ち時間をなくす。")
    expect(main).to_contain_text("待ち時間を1分にする。")
    assert violations(office) == []
    office.get_by_role("button", name="この内容で保存する").click()
    expect(main).to_contain_text("待ち時間を1分にする。")
    page.goto(address)
    expect(page.get_by_role("main")).to_contain_text("待ち時間を1分にする。")


def _upload(office: Page, text: str) -> None:
    office.goto("/staff/plan/imports/")
    office.get_by_label("ファイル", exact=False).first.set_input_files(
        {"name": "みずうみ市.md", "mimeType": "text/markdown", "buffer": text.encode()}
    )
    with answers(office, 200):
        office.get_by_role("button", name="ファイルを読み取る").click()

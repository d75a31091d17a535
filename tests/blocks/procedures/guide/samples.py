"""Rule files for tests."""

SMALL = """\
format: 1
title: 手続きガイド
counters:
  residents: {title: 住民課, department: [市民生活部, 住民課], place: 1階 3番窓口, hours: 平日 8:45～17:15, phone: 000-000-0000, english: {title: Residents' section}}
  school: {title: 学校教育課}
documents:
  id_card: {title: 本人確認書類, note: 運転免許証など}
  record: {title: 在学証明書}
questions:
  moved_on: {text: いつ引っ越しましたか。, short: 引っ越した日, kind: date}
  household: {text: だれと引っ越しましたか。, kind: choice, options: {alone: 一人で, family: 家族と}}
  children: {text: 小中学生はいますか。, kind: yes_no, ask_when: {household: family}}
  things: {text: 当てはまるものはどれですか。, kind: choices, options: {dog: 犬がいる, car: 車がある}}
  people: {text: 何人で引っ越しましたか。, kind: number, min: 1, max: 20, optional: true}
events:
  moving: {title: 引っ越してきた, summary: ほかの市町村から来たとき, questions: [moved_on, household, children, things, people], order: 1, english: {title: Moving in}}
procedures:
  notice:
    title: 転入届
    summary: 新しい住所を届け出ます。
    events: [moving]
    counter: residents
    bring: [id_card]
    deadline: {days: 14, from: moved_on, statutory: true}
    fee: {yen: 0}
    online: {form: moving-in-notice}
    legal_basis: 住民基本台帳法第22条
    english: {title: Notice of moving in, summary: Tell us your new address.}
  change_school:
    title: 転校の手続き
    summary: 新しい学校を決めます。
    events: [moving]
    when: [{children: yes}]
    counter: school
    bring: [id_card, record]
    deadline: {none: true, words: 転入届と同じ日にお越しください。}
    fee: {yen: 0}
    online: {none: true, words: 窓口で相談しながら決めます。}
    legal_basis: 学校教育法施行令第5条
    after: [notice]
    steps: [在学証明書を出します。, 入学通知書を受け取ります。]
  dog:
    title: 犬の登録の変更
    summary: 犬の住所を変えます。
    events: [moving]
    when: [{things: dog}]
    counter: residents
    deadline: {days: 30, from: moved_on, counting: same_day, closed: as_it_is, statutory: true, words: 30日以内です。}
    fee: {yen: 300, words: 1頭}
    online: {link: "https://example.org/dog", words: 国のサイト}
    legal_basis: 狂犬病予防法第4条
  big_household:
    title: 大家族の届出
    summary: 大家族のための届出です。
    events: [moving]
    when: [{people: {at_least: 5}}]
    counter: residents
    deadline: {none: true, words: いつでもできます。}
    fee: {words: 人数によります。}
    online: {none: true, words: 窓口で行います。}
    legal_basis: 市条例
"""  # noqa: E501 # the file as staff write it
"""One event in which every kind of question, deadline, fee and way online is."""

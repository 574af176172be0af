"""Two lists of generated people with other habits than `lianxin link sample`: another county, other names, households,
columns and mistakes, and what is missing hangs together. Nobody in them exists. It is there to see whether the linkage
was fitted to its own generator.

linkage_lists.py FOLDER [--people N] [--share-b 1.0] [--overlap 0.8] [--twice 0.01] [--missing 1.0] [--encoding gb18030]
                 [--seed 1]

Writes a.csv (comma, UTF-8 with a mark, quoted), b.csv (tab, GB 18030 unless told) and truth.csv (a_id,b_id).
"""

import argparse
import csv
import datetime
import pathlib
import random

SURNAMES = "刘 谢 赖 曾 钟 李 陈 黄 张 肖 郭 易 管 方 袁 华 丁 孙 王 罗 杨 林 温 邱 舒 朱 段 葛 宋 胡 彭 廖 欧阳 上官 尹 何 吴 徐 蔡 叶".split()
OLD = "秀英 桂英 玉兰 凤英 细妹 长生 水生 发香 金莲 冬秀 来福 观音 石生 火生 福生 年秀 春香 招娣 润秀 南京 北平 土生 道华 人凤 传发 起凤".split()
MEN = "建辉志强文斌海涛晓东学军国栋立新卫民宏亮少华家俊浩宇子轩锦程睿泽楷瑞明哲景行昌盛贤达承恩荣贵"
WOMEN = "丽萍海燕春梅小红慧敏雪琴晓霞艳芳雅婷诗涵欣怡梓涵若曦佳琪思颖玥妍清秀蓉薇凤娇淑珍巧云"
LIKE = ["辉晖徽", "志智致", "斌彬滨", "涛焘滔", "晓小筱", "军君钧", "栋冻", "新欣鑫", "宏洪鸿", "俊峻骏", "宇雨羽", "轩宣萱", "瑞睿锐",
        "丽莉俪", "萍平苹", "燕艳雁", "梅眉玫", "慧惠蕙", "敏闽", "霞遐", "芳方坊", "婷亭", "涵函晗", "怡宜仪", "琪祺淇", "颖影",
        "荣容蓉", "贵桂", "云芸", "珍真", "娇姣", "泽择", "程诚城", "哲喆", "盛胜晟", "恩", "达", "承成呈"]
FULL = dict(zip("刘谢赖钟陈黄张罗杨温孙华国强东学军新卫丽萍红云凤宝兰发长", "劉謝賴鍾陳黃張羅楊溫孫華國強東學軍新衛麗萍紅雲鳳寶蘭發長"))
PINYIN = {"刘": "liu", "谢": "xie", "李": "li", "王": "wang", "强": "qiang", "丽": "li", "萍": "ping", "建": "jian", "辉": "hui"}
TOWNS = "贡江 铁山垅 盘古山 禾丰 祁禄山 梓山 银坑 岭背 罗坳 罗江 小溪 利村 新陂 靖石 黄麟 沙心 宽田 葛坳 桥头 马安 仙下 车溪 段屋".split()
PLACES = "上 下 中 大 小 老 新 高 长 石 竹 水 黄 禾 坪 岗 塘 坑 屋 溪 背 头 口 田 尾 陂 坝 湾".split()
ROADS = "长征 渡江 红军 贡江 雩山 濂溪 楂林 文昌 工农 站前 思源 古田".split()
ESTATES = "金色家园 水岸新城 渡江花园 上欧新天地 御景华庭 福星小区 楚东名苑 阳光城 学府壹号 万家福公寓".split()
FIRMS = "天键电子 赢家时装 德普特 长征源服饰 仁和针织 盘古山钨业 绿源农业 贡江建筑 平安物流 思源实验学校 人民医院 中医院 县供电公司".split()
OCR = {"0": "86", "1": "7", "3": "8", "5": "6", "6": "05", "7": "1", "8": "03", "2": "7", "4": "9", "9": "4"}
WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]


class County:
    def __init__(self, luck):
        self.luck = luck
        self.orders = {}
        self.villages = [(town, a + b) for town in TOWNS for a, b in
                         luck.sample([(a, b) for a in PLACES for b in PLACES if a != b], 14)]
        self.hamlets = [a + b for a in "老新上下中东西南北" for b in ("屋", "排", "岗", "塘面", "围")]

    def surname(self):
        return SURNAMES[min(int(self.luck.paretovariate(0.55)) - 1, len(SURNAMES) - 1)]

    def given(self, male, year, shared=None):
        luck = self.luck
        if year < 1965 and luck.random() < 0.6:
            return luck.choice(OLD)
        letters = MEN if male else WOMEN
        if shared:
            return shared + luck.choice(letters)
        return "".join(luck.choice(letters) for _ in range(1 if luck.random() < 0.22 else 2))

    def born(self, low, high):
        begin = datetime.date(max(low, 1928), 1, 1)
        return begin + datetime.timedelta(days=self.luck.randrange(max((datetime.date(max(high, 1929), 12, 31) - begin).days, 1)))

    def number(self, birth, male):
        place = self.luck.choice(["360731"] * 12 + ["362125", "360721", "360702", "440306", "350624"])
        order = self.orders.get((place, birth), self.luck.randrange(0, 40)) + 1
        self.orders[place, birth] = order
        body = f"{place}{birth:%Y%m%d}{order * 2 % 1000 // 2 * 2 % 1000 + (1 if male else 0):03d}"[:17]
        return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, WEIGHTS)) % 11]

    def mobile(self):
        return self.luck.choice(["139", "138", "137", "150", "151", "152", "187", "188", "189", "177", "199"]) + f"{self.luck.randrange(10**8):08d}"

    def home(self):
        luck = self.luck
        town, village = luck.choice(self.villages)
        if luck.random() < 0.35:
            road = luck.choice(ROADS)
            return dict(town="贡江", village=None, road=road, number=luck.randrange(1, 400), estate=luck.choice(ESTATES),
                        flat=(luck.randrange(1, 30), luck.randrange(1, 4), luck.randrange(1, 19) * 100 + luck.randrange(1, 5)))
        if luck.random() < 0.5:
            return dict(town=town, village=village, hamlet=luck.choice(self.hamlets), number=luck.choice([None, luck.randrange(1, 90)]))
        return dict(town=town, village=village, group=luck.randrange(1, 22), number=luck.choice([None, luck.randrange(1, 120)]))

    def person(self, surname, given, male, birth, home, phone, house):
        return dict(name=surname + given, surname=surname, male=male, birth=birth, id=self.number(birth, male), phone=phone,
                    home=home, house=house, employer=self.luck.choice(FIRMS) if self.luck.random() < 0.35 else "")

    def household(self, house):
        luck, home, people = self.luck, self.home(), []
        year = luck.randrange(1938, 2000)
        his, hers, phone = self.surname(), self.surname(), self.mobile()
        man = self.person(his, self.given(True, year), True, self.born(year, year), home, phone, house)
        people.append(man)
        if luck.random() < 0.8:
            people.append(self.person(hers, self.given(False, year), False, self.born(year - 3, year + 6), home,
                                      luck.choice([phone, self.mobile(), self.mobile()]), house))
            shared = luck.choice(MEN) if luck.random() < 0.5 else None
            at = year + 20
            for _ in range(luck.choice([0, 1, 1, 2, 2, 3, 4])):
                at += luck.randrange(1, 5)
                if at > 2024:
                    break
                birth, count = self.born(at, at), 2 if luck.random() < 0.015 else 1
                for _ in range(count):
                    male = luck.random() < 0.53
                    people.append(self.person(his if luck.random() < 0.97 else hers, self.given(male, at, shared), male, birth, home,
                                              phone if at > 2010 or luck.random() < 0.3 else self.mobile(), house))
            if luck.random() < 0.25:
                people.append(self.person(self.surname() if luck.random() < 0.5 else his, self.given(False, year - 25), False,
                                          self.born(year - 30, year - 20), home, luck.choice(["", phone]), house))
        return people


def ocr(text, luck):
    at = luck.randrange(len(text))
    return text[:at] + luck.choice(OCR.get(text[at], text[at])) + text[at + 1:]


def slip(text, luck):
    kind, at = luck.random(), luck.randrange(len(text))
    if kind < 0.4:
        return ocr(text, luck)
    if kind < 0.6 and at + 1 < len(text):
        return text[:at] + text[at + 1] + text[at] + text[at + 2:]
    if kind < 0.8:
        return text[:at] + text[at + 1:]
    return text[:at] + luck.choice("0123456789") + text[at + 1:]


def name(person, luck):
    name, surname, kind = person["name"], person["surname"], luck.random()
    given = name[len(surname):]
    if kind < 0.025:
        at = luck.randrange(len(surname), len(name))
        group = next((group for group in LIKE if name[at] in group), name[at])
        name = name[:at] + luck.choice(group) + name[at + 1:]
    elif kind < 0.030:
        name = luck.choice("阿小") + given[-1]
    elif kind < 0.034:
        at = luck.randrange(len(name))
        name = name[:at] + luck.choice(["?", "*", "□", "某"]) + name[at + 1:]
    elif kind < 0.039 and len(given) == 2:
        name = surname + given[::-1]
    elif kind < 0.043 and len(given) == 2:
        name = surname + luck.choice(given)
    elif kind < 0.045 and all(letter in PINYIN for letter in name):
        name = " ".join(PINYIN[letter].capitalize() for letter in name)
    elif kind < 0.05:
        name = given + surname
    if luck.random() < 0.04:
        name = "".join(FULL.get(letter, letter) for letter in name)
    if luck.random() < 0.05:
        name = luck.choice(["　".join(name), name + "(户主)", " " + name, name + "（已迁出）", name + "*", name[:1] + " " + name[1:]])
    return name


def number(person, luck):
    text, kind = person["id"], luck.random()
    if kind < 0.012:
        return slip(text, luck)
    if kind < 0.016:
        return text[:6] + "********" + text[14:]
    if kind < 0.018:
        return f"{float(int(text[:17] + '0')):.5E}"
    if kind < 0.023 and person["birth"].year < 1999:
        return text[:6] + text[8:17]
    if kind < 0.033:
        return luck.choice(["'" + text, text[:6] + " " + text[6:14] + " " + text[14:], text.lower(), text + " ",
                            "".join(chr(ord(c) + 0xFEE0) for c in text)])
    return text


def birth(person, style, luck):
    date, kind = person["birth"], luck.random()
    if kind < 0.01:
        date += datetime.timedelta(days=luck.randrange(18, 52))
    elif kind < 0.016:
        date = datetime.date(date.year, 1, 1)
    elif kind < 0.022 and date.day <= 12:
        date = datetime.date(date.year, date.day, date.month)
    elif kind < 0.03:
        text = slip(f"{date:%Y%m%d}", luck)
        return text
    if luck.random() < 0.03:
        return luck.choice([f"{date.year}", f"{date.year}.{date.month}", f"{date.year}年{date.month}月"])
    if style == "cn":
        return f"{date.year}年{date.month}月{date.day}日"
    if style == "serial" and date.year > 1930:
        return str((date - datetime.date(1899, 12, 30)).days)
    if style == "slash":
        return f"{date.year}/{date.month}/{date.day}"
    return f"{date:%Y-%m-%d}"


def phone(person, later, luck):
    text = person["phone"]
    if not text:
        return ""
    if later and luck.random() < 0.1:
        text = "19" + f"{luck.randrange(10**9):09d}"
    kind = luck.random()
    if kind < 0.015:
        return slip(text, luck)
    if kind < 0.04:
        return luck.choice([text + "/0797-6233" + text[-3:], "+86-" + text, text[:3] + "-" + text[3:7] + "-" + text[7:], text + "（母亲）", "0" + text])
    return text


def address(home, luck):
    start = luck.choice(["江西省赣州市于都县", "赣州市于都县", "于都县", "于都", "江西于都", "", ""])
    town = home["town"] + luck.choice(["镇", "镇", "镇", "", "镇人民政府"]) if home["town"] != "贡江" or luck.random() < 0.7 else ""
    if luck.random() < 0.02 and town:
        return start + town
    if home["village"] is None:
        block, unit, room = home["flat"]
        road = f"{home['road']}大道{home['number']}号" if luck.random() < 0.6 else ""
        flat = luck.choice([f"{block}栋{unit}单元{room}室", f"{block}-{unit}-{room}", f"{block}幢{room}", f"{block}号楼{unit}单元{room}", ""])
        return start + town + road + home["estate"] + flat
    village = home["village"] + luck.choice(["村", "村", "村委会", "", "行政村"])
    if luck.random() < 0.15:
        return start + town + village
    part = home["hamlet"] + luck.choice(["", "组", "小组"]) if "hamlet" in home else f"{home['group']}{luck.choice(['组', '组', '村民小组', '队'])}"
    end = f"{home['number']}号" if home["number"] and luck.random() < 0.8 else ""
    return start + town + village + part + end


def gone(person, office, shares, scale, luck):
    """What a row leaves out: by age, and by the office that filled it in."""
    age = 2025 - person["birth"].year
    lost = set()
    for field, share in shares.items():
        share *= scale * (2.0 if office % 5 == 0 else 0.7)
        if field == "phone" and (age < 16 or age > 75):
            share = min(1.0, share * 2 + 0.2 * scale)
        if field == "id" and age < 8:
            share = min(1.0, share * 2)
        if luck.random() < share:
            lost.add(field)
    return lost


def row(person, later, style, scale, luck):
    office = hash_of(person["home"]["town"])
    lost = gone(person, office, dict(id=0.12, phone=0.2, birth=0.08, address=0.04, sex=0.03, employer=0.3), scale, luck)
    home = person.get("moved", person["home"]) if later else person["home"]
    told = dict(
        name=name(person, luck),
        sex="" if "sex" in lost else (("1" if person["male"] else "2") if style == "serial" else ("男" if person["male"] else "女")),
        id="" if "id" in lost else number(person, luck),
        birth="" if "birth" in lost else birth(person, style, luck),
        phone="" if "phone" in lost else phone(person, later, luck),
        address="" if "address" in lost else address(home, luck),
        employer="" if "employer" in lost else luck.choice(["", "于都县", "江西"]) + person["employer"] + luck.choice(["", "有限公司", "有限责任公司", "厂"])
        if person["employer"] else "",
    )
    if luck.random() < 0.002:
        told["id"], told["phone"] = told["phone"], told["id"]
    return told


def hash_of(text):
    return sum(ord(letter) * (at + 3) for at, letter in enumerate(text))


def main():
    ask = argparse.ArgumentParser()
    ask.add_argument("folder", type=pathlib.Path)
    ask.add_argument("--people", type=int, default=100_000)
    ask.add_argument("--share-b", type=float, default=1.0)
    ask.add_argument("--overlap", type=float, default=0.8)
    ask.add_argument("--twice", type=float, default=0.0)
    ask.add_argument("--missing", type=float, default=1.0)
    ask.add_argument("--encoding", default="gb18030")
    ask.add_argument("--seed", type=int, default=1)
    told = ask.parse_args()
    luck = random.Random(told.seed)
    county, everybody, house = County(luck), [], 0
    wanted = int(told.people * (1 + told.share_b * (1 - told.overlap)))
    while len(everybody) < wanted:
        house += 1
        people = county.household(house)
        if luck.random() < 0.05:
            home = county.home()
            for person in people:
                if luck.random() < 0.85:
                    person["moved"] = home
        everybody += people
    luck.shuffle(everybody)
    list_a = everybody[:told.people]
    both = luck.sample(list_a, min(int(told.people * told.share_b * told.overlap), len(list_a)))
    list_b = both + everybody[told.people:told.people + int(told.people * told.share_b) - len(both)]
    luck.shuffle(list_b)
    told.folder.mkdir(parents=True, exist_ok=True)
    place = {}
    with open(told.folder / "a.csv", "w", encoding="utf-8-sig", newline="") as out:
        write = csv.writer(out, quoting=csv.QUOTE_ALL)
        write.writerow(["序号", "村（社区）", "人员姓名", "性别", "公民身份号码", "出生年月", "联系方式", "家庭住址", "单位名称", "备注"])
        count = 0
        for person in list_a:
            for _ in range(2 if luck.random() < told.twice else 1):
                count += 1
                row_a = row(person, False, "cn" if luck.random() < 0.5 else "slash", told.missing, luck)
                place.setdefault(id(person), []).append(f"甲{count}")
                write.writerow([f"甲{count}", person["home"]["village"] or "", row_a["name"], row_a["sex"], row_a["id"], row_a["birth"], row_a["phone"],
                                row_a["address"], row_a["employer"], luck.choice(["", "", "低保", "党员", "外出务工,已核"])])
    with open(told.folder / "b.csv", "w", encoding=told.encoding, newline="") as out, open(told.folder / "truth.csv", "w", encoding="utf-8") as truth:
        write = csv.writer(out, delimiter="\t")
        write.writerow(["rybh", "xm", "xb", "sfzhm", "csrq", "lxdh", "xzz", "gzdw"])
        truth.write("a_id,b_id\n")
        for at, person in enumerate(list_b, 1):
            row_b = row(person, True, "serial" if luck.random() < 0.3 else "dash", told.missing, luck)
            write.writerow([f"乙{at}", row_b["name"], row_b["sex"], row_b["id"], row_b["birth"], row_b["phone"], row_b["address"], row_b["employer"]])
            for key in place.get(id(person), []):
                truth.write(f"{key},乙{at}\n")


main()

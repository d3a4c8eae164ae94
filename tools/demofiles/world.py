"""The made-up province and city: units as the public knows them, people who do not exist, councils, budget lines."""

from datetime import date

from tools.demofiles.script import Json, Script, paper

VP_DAY, HP_DAY = date(2025, 3, 5), date(2026, 2, 5)
FIRST = {"VP57": VP_DAY, "HP36": HP_DAY}

HOSPITAL, CENTRE, OTHER = "hospital", "health_centre", "other"
# id, name, kind, host of the portal. VP57-II.2030.4 names six of these, VP57-II.2045.2 the hospitals and "nine district
# and city health centres", which are the nine that Vĩnh Phúc had.
VP_UNITS = [
    ("BVDK", "Bệnh viện đa khoa tỉnh", HOSPITAL, "bvdk-vinhphuc"),
    ("BVPY", "Bệnh viện đa khoa khu vực Phúc Yên", HOSPITAL, "bvdkkv-phucyen"),
    ("BVSN", "Bệnh viện Sản Nhi", HOSPITAL, "bvsannhi-vinhphuc"),
    ("BVYDCT", "Bệnh viện Y dược cổ truyền", HOSPITAL, "bvydct-vinhphuc"),
    ("BVPHCN", "Bệnh viện Phục hồi chức năng", HOSPITAL, "bvphcn-vinhphuc"),
    ("BVGTVT", "Bệnh viện Giao thông vận tải", HOSPITAL, "bvgtvt-vinhphuc"),
    ("BVTT", "Bệnh viện Tâm thần", HOSPITAL, "bvtt-vinhphuc"),
    ("TTYT-VinhTuong", "Trung tâm y tế huyện Vĩnh Tường", CENTRE, "ttyt-vinhtuong"),
    ("TTYT-TamDuong", "Trung tâm y tế huyện Tam Dương", CENTRE, "ttyt-tamduong"),
    ("TTYT-VinhYen", "Trung tâm y tế thành phố Vĩnh Yên", CENTRE, "ttyt-vinhyen"),
    ("TTYT-PhucYen", "Trung tâm y tế thành phố Phúc Yên", CENTRE, "ttyt-phucyen"),
    ("TTYT-BinhXuyen", "Trung tâm y tế huyện Bình Xuyên", CENTRE, "ttyt-binhxuyen"),
    ("TTYT-LapThach", "Trung tâm y tế huyện Lập Thạch", CENTRE, "ttyt-lapthach"),
    ("TTYT-SongLo", "Trung tâm y tế huyện Sông Lô", CENTRE, "ttyt-songlo"),
    ("TTYT-TamDao", "Trung tâm y tế huyện Tam Đảo", CENTRE, "ttyt-tamdao"),
    ("TTYT-YenLac", "Trung tâm y tế huyện Yên Lạc", CENTRE, "ttyt-yenlac"),
]
HP_UNITS = [
    ("BVVT", "Bệnh viện Hữu nghị Việt Tiệp", HOSPITAL, "bvviettiep"),
    ("BVTE", "Bệnh viện Trẻ em Hải Phòng", HOSPITAL, "bvtreem-haiphong"),
    ("BVPS", "Bệnh viện Phụ sản Hải Phòng", HOSPITAL, "bvphusan-haiphong"),
    ("BVKA", "Bệnh viện Kiến An", HOSPITAL, "bvkienan"),
    ("BVPhoi", "Bệnh viện Phổi Hải Phòng", HOSPITAL, "bvphoi-haiphong"),
    ("BVYHCT", "Bệnh viện Y học cổ truyền Hải Phòng", HOSPITAL, "bvyhct-haiphong"),
    ("BVTTHP", "Bệnh viện Tâm thần Hải Phòng", HOSPITAL, "bvtt-haiphong"),
    ("CDC-HP", "Trung tâm Kiểm soát bệnh tật thành phố Hải Phòng", OTHER, "cdc-haiphong"),
]
# From 1 July 2025 there are no districts; two of the nine become one. This unit is made up, as is its decision.
SUCCESSOR, MERGED = "TTYT-KV-BinhXuyen", ("TTYT-BinhXuyen", "TTYT-TamDao")
LATER_UNITS = [(SUCCESSOR, "Trung tâm y tế khu vực Bình Xuyên - Tam Đảo", CENTRE, "ttytkv-binhxuyen")]
PLAN_OF = {unit: "VP57" for unit, *_ in VP_UNITS + LATER_UNITS} | {unit: "HP36" for unit, *_ in HP_UNITS}
NAME_OF = {unit: name for unit, name, *_ in VP_UNITS + LATER_UNITS + HP_UNITS}
HOST_OF = {unit: f"{host}.example.vn" for unit, _, _, host in VP_UNITS + LATER_UNITS + HP_UNITS}
NO_OFFICE = ("BVKA",)  # one story is about what happens then

SECTOR = {"VP57": "HDKH-SYT-VP", "HP36": "HDKH-SYT-HP"}
FINAL = "HDNT-SYT-HP"  # a council of the Department for acceptance only
SITTING_UNITS = ("BVDK", "BVPY", "BVSN", "BVYDCT", "TTYT-VinhTuong", "BVVT", "BVTE", "BVKA", "TTYT-BinhXuyen")
MEMBERS: dict[str, list[str]] = {
    "HDKH-SYT-VP": [f"syt-vp.hd{place}" for place in range(1, 9)] + ["bvydct.cn1"],
    "HDKH-SYT-HP": [f"syt-hp.hd{place}" for place in range(1, 8)],
    FINAL: [f"syt-hp.hd{place}" for place in range(3, 8)],
} | {f"HDKH-{unit}": [f"{unit.lower()}.hd{place}" for place in range(1, 6)] for unit in SITTING_UNITS}
SEATS = {
    9: ["chair", "vice_chair", "reviewer", "reviewer", "secretary", "member", "member", "member", "member"],
    7: ["chair", "vice_chair", "reviewer", "reviewer", "secretary", "member", "member"],
    5: ["chair", "reviewer", "reviewer", "secretary", "member"],
}

# line, plan, year, payer, unit, purpose, amount
LINES = [
    ("NS-SYT-VP-2025", "VP57", 2025, "department", None, "Sự nghiệp khoa học ngành Y tế năm 2025", 900_000_000),
    ("NS-TINH-2025", "VP57", 2025, "province", None, "Sự nghiệp khoa học và công nghệ tỉnh năm 2025", 1_500_000_000),
    ("TX-BVDK-2025", "VP57", 2025, "unit", "BVDK", "Chi thường xuyên cho nghiên cứu khoa học", 120_000_000),
    ("TX-BVSN-2025", "VP57", 2025, "unit", "BVSN", "Chi thường xuyên cho nghiên cứu khoa học", 150_000_000),
    ("KHAC-VP-2025", "VP57", 2025, "other", None, "Nguồn kinh phí hợp pháp khác", 200_000_000),
    ("NS-SYT-HP-2026", "HP36", 2026, "department", None, "Nhiệm vụ cấp ngành năm 2026", 600_000_000),
    ("TX-BVVT-2026", "HP36", 2026, "unit", "BVVT", "Chi thường xuyên cho nghiên cứu khoa học", 150_000_000),
    ("TX-BVTE-2026", "HP36", 2026, "unit", "BVTE", "Chi thường xuyên cho nghiên cứu khoa học", 100_000_000),
    ("TX-BVKA-2026", "HP36", 2026, "unit", "BVKA", "Chi thường xuyên cho nghiên cứu khoa học", 60_000_000),
    ("NS-TP-2026", "HP36", 2026, "city", None, "Sự nghiệp khoa học và công nghệ thành phố năm 2026", 2_000_000_000),
    ("NS-BYT-2026", "HP36", 2026, "ministry", None, "Nhiệm vụ cấp Bộ năm 2026", 1_200_000_000),
    ("NS-NN-2026", "HP36", 2026, "state", None, "Nhiệm vụ cấp quốc gia năm 2026", 3_000_000_000),
    ("KHAC-HP-2026", "HP36", 2026, "other", None, "Nguồn kinh phí hợp pháp khác", 100_000_000),
]

FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Ngô", "Dương", "Lý", "Đào")
GIVEN = (
    "Ví Dụ", "Minh Họa", "Thử Nghiệm", "Hư Cấu", "Giả Định", "Tưởng Tượng", "Mô Phỏng", "Làm Mẫu", "Bản Nháp",
    "Diễn Tập", "Không Thật", "Đặt Thử", "Tạm Gọi",
)  # fmt: skip


def department(plan: str, on: date) -> str:
    """Whose paper it is: from 1 July 2025 Vĩnh Phúc is part of Phú Thọ."""
    if plan == "HP36":
        return "Sở Y tế Hải Phòng"
    return "Sở Y tế Vĩnh Phúc" if on < date(2025, 7, 1) else "Sở Y tế Phú Thọ"


class World:
    """The first two files: who and what is there before the first task."""

    def __init__(self) -> None:
        self.units, self.bodies = Script(), Script()
        self.people: set[str] = set()
        for ident, name, kind, host in VP_UNITS + HP_UNITS:
            self._unit(ident, name, kind, host)
        for plan, place in (("VP57", "syt-vp"), ("HP36", "syt-hp")):
            for ending, role in (("thuky", "secretary"), ("lanhdao", "leader"), ("taichinh", "finance")):
                self.person(f"{place}.{ending}", plan, roles=[role])
        self.person("kiemtoan", "VP57", roles=["auditor"])
        self.units.add(
            "grant_role", "admin", VP_DAY, refused=("house.separation_of_roles",), person="kiemtoan", role="leader"
        )
        self._bodies()

    def _unit(self, ident: str, name: str, kind: str, host: str) -> None:
        plan = PLAN_OF[ident]
        on, portal = FIRST[plan], f"https://{host}.example.vn"
        kept: Json = {"ownership": "public", "subordinate": True, "plans": [plan], "portal": portal}
        self.units.add("register_unit", "admin", on, unit=ident, name=name, kind=kind, **kept)
        officer = self.person(f"{ident.lower()}.canbo", plan, ident, [{"role": "unit_officer", "unit": ident}])
        if plan == "HP36":
            self.person(f"{ident.lower()}.giamdoc", plan, ident, [{"role": "leader", "unit": ident}])
            self.person(f"{ident.lower()}.ketoan", plan, ident, [{"role": "finance", "unit": ident}])
        if ident not in NO_OFFICE:
            self.units.add("assign_research_office", officer, on, unit=ident, office="Phòng Kế hoạch tổng hợp")

    def person(self, ident: str, plan: str, unit: str | None = None, roles: list[object] | None = None) -> str:
        """The person, put on record when first asked for."""
        if ident not in self.people:
            number = len(self.people)
            shift = number // len(FAMILY) + number
            name = f"{FAMILY[number % len(FAMILY)]} {GIVEN[shift % len(GIVEN)]}"
            held: Json = ({"unit": unit} if unit else {}) | ({"roles": roles} if roles else {})
            self.units.add("add_person", "admin", FIRST[plan], person=ident, name=name, **held)
            self.people.add(ident)
        return ident

    def _bodies(self) -> None:
        for council, members in MEMBERS.items():
            unit = council.removeprefix("HDKH-")
            self._council(council, members, unit if unit in SITTING_UNITS else None)
        for line, plan, year, payer, owner, purpose, amount in LINES:
            on = FIRST[plan]
            given: Json = {"plan": plan, "year": year, "payer": payer} | ({"unit": owner} if owner else {})
            told: Json = {"purpose": purpose, "amount": amount, "document": paper("QĐ-SYT", on, department(plan, on))}
            self.bodies.add("open_budget_line", f"{_place(plan)}.taichinh", on, line=line, **given, **told)

    def _council(self, council: str, members: list[str], unit: str | None) -> None:
        plan = PLAN_OF[unit] if unit else "VP57" if council.endswith("-VP") else "HP36"
        on = FIRST[plan]
        for who in members:
            own = "BVYDCT" if who.startswith("bvydct") else unit
            self.person(who, plan, own)
        kind = "acceptance" if council == FINAL else "science" if unit else "sector"
        title = {
            "science": f"Hội đồng khoa học {NAME_OF.get(unit or '', '')}",
            "sector": "Hội đồng khoa học, công nghệ ngành Y tế",
            "acceptance": "Hội đồng nghiệm thu nhiệm vụ cấp ngành",
        }[kind]
        seated = [{"person": who, "role": seat} for who, seat in zip(members, SEATS[len(members)], strict=True)]
        issuer = NAME_OF[unit] if unit else department(plan, on)
        whose: Json = {"unit": unit} if unit else {}
        told: Json = {"document": paper("QĐ-BV" if unit else "QĐ-SYT", on, issuer), "members": seated}
        self.bodies.add(
            "set_up_council", f"{_place(plan)}.thuky", on, council=council, name=title, kind=kind, **whose, plan=plan,
            in_force_from=on.isoformat(), **told,
        )  # fmt: skip


def _place(plan: str) -> str:
    return "syt-vp" if plan == "VP57" else "syt-hp"

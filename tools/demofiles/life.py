"""One made-up task's life, step by step; each step has its usual day, people and papers, and a story may change any."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Self

from tools.demofiles.script import Json, Script, paper, working_day
from tools.demofiles.world import HOST_OF, MEMBERS, NAME_OF, SECTOR, World, department

DAYS = {
    "VP57/grassroots": "register 2025-03-17 appraise 2025-04-08 approve 2025-04-28 fund 2025-05-12 start 2025-05-19 "
    "disburse 2025-06-16 progress 2025-08-20 seminar 2025-09-18 disburse2 2025-11-10 submit 2026-01-20 "
    "accept 2026-02-05 recognise 2026-03-10 publish 2026-03-24 settle 2026-04-02 close 2026-04-14 end 2026-01-31",
    "VP57/provincial": "register 2025-03-18 select 2025-04-10 appraise 2025-05-15 approve 2025-06-10 fund 2025-06-19 "
    "start 2025-06-25 disburse 2025-07-21 seminar 2025-11-13 progress 2025-12-10 disburse2 2026-02-03 "
    "submit 2026-06-15 accept 2026-07-07 recognise 2026-07-28 publish 2026-08-11 settle 2026-08-18 close 2026-08-27 "
    "end 2026-06-30",
    "HP36": "register 2026-02-23 appraise 2026-03-10 approve 2026-03-20 fund 2026-03-27 start 2026-04-06 "
    "disburse 2026-04-22 progress 2026-06-18 disburse2 2026-07-15 submit 2026-08-25 accept 2026-09-10 "
    "publish 2026-09-22 settle 2026-09-29 close 2026-10-08 end 2026-09-30",
}
STEPS = [
    "register", "select", "appraise", "approve", "fund", "start", "work", "submit", "accept", "recognise", "publish",
    "settle", "close",
]  # fmt: skip
TITLES = dict(row.split("\t") for row in Path(__file__).with_name("titles.tsv").read_text("utf-8").splitlines())
PARTS = ["title", "unit", "investigator", "period", "money", "summary", "results", "grade"]
MATERIALS, LABOUR, SURVEY = "Vật tư, hóa chất xét nghiệm", "Công lao động trực tiếp", "Điều tra, thu thập số liệu"
TALK = {
    "overview": "Tổng quan tài liệu trong và ngoài nước về vấn đề nghiên cứu.",
    "methods": "Nghiên cứu mô tả cắt ngang; cỡ mẫu tính theo công thức ước lượng một tỷ lệ.",
    "results": "Kết quả bước đầu (số liệu minh họa).",
    "discussion": "Bàn luận, so sánh với các nghiên cứu đã công bố.",
    "conclusion": "Kết luận và kiến nghị.",
}
OUTSIDE = {"city": "UBND thành phố Hải Phòng", "ministry": "Bộ Y tế", "state": "Bộ Khoa học và Công nghệ"}
FAVOURABLE: dict[str, Sequence[Any]] = {
    "select": ["yes"],
    "appraise": [82, 78.5, 85, 76, 80],
    "accept": ["excellent", "pass"],
    "recognise": ["yes"],
}


class Life:
    """A task of a workflow and what is still to come in its life."""

    def __init__(
        self, world: World, script: Script, ident: str, workflow: str, unit: str, lead: str, line: str,
        *, topic: int | None = None, amount: int = 80_000_000, later: int = 0, people: bool = True,
    ) -> None:  # fmt: skip
        self.world, self.script, self.task, self.unit, self.line, self.later = world, script, ident, unit, line, later
        self.plan, self.level = workflow.split("/")
        self.title, self.topic, self.people = TITLES[ident], topic, people
        self.place = "syt-vp" if self.plan == "VP57" else "syt-hp"
        self.secretary, self.leader, self.finance = (f"{self.place}.{x}" for x in ("thuky", "lanhdao", "taichinh"))
        own = unit.lower()
        self.officer, self.lead = f"{own}.canbo", world.person(f"{own}.{lead}", self.plan, unit)
        self.member = world.person(f"{own}.tv", self.plan, unit)
        if workflow == "HP36/grassroots":
            self.leader, self.finance = f"{own}.giamdoc", f"{own}.ketoan"
        self.spent = 0
        shares = ((MATERIALS, 50), (LABOUR, 30), (SURVEY, 20))
        self.estimate: list[Json] = [{"content": content, "amount": amount * share // 100} for content, share in shares]
        self.amount = self.allocated = amount
        words = DAYS.get(workflow, DAYS.get(self.plan, "")).split()
        self.days = {name: date.fromisoformat(day) for name, day in zip(words[::2], words[1::2], strict=True)}
        self.todo = [step for step in STEPS if step in self.days or step == "work"]

    def day(self, name: str, more: int = 0) -> date:
        """The day of a step for this task, moved on to a working day."""
        return working_day(self.days[name] + timedelta(days=self.later + more))

    def go(self, until: str, **changes: Json) -> Self:
        """Play the usual steps up to `until`, with these arguments for some of them."""
        while self.todo:
            step = self.todo.pop(0)
            getattr(self, step)(**changes.get(step, {}))
            if step == until:
                break
        return self

    def skip(self, *steps: str) -> Self:
        """Leave steps out of what is to come, since the story takes them in its own way."""
        self.todo = [step for step in self.todo if step not in steps]
        return self

    def step(self, name: str, actor: str, on: date, /, **fields: Any) -> Json:
        """Any command about this task."""
        return self.script.add(name, actor, on, **{"refused": fields.pop("refused", ()), "task": self.task} | fields)

    def decision(self, name: str, on: date, reason: str, **fields: Any) -> Json:
        """A leader's decision with a reason."""
        given = {"document": self.decree(on), "reason": reason}
        return self.step(name, self.leader, on, **given, **fields)

    def authority(self, on: date) -> str:
        """Who approves: the Department, the unit's director, or an outside body."""
        if self.level == "provincial":
            return "UBND tỉnh Vĩnh Phúc" if on < date(2025, 7, 1) else "UBND tỉnh Phú Thọ"
        if (self.plan, self.level) == ("HP36", "grassroots"):
            return NAME_OF[self.unit]
        return OUTSIDE.get(self.level, department(self.plan, on))

    def decree(self, on: date) -> Json:
        """The authority's decision as a document."""
        issuer = self.authority(on)
        short = {department(self.plan, on): "-SYT", NAME_OF[self.unit]: "-BV", "Bộ Y tế": "-BYT"}
        ending = "-UBND" if issuer.startswith("UBND") else short.get(issuer, "-BKHCN")
        return paper(f"QĐ{ending}", on, issuer)

    def council(self, purpose: str) -> str | None:
        """The council that decides; None where an outside body does."""
        if self.level in OUTSIDE or (self.level == "provincial" and purpose == "accept"):
            return None
        grassroots = self.level == "grassroots" and purpose != "recognise"
        return f"HDKH-{self.unit}" if grassroots else SECTOR[self.plan]

    def register(self, *, actor: str = "", refused: tuple[str, ...] = (), more: int = 0) -> None:
        """The unit's officer registers it."""
        group = {"topic_group": self.topic} if self.topic else {}
        year = 2025 if self.plan == "VP57" else 2026
        who = {"lead_unit": self.unit, "investigator": self.lead, "team": [self.member]}
        span = {"start": self.day("start").isoformat(), "end": self.day("end").isoformat()}
        told = {"plan": self.plan, "level": self.level, "year": year, "title": self.title, **who, **group}
        rest = {"human_subjects": self.people, **span, "estimate": self.estimate}
        self.step("register_task", actor or self.officer, self.day("register", more), refused=refused, **told, **rest)

    def select(self, **changes: Any) -> None:
        """A council identifies and selects it."""
        self.decide("select", **changes)

    def appraise(self, **changes: Any) -> None:
        """A council, or an outside body, appraises it."""
        self.decide("appraise", **({"result": "passed"} | changes))

    def accept(self, **changes: Any) -> None:
        """A council, or an outside body, accepts its result."""
        self.decide("accept", **({"grade": "pass"} | changes))

    def recognise(self, **changes: Any) -> None:
        """The sector council recognises its result."""
        self.decide("recognise", **changes)

    def decide(
        self, purpose: str, *, ballots: Sequence[Any] = (), refused: tuple[str, ...] = (), more: int = 0,
        result: str = "", grade: str = "", council: str = "", recused: Sequence[str] = (),
    ) -> None:  # fmt: skip
        """Session, ballots and step; or the step by an outside body's document."""
        on, body = self.day(purpose, more), council or self.council(purpose)
        if body is None:
            told = {"result": result} if purpose == "appraise" else {"grade": grade}
            self.step(f"{purpose}_task", self.secretary, on, document=self.decree(on), **told, refused=refused)
            return
        session = self.session(purpose, body, on)
        self.vote(purpose, body, on, ballots or FAVOURABLE[purpose], recused=recused)
        self.step(f"{purpose}_task", self.secretary, on, session=session, refused=refused)

    def session(self, purpose: str, council: str, on: date) -> str:
        """The council's session of that day, with this task on its agenda."""
        key = (council, on)
        if key not in self.script.sessions:
            self.script.sessions[key] = self.meeting(council, on, MEMBERS[council])
        held = self.script.sessions[key]
        held["items"].append({"task": self.task, "purpose": purpose})
        return str(held["session"])

    def meeting(self, council: str, on: date, present: Sequence[str], **more: Any) -> Json:
        """A session without items yet."""
        minutes = paper(f"BB-{council}", on, "Hội đồng")
        held: Json = {"session": f"{council}.{on.isoformat()}", "council": council, "minutes": minutes, "items": []}
        return self.script.add("hold_session", self.secretary, on, **held, present=list(present), **more)

    def vote(
        self, purpose: str, council: str, on: date, ballots: Sequence[Any], *, recused: Sequence[str] = (),
        refused: tuple[str, ...] = (),
    ) -> None:  # fmt: skip
        """One ballot from each member who is not recused; the choices are dealt out in turn."""
        what = "score" if purpose == "appraise" else "vote"
        who = [member for member in MEMBERS[council] if member not in recused]
        cast = [{"person": person, what: ballots[place % len(ballots)]} for place, person in enumerate(who)]
        more = {"recused": list(recused)} if recused else {}
        named = {"session": f"{council}.{on.isoformat()}", "purpose": purpose, "ballots": cast}
        self.step("cast_ballots", self.secretary, on, **named, **more, refused=refused)

    def approve(self, *, actor: str = "", amount: int = 0, refused: tuple[str, ...] = (), more: int = 0) -> None:
        """The authority approves; a smaller sum comes with its own breakdown."""
        on = self.day("approve", more)
        least: Json = {}
        if amount and amount < self.amount:
            self.estimate = [{**item, "amount": item["amount"] * amount // self.amount} for item in self.estimate]
            self.amount = self.allocated = amount
            least = {"estimate": self.estimate}
        outside = self.authority(on) not in (department(self.plan, on), NAME_OF[self.unit])
        issued = self.decree(on) | ({} if outside else {"signer_capacity": "Giám đốc"})
        told = {"document": issued, "authority": self.authority(on), "amount": amount or self.amount, **least}
        self.step("approve_task", actor or (self.secretary if outside else self.leader), on, **told, refused=refused)

    def fund(self, *, line: str = "", amount: int = 0, refused: tuple[str, ...] = (), more: int = 0) -> None:
        """Money of a budget line is allocated."""
        if not refused:
            self.allocated, self.line = amount or self.amount, line or self.line
        given = {"line": line or self.line, "amount": amount or self.amount}
        self.step("fund_task", self.finance, self.day("fund", more), **given, refused=refused)

    def start(self, *, refused: tuple[str, ...] = (), ethics: bool = True, more: int = 0) -> None:
        """The contract is signed; where people are studied, the ethics council has cleared it."""
        on = self.day("start", more)
        cleared = {"ethics": paper("GCN-HĐĐĐ", on - timedelta(days=6), f"Hội đồng đạo đức {NAME_OF[self.unit]}")}
        given = {"contract": paper("HĐ-NCKH", on, department(self.plan, on))}
        self.step(
            "start_task", self.officer, on, **given, **(cleared if ethics and self.people else {}), refused=refused
        )

    def work(self) -> None:
        """Money is spent in two parts, progress is reported, and the investigator reports at a seminar."""
        self.disburse("disburse", 0)
        if self.plan == "VP57":
            self.seminar()
        self.progress()
        self.disburse("disburse2", 1)

    def progress(self, percent: int = 60, more: int = 0) -> None:
        """A progress report."""
        on = self.day("progress", more)
        told = {"period": f"{on.year}-H{1 if on.month < 7 else 2}", "percent": percent}
        self.step("report_progress", self.officer, on, **told, summary="Đã thu thập đủ số liệu theo tiến độ.")

    def disburse(
        self, day: str, place: int, /, *, amount: int = 0, refused: tuple[str, ...] = (), **fields: Any
    ) -> None:
        """A content of the estimate is paid to the unit."""
        item = self.estimate[place]
        paid = amount or item["amount"] * 9 // 10
        self.spent += 0 if refused else paid
        named = {"beneficiary": self.unit, "content": item["content"], "voucher": f"UNC-{self.task}-{place + 1}"}
        given = {"line": self.line, "amount": paid} | named | fields
        self.step("disburse", self.finance, self.day(day), **given, refused=refused)

    def seminar(self, *, refused: tuple[str, ...] = (), more: int = 0, **parts: str) -> None:
        """The investigator's report at the unit's science seminar."""
        report = {"presenter": self.lead, "title": self.title, "task": self.task, **TALK, **parts}
        fields: Json = {"unit": self.unit, "plan": self.plan, "reports": [report]}
        self.script.add("hold_seminar", self.officer, self.day("seminar", more), **fields, refused=refused)

    def submit(self, *, refused: tuple[str, ...] = (), more: int = 0) -> None:
        """The dossier is handed in for acceptance."""
        dossier = ["Báo cáo tổng hợp", "Báo cáo tóm tắt", "Báo cáo sử dụng kinh phí"]
        self.step("submit_for_acceptance", self.officer, self.day("submit", more), dossier=dossier, refused=refused)

    def publish(self, *, host: str = "", refused: tuple[str, ...] = (), more: int = 0) -> None:
        """The result is published on the unit's portal."""
        parts = PARTS + (["recognition_document"] if self.plan == "VP57" else [])
        url = f"https://{host or HOST_OF[self.unit]}/khcn/{self.task}"
        self.step("publish_task", self.officer, self.day("publish", more), url=url, parts=parts, refused=refused)

    def settle(self, more: int = 0) -> None:
        """What was not spent goes back to its line."""
        given = {"line": self.line, "amount": self.allocated - self.spent, "voucher": f"PT-{self.task}"}
        self.step("return_funds", self.finance, self.day("settle", more), **given)

    def close(self, *, refused: tuple[str, ...] = (), more: int = 0, actor: str = "") -> None:
        """The money is settled and the task ends."""
        on = self.day("close", more)
        told = {"document": paper("BB-QT", on, department(self.plan, on))}
        self.step("close_task", actor or self.finance, on, **told, refused=refused)

"""What does not go by the book: units merge, a deputy acts, a decision is rescinded, an entry corrected."""

from datetime import date

from tools.demofiles.life import SURVEY, Life
from tools.demofiles.script import Json, Script, paper
from tools.demofiles.world import HOST_OF, LATER_UNITS, MERGED, SUCCESSOR, World, department

MERGER = date(2025, 7, 1)
PROVINCE = "UBND tỉnh Phú Thọ"
VP57, HP36 = "VP57/grassroots", "HP36/sector"


def changes(world: World) -> Script:
    """The file of all commands about these tasks."""
    script = Script()
    merged(world, script)
    no_longer_there(world, script)
    rescinded(world, script)
    return script


def merged(world: World, script: Script) -> None:
    """The centre was merged while its task ran: money, council and officer go on under the successor.

    A disbursement was recorded with two digits changed about, and corrected before the settlement."""
    life = Life(world, script, "VP25-19", VP57, MERGED[0], "cn1", "NS-SYT-VP-2025", topic=5)
    life.go("start").skip("work")
    life.disburse("disburse", 0)
    _merge(script)
    life.unit = SUCCESSOR
    life.seminar()
    life.progress()
    life.disburse("disburse2", 1, amount=12_600_000)
    _correct(life)
    life.spent += 21_600_000 - 12_600_000
    life.go("recognise", accept={"council": f"HDKH-{MERGED[0]}"}, recognise={"more": 1})
    life.publish(host=HOST_OF[MERGED[0]], refused=("VP57-V.4.e",))
    life.go("close", publish={"more": 2})


def _merge(script: Script) -> None:
    ident, name, kind, host = LATER_UNITS[0]
    kept: Json = {"ownership": "public", "subordinate": True, "plans": ["VP57"], "portal": f"https://{host}.example.vn"}
    script.add("register_unit", "admin", MERGER, unit=ident, name=name, kind=kind, **kept)
    decision = paper("QĐ-UBND", MERGER, PROVINCE)
    script.add("merge_units", "admin", MERGER, units=list(MERGED), into=ident, document=decision)


def _correct(life: Life) -> None:
    """First the wrong entry would be put right: the allocation, on which the spending rests."""
    on, stream = life.day("disburse2", 4), f"task:{life.task}"
    least: Json = {"field": "amount", "value": 45_000_000, "reason": "Ghi nhầm số tiền cấp."}
    issued: Json = {"document": paper("BB-SYT", on, department("VP57", on))}
    life.script.add(
        "correct", life.finance, on, stream=stream, version=4, **least, **issued, refused=("house.later_entries",)
    )
    right: Json = {
        "field": "amount",
        "value": 21_600_000,
        "reason": "Ghi nhầm 12.600.000; chứng từ là 21.600.000 đồng.",
    }
    issued = {"document": paper("BB-SYT", on, department("VP57", on))}
    life.script.add("correct", life.finance, on, stream=stream, version=8, **right, **issued)


def no_longer_there(world: World, script: Script) -> None:
    """A unit that was merged registers nothing more."""
    life = Life(world, script, "VP25-20", VP57, MERGED[1], "cn1", "NS-SYT-VP-2025", topic=5, later=120, people=False)
    life.register(refused=("house.in_force",))


def rescinded(world: World, script: Script) -> None:
    """The deputy approved in the leader's place; the decision was rescinded, and one over a smaller sum came."""
    life = Life(world, script, "HP26-13", HP36, "BVPS", "cn1", "NS-SYT-HP-2026", amount=160_000_000)
    deputy = world.person("syt-hp.phogiamdoc", "HP36")
    since, until = date(2026, 3, 16), date(2026, 3, 27)
    span: Json = {"from": since.isoformat(), "until": until.isoformat()}
    order: Json = {"document": paper("QĐ-SYT", since, department("HP36", since))}
    script.add("delegate", life.leader, since, person=life.leader, to=deputy, role="leader", **span, **order)
    life.go("appraise", appraise={"more": 1})
    life.approve(actor=deputy)
    reason = "Dự toán đã duyệt tính trùng nội dung điều tra với một nhiệm vụ cấp cơ sở."
    told: Json = {"stream": f"task:{life.task}", "version": 3, "reason": reason}
    on = life.day("approve", 13)
    for actor, refused in ((deputy, ("house.role",)), (life.leader, ())):
        script.add("rescind", actor, on, **told, document=life.decree(on), refused=refused)
    rest = [item for item in life.estimate if item["content"] != SURVEY]
    life.estimate, life.amount = rest, sum(item["amount"] for item in rest)
    on = life.day("approve", 20)
    issued = life.decree(on) | {"signer_capacity": "KT. Giám đốc, Phó Giám đốc"}
    given = {"authority": life.authority(on), "amount": life.amount, "estimate": rest}
    life.step("approve_task", life.leader, on, document=issued, **given)

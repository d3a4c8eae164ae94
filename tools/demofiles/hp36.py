"""The stories of plan HP36 in 2026: twelve tasks of Hải Phòng on all five levels."""

from tools.demofiles.life import LABOUR, Life
from tools.demofiles.script import Json, Script, paper
from tools.demofiles.world import FINAL, MEMBERS, NAME_OF, World

GRASSROOTS, SECTOR = "HP36/grassroots", "HP36/sector"
CITY, MINISTRY, STATE = "HP36/city", "HP36/ministry", "HP36/state"
SYT = "NS-SYT-HP-2026"


def hp36(world: World) -> Script:
    """The file of all commands about these tasks."""
    script = Script()
    for story in (
        closed, closed_unpublished, no_office, rejected_by_the_director, closed_sector, over_the_budget, accepted_later,
        suspended, closed_city, revision, closed_ministry, closed_state,
    ):  # fmt: skip
        story(world, script)
    return script


def closed(world: World, script: Script) -> None:
    """From registration to closing, by the hospital's own council and director."""
    life = Life(world, script, "HP26-01", GRASSROOTS, "BVVT", "cn1", "TX-BVVT-2026", amount=60_000_000)
    life.go("close", accept={"ballots": ["excellent", "excellent", "excellent", "excellent", "pass"]})


def closed_unpublished(world: World, script: Script) -> None:
    """This plan does not ask for publication: closed from accepted."""
    life = Life(world, script, "HP26-02", GRASSROOTS, "BVTE", "cn1", "TX-BVTE-2026", amount=70_000_000)
    life.go("accept").skip("publish")
    life.go("close")


def no_office(world: World, script: Script) -> None:
    """No task without a research office; not over the unit's line; money only for what was approved."""
    life = Life(world, script, "HP26-03", GRASSROOTS, "BVKA", "cn1", "TX-BVKA-2026", amount=70_000_000)
    life.register(refused=("HP36-II.1.b",), more=-5)
    on = life.day("register", -1)
    office: Json = {"unit": "BVKA", "leader": "bvka.giamdoc", "officer": life.officer}
    script.add("assign_research_office", life.officer, on, **office, document=paper("QĐ-BV", on, NAME_OF["BVKA"]))
    life.go("approve").skip("fund")
    life.fund(refused=("HP36-II.6.b",))
    life.fund(amount=55_000_000, more=2)
    life.go("start").skip("work")
    wrong = ("HP36-III.1.2.b",)
    life.disburse("disburse", 0, beneficiary="Công ty không có trong quyết định", refused=wrong)
    life.disburse("disburse", 0, content="Mua sắm máy tính", refused=wrong)
    life.disburse("disburse", 1, content=LABOUR, amount=30_000_000, refused=wrong)
    life.disburse("disburse", 0)
    life.progress()


def rejected_by_the_director(world: World, script: Script) -> None:
    """Changes were asked for and made, the council passed it, the director did not approve."""
    life = Life(world, script, "HP26-04", GRASSROOTS, "BVKA", "cn2", "TX-BVKA-2026", amount=50_000_000)
    life.go("appraise", appraise={"ballots": [65, 60, 68.5, 66, 69]})
    life.step("resubmit_task", life.officer, life.day("appraise", 7), changes="Làm rõ tiêu chuẩn đánh giá kết quả.")
    life.appraise(more=13)
    life.decision("reject_task", life.day("approve", 12), "Nguồn chi thường xuyên năm 2026 không bố trí được kinh phí.")


def closed_sector(world: World, script: Script) -> None:
    """A task of the sector, from the Department's council to closing."""
    life = Life(world, script, "HP26-05", SECTOR, "BVVT", "cn2", SYT, amount=220_000_000)
    life.go("close", approve={"amount": 200_000_000})
    on = life.day("close", 4)
    told = {"form": "Giấy khen của Giám đốc Sở Y tế", "document": paper("QĐ-SYT", on, life.authority(on))}
    life.step("commend", life.leader, on, persons=[life.lead, life.member], **told)


def over_the_budget(world: World, script: Script) -> None:
    """A council for acceptance may not appraise; the Department's line does not reach for the whole sum."""
    life = Life(world, script, "HP26-06", SECTOR, "CDC-HP", "cn1", SYT, amount=250_000_000, later=7)
    life.go("register")
    held = life.meeting(FINAL, life.day("appraise", -2), MEMBERS[FINAL], refused=("HP36-III.1.1.c",))
    held["items"].append({"task": life.task, "purpose": "appraise"})
    life.go("approve").skip("fund")
    life.fund(refused=("HP36-II.6.a",))
    life.fund(amount=80_000_000, more=3)


def accepted_later(world: World, script: Script) -> None:
    """Not accepted at first; handed in once more and accepted."""
    life = Life(world, script, "HP26-07", SECTOR, "BVPhoi", "cn1", SYT, amount=180_000_000)
    life.go("accept", accept={"ballots": ["fail", "pass", "pass", "fail", "pass", "fail", "pass"]})
    life.submit(more=35)
    life.accept(more=32, council=FINAL)


def suspended(world: World, script: Script) -> None:
    """Stands still until the equipment is there."""
    life = Life(world, script, "HP26-08", SECTOR, "BVKA", "cn3", SYT, amount=90_000_000)
    life.go("approve").skip("fund")
    life.fund(line="NS-TP-2026", refused=("house.payer",))
    life.fund(more=1)
    life.go("start")
    life.disburse("disburse", 2)
    life.decision("suspend_task", life.day("progress"), "Chờ lắp đặt hệ thống nội soi mới.")


def closed_city(world: World, script: Script) -> None:
    """The city decides; its documents are recorded."""
    life = Life(world, script, "HP26-09", CITY, "BVVT", "cn3", "NS-TP-2026", amount=450_000_000)
    life.go("close")


def revision(world: World, script: Script) -> None:
    """The city asks for changes, and the unit still owes them."""
    life = Life(world, script, "HP26-10", CITY, "BVKA", "cn4", "NS-TP-2026", amount=380_000_000)
    life.go("appraise", appraise={"result": "revision"})


def closed_ministry(world: World, script: Script) -> None:
    """The ministry decides; its documents are recorded."""
    life = Life(world, script, "HP26-11", MINISTRY, "BVVT", "cn4", "NS-BYT-2026", amount=600_000_000)
    life.go("close", accept={"grade": "excellent"})


def closed_state(world: World, script: Script) -> None:
    """The state decides; its documents are recorded."""
    life = Life(world, script, "HP26-12", STATE, "BVVT", "cn5", "NS-NN-2026", amount=1_200_000_000)
    life.go("close")

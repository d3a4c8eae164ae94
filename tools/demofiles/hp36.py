"""The stories of plan HP36 in 2026: twelve tasks of Hải Phòng on all five levels."""

from tools.demofiles.life import LABOUR, Life
from tools.demofiles.script import Script, paper
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
    title = "Đánh giá kết quả điều trị nhiễm khuẩn khớp háng"
    life = Life(world, script, "HP26-01", GRASSROOTS, title, "BVVT", "cn1", "TX-BVVT-2026", amount=60_000_000)
    life.go("close", accept={"ballots": ["excellent", "excellent", "excellent", "excellent", "pass"]})


def closed_unpublished(world: World, script: Script) -> None:
    """This plan does not ask for publication: closed from accepted."""
    title = "Các yếu tố xã hội liên quan tới việc có ý định tự tử và cố gắng tự tử ở học sinh phổ thông trung học"
    life = Life(world, script, "HP26-02", GRASSROOTS, title, "BVTE", "cn1", "TX-BVTE-2026", amount=70_000_000)
    life.go("accept").skip("publish")
    life.go("close")


def no_office(world: World, script: Script) -> None:
    """No task without a research office; not over the unit's line; money only for what was approved."""
    title = (
        "Đánh giá kết quả phẫu thuật sửa chữa dây chằng sên mác trước bằng kỹ thuật Broström cải tiến "
        "có gia cố InternalBrace kèm nội soi khớp cổ chân"
    )
    life = Life(world, script, "HP26-03", GRASSROOTS, title, "BVKA", "cn1", "TX-BVKA-2026", amount=70_000_000)
    life.register(refused=("HP36-II.1.b",), more=-5)
    on = life.day("register", -1)
    office = {"unit": "BVKA", "leader": "bvka.giamdoc", "officer": life.officer}
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
    title = "Đánh giá kết quả phẫu thuật thay khớp háng và khớp gối nhân tạo"
    life = Life(world, script, "HP26-04", GRASSROOTS, title, "BVKA", "cn2", "TX-BVKA-2026", amount=50_000_000)
    life.go("appraise", appraise={"ballots": [65, 60, 68.5, 66, 69]})
    life.step("resubmit_task", life.officer, life.day("appraise", 7), changes="Làm rõ tiêu chuẩn đánh giá kết quả.")
    life.appraise(more=13)
    life.decision("reject_task", life.day("approve", 12), "Nguồn chi thường xuyên năm 2026 không bố trí được kinh phí.")


def closed_sector(world: World, script: Script) -> None:
    """A task of the sector, from the Department's council to closing."""
    title = "Đánh giá kết quả phẫu thuật nội soi cắt toàn bộ dạ dày do ung thư"
    life = Life(world, script, "HP26-05", SECTOR, title, "BVVT", "cn2", SYT, amount=220_000_000)
    life.go("close", approve={"amount": 200_000_000})


def over_the_budget(world: World, script: Script) -> None:
    """A council for acceptance may not appraise; the Department's line does not reach for the whole sum."""
    title = "Đặc điểm dịch tễ học sốt rét và hiệu quả biện pháp quản lý bệnh chủ động cho nhóm dân di cư tự do"
    life = Life(world, script, "HP26-06", SECTOR, title, "CDC-HP", "cn1", SYT, amount=250_000_000, later=7)
    life.go("register")
    held = life.meeting(FINAL, life.day("appraise", -2), MEMBERS[FINAL], refused=("HP36-III.1.1.c",))
    held["items"].append({"task": life.task, "purpose": "appraise"})
    life.go("approve").skip("fund")
    life.fund(refused=("HP36-II.6.a",))
    life.fund(amount=80_000_000, more=3)


def accepted_later(world: World, script: Script) -> None:
    """Not accepted at first; handed in once more and accepted."""
    title = (
        "Nghiên cứu kết quả bước đầu điều trị ung thư phổi không tế bào nhỏ giai đoạn sớm bằng xạ trị lập thể định vị thân"
    )
    life = Life(world, script, "HP26-07", SECTOR, title, "BVPhoi", "cn1", SYT, amount=180_000_000)
    life.go("accept", accept={"ballots": ["fail", "pass", "pass", "fail", "pass", "fail", "pass"]})
    life.submit(more=35)
    life.accept(more=32, council=FINAL)


def suspended(world: World, script: Script) -> None:
    """Stands still until the equipment is there."""
    title = "Nghiên cứu đặc điểm lâm sàng, hình ảnh nội soi và mô bệnh học của bệnh nhân ung thư dạ dày dưới 50 tuổi"
    life = Life(world, script, "HP26-08", SECTOR, title, "BVKA", "cn3", SYT, amount=90_000_000)
    life.go("approve").skip("fund")
    life.fund(line="NS-TP-2026", refused=("house.payer",))
    life.fund(more=1)
    life.go("start")
    life.disburse("disburse", 2)
    life.decision("suspend_task", life.day("progress"), "Chờ lắp đặt hệ thống nội soi mới.")


def closed_city(world: World, script: Script) -> None:
    """The city decides; its documents are recorded."""
    title = "Nghiên cứu đặc điểm lâm sàng, cận lâm sàng, hình ảnh PET/CT của bệnh ung thư thực quản"
    life = Life(world, script, "HP26-09", CITY, title, "BVVT", "cn3", "NS-TP-2026", amount=450_000_000)
    life.go("close")


def revision(world: World, script: Script) -> None:
    """The city asks for changes, and the unit still owes them."""
    title = (
        "Kết quả hóa - xạ trị triệt căn ở bệnh nhân ung thư thực quản giai đoạn tiến triển tại vùng không còn khả năng phẫu thuật"
    )
    life = Life(world, script, "HP26-10", CITY, title, "BVKA", "cn4", "NS-TP-2026", amount=380_000_000)
    life.go("appraise", appraise={"result": "revision"})


def closed_ministry(world: World, script: Script) -> None:
    """The ministry decides; its documents are recorded."""
    title = (
        "Nghiên cứu đặc điểm lâm sàng, cận lâm sàng và đánh giá kết quả điều trị I-131 ở bệnh nhân ung thư tuyến giáp "
        "thể biệt hóa sau phẫu thuật, có di căn xa"
    )
    life = Life(world, script, "HP26-11", MINISTRY, title, "BVVT", "cn4", "NS-BYT-2026", amount=600_000_000)
    life.go("close", accept={"grade": "excellent"})


def closed_state(world: World, script: Script) -> None:
    """The state decides; its documents are recorded."""
    title = (
        "Nghiên cứu đặc điểm lâm sàng và kết quả điều trị I-131 ở bệnh nhân ung thư tuyến giáp biệt hóa sau phẫu thuật "
        "cắt giáp toàn bộ có xạ hình I-131 âm tính và thyroglobulin huyết thanh cao"
    )
    life = Life(world, script, "HP26-12", STATE, title, "BVVT", "cn5", "NS-NN-2026", amount=1_200_000_000)
    life.go("close")

"""The stories of plan VP57 in 2025: seventeen tasks of Vĩnh Phúc, and what went wrong with some of them."""

from tools.demofiles.life import Life
from tools.demofiles.script import Json, Script, paper
from tools.demofiles.world import SECTOR, World, department

GRASSROOTS, PROVINCIAL = "VP57/grassroots", "VP57/provincial"
SYT, PROVINCE = "NS-SYT-VP-2025", "NS-TINH-2025"


def vp57(world: World) -> Script:
    """The file of all commands about these tasks."""
    script = Script()
    for story in (
        closed, returned_first, revised_first, rejected_by_score, seminar_first, suspended_once, not_accepted,
        withdrawn, terminated, over_the_line, closed_provincial, not_carried, wrong_council, own_interest, late,
        no_quorum, third_task,
    ):  # fmt: skip
        story(world, script)
    return script


def closed(world: World, script: Script) -> None:
    """From registration to closing, without a fault; an officer of another hospital may not report its progress."""
    life = Life(world, script, "VP25-01", GRASSROOTS, "BVDK", "cn1", SYT, topic=2)
    life.go("start")
    on = life.day("progress", -5)
    told = {
        "period": "2025-H2",
        "percent": 30,
        "summary": "Ghi nhầm nhiệm vụ của đơn vị khác.",
        "refused": ("house.role",),
    }
    life.step("report_progress", "bvsn.canbo", on, **told)
    life.go("close", accept={"ballots": ["excellent"]})


def returned_first(world: World, script: Script) -> None:
    """The dossier was returned because parts were missing, then handed in again."""
    life = Life(world, script, "VP25-02", GRASSROOTS, "BVSN", "cn1", "TX-BVSN-2025", topic=1, amount=60_000_000)
    life.go("register")
    reason = "Hồ sơ đăng ký chưa đầy đủ theo hướng dẫn."
    missing = ["Thuyết minh nhiệm vụ", "Dự toán chi tiết"]
    life.step("return_task", life.secretary, life.day("register", 7), reason=reason, missing=missing)
    changes = "Bổ sung thuyết minh nhiệm vụ và dự toán chi tiết."
    life.step("resubmit_task", life.officer, life.day("register", 14), changes=changes)
    life.go("close")


def revised_first(world: World, script: Script) -> None:
    """The appraisal asked for changes, less money was approved, and the page was first published on a wrong portal."""
    life = Life(world, script, "VP25-03", GRASSROOTS, "BVPY", "cn1", SYT, topic=2, amount=100_000_000)
    life.go("appraise", appraise={"ballots": [62, 58.5, 66, 60, 64]})
    changes = "Chỉnh sửa cỡ mẫu, tiêu chuẩn chọn bệnh và dự toán theo ý kiến Hội đồng."
    life.step("resubmit_task", life.officer, life.day("appraise", 6), changes=changes)
    life.appraise(more=10)
    life.later = 10
    life.go("recognise", approve={"amount": 90_000_000})
    life.publish(host="bvdk-vinhphuc.example.vn", refused=("VP57-V.4.e",))
    life.go("publish", publish={"more": 3})


def rejected_by_score(world: World, script: Script) -> None:
    """The average of the scores was below fifty."""
    life = Life(world, script, "VP25-04", GRASSROOTS, "BVYDCT", "cn2", SYT, topic=3, amount=70_000_000)
    life.go("appraise", appraise={"ballots": [45, 38.5, 42, 40, 44]})


def seminar_first(world: World, script: Script) -> None:
    """No acceptance before a seminar report with all its parts; no recognition before the votes carry it."""
    life = Life(world, script, "VP25-05", GRASSROOTS, "TTYT-VinhTuong", "cn1", SYT, topic=5, people=False)
    life.go("start").skip("work")
    life.disburse("disburse", 0)
    life.progress()
    life.disburse("disburse2", 1)
    life.submit(refused=("VP57-III.3.2",))
    life.later = 130
    life.seminar(refused=("VP57-III.3.3",), discussion="", conclusion=" ")
    life.seminar(more=7)
    life.later = 14
    life.go("accept")
    life.todo.remove("recognise")
    life.recognise(ballots=["yes", "yes", "no"], refused=("customary.majority",))
    life.recognise(more=21)


def suspended_once(world: World, script: Script) -> None:
    """The work stood still for two months and went on with a new end; a second extension is not allowed."""
    life = Life(world, script, "VP25-06", GRASSROOTS, "BVDK", "cn2", "TX-BVDK-2025", topic=2, amount=50_000_000)
    life.go("start")
    life.disburse("disburse", 0)
    life.decision("suspend_task", life.day("disburse", 30), "Máy xét nghiệm đông máu phải sửa chữa.")
    life.decision("resume_task", life.day("disburse", 95), "Thiết bị đã được khắc phục.")
    reason = "Bù thời gian tạm dừng do sửa chữa thiết bị."
    life.decision("amend_task", life.day("disburse", 100), reason, end="2026-05-31")
    life.progress(percent=45, more=60)
    findings = "Tiến độ chậm so với thuyết minh; hồ sơ nghiên cứu được lưu giữ đầy đủ."
    life.step("inspect_task", life.secretary, life.day("progress", 75), findings=findings)
    on, wrong = life.day("progress", 200), ("customary.extension",)
    life.decision("amend_task", on, "Chưa đủ cỡ mẫu.", end="2026-11-30", refused=wrong)


def not_accepted(world: World, script: Script) -> None:
    """More than a third of the council said no."""
    life = Life(world, script, "VP25-07", GRASSROOTS, "BVSN", "cn2", "TX-BVSN-2025", topic=1, amount=45_000_000)
    life.go("accept", accept={"ballots": ["fail", "pass"]})
    again = Life(world, script, "VP25-18", GRASSROOTS, "BVSN", "cn2", "TX-BVSN-2025", topic=5, later=365)
    again.register(refused=("customary.barred_after_failure",))


def withdrawn(world: World, script: Script) -> None:
    """The unit withdrew it after the approval."""
    life = Life(world, script, "VP25-08", GRASSROOTS, "BVPY", "cn2", SYT, topic=2, amount=65_000_000)
    life.go("approve")
    reason = "Đơn vị không bố trí đủ chế phẩm máu cho cỡ mẫu đã duyệt."
    life.step("withdraw_task", life.officer, life.day("fund"), reason=reason)


def terminated(world: World, script: Script) -> None:
    """Suspended, then ended before its time; the money that was left went back."""
    life = Life(world, script, "VP25-09", GRASSROOTS, "BVPY", "cn3", SYT, topic=2, amount=55_000_000)
    life.go("start")
    life.disburse("disburse", 0)
    life.decision("suspend_task", life.day("disburse", 45), "Chủ nhiệm nhiệm vụ nghỉ công tác dài hạn.")
    life.decision("terminate_task", life.day("disburse", 120), "Không còn khả năng thực hiện theo thuyết minh.")
    life.days["settle"] = life.day("disburse", 135)
    life.settle()


def over_the_line(world: World, script: Script) -> None:
    """Over the unit's line, then over the approved sum; funded at last, and not started without ethics clearance."""
    life = Life(world, script, "VP25-10", GRASSROOTS, "BVDK", "cn4", "TX-BVDK-2025", topic=2, amount=90_000_000)
    life.go("approve").skip("fund", "start")
    life.fund(refused=("VP57-IV",))
    life.fund(line=SYT, amount=95_000_000, refused=("house.within_approved_sum",), more=2)
    life.fund(line=PROVINCE, refused=("house.payer",), more=3)
    life.fund(line=SYT, more=4)
    life.start(ethics=False, refused=("law.ethics",), more=6)


def closed_provincial(world: World, script: Script) -> None:
    """From registration to closing; it was once to be closed before the money was settled."""
    life = Life(world, script, "VP25-11", PROVINCIAL, "BVDK", "cn4", PROVINCE, topic=2, amount=350_000_000)
    life.go("publish", accept={"grade": "excellent"})
    life.days["close"] = life.day("publish", 2)
    life.close(refused=("house.settled",))
    citation = "Nồng độ TRAb ở bệnh nhân Basedow (bài báo minh họa). Tạp chí Y học Ví Dụ 2026; 1: 1-8."
    life.step("record_publication", life.officer, life.day("publish", 6), citation=citation)
    life.later = 16
    life.go("close")


def not_carried(world: World, script: Script) -> None:
    """Two thirds in favour are not more than three quarters."""
    life = Life(world, script, "VP25-12", PROVINCIAL, "BVSN", "cn3", PROVINCE, topic=5, amount=280_000_000)
    life.go("select", select={"ballots": ["yes", "no", "yes"], "refused": ("customary.majority",)})


def wrong_council(world: World, script: Script) -> None:
    """A provincial task is appraised by the sector's council, not by the hospital's."""
    life = Life(world, script, "VP25-13", PROVINCIAL, "BVPY", "cn4", PROVINCE, topic=4, people=False)
    life.go("select")
    council, on = "HDKH-BVPY", life.day("appraise", -9)
    own = [f"bvpy.hd{place}" for place in range(1, 6)]
    held = life.meeting(council, on, own, refused=("VP57-V.2.a",))
    held["items"].append({"task": life.task, "purpose": "appraise"})


def own_interest(world: World, script: Script) -> None:
    """The investigator sits in the council; who registered it came to the Department and would have approved it."""
    life = Life(world, script, "VP25-14", PROVINCIAL, "BVYDCT", "cn1", PROVINCE, topic=3, amount=240_000_000)
    life.go("select", select={"recused": ["bvydct.cn1"]})
    council, on = SECTOR["VP57"], life.day("appraise")
    session = life.session("appraise", council, on)
    scores = [81, 77.5, 84, 79, 86, 80, 82, 78, 99]
    life.vote("appraise", council, on, scores, refused=("customary.conflict_of_interest",))
    life.vote("appraise", council, on, scores[:-1], recused=["bvydct.cn1"])
    life.step("appraise_task", life.secretary, on, session=session)
    life.skip("appraise", "approve")
    moved = life.day("approve", -3)
    role: Json = {
        "person": life.officer,
        "role": "leader",
        "document": paper("QĐ-SYT", moved, department("VP57", moved)),
    }
    script.add("grant_role", "admin", moved, **role)
    life.approve(actor=life.officer, refused=("VP57-V.4.b",))
    life.approve(amount=260_000_000, refused=("house.approved_within_estimate",), more=1)
    life.approve(more=2)


def late(world: World, script: Script) -> None:
    """Handed in more than thirty days after the planned end, which is recorded as late."""
    life = Life(world, script, "VP25-15", PROVINCIAL, "TTYT-VinhTuong", "cn2", PROVINCE, topic=4, people=False)
    life.go("submit", submit={"more": 60})


def no_quorum(world: World, script: Script) -> None:
    """Five of nine members are no quorum; selected at the next session, then returned."""
    life = Life(world, script, "VP25-16", PROVINCIAL, "BVTT", "cn1", PROVINCE, topic=1, amount=200_000_000)
    life.go("register")
    on, five = life.day("select", -2), [f"syt-vp.hd{place}" for place in range(1, 6)]
    held = life.meeting(SECTOR["VP57"], on, five, refused=("customary.quorum",))
    held["items"].append({"task": life.task, "purpose": "select"})
    life.go("select")
    reason = "Thuyết minh chưa nêu phương án sử dụng kết quả nghiên cứu."
    life.step("return_task", life.secretary, life.day("select", 6), reason=reason, missing=["Phương án ứng dụng"])


def third_task(world: World, script: Script) -> None:
    """The investigator already led two running tasks; a leader waived the rule by a decision."""
    life = Life(world, script, "VP25-17", GRASSROOTS, "BVDK", "cn4", "KHAC-VP-2025", topic=2, later=110)
    life.register(refused=("customary.two_running_tasks",))
    reason = "Hai nhiệm vụ trước đang ở giai đoạn hoàn thiện báo cáo."
    told = {"rule": "customary.two_running_tasks", "step": "register_task"}
    life.decision("waive_rule", life.day("register", 3), reason, **told)
    life.todo.remove("register")
    life.register(more=5)
    life.go("appraise", appraise={"more": 5})

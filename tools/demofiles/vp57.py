"""The stories of plan VP57 in 2025: seventeen tasks of Vĩnh Phúc, and what went wrong with some of them."""

from tools.demofiles.life import Life
from tools.demofiles.script import Script, paper
from tools.demofiles.world import SECTOR, World, department

GRASSROOTS, PROVINCIAL = "VP57/grassroots", "VP57/provincial"
SYT, PROVINCE = "NS-SYT-VP-2025", "NS-TINH-2025"


def vp57(world: World) -> Script:
    """The file of all commands about these tasks."""
    script = Script()
    for story in (
        closed, returned_first, revised_first, rejected_by_score, seminar_first, suspended_once, not_accepted, withdrawn,
        terminated, over_the_line, closed_provincial, not_carried, wrong_council, own_interest, late, no_quorum, third_task,
    ):  # fmt: skip
        story(world, script)
    return script


def closed(world: World, script: Script) -> None:
    """From registration to closing, without a fault; an officer of another hospital may not report its progress."""
    title = "Đánh giá hiệu quả của huyết tương tươi đông lạnh trong điều trị xơ gan"
    life = Life(world, script, "VP25-01", GRASSROOTS, title, "BVDK", "cn1", SYT, topic=2)
    life.go("start")
    on = life.day("progress", -5)
    told = {"period": "2025-H2", "percent": 30, "summary": "Ghi nhầm nhiệm vụ của đơn vị khác.", "refused": ("house.role",)}
    life.step("report_progress", "bvsn.canbo", on, **told)
    life.go("close", accept={"ballots": ["excellent"]})


def returned_first(world: World, script: Script) -> None:
    """The dossier was returned because parts were missing, then handed in again."""
    title = (
        "Khảo sát sự hài lòng của bà mẹ có con dưới 1 tuổi về dịch vụ tiêm chủng mở rộng tại các trạm y tế xã, thị trấn"
    )
    life = Life(world, script, "VP25-02", GRASSROOTS, title, "BVSN", "cn1", "TX-BVSN-2025", topic=1, amount=60_000_000)
    life.go("register")
    reason = "Hồ sơ đăng ký chưa đầy đủ theo hướng dẫn."
    missing = ["Thuyết minh nhiệm vụ", "Dự toán chi tiết"]
    life.step("return_task", life.secretary, life.day("register", 7), reason=reason, missing=missing)
    changes = "Bổ sung thuyết minh nhiệm vụ và dự toán chi tiết."
    life.step("resubmit_task", life.officer, life.day("register", 14), changes=changes)
    life.go("close")


def revised_first(world: World, script: Script) -> None:
    """The appraisal asked for changes, less money was approved, and the page was first published on a wrong portal."""
    title = "Nghiên cứu đặc điểm lâm sàng, cận lâm sàng và kết quả điều trị vỡ lách do chấn thương bụng kín"
    life = Life(world, script, "VP25-03", GRASSROOTS, title, "BVPY", "cn1", SYT, topic=2, amount=100_000_000)
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
    title = "Đánh giá tác dụng phương pháp cấy chỉ trong điều trị hội chứng rối loạn lipid máu thể đàm thấp"
    life = Life(world, script, "VP25-04", GRASSROOTS, title, "BVYDCT", "cn2", SYT, topic=3, amount=70_000_000)
    life.go("appraise", appraise={"ballots": [45, 38.5, 42, 40, 44]})


def seminar_first(world: World, script: Script) -> None:
    """No acceptance before a seminar report with all its parts; no recognition before the votes carry it."""
    title = "Cơ cấu bệnh tật bệnh nhân nội trú và khả năng đáp ứng của bệnh viện đa khoa tuyến huyện tỉnh Vĩnh Phúc"
    life = Life(world, script, "VP25-05", GRASSROOTS, title, "TTYT-VinhTuong", "cn1", SYT, topic=5, people=False)
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
    """The work stood still for two months and then went on."""
    title = (
        "Nghiên cứu nồng độ protein máu và một số chỉ số đông máu ở bệnh nhân được điều trị bằng huyết tương tươi đông lạnh"
    )
    life = Life(world, script, "VP25-06", GRASSROOTS, title, "BVDK", "cn2", "TX-BVDK-2025", topic=2, amount=50_000_000)
    life.go("start")
    life.disburse("disburse", 0)
    life.decision("suspend_task", life.day("disburse", 30), "Máy xét nghiệm đông máu phải sửa chữa.")
    life.decision("resume_task", life.day("disburse", 95), "Thiết bị đã được khắc phục.")
    life.progress(percent=45, more=60)


def not_accepted(world: World, script: Script) -> None:
    """More than a third of the council said no."""
    title = (
        "Khảo sát kiến thức, thái độ, thực hành về phòng bệnh tay chân miệng ở bà mẹ có con dưới 5 tuổi và một số yếu tố liên quan"
    )
    life = Life(world, script, "VP25-07", GRASSROOTS, title, "BVSN", "cn2", "TX-BVSN-2025", topic=1, amount=45_000_000)
    life.go("accept", accept={"ballots": ["fail", "pass"]})
    world_barred = Life(
        world, script, "VP25-18", GRASSROOTS, "Đề cương của chủ nhiệm có kết quả không đạt", "BVSN", "cn2",
        "TX-BVSN-2025", topic=1, later=365,
    )  # fmt: skip
    world_barred.register(refused=("customary.barred_after_failure",))


def withdrawn(world: World, script: Script) -> None:
    """The unit withdrew it after the approval."""
    title = "Đánh giá hiệu quả của huyết tương tươi đông lạnh trong điều trị giảm albumin máu"
    life = Life(world, script, "VP25-08", GRASSROOTS, title, "BVPY", "cn2", SYT, topic=2, amount=65_000_000)
    life.go("approve")
    reason = "Đơn vị không bố trí đủ chế phẩm máu cho cỡ mẫu đã duyệt."
    life.step("withdraw_task", life.officer, life.day("fund"), reason=reason)


def terminated(world: World, script: Script) -> None:
    """Suspended, then ended before its time; the money that was left went back."""
    title = "Nghiên cứu đặc điểm lâm sàng, cận lâm sàng bệnh nhân viêm tai ứ dịch trên viêm V.A"
    life = Life(world, script, "VP25-09", GRASSROOTS, title, "BVPY", "cn3", SYT, topic=2, amount=55_000_000)
    life.go("start")
    life.disburse("disburse", 0)
    life.decision("suspend_task", life.day("disburse", 45), "Chủ nhiệm nhiệm vụ nghỉ công tác dài hạn.")
    life.decision("terminate_task", life.day("disburse", 120), "Không còn khả năng thực hiện theo thuyết minh.")
    life.days["settle"] = life.day("disburse", 135)
    life.settle()


def over_the_line(world: World, script: Script) -> None:
    """Over the unit's line, then over the approved sum; funded at last, and not started without ethics clearance."""
    title = "Nghiên cứu đặc điểm lâm sàng, cận lâm sàng và điều trị tái hẹp động mạch vành ở bệnh nhân sau can thiệp mạch vành qua da"
    life = Life(world, script, "VP25-10", GRASSROOTS, title, "BVDK", "cn3", "TX-BVDK-2025", topic=2, amount=90_000_000)
    life.go("approve").skip("fund", "start")
    life.fund(refused=("VP57-IV",))
    life.fund(line=SYT, amount=95_000_000, refused=("house.within_approved_sum",), more=2)
    life.fund(line=PROVINCE, refused=("house.payer",), more=3)
    life.fund(line=SYT, more=4)
    life.start(ethics=False, refused=("law.ethics",), more=6)


def closed_provincial(world: World, script: Script) -> None:
    """From registration to closing; it was once to be closed before the money was settled."""
    title = "Nghiên cứu nồng độ TRAb ở bệnh nhân Basedow"
    life = Life(world, script, "VP25-11", PROVINCIAL, title, "BVDK", "cn4", PROVINCE, topic=2, amount=350_000_000)
    life.go("publish", accept={"grade": "excellent"})
    life.days["close"] = life.day("publish", 2)
    life.close(refused=("house.settled",))
    life.later = 16
    life.go("close")


def not_carried(world: World, script: Script) -> None:
    """Two thirds in favour are not more than three quarters."""
    title = "Đánh giá tình trạng dinh dưỡng, mật độ xương của nữ sinh vị thành niên"
    life = Life(world, script, "VP25-12", PROVINCIAL, title, "BVSN", "cn3", PROVINCE, topic=5, amount=280_000_000)
    life.go("select", select={"ballots": ["yes", "no", "yes"], "refused": ("customary.majority",)})


def wrong_council(world: World, script: Script) -> None:
    """A provincial task is appraised by the sector's council, not by the hospital's."""
    title = "Quản lý trang thiết bị chẩn đoán cận lâm sàng và một số yếu tố ảnh hưởng tại bệnh viện đa khoa"
    life = Life(world, script, "VP25-13", PROVINCIAL, title, "BVPY", "cn4", PROVINCE, topic=4, people=False)
    life.go("select")
    council, on = "HDKH-BVPY", life.day("appraise", -9)
    own = [f"bvpy.hd{place}" for place in range(1, 6)]
    held = life.meeting(council, on, own, refused=("VP57-V.2.a",))
    held["items"].append({"task": life.task, "purpose": "appraise"})


def own_interest(world: World, script: Script) -> None:
    """The investigator sits in the council; who registered it came to the Department and would have approved it."""
    title = "Thực trạng và một số giải pháp góp phần cải thiện hoạt động khám chữa bệnh tại bệnh viện"
    life = Life(world, script, "VP25-14", PROVINCIAL, title, "BVYDCT", "cn1", PROVINCE, topic=3, amount=240_000_000)
    life.go("select", select={"recused": ["bvydct.cn1"]})
    council, on = SECTOR["VP57"], life.day("appraise")
    session = life.session("appraise", council, on)
    scores = [81, 77.5, 84, 79, 86, 80, 82, 78, 99]
    life.vote("appraise", council, on, scores, refused=("customary.conflict_of_interest",))
    life.vote("appraise", council, on, scores[:-1], recused=["bvydct.cn1"])
    life.step("appraise_task", life.secretary, on, session=session)
    life.skip("appraise", "approve")
    moved = life.day("approve", -3)
    role = {"person": life.officer, "role": "leader", "document": paper("QĐ-SYT", moved, department("VP57", moved))}
    script.add("grant_role", "admin", moved, **role)
    life.approve(actor=life.officer, refused=("VP57-V.4.b",))
    life.approve(amount=260_000_000, refused=("house.approved_within_estimate",), more=1)
    life.approve(more=2)


def late(world: World, script: Script) -> None:
    """Handed in more than thirty days after the planned end, which is recorded as late."""
    title = "Xây dựng hệ thống quản lý dịch vụ tiêm chủng có tính tương tác cao trên điện thoại di động và website"
    life = Life(world, script, "VP25-15", PROVINCIAL, title, "TTYT-VinhTuong", "cn2", PROVINCE, topic=4, people=False)
    life.go("submit", submit={"more": 60})


def no_quorum(world: World, script: Script) -> None:
    """Five of nine members are no quorum; selected at the next session, then returned."""
    title = (
        "Nghiên cứu thực trạng bệnh tật và hiệu quả một số giải pháp chăm sóc y tế cho người cai nghiện ma túy"
    )
    life = Life(world, script, "VP25-16", PROVINCIAL, title, "BVTT", "cn1", PROVINCE, topic=1, amount=200_000_000)
    life.go("register")
    on, five = life.day("select", -2), [f"syt-vp.hd{place}" for place in range(1, 6)]
    held = life.meeting(SECTOR["VP57"], on, five, refused=("customary.quorum",))
    held["items"].append({"task": life.task, "purpose": "select"})
    life.go("select")
    reason = "Thuyết minh chưa nêu phương án sử dụng kết quả nghiên cứu."
    life.step("return_task", life.secretary, life.day("select", 6), reason=reason, missing=["Phương án ứng dụng"])


def third_task(world: World, script: Script) -> None:
    """The investigator already led two running tasks; a leader waived the rule by a decision."""
    title = "Nghiên cứu nồng độ vitamin D huyết tương ở bệnh nhân Parkinson"
    life = Life(world, script, "VP25-17", GRASSROOTS, title, "BVDK", "cn4", "KHAC-VP-2025", topic=2, later=110)
    for ident, other in (("VP25-19", "Đánh giá kết quả điều trị suy giáp sau điều trị Basedow"),):
        second = Life(world, script, ident, GRASSROOTS, other, "BVDK", "cn4", SYT, topic=2, amount=40_000_000)
        second.go("start")
    life.register(refused=("customary.two_running_tasks",))
    reason = "Hai nhiệm vụ trước đang ở giai đoạn hoàn thiện báo cáo."
    told = {"rule": "customary.two_running_tasks", "step": "register_task"}
    life.decision("waive_rule", life.day("register", 3), reason, **told)
    life.todo.remove("register")
    life.register(more=5)
    life.go("appraise", appraise={"more": 5})

"""What registers call their columns and states, in Vietnamese and English; compared without marks and capitals."""

from collections.abc import Mapping
from typing import Final

Words = Mapping[str, tuple[str, ...]]

TASKS: Final[Words] = {
    "task": ("mã số", "mã", "mã đề tài", "mã nhiệm vụ", "mã số đề tài", "mã số nhiệm vụ", "số đăng ký", "id", "code",
             "task", "grant id", "identifier", "source file"),
    "title": ("tên đề tài", "tên nhiệm vụ", "tên nhiệm vụ KH&CN", "tên đề tài, nhiệm vụ", "tên đề tài/dự án", "đề tài",
              "nhiệm vụ", "title", "project title"),
    "lead_unit": ("đơn vị chủ trì", "cơ quan chủ trì", "tổ chức chủ trì", "đơn vị", "đơn vị thực hiện", "lead unit",
                  "institution", "organisation", "organization", "recipient organization name", "recipient org name"),
    "investigator": ("chủ nhiệm", "chủ nhiệm đề tài", "chủ nhiệm nhiệm vụ", "họ tên chủ nhiệm", "chủ nhiệm (họ tên)",
                     "investigator", "principal investigator", "author", "pi"),
    "level": ("cấp", "cấp quản lý", "cấp đề tài", "cấp nhiệm vụ", "level"),
    "year": ("năm", "năm đăng ký", "năm thực hiện", "năm phê duyệt", "năm kế hoạch", "year"),
    "state": ("trạng thái", "tình trạng", "tình hình thực hiện", "tiến độ", "status", "state"),
    "facts.start": ("bắt đầu", "ngày bắt đầu", "thời gian bắt đầu", "start", "start date", "planned dates start date"),
    "facts.end": ("kết thúc", "ngày kết thúc", "thời gian kết thúc", "end", "end date", "planned dates end date"),
    "facts.estimate": ("dự toán", "kinh phí dự kiến", "kinh phí đề xuất", "tổng dự toán", "amount applied for",
                       "estimate"),
    "facts.approved": ("kinh phí", "kinh phí phê duyệt", "kinh phí được duyệt", "tổng kinh phí", "kinh phí duyệt",
                       "amount awarded", "approved"),
    "facts.allocated": ("kinh phí đã cấp", "đã cấp", "kinh phí cấp", "allocated"),
    "facts.disbursed": ("kinh phí đã chi", "đã chi", "đã giải ngân", "amount disbursed", "disbursed"),
    "facts.returned": ("kinh phí hoàn trả", "hoàn trả", "kinh phí thu hồi", "returned"),
    "facts.grade": ("xếp loại", "kết quả nghiệm thu", "đánh giá nghiệm thu", "grade"),
    "facts.published_url": ("đường dẫn", "liên kết", "trang công bố", "link", "url"),
    "facts.registered_on": ("ngày đăng ký", "registered on"),
    "facts.appraised_on": ("ngày thẩm định", "appraised on"),
    "facts.approved_on": ("ngày phê duyệt", "ngày quyết định", "ngày duyệt", "award date", "approved on"),
    "facts.funded_on": ("ngày cấp kinh phí", "funded on"),
    "facts.accepted_on": ("ngày nghiệm thu", "accepted on"),
    "facts.recognised_on": ("ngày công nhận", "recognised on"),
    "facts.published_on": ("ngày công bố", "published on"),
    "facts.closed_on": ("ngày thanh lý", "ngày quyết toán", "closed on"),
}  # fmt: skip
UNITS: Final[Words] = {
    "unit": ("mã đơn vị", "mã", "mã cơ sở", "mã PX", "unit", "code", "osm id", "id"),
    "name": ("tên đơn vị", "tên", "tên cơ sở", "phường xã", "name", "tags name"),
    "kind": ("loại hình", "loại", "cấp", "kind", "tags amenity", "amenity"),
    "ownership": ("hình thức sở hữu", "sở hữu", "ownership"),
    "subordinate": ("trực thuộc", "trực thuộc sở", "subordinate"),
    "portal": ("trang thông tin điện tử", "cổng thông tin", "website", "portal"),
}
STATES: Final[Words] = {
    "registered": ("đã đăng ký", "đăng ký", "registered"),
    "returned": ("trả lại", "trả lại hoàn thiện", "returned"),
    "selected": ("đã xác định", "đã lựa chọn", "selected"),
    "appraised": ("đã thẩm định", "appraised"),
    "approved": ("đã phê duyệt", "phê duyệt", "được duyệt", "approved"),
    "funded": ("đã cấp kinh phí", "được cấp kinh phí", "funded"),
    "in_progress": ("đang thực hiện", "đang triển khai", "in progress", "ongoing"),
    "suspended": ("tạm dừng", "suspended"),
    "submitted": ("đã nộp hồ sơ nghiệm thu", "chờ nghiệm thu", "submitted"),
    "accepted": ("đã nghiệm thu", "accepted"),
    "not_accepted": ("không đạt", "not accepted"),
    "recognised": ("đã công nhận", "đã công nhận kết quả", "recognised"),
    "published": ("đã công bố", "published"),
    "closed": ("đã kết thúc", "đã thanh lý", "đã quyết toán", "closed"),
    "rejected": ("không duyệt", "không phê duyệt", "rejected", "unfunded"),
    "withdrawn": ("rút", "xin rút", "withdrawn"),
    "terminated": ("chấm dứt", "đã chấm dứt", "terminated"),
}
LEVELS: Final[Words] = {
    "grassroots": ("cơ sở", "cấp cơ sở", "grassroots"),
    "provincial": ("tỉnh", "cấp tỉnh", "provincial"),
    "sector": ("ngành", "cấp ngành", "sector"),
    "city": ("thành phố", "cấp thành phố", "city"),
    "ministry": ("bộ", "cấp bộ", "ministry"),
    "state": ("nhà nước", "quốc gia", "cấp quốc gia", "cấp nhà nước", "state"),
}
GRADES: Final[Words] = {
    "excellent": ("xuất sắc", "excellent"),
    "pass": ("đạt", "khá", "pass"),
    "fail": ("không đạt", "fail"),
}
CLOSED: Final[Mapping[str, Words]] = {"state": STATES, "level": LEVELS, "facts.grade": GRADES}

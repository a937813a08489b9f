"""Who gets what: one row for every address of the site (domain.md, Who may do what). Written by hand, not derived from the code.

A row says which relations to its object see it and which may change something through it. A person has the relations that follow
from his place; whoever has none that the row names is refused. The walk in test_who_gets_what.py asks for every row as everyone,
and fails for an address that has no row here; bench/probe.py asks a running site the same from outside.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

# --- Relations of a person to an object ---
HEAD, CLERK, STAFF = "head", "clerk", "staff"  # of the department that it belongs to; an acting head is a head
LEADER, PRINCIPAL = "leader", "principal"  # the deputy in charge of that department; the principal, of all
DEPUTY = "deputy"  # in charge of whatever department
ASSIGNEE = "assignee"  # 经办人
SUPPORTING_HEAD, SUPPORTING_CLERK, SUPPORTING_STAFF, SUPPORTING_LEADER = "supporting head", "supporting clerk", "supporting staff", "supporting leader"
OFFICE, PLAN, SYSTEM, SECURITY, AUDITOR = "office", "plan", "system", "security", "auditor"
ADDRESSEE = "addressee"  # of a letter
MAKER = "maker"  # the leader who required it
ANYONE = "anyone"  # who is signed in

OWN = {HEAD, CLERK, STAFF}
LEADERS = {LEADER, PRINCIPAL}
SUPPORTING = {SUPPORTING_HEAD, SUPPORTING_CLERK, SUPPORTING_STAFF, SUPPORTING_LEADER}
ADMINISTRATORS = {PLAN, SYSTEM, SECURITY, AUDITOR}
READS_TASKS = OWN | LEADERS | SUPPORTING | {ASSIGNEE, OFFICE, PLAN}
READS_DUTIES = OWN | LEADERS | {MAKER, OFFICE, PLAN}
READS_URGES = OWN | LEADERS | {OFFICE, PLAN}  # of the department's tasks; not the supporting ones
READS_REPORTS = {HEAD, CLERK} | LEADERS | {OFFICE}
READS_WHAT_IS_TO_BE_ISSUED = {DEPUTY, PRINCIPAL, OFFICE}
NOBODY: set[str] = set()

# --- Answers ---
SHOWN, MOVED_ON, REFUSED, HIDDEN, WRONG_METHOD, WRONG_STATE = 200, 302, 403, 404, 405, 409
TAKEN = {SHOWN, MOVED_ON, WRONG_STATE}  # a post got in: it was done, asked for something missing, or came too late
READING, WRITING, BOTH = "GET", "POST", "GET POST"


@dataclass(frozen=True)
class Row:
    """One address.

    `about` names the objects that it is asked for. `reads` see it, `writes` may post to it; a reader who may not post gets 403,
    whoever is in neither gets `denied`. `shown` is what a reader's GET is answered with.
    """

    route: str
    methods: str = READING
    about: str = ""
    reads: frozenset[str] = frozenset({ANYONE})
    writes: frozenset[str] = frozenset()
    shown: frozenset[int] = frozenset({SHOWN})
    taken: frozenset[int] = frozenset(TAKEN)
    denied: int = HIDDEN
    unsigned: int = MOVED_ON
    options: int = WRONG_METHOD
    fixed: dict[str, object] = field(default_factory=dict)

    def answers(self, method: str, relations: set[str] | None) -> frozenset[int]:
        """Return the statuses that are right for a person with these relations; None is somebody who is not signed in."""
        if relations is None:
            return frozenset({self.unsigned})
        if method == "OPTIONS":
            return frozenset({self.options})
        if ("GET" if method == "HEAD" else method) not in self.methods.split():
            return frozenset({WRONG_METHOD})
        relations = relations | {ANYONE}
        if not relations & (self.reads | self.writes):
            return frozenset({self.denied})
        if method == "POST":
            return self.taken if relations & self.writes else frozenset({REFUSED})
        return self.shown if relations & self.reads else frozenset({REFUSED})


def row(route: str, methods: str = READING, about: str = "", reads: Iterable[str] = (ANYONE,), writes: Iterable[str] = (), **more) -> Row:
    sets = {name: frozenset(more.pop(name)) for name in ("shown", "taken") if name in more}
    return Row(route, methods, about, frozenset(reads), frozenset(writes), **sets, **more)


def task_move(name: str, *may: str) -> Row:
    return row(f"supervision:move {name}", WRITING, "task", reads=READS_TASKS, writes=may, fixed={"name": name})


def duty_move(name: str, *may: str, about: str = "duty") -> Row:
    return row(f"supervision:duty_move {name}{' of the principal' * (about != 'duty')}", WRITING, about, reads=READS_DUTIES, writes=may, fixed={"name": name})


def urge_move(name: str, *may: str) -> Row:
    return row(f"supervision:move_urge {name}", WRITING, "urge", reads=READS_URGES, writes=may, fixed={"name": name})


def extension_new(name: str, *may: str) -> Row:
    reads = READS_TASKS if may else NOBODY
    return row(f"supervision:extension_new {name}", WRITING, "task", reads=reads, writes=may, fixed={"name": name})


def extension_move(name: str, *may: str) -> Row:
    reads = READS_TASKS if may else NOBODY
    return row(f"supervision:extension_move {name}", WRITING, "extension", reads=reads, writes=may, fixed={"name": name})


def report_move(name: str, *may: str) -> Row:
    return row(f"reports:move {name}", WRITING, "report", reads=READS_REPORTS, writes=may, fixed={"move": name})


def dashboard_export(table: str, *may: str) -> Row:
    return row(f"dashboard:export {table}", WRITING, "anything", reads=NOBODY, writes=may, taken={SHOWN}, fixed={"table": table})


SITE = [
    row("home:worklist"),
    row("home:password", BOTH, writes={ANYONE}, options=SHOWN),
    row("home:second_factor", BOTH, writes={ANYONE}),  # one's own
    row("home:logout", WRITING, writes={ANYONE}, taken={MOVED_ON}, options=SHOWN),
    row("home:sessions"),  # one's own
    row("home:sessions_end", WRITING, writes={ANYONE}, taken={MOVED_ON}),
    row("home:session"),
    row("home:session_stay", WRITING, writes={ANYONE}, taken={SHOWN}),
    row("home:typed"),  # one's own, from this very browser
    row("home:typed_forget", WRITING, writes={ANYONE}, taken={MOVED_ON}, fixed={"form_id": "none"}),
    row("home:guide"),
    row("home:department", about="department", reads=OWN | LEADERS | {OFFICE, PLAN}),
    row("home:department_timeline", about="department", reads=OWN | LEADERS | {OFFICE, PLAN}),
    # What a leader took over: his own page, which the principal and the office may read; not whoever had it before.
    row("home:handover", about="anything", reads=LEADERS),
    row("home:handover_of", about="handover", reads={ADDRESSEE, PRINCIPAL, OFFICE}),
    # Figures: the leadership's and the office's of everything they are in charge of, a department's of its own.
    row("dashboard:dashboard", about="anything", reads=OWN | LEADERS | {OFFICE}),
    row("dashboard:summary", about="anything", reads=OWN | LEADERS | {OFFICE}),
    row("dashboard:goal", about="anything", reads=OWN | LEADERS | {OFFICE}, fixed={"number": 3}),
    dashboard_export("matrix", *OWN, *LEADERS, OFFICE),
    dashboard_export("overdue", *OWN, *LEADERS, OFFICE),
    dashboard_export("reporting", *OWN, *LEADERS, OFFICE),
    dashboard_export("gaps", *OWN, *LEADERS, OFFICE),
    dashboard_export("department-gaps", *OWN, *LEADERS, OFFICE),
    dashboard_export("supervising", *OWN, *LEADERS, OFFICE),
    dashboard_export("leaders", PRINCIPAL, OFFICE),  # of the whole federation only
    dashboard_export("nonsense"),
    # Tasks: read by the departments concerned and their leaders; moved by the leading one, its leader and the office.
    row("supervision:tasks", about="anything", reads=OWN | LEADERS | {OFFICE, PLAN}, denied=REFUSED),
    row("supervision:task", about="task", reads=READS_TASKS),
    row("supervision:update", WRITING, "task", reads=READS_TASKS, writes={HEAD, CLERK, ASSIGNEE, SUPPORTING_HEAD, SUPPORTING_CLERK}),
    task_move("acknowledge", HEAD),
    task_move("claim", HEAD),
    task_move("confirm", *LEADERS),
    task_move("send_back", *LEADERS),
    task_move("suspend", OFFICE),
    task_move("resume", OFFICE),
    row("supervision:move begin", WRITING, "task", reads=NOBODY, fixed={"name": "begin"}),
    row("supervision:move remark", WRITING, "task", reads=NOBODY, fixed={"name": "remark"}),
    row("supervision:move carry_over", WRITING, "task", reads=NOBODY, fixed={"name": "carry_over"}),
    row("supervision:move nonsense", WRITING, "task", reads=NOBODY, fixed={"name": "nonsense"}),
    # Instructions: given and closed by leaders, answered by heads. What the principal required is his own to close.
    row("supervision:instructions", about="anything", reads=OWN | LEADERS | {OFFICE, PLAN}, denied=REFUSED),
    row("supervision:instruct", BOTH, "anything", reads=LEADERS, writes=LEADERS, denied=REFUSED),
    row("supervision:instruction", about="instruction", reads=READS_DUTIES),
    duty_move("acknowledge", HEAD),
    duty_move("answer", HEAD),
    duty_move("supplement", HEAD),
    duty_move("close", *LEADERS, MAKER),
    duty_move("send_back", *LEADERS, MAKER),
    duty_move("release", *LEADERS, MAKER),
    duty_move("acknowledge", HEAD, about="principal's duty"),
    duty_move("close", PRINCIPAL, about="principal's duty"),
    duty_move("send_back", PRINCIPAL, about="principal's duty"),
    duty_move("release", PRINCIPAL, about="principal's duty"),
    *(
        row(f"supervision:duty_move {name}", WRITING, "duty", reads=NOBODY, fixed={"name": name})
        for name in ("issue", "remark", "state", "carry_over", "nonsense")
    ),
    # Urges: sent and withdrawn by the office, answered by the head, read in the department and by its leaders.
    row("supervision:urges", about="anything", reads=READS_URGES, denied=REFUSED),
    row("supervision:urges_sent", about="anything", reads=READS_URGES, denied=REFUSED),
    row("supervision:urge_new", BOTH, reads={OFFICE}, writes={OFFICE}, shown={SHOWN, MOVED_ON}, taken={SHOWN}, denied=REFUSED),
    row("supervision:urge", about="urge", reads=READS_URGES),
    urge_move("answer", HEAD),
    urge_move("withdraw", OFFICE),
    row("supervision:move_urge issue", WRITING, "urge", reads=NOBODY, fixed={"name": "issue"}),
    row("supervision:move_urge settle", WRITING, "urge", reads=NOBODY, fixed={"name": "settle"}),
    # Extensions: read with their task; asked for by its head, granted and decided by its leader.
    row("supervision:extensions", about="anything", reads=OWN | LEADERS | {OFFICE, PLAN}, denied=REFUSED),
    row("supervision:extension", about="task", reads=READS_TASKS),
    extension_new("ask", HEAD),
    extension_new("grant", *LEADERS),
    extension_new("approve"),  # what is not there yet is not decided
    extension_move("approve", *LEADERS),
    extension_move("refuse", *LEADERS),
    extension_move("withdraw", HEAD),
    *(extension_move(name) for name in ("ask", "grant", "lapse", "carry_over", "nonsense")),
    # Evidence: read by whoever reads the task; taken back by the department that gave it.
    row("files:download", about="attachment", reads=READS_TASKS),
    row("files:withdraw", BOTH, "attachment", reads=READS_TASKS, writes={HEAD, CLERK}, shown={SHOWN, REFUSED}),
    # Pictures and PDF are looked at by whoever may download them. Only what was never submitted is removed.
    row("files:preview", about="attachment", reads=READS_TASKS),
    row("files:preview of a picture", about="picture", reads=READS_TASKS),
    row("files:picture", about="picture", reads=READS_TASKS),
    row("files:remove", BOTH, "attachment", reads=READS_TASKS, shown={REFUSED}),
    # Files of reports: of one that was submitted as its version, of a draft its authors' alone.
    row("files:download of a report", about="report file", reads=READS_REPORTS),
    row("files:preview of a report", about="report file", reads=READS_REPORTS),
    row("files:withdraw of a report", BOTH, "report file", reads=READS_REPORTS, writes={HEAD, CLERK}, shown={REFUSED, WRONG_STATE}),
    row("files:remove of a report", BOTH, "report file", reads=READS_REPORTS, writes={HEAD, CLERK}, shown={REFUSED, WRONG_STATE}),
    row("files:download of a draft", about="draft file", reads={HEAD, CLERK}),
    row("files:withdraw of a draft", BOTH, "draft file", reads={HEAD, CLERK}, writes={HEAD, CLERK}),
    row("files:remove of a draft", BOTH, "draft file", reads={HEAD, CLERK}, writes={HEAD, CLERK}),
    # Reports: written by head and clerk, submitted by the head, read as submitted by leader, principal and office.
    row("reports:reports", about="anything", reads=READS_REPORTS),
    row("reports:report", about="report", reads=READS_REPORTS),
    row("reports:report draft", about="draft", reads={HEAD, CLERK}),
    row("reports:edit", BOTH, "report", reads={HEAD, CLERK}, writes={HEAD, CLERK}, shown={SHOWN, MOVED_ON}),
    row("reports:edit draft", BOTH, "draft", reads={HEAD, CLERK}, writes={HEAD, CLERK}),
    row("reports:attachments", BOTH, "report", reads=READS_REPORTS, writes={HEAD, CLERK}, shown={MOVED_ON}, taken={WRONG_STATE}),
    row("reports:attachments draft", BOTH, "draft", reads={HEAD, CLERK}, writes={HEAD, CLERK}),
    row("reports:autosave", WRITING, "report", reads={HEAD, CLERK}, writes={HEAD, CLERK}),
    row("reports:autosave draft", WRITING, "draft", reads={HEAD, CLERK}, writes={HEAD, CLERK}),
    row("reports:preview", about="report", reads={HEAD, CLERK}, shown={SHOWN, MOVED_ON}),
    row("reports:preview draft", about="draft", reads={HEAD, CLERK}),
    row("reports:version", about="report", reads=READS_REPORTS),
    # Read like the report itself, by departments that speak at the meeting: the world has no other.
    row("reports:outline", about="report", reads=READS_REPORTS),
    row("reports:outline draft", about="draft", reads={HEAD, CLERK}),
    row("reports:deadline", BOTH, "report", reads=READS_REPORTS, writes={OFFICE}),
    row("reports:deadline draft", BOTH, "draft", reads=READS_REPORTS, writes={OFFICE}),
    row("reports:compare", about="report", reads=READS_REPORTS),
    row("reports:compare draft", about="draft", reads={HEAD, CLERK}),
    report_move("submit", HEAD),
    report_move("withdraw", HEAD),
    report_move("approve", *LEADERS),
    report_move("return", *LEADERS),
    row("reports:move archive", WRITING, "report", reads=NOBODY, fixed={"move": "archive"}),
    row("reports:move submit draft", WRITING, "draft", reads={HEAD, CLERK}, writes={HEAD}, fixed={"move": "submit"}),
    # The end of a half-year: closed by the office; its circular is everyone's once it is issued, the leaders' and the office's before.
    row("meetings:close", BOTH, "period", reads={OFFICE}, writes={OFFICE}),
    row("meetings:circulars"),
    row("meetings:circular", about="issued"),
    row("meetings:circular to come", about="to be issued", reads=READS_WHAT_IS_TO_BE_ISSUED),
    row("meetings:circular_issue", WRITING, "issued", writes={OFFICE}, taken={WRONG_STATE}),
    row("meetings:circular_issue to come", WRITING, "to be issued", reads=READS_WHAT_IS_TO_BE_ISSUED, writes={OFFICE}),
    row("meetings:circular_export", WRITING, "issued", writes={ANYONE}, taken={SHOWN}),
    row("meetings:circular_export to come", WRITING, "to be issued", READS_WHAT_IS_TO_BE_ISSUED, READS_WHAT_IS_TO_BE_ISSUED, taken={SHOWN}),
    # Letters: one's own. Leaders and heads are written to.
    row("digests:letters", about="anything", reads=LEADERS | {HEAD}),
    row("digests:preview", about="anything", reads=LEADERS),
    row("digests:letter", about="letter", reads={ADDRESSEE}),
    # What happened: the auditor's alone. An export is posted: it changes nothing, but it is written down.
    row("audit:log", about="anything", reads={AUDITOR}),
    row("audit:entry", about="entry", reads={AUDITOR}),
    row("audit:export", WRITING, "anything", reads={AUDITOR}, writes={AUDITOR}, taken={SHOWN}),
]


@dataclass(frozen=True)
class OpenRow(Row):
    """An address that is open to the world; `to_signed` is what somebody who is signed in already gets."""

    to_world: frozenset[int] = frozenset({SHOWN})
    to_signed: frozenset[int] = frozenset({SHOWN})

    def answers(self, method: str, relations: set[str] | None) -> frozenset[int]:
        """Return the right statuses."""
        if method != "OPTIONS" and ("GET" if method == "HEAD" else method) not in self.methods.split():
            return frozenset({WRONG_METHOD})
        if relations is not None:
            return self.to_signed if method != "OPTIONS" or self.options == SHOWN else frozenset({self.options})
        return frozenset({self.options}) if method == "OPTIONS" else self.to_world


OPEN = [
    # Whoever is signed in already is led on from the sign-in page.
    OpenRow("home:login", BOTH, to_signed=frozenset({MOVED_ON}), options=SHOWN),
    # Open only to whoever has just given the right password; everybody else is led to the sign-in page, or on from it.
    OpenRow("home:login_code", BOTH, to_world=frozenset({MOVED_ON}), to_signed=frozenset({MOVED_ON}), options=WRONG_METHOD),
    OpenRow("home:health", to_world=frozenset({SHOWN, 503}), to_signed=frozenset({SHOWN, 503})),
    OpenRow("home:health_live"),
]

# --- The admin: page -> who views, adds, changes, deletes. Other administrators get 403, everyone else 404. ---
ADMIN = {
    "departments.user": ({SYSTEM}, {SYSTEM}, {SYSTEM}, NOBODY),
    "departments.department": ({SYSTEM}, {SYSTEM}, {SYSTEM}, NOBODY),
    "departments.leader": ({SYSTEM}, {SYSTEM}, {SYSTEM}, NOBODY),
    "departments.portfolio": ({SYSTEM}, {SYSTEM}, {SYSTEM}, NOBODY),
    "django_celery_beat.periodictask": ({SYSTEM}, NOBODY, {SYSTEM}, NOBODY),
    "digests.letter": ({SYSTEM, PLAN}, NOBODY, NOBODY, NOBODY),
    "departments.roleholder": ({SECURITY}, NOBODY, {SECURITY}, NOBODY),
    "departments.membership": ({SECURITY}, {SECURITY}, {SECURITY}, NOBODY),
    "signing.lockout": ({SECURITY}, NOBODY, NOBODY, NOBODY),
    "departments_sessions.session": ({SECURITY}, NOBODY, NOBODY, NOBODY),
    "files.attachment": ({SYSTEM}, NOBODY, NOBODY, NOBODY),  # of which only what the scanner found
    "plan.goal": ({PLAN}, {PLAN}, {PLAN}, NOBODY),
    "plan.initiative": ({PLAN}, {PLAN}, {PLAN}, NOBODY),
    "plan.policydocument": ({PLAN}, {PLAN}, {PLAN}, NOBODY),
    "plan.achievementtheme": ({PLAN}, {PLAN}, {PLAN}, NOBODY),
    "plan.period": ({PLAN}, {PLAN}, {PLAN}, NOBODY),
    "plan.reportduty": ({PLAN}, {PLAN}, {PLAN}, NOBODY),
    "plan.target": ({PLAN}, {PLAN}, {PLAN}, NOBODY),
    "plan.task": ({PLAN}, {PLAN}, {PLAN}, NOBODY),
    "plan.lightrule": ({PLAN}, {PLAN}, NOBODY, NOBODY),  # one in force; one to come has rows of its own below
    "plan.lightname": ({PLAN}, NOBODY, {PLAN}, NOBODY),
    "plan.workdayoverride": ({PLAN}, {PLAN}, {PLAN}, {PLAN}),
    "supervision.supervisionrule": ({PLAN}, {PLAN}, NOBODY, NOBODY),  # one in force; one to come has rows of its own below
    "supervision.urgestage": ({PLAN}, NOBODY, {PLAN}, NOBODY),
    "workflow.historyrow": ({PLAN, AUDITOR}, NOBODY, NOBODY, NOBODY),
}


@dataclass(frozen=True)
class AdminRow(Row):
    """An address of the admin: to whoever is no administrator it does not exist, to an administrator of another kind it is closed."""

    denied: int = REFUSED

    def answers(self, method: str, relations: set[str] | None) -> frozenset[int]:
        """Return the right statuses; the admin answers nothing but GET, HEAD and POST."""
        if relations is None:
            return frozenset({self.unsigned})
        if method == "OPTIONS":
            return frozenset({WRONG_METHOD})
        if not relations & ADMINISTRATORS:
            return frozenset({HIDDEN})
        if ("GET" if method == "HEAD" else method) not in self.methods.split():
            return frozenset({WRONG_METHOD})
        may = self.writes if method == "POST" else self.reads
        if ANYONE in may or relations & may:
            return self.taken if method == "POST" else self.shown
        return frozenset({self.denied})


def admin_page(label: str, page: str, may_read: set[str], may_post: set[str], methods: str = BOTH, **more) -> Row:
    """Return the row of one page of the admin."""
    about = "" if page in {"changelist", "add"} else label
    name = f"admin:{label.replace('.', '_')}_{page}"
    return AdminRow(name, methods, about, frozenset(may_read), frozenset(may_post), **more)


def admin_rows() -> list[Row]:
    """Return the rows of all pages that every kind of row in the admin has."""
    found = []
    for label, (view, add, change, delete) in ADMIN.items():
        found += [
            admin_page(label, "changelist", view, view),
            admin_page(label, "add", add, add),
            admin_page(label, "change", view, change),
            admin_page(label, "history", view, view),
            admin_page(label, "delete", delete, delete),
        ]
    return found


ADMIN_BESIDE = [
    AdminRow("admin:index", BOTH, reads=frozenset({ANYONE}), writes=frozenset({ANYONE})),
    AdminRow("admin:app_list", BOTH, "admin:plan", frozenset({PLAN}), frozenset({PLAN}), denied=HIDDEN),
    AdminRow("admin:plan_lightrule_change to come", BOTH, "light rule to come", frozenset({PLAN}), frozenset({PLAN})),
    AdminRow("admin:plan_lightrule_delete to come", BOTH, "light rule to come", frozenset({PLAN}), frozenset({PLAN})),
    AdminRow("admin:supervision_supervisionrule_change to come", BOTH, "supervision rule to come", frozenset({PLAN}), frozenset({PLAN})),
    AdminRow("admin:supervision_supervisionrule_delete to come", BOTH, "supervision rule to come", frozenset({PLAN}), frozenset({PLAN})),
    AdminRow("admin:departments_user_new_password", BOTH, "departments.user", frozenset({SYSTEM}), frozenset({SYSTEM})),
    AdminRow("admin:departments_sessions_session_end", BOTH, "departments.user", frozenset({SECURITY}), frozenset({SECURITY})),
    AdminRow("admin:departments_roleholder_reset_factor", BOTH, "departments.roleholder", frozenset({SECURITY}), frozenset({SECURITY})),
    AdminRow("admin:signing_lockout_unlock", BOTH, "signing.lockout", frozenset({SECURITY}), frozenset({SECURITY})),
]

# Addresses without a name: the admin's last, which leads nowhere. Asked for by the walk as it stands.
NAMELESS = {"/admin/(?P<url>.*)$"}

"""What someone sees when a request cannot be answered: a sentence, what was typed, and a way on; never a trace of what lies behind."""

import re

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import include, path
from django.views.decorators.http import require_POST

from federation_tasks.home.errors import server_error

TEXT = "第三季度辅具适配滞后，原因是供货合同八月才签。<b>不是</b>标签。"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')


def explode(request):
    raise RuntimeError("secret words of the program")


def refuse(request):
    raise PermissionDenied("您没有权限确认办结。")


@require_POST
def button(request):
    return HttpResponse("|".join(request.POST.getlist("text")))


urlpatterns = [
    path("", include("federation_tasks.urls")),
    path("try/explode/", explode),
    path("try/refuse/", refuse),
    path("try/button/", button),
]
handler400 = "federation_tasks.home.errors.bad_request"
handler403 = "federation_tasks.home.errors.forbidden"
handler500 = "federation_tasks.home.errors.server_error"
pytestmark = pytest.mark.urls(__name__)


def words(answer):
    return TOKEN.sub("", answer.content.decode())


@pytest.fixture
def head(cast):
    client = cast.client("head")
    client.raise_request_exception = False
    return client


def test_a_strangers_page_and_a_page_that_does_not_exist_look_the_same(cast, plan):
    task = plan.task(cast.kfb)
    client = cast.client("stranger")
    answers = [client.get(f"/tasks/{pk}/") for pk in (task.pk, task.pk + 1000)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert words(answers[0]) == words(answers[1])
    assert "地址可能抄错了，或者内容不在您的权限范围内。" in words(answers[0])


def test_an_unknown_address_tells_a_way_on_to_both_the_signed_in_and_the_others(client, head):
    assert "回到待办" in words(head.get("/no/such/page/"))
    assert "去登录" in words(client.get("/no/such/page/"))


def test_a_refusal_says_what_is_refused_and_gives_the_text_back(head):
    answer = head.post("/try/refuse/", {"reason": TEXT})
    assert answer.status_code == 403
    assert "您没有权限确认办结。" in words(answer)
    assert "供货合同八月才签。&lt;b&gt;不是&lt;/b&gt;标签。" in words(answer)


def test_a_wrong_method_gets_a_sentence(head):
    answer = head.get("/try/button/")
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert "它是页面上一个按钮用的" in words(answer)


class TestStaleToken:
    """The form's token is not the browser's any more: somebody signed in in another window."""

    HERE = "http://testserver"

    @pytest.fixture
    def strict(self, cast):
        client = Client(enforce_csrf_checks=True)
        client.force_login(cast.head)
        client.get("/password/")  # the browser now has a token of its own
        return client

    def post(self, client, origin=HERE, **fields):
        headers = {"Origin": origin} if origin else {}
        return client.post("/try/button/", {"csrfmiddlewaretoken": "s" * 64, "text": ["甲", TEXT], "revision": "3"} | fields, headers=headers)

    def test_nothing_typed_is_lost(self, strict):
        answer = self.post(strict)
        assert answer.status_code == 403
        assert "还没有提交成功" in words(answer)
        assert "供货合同八月才签。" in words(answer)

    def test_the_same_form_can_be_sent_again_as_it_was(self, strict):
        page = self.post(strict).content.decode()
        form = page[page.index('action="/try/button/"') :]
        sent = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form)
        assert [name for name, _ in sent] == ["csrfmiddlewaretoken", "text", "text", "revision"]
        answer = strict.post("/try/button/", {"csrfmiddlewaretoken": sent[0][1], "text": ["甲", TEXT]}, headers={"Origin": self.HERE})
        assert answer.status_code == 200
        assert answer.content.decode() == f"甲|{TEXT}"

    @pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://testserver:81", ""])
    def test_a_form_from_elsewhere_does_not_become_valid_by_a_button(self, strict, origin):
        answer = self.post(strict, origin)
        assert answer.status_code == 403
        assert "再提交一次" not in words(answer)

    @pytest.mark.parametrize(("before", "back"), [("http://testserver/tasks/7/", "http://testserver/tasks/7/"), ("https://evil.example/", "/try/button/")])
    def test_the_way_back_is_the_page_with_the_form_and_never_another_site(self, strict, before, back):
        answer = strict.post("/try/button/", {"text": TEXT}, headers={"Origin": self.HERE, "Referer": before})
        assert f'<a href="{back}">回到原来的页面</a>' in words(answer)

    def test_a_password_is_never_given_back(self, strict):
        answer = self.post(strict, old_password="Geheim-4711-lang")
        assert "Geheim-4711" not in words(answer)
        assert "再提交一次" not in words(answer)

    def test_someone_who_is_not_signed_in_gets_the_page_too(self, client, db):
        client = Client(enforce_csrf_checks=True)
        answer = client.post("/login/", {"username": "head", "password": "Geheim-4711-lang"})
        assert answer.status_code == 403
        assert "回到原来的页面再试" in words(answer)
        assert "Geheim-4711" not in words(answer)


def test_an_error_shows_a_number_that_stands_in_the_log(head, caplog):
    answer = head.get("/try/explode/")
    assert answer.status_code == 500
    [number] = re.findall(r"E-\d{4}-\d{6}", words(answer))
    [row] = [row for row in caplog.records if number in row.getMessage()]
    assert "/try/explode/" in row.getMessage()
    assert row.exc_info[1].args == ("secret words of the program",)
    assert "secret words" not in words(answer)


def test_the_error_page_needs_neither_database_nor_manifest(settings):
    # Without the `db` fixture every query is refused; the storage of `make run` fails for a file that its manifest does not know.
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}}
    answer = server_error(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert 'href="/static/css/app.css"' in words(answer)


def test_a_host_that_is_not_ours_gets_a_page_that_says_nothing(client, db):
    answer = client.get("/login/", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert "这个请求无法处理" in words(answer)
    assert "evil" not in words(answer)


def test_a_form_with_too_many_fields_gets_a_page(head):
    answer = head.post("/try/button/", {f"f{n}": "1" for n in range(5001)})
    assert answer.status_code == 400
    assert "请分几次保存" in words(answer)


@pytest.mark.parametrize("address", ["/", "/login/", "/no/such/page/"])
def test_no_page_is_kept_by_the_browser(head, address):
    assert "no-store" in head.get(address)["Cache-Control"]

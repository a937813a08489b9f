"""Lists show enough of somebody's e-mail address to tell one from another, and no more. That no page shows more: test_who_gets_what.py."""


def test_lists_show_enough_to_tell_one_from_another(cast, things):
    accounts = cast.client("system_admin").get("/admin/departments/user/").content.decode()
    assert "st***@example.test" in accounts
    letters = cast.client("plan_admin").get("/admin/digests/letter/").content.decode()
    assert "de***@example.test" in letters

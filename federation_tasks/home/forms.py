"""Signing in and changing one's password."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from departments.models import User

Summary = list[tuple[str, str]]


def summary(form: forms.BaseForm) -> Summary:
    """Return (field id, sentence) in page order, for the error summary; what belongs to no field leads to the first one."""
    first = next(iter(form.fields))
    found = [(form[first].id_for_label, str(sentence)) for sentence in form.non_field_errors()]
    return found + [(form[name].id_for_label, str(sentence)) for name in form.fields for sentence in form.errors.get(name, [])]


class SignInForm(AuthenticationForm):
    """User name and password. One answer to whatever is wrong, so that nobody learns which user names exist."""

    remember = forms.BooleanField(label=_("在这台电脑上保持登录 12 小时"), required=False)

    error_messages = {"invalid_login": _("用户名或密码不对，请核对大小写和输入法后再试。"), "inactive": _("用户名或密码不对，请核对大小写和输入法后再试。")}
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, sentence in (("username", _("请填写用户名。")), ("password", _("请填写密码。"))):
            self.fields[name].error_messages["required"] = sentence
            self.fields[name].widget.attrs["aria-required"] = "true"
        self.fields["username"].widget.attrs |= {"spellcheck": "false", "autofocus": False}
        self.fields["password"].widget.attrs["data-show-password"] = ""

    def clean(self) -> dict[str, Any]:
        """Put the refusal at the user name, where the form has a place for it and the summary a link to."""
        try:
            return super().clean()
        except ValidationError as refused:
            self.add_error("username", refused)
            return self.cleaned_data

    def confirm_login_allowed(self, user: User) -> None:  # type: ignore[override]
        """Refuse demo accounts, whose password is no secret, on a site for real work (contract.md, Demo accounts)."""
        super().confirm_login_allowed(user)  # type: ignore[arg-type]
        if settings.BEHIND_TLS and user.is_demo:
            raise self.get_invalid_login_error()


class NewPasswordForm(PasswordChangeForm):
    """The old password once, the new one twice."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sentences = {"old_password": _("请填写现在的密码。"), "new_password1": _("请填写新密码。"), "new_password2": _("请再填一遍新密码。")}
        for name, field in self.fields.items():
            field.error_messages["required"] = sentences[name]
            field.widget.attrs |= {"aria-required": "true", "data-show-password": "", "autofocus": False}
        self.fields["old_password"].label = _("现在的密码")
        self.fields["new_password1"].label = _("新密码")
        self.fields["new_password2"].label = _("再填一遍新密码")
        self.fields["new_password2"].help_text = ""
        self.error_messages = self.error_messages | {
            "password_incorrect": _("现在的密码不对，请重新填写。"),
            "password_mismatch": _("两遍填的新密码不一样，请重新填写。"),
        }

    def save(self, commit: bool = True) -> Any:
        """Set the new password; a one-time password is then used up."""
        self.user.must_change_password = False
        return super().save(commit)

"""Signing in and changing one's password."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from departments.models import User
from departments.passwords import USED_UP, still_opens
from departments.signing.asking import counted
from departments.signing.lockout import lock_met
from departments.signing.policy import in_words, refusals
from federation_tasks.audit.trail import Action, record

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
            lock = lock_met(self.request)
            self.add_error("username", lock.sentence if lock else refused)
            return self.cleaned_data

    def confirm_login_allowed(self, user: User) -> None:  # type: ignore[override]
        """Refuse a one-time password that has opened its one sign-in, or has lapsed. Only whoever knows it gets to read this."""
        super().confirm_login_allowed(user)  # type: ignore[arg-type]
        if not still_opens(user, timezone.now()):
            raise ValidationError(USED_UP)


class NewPasswordForm(PasswordChangeForm):
    """The old password once, the new one twice. The rules stand there before anything is typed, and all refusals come at once."""

    use_required_attribute = False

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        sentences = {"old_password": _("请填写现在的密码。"), "new_password1": _("请填写新密码。"), "new_password2": _("请再填一遍新密码。")}
        for name, field in self.fields.items():
            field.error_messages["required"] = sentences[name]
            field.widget.attrs |= {"aria-required": "true", "data-show-password": "", "autofocus": False}
        self.fields["old_password"].label = _("现在的密码")
        self.fields["new_password1"].label = _("新密码")
        self.fields["new_password2"].label = _("再填一遍新密码")
        self.fields["new_password1"].help_text = format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((words,) for words in in_words())))
        self.fields["new_password2"].help_text = ""
        self.error_messages = self.error_messages | {
            "password_incorrect": _("现在的密码不对，请重新填写。"),
            "password_mismatch": _("两遍填的新密码不一样，请重新填写。"),
        }

    def clean_old_password(self) -> str:
        """Count a wrong old password like one at the sign-in page."""
        return str(counted(self.request, self.user, super().clean_old_password))

    def validate_password_for_user(self, user: Any, password_field_name: str = "") -> None:
        """Put what is wrong with the new password at its first field, where it is mended."""
        if password := self.cleaned_data.get("new_password1"):
            for sentence in refusals(password, user, with_past="old_password" in self.cleaned_data):
                self.add_error("new_password1", sentence)

    def save(self, commit: bool = True) -> Any:
        """Set the new password; a one-time password is then used up."""
        with transaction.atomic():
            record(Action.PASSWORD, self.user, verb="改口令", after={"by": "本人"})
            return super().save(commit)

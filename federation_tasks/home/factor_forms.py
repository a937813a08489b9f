"""The second factor, as it is asked for. Names of fields hold "otp" or "password", so that nothing of them is ever kept (typed.py)."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from departments.models import User
from departments.signing import second_factor, totp
from departments.signing.asking import counted, refuse_wrong_password
from departments.signing.models import SecondFactor

CODE_ATTRIBUTES = {"inputmode": "numeric", "autocomplete": "one-time-code", "spellcheck": "false", "aria-required": "true"}
NOT_SIX = _("验证码是 6 位数字，请核对后再填。")


def code_field(**more: Any) -> forms.CharField:
    """Return the field for six digits. Nothing limits its length in the browser: that would cut what is pasted with a blank."""
    sentences = {"required": _("请填写验证码。")}
    return forms.CharField(label=_("验证码"), widget=forms.TextInput(attrs=CODE_ATTRIBUTES), error_messages=sentences, **more)


class CodeForm(forms.Form):
    """The code that the telephone shows now, at the end of a sign-in."""

    use_required_attribute = False
    otp = code_field(help_text=_("手机上的验证器现在显示的 6 位数字；可以粘贴，中间有空格不要紧。"))

    def __init__(self, *args: Any, request: HttpRequest, factor: SecondFactor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request, self.factor = request, factor

    def clean_otp(self) -> None:
        """Take the code; what cannot be one is no guess and is not counted."""
        typed = self.cleaned_data["otp"]
        if not totp.is_code(typed):
            raise ValidationError(NOT_SIX)
        counted(self.request, self.factor.user, lambda: second_factor.take_code(self.factor, typed, timezone.now()))


class RecoveryForm(forms.Form):
    """One of the ten codes on paper, where the telephone is not at hand."""

    use_required_attribute = False
    recovery_otp = forms.CharField(
        label=_("恢复码"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none", "aria-required": "true"}),
        help_text=_("打开两步验证时给您的 10 个码之一，用一次就作废。不分大小写，短横和空格可以不填。"),
        error_messages={"required": _("请填写恢复码。")},
    )

    def __init__(self, *args: Any, request: HttpRequest, factor: SecondFactor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request, self.factor = request, factor

    def clean_recovery_otp(self) -> None:
        """Take the code."""
        typed = self.cleaned_data["recovery_otp"]
        counted(self.request, self.factor.user, lambda: second_factor.take_recovery_code(self.factor, typed, timezone.now()))


class PasswordForm(forms.Form):
    """The present password again, before anything about signing in is changed."""

    use_required_attribute = False
    password = forms.CharField(
        label=_("现在的密码"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "aria-required": "true", "data-show-password": ""}),
        error_messages={"required": _("请填写现在的密码。")},
    )

    def __init__(self, *args: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request, self.user = request, user

    def clean_password(self) -> None:
        """Count a wrong one like one at the sign-in page."""
        typed = self.cleaned_data["password"]
        counted(self.request, self.user, lambda: refuse_wrong_password(self.request, self.user, typed))


class ProofForm(PasswordForm):
    """The password and a code: for turning it off, and for new recovery codes."""

    otp = forms.CharField(
        label=_("验证码或者恢复码"),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false", "autocapitalize": "none", "aria-required": "true"}),
        help_text=_("手机上现在显示的 6 位数字；手机不在身边的，填一个恢复码。"),
        error_messages={"required": _("请填写验证码或者恢复码。")},
    )

    def __init__(self, *args: Any, factor: SecondFactor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.factor = factor

    def clean_otp(self) -> None:
        """Take the code where the password was right; a code is not used up for nothing."""
        if "password" in self.cleaned_data:
            typed = self.cleaned_data["otp"]
            counted(self.request, self.user, lambda: second_factor.take_either(self.factor, typed, timezone.now()))


class FirstCodeForm(forms.Form):
    """The first code, which shows that the telephone has the secret. A wrong one guesses at nothing and changes nothing."""

    use_required_attribute = False
    otp = code_field(help_text=_("加好以后，手机上会显示 6 位数字，每半分钟换一次。"))

    def clean_otp(self) -> str:
        """Ask for six digits."""
        typed: str = self.cleaned_data["otp"]
        if not totp.is_code(typed):
            raise ValidationError(NOT_SIX)
        return typed

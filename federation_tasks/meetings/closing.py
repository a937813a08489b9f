"""What the office says when it closes a half-year."""

from django import forms


class CloseForm(forms.Form):
    """That the list was read, and why the half-year is closed now."""

    seen = forms.BooleanField(
        label="上面的清单我已看过",
        widget=forms.CheckboxInput(attrs={"aria-required": "true"}),
        error_messages={"required": "请看过上面的清单，勾选“上面的清单我已看过”，再关闭。"},
    )
    reason = forms.CharField(
        label="关闭的理由",
        max_length=500,
        help_text="例如：半年工作汇报会已经开完。会写进这个半年的修改历史。",
        widget=forms.Textarea(attrs={"rows": 2, "aria-required": "true"}),
        error_messages={"required": "请写明关闭的理由，再关闭。", "max_length": "理由请写在 500 个字以内。"},
    )

    @property
    def summary(self) -> list[tuple[str, str]]:
        """Return (field id, sentence) for the error summary."""
        return [(self[name].id_for_label, str(sentence)) for name in self.fields for sentence in self.errors.get(name, [])]

"""What a new password must be, in sentences: Django's own has no Chinese for the length."""

from django.contrib.auth.password_validation import MinimumLengthValidator


class LongEnoughValidator(MinimumLengthValidator):
    """Refuse a short password in Chinese."""

    def get_error_message(self) -> str:
        """Return the sentence."""
        return f"新密码太短，请至少填 {self.min_length} 个字符。"

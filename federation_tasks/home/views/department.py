"""One department: who works there, who is in charge, what it does and what it has reported."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from departments.access import Capability
from departments.requests import SignedInRequest
from federation_tasks.home.department import DepartmentPage


@require_safe
def department(request: SignedInRequest, code: str) -> HttpResponse:
    """Show a department to those who may read its tasks; to others it does not exist."""
    found = get_object_or_404(request.access.departments(Capability.READ_TASKS), code=code)
    return render(request, "home/department.html", {"page": DepartmentPage(found, request.access)})

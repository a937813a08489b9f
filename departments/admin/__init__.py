"""The organisation's pages in the admin: accounts, departments and leaders, roles and memberships."""

from django.contrib import admin
from django.contrib.auth.models import Group

from departments.admin.accounts import AccountAdmin
from departments.admin.organisation import DepartmentAdmin, LeaderAdmin, PortfolioAdmin
from departments.admin.roles import MembershipAdmin, RoleHolderAdmin

# Groups are roles, fixed in code; who holds one is said on the person's page.
admin.site.unregister(Group)

__all__ = ["AccountAdmin", "DepartmentAdmin", "LeaderAdmin", "MembershipAdmin", "PortfolioAdmin", "RoleHolderAdmin"]

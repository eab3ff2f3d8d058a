"""People of the staff, one of each role, and a salon with something to look at."""

from django.contrib.auth.models import Group, User
from django.test import Client

from aiadmin.staff import roles


def person(role: str, password: str | None = None) -> Client:
    """A signed-in browser. `role`: a group's name, "root" for a superuser, "" for nobody in particular."""
    name = f"person-{User.objects.count()}"
    if role == "root":
        user = User.objects.create_superuser(name, password=password)
    else:
        user = User.objects.create_user(name, password=password, is_staff=True)
        if role:
            user.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(user)
    return client


ROLES = ("", roles.SUPPORT, roles.OPERATORS, "root")

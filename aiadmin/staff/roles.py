"""What each role of the staff may do. Whoever is in no role and no superuser sees nothing.

Support reads and takes chats over; operators act as well; the rest (people, roles, deleting) is for
superusers. The groups follow this table after every migration: change the table, not the groups.
"""

from django.contrib.auth.models import Group, Permission

SUPPORT, OPERATORS = "Поддержка", "Операторы"

_READ = (
    "core.alarm",
    "marketplace.accessrequest",
    "marketplace.booking",
    "marketplace.bookingattempt",
    "marketplace.callbackdelivery",
    "marketplace.client",
    "marketplace.company",
    "marketplace.connecttoken",
    "marketplace.service",
    "marketplace.staff",
    "marketplace.syncrun",
    "marketplace.webhookevent",
    "whatsapp.bridgeevent",
    "whatsapp.conversation",
    "whatsapp.handover",
    "whatsapp.message",
    "whatsapp.modelday",
    "whatsapp.numberpace",
    "whatsapp.outreach",
    "whatsapp.review",
    "whatsapp.salondigest",
    "whatsapp.salonphone",
    "whatsapp.salonsettings",
    "whatsapp.session",
    "whatsapp.waitingentry",
)
_TAKE_OVER = ("whatsapp.change_conversation", "whatsapp.change_handover")
_OPERATE = (
    "admin.view_logentry",
    "core.change_alarm",
    "marketplace.add_company",
    "marketplace.change_accessrequest",
    "marketplace.change_apikey",
    "marketplace.change_callbackdelivery",
    "marketplace.change_company",
    "marketplace.change_syncrun",
    "marketplace.change_webhookevent",
    "marketplace.view_apikey",
    "whatsapp.add_salonphone",
    "whatsapp.add_salonsettings",
    "whatsapp.change_bridgeevent",
    "whatsapp.change_numberpace",
    "whatsapp.change_salonphone",
    "whatsapp.change_salonsettings",
    "whatsapp.change_session",
    "whatsapp.delete_salonphone",
)


def permissions(role: str) -> set[str]:
    """Names of the role's permissions, as `has_perm` takes them."""
    read = {f"{label.split('.')[0]}.view_{label.split('.')[1]}" for label in _READ}
    allowed = read | set(_TAKE_OVER)
    return allowed | set(_OPERATE) if role == OPERATORS else allowed


def ensure(**_: object) -> None:
    """Makes both groups agree with the table."""
    known = {
        f"{row.content_type.app_label}.{row.codename}": row
        for row in Permission.objects.select_related("content_type").filter(
            content_type__app_label__in=("admin", "core", "marketplace", "whatsapp")
        )
    }
    for role in (SUPPORT, OPERATORS):
        group, _made = Group.objects.get_or_create(name=role)
        wanted = {known[name].pk for name in permissions(role)}
        if wanted != set(group.permissions.values_list("pk", flat=True)):
            group.permissions.set(wanted)

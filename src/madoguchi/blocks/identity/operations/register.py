"""The lock for changes to the staff register, and the group that opens the staff side."""

from django.contrib.auth.models import Group, Permission

STAFF_GROUP = "staff"


def staff_group() -> Group:
    """The group of everyone who holds a role: it alone carries the permission to enter /staff/."""
    group, is_new = Group.objects.get_or_create(name=STAFF_GROUP)
    if is_new:
        group.permissions.add(
            Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
        )
    return group


def lock_register() -> Group:
    """Wait for other changes of roles and of the tree; hold until the transaction ends.

    Rules over several rows (the last administrator, two siblings of one name, no department
    below itself) are checked after this. The row of the staff group stands for the register.
    """
    return Group.objects.select_for_update().get(pk=staff_group().pk)

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from madoguchi.blocks.procedures.operations.shipping import install_shipped
from madoguchi.kernel import clock


class Command(BaseCommand):
    help = (
        "Put the life-event guide and the procedures that come with Madoguchi into the database. "
        "What is there already stays as it is. Departments that they name are made."
    )

    def handle(self, **_options: Any) -> None:
        done = install_shipped(on=clock.today(), by=None)
        self.stdout.write(
            _("%(count)d procedures were installed.") % {"count": len(done.procedures)}
        )
        if done.has_guide:
            self.stdout.write(_("The guide was installed and is in force from today."))

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DemoConfig(AppConfig):
    name = "madoguchi.demo"
    label = "demo"

    def ready(self) -> None:
        from madoguchi.kernel import registries  # noqa: PLC0415 # fills once the models are there

        registries.name_audit(
            (
                ("demo.loaded", _("The sample city was loaded")),
                ("demo.month_played", _("A month of the sample city was played")),
            )
        )

"""Run every benchmark: ``make bench``. Ratios are the figures; seconds are this machine's."""

import os
import tempfile


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="madoguchi-bench-") as folder:
        os.environ["MADOGUCHI_DATA_DIR"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
        os.environ.pop("DATABASE_URL", None)
        import django  # noqa: PLC0415 # the data folder must be named before settings are read

        django.setup()
        from django.core.management import call_command  # noqa: PLC0415 # as above

        from benchmarks import applications, guide, reconciliation, slips  # noqa: PLC0415 # as above
        from benchmarks.plan_figures import run  # noqa: PLC0415 # as above

        call_command("migrate", verbosity=0)
        run()
        print("Billing")
        slips.run()
        print("Reconciling")
        reconciliation.run()
        print("Guiding")
        guide.run()
        print("Applying")
        applications.run()


if __name__ == "__main__":
    main()

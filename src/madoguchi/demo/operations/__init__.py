"""Building the sample city through the real operations, as if its years had gone by."""

from madoguchi.demo.operations.loading import OtherCityHere, is_loaded, load_sample
from madoguchi.demo.operations.people import sign_in_file, sign_in_password, staff
from madoguchi.demo.operations.samples import RESIDENT, case_to_try, payer_to_try
from madoguchi.demo.operations.years import Tick

__all__ = [
    "RESIDENT",
    "OtherCityHere",
    "Tick",
    "case_to_try",
    "is_loaded",
    "load_sample",
    "payer_to_try",
    "sign_in_file",
    "sign_in_password",
    "staff",
]

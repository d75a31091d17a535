"""What cannot be done to people, roles and departments, each with the words for the clerk."""

from django.utils.translation import gettext_lazy as _

from madoguchi.kernel.refused import Refused


class IdentityError(Refused):
    """Whatever identity refuses."""


class MailAddressTaken(IdentityError):
    message = _("There is already an account with this mail address.")


class TooManyCodes(IdentityError):
    message = _(
        "Too many codes were asked for within an hour. Please wait until the next full hour."
    )


class MailNotSent(IdentityError):
    message = _("The mail could not be sent. Please try again in a few minutes.")


class CodeWrong(IdentityError):
    message = _("This is not the code that we sent. Please look at the newest mail.")


class CodeOver(IdentityError):
    message = _(
        "This code does not count any more: its time is over, or it was tried too often. "
        "Please have a new one sent."
    )


class AppNotSetUp(IdentityError):
    message = _("Signing in with the app is not set up in this installation.")


class AppStopped(IdentityError):
    message = _("Signing in with the app was stopped. Please try again, or use a code by mail.")


class AppAnswerWrong(IdentityError):
    message = _(
        "The answer of the app could not be checked. Please begin again, or use a code by mail."
    )


class AppUnavailable(IdentityError):
    message = _(
        "The app does not answer at the moment. Please try again later, or use a code by mail."
    )


class LinkedElsewhere(IdentityError):
    message = _(
        "This app opens another account already. Sign out and sign in with the app to reach it."
    )


class LinkedAlready(IdentityError):
    message = _("Your account is linked to another person's app. Unlink that one first.")


class OnlyWayIn(IdentityError):
    message = _("Nothing else opens your account yet. Please add a mail address first.")


class PasskeyGone(IdentityError):
    message = _("This passkey is not registered any more.")


class PasskeyRefused(IdentityError):
    message = _("The passkey could not be checked. Please try again, or use a code by mail.")


class NotResident(IdentityError):
    message = _("This is no account of a resident.")


class NotStaff(IdentityError):
    message = _("Residents hold no role. Add a member of staff first.")


class ItemNotKept(IdentityError):
    message = _("An account does not keep this.")


class UsernameTaken(IdentityError):
    message = _("Somebody already signs in with this user name. Choose another one.")


class AccountErased(IdentityError):
    message = _("The personal data of this account were erased. It cannot be used again.")


class OwnAccount(IdentityError):
    message = _("You cannot do this to your own account. Ask another administrator.")


class LastAdministrator(IdentityError):
    message = _(
        "This is the last person who can manage people. Give the role to somebody else first."
    )


class RoleUnknown(IdentityError):
    message = _("There is no such role in this installation.")


class RoleAlreadyHeld(IdentityError):
    message = _("This person already holds this role.")


class RoleNotHeld(IdentityError):
    message = _("This person does not hold this role any more.")


class DepartmentNeeded(IdentityError):
    message = _("Choose the department for which this person holds the role.")


class DepartmentNotUsed(IdentityError):
    message = _("This role holds for the whole city. Leave the department empty.")


class NameBlank(IdentityError):
    message = _("Enter a name.")


class NameTaken(IdentityError):
    message = _("There is already a department of this name at this place.")


class NameUnchanged(IdentityError):
    message = _("The department already has this name on that day.")


class NameAlreadyBegins(IdentityError):
    message = _(
        "Another name begins on that very day. Choose another day, or remove that name first."
    )


class OnlyName(IdentityError):
    message = _("This is the only name of the department. Rename it instead.")


class DepartmentClosed(IdentityError):
    message = _("The department is closed by that day.")


class ClosedTooEarly(IdentityError):
    message = _("A department cannot close before its latest name begins.")


class HasOpenDepartments(IdentityError):
    message = _("There are departments below this one that are still open. Close them first.")


class MoveBelowItself(IdentityError):
    message = _("A department cannot be placed below itself.")


class NotSiblings(IdentityError):
    message = _("The departments have changed meanwhile. Look at the list again.")

"""Where residents sign in and see to their account, below /my/."""

from django.urls import path

from madoguchi.blocks.identity.views import authentication_app, own_data, passkeys, sign_in

app_name = "residents"

urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-in/code/", sign_in.code, name="code"),
    path("sign-in/code/again/", sign_in.send_again, name="send_again"),
    path("sign-in/passkey/", sign_in.passkey, name="passkey"),
    path("sign-in/app/", authentication_app.begin, name="app"),
    path("sign-in/app/back/", authentication_app.back, name="app_back"),
    path("app/link/", authentication_app.link, name="app_link"),
    path("app/unlink/", authentication_app.unlink, name="app_unlink"),
    path("app/told/", authentication_app.from_app, name="from_app"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("sign-out/everywhere/", sign_in.sign_out_everywhere, name="sign_out_everywhere"),
    path("address/", sign_in.address, name="address"),
    path("own-data/", own_data.change, name="own_data"),
    path("passkeys/", passkeys.passkeys, name="passkeys"),
    path("passkeys/options/", passkeys.options, name="passkey_options"),
    path("passkeys/add/", passkeys.add, name="passkey_add"),
    path("passkeys/<int:pk>/", passkeys.rename, name="passkey_rename"),
    path("passkeys/<int:pk>/remove/", passkeys.remove, name="passkey_remove"),
]

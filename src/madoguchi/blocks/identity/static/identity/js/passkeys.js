// Passkeys. Without this file, or in a browser that knows none, the forms stay hidden and the code
// by mail remains.

const toBytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));

const toText = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

// What the server sent, with its texts as the bytes that the browser asks for.
const readOptions = ({ publicKey }) => {
  const read = { ...publicKey, challenge: toBytes(publicKey.challenge) };
  if (read.user) {
    read.user = { ...read.user, id: toBytes(read.user.id) };
  }
  for (const list of ["excludeCredentials", "allowCredentials"]) {
    read[list] = (publicKey[list] ?? []).map((entry) => ({ ...entry, id: toBytes(entry.id) }));
  }
  return { publicKey: read };
};

const writeCredential = (credential) => {
  const { response } = credential;
  const written = { clientDataJSON: toText(response.clientDataJSON) };
  for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[part]) {
      written[part] = toText(response[part]);
    }
  }
  if (response.getTransports) {
    written.transports = response.getTransports();
  }
  return JSON.stringify({
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    response: written,
    clientExtensionResults: credential.getClientExtensionResults(),
  });
};

const askDevice = async (form) => {
  const answer = await fetch(form.dataset.options, { redirect: "error" });
  const options = readOptions(await answer.json());
  return form.dataset.passkey === "create"
    ? navigator.credentials.create(options)
    : navigator.credentials.get(options);
};

const prepare = (form) => {
  const trouble = form.querySelector("[data-trouble]");
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    if (form.elements.credential.value) {
      return;
    }
    event.preventDefault();
    trouble.hidden = true;
    const name = form.elements.name;
    if (name?.required && !name.value.trim()) {
      name.focus();
      form.noValidate = false;
      form.reportValidity();
      return;
    }
    try {
      form.elements.credential.value = writeCredential(await askDevice(form));
    } catch {
      trouble.hidden = false;
      return;
    }
    form.requestSubmit();
  });
};

if (window.PublicKeyCredential) {
  document.querySelector("[data-ways]")?.removeAttribute("hidden");
  document.querySelector("[data-without-passkeys]")?.setAttribute("hidden", "");
  document.querySelectorAll("[data-passkey]").forEach(prepare);
}

// Passkeys: a form marked data-passkey asks the browser for one before it is sent. Without support it stays hidden.
const forms = window.PublicKeyCredential?.parseRequestOptionsFromJSON ? document.querySelectorAll("form[data-passkey]") : [];

async function options(form) {
  if (form.dataset.passkey !== "sign-in") return JSON.parse(document.getElementById("passkey-options").textContent);
  return (await fetch(form.action, { headers: { Accept: "application/json" } })).json();
}

async function credential(form) {
  const given = await options(form);
  if (form.dataset.passkey !== "create") {
    return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(given.request_options.publicKey) });
  }
  const wanted = given.creation_options.publicKey;
  wanted.authenticatorSelection = { residentKey: "required", requireResidentKey: true, userVerification: "required" };
  return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(wanted) });
}

for (const form of forms) {
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      form.elements.credential.value = JSON.stringify(await credential(form));
      form.submit();
    } catch {
      form.querySelector("[role=alert]").hidden = false;
    }
  });
}

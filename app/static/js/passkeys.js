// Passkeys: the browser makes one, or signs with one; the form carries what it said. Without passkeys the form stays hidden.
const bytes = text => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), one => one.charCodeAt(0))
const text = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
const described = list => (list || []).map(one => Object.assign({}, one, {id: bytes(one.id)}))

async function asked(form) {
  const reply = await fetch(form.dataset.options, {method: 'POST'})
  if (!reply.ok) throw new Error(`${reply.status} ${form.dataset.options}`)
  const options = await reply.json()
  options.challenge = bytes(options.challenge)
  options.excludeCredentials = described(options.excludeCredentials)
  options.allowCredentials = described(options.allowCredentials)
  if (options.user) options.user.id = bytes(options.user.id)
  return {publicKey: options}
}

function told(made) {
  const response = {}
  for (const part of ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle'])
    if (made.response[part]) response[part] = text(made.response[part])
  return JSON.stringify({id: made.id, rawId: text(made.rawId), type: made.type, response, clientExtensionResults: {}})
}

async function send(form) {
  const failed = form.querySelector('[data-failed]')
  failed.hidden = true
  try {
    const options = await asked(form)
    const made = await (form.dataset.passkey === 'make' ? navigator.credentials.create(options) : navigator.credentials.get(options))
    form.elements.answer.value = told(made)
    form.submit()
  } catch (error) {
    console.warn(error)
    failed.hidden = false
  }
}

if (window.PublicKeyCredential) {
  for (const form of document.querySelectorAll('[data-passkey]')) {
    form.hidden = false
    form.addEventListener('submit', event => {
      event.preventDefault()
      send(form)
    })
  }
}

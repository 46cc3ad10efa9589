// Checks a certificate's signature again on this device, from the bytes in the page's own address, with a line or without.
import {$, listenable, word} from './listen.js'
import {verified} from './ed25519.js'

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const SEEN = 'standing'
/** Milliseconds by which clocks may differ before an answer counts as older than one seen before. */
const SLACK = 60000
const box = $('.checked')
const told = $('.here')

function bytes(text) {
  const found = []
  let bits = 0
  let held = 0
  for (const letter of text.toUpperCase()) {
    const value = LETTERS.indexOf(letter)
    if (value < 0) throw new Error('not base32')
    held = (held << 5 | value) & 4095
    bits += 5
    if (bits > 7) {
      bits -= 8
      found.push(held >> bits & 255)
    }
  }
  return Uint8Array.from(found)
}

// Of CBOR what a credential is made of: whole numbers, bytes, text, lists, maps, tags and the simple values.
function reader(data) {
  let at = 0
  const length = low => {
    if (low < 24) return low
    let n = 0
    for (let i = 1 << low - 24; i > 0; i--) n = n * 256 + data[at++]
    return n
  }
  const take = n => {
    if (at + n > data.length) throw new Error('cut short')
    return data.subarray(at, at += n)
  }
  return function read() {
    const first = take(1)[0]
    const n = first >> 5 < 7 ? length(first & 31) : first & 31
    switch (first >> 5) {
      case 0: return n
      case 1: return -1 - n
      case 2: return take(n)
      case 3: return new TextDecoder().decode(take(n))
      case 4: return Array.from({length: n}, read)
      case 5: return new Map(Array.from({length: n}, () => [read(), read()]))
      case 6: return read()
      default: return n === 21
    }
  }
}

const head = (kind, n) => n < 24 ? [kind + n] : n < 256 ? [kind + 24, n] : [kind + 25, n >> 8, n & 255]

/** What was signed, as a map of the labels of cose.py; nothing where the signature is not by `key`. */
function claims(credential, key) {
  const [protect, , payload, signature] = reader(bytes(credential))()
  const named = new TextEncoder().encode('Signature1')
  const signed = [132, ...head(96, 10), ...named, ...head(64, protect.length), ...protect, 64, ...head(64, payload.length), ...payload]
  return verified(signature, Uint8Array.from(signed), key) && reader(payload)()
}

const two = n => `${n > 9 ? '' : 0}${n}`
const dated = time => `${two(time.getDate())}/${two(time.getMonth() + 1)}/${time.getFullYear()}`
const asShown = {
  5: days => {
    const day = new Date(days * 864e5)
    return `${two(day.getUTCDate())}/${two(day.getUTCMonth() + 1)}/${day.getUTCFullYear()}`
  },
  6: score => `${score}/100`,
}

// Every claim that was signed stands on the page, as it was signed; nothing else does.
function agrees(found) {
  const shown = new Map([...document.querySelectorAll('[data-claim]')].map(one => [+one.dataset.claim, one.textContent.trim()]))
  const said = [...found].filter(([label, value]) => label !== 3 && label !== 9 && value !== false)
  return said.length === shown.size && said.every(([label, value]) =>
    shown.has(label) && (value === true || shown.get(label) === (asShown[label] || String)(value)))
}

function check() {
  const {credential, key} = box.dataset
  try {
    const found = key && claims(credential, Uint8Array.from(key.match(/../g), two => parseInt(two, 16)))
    return found && agrees(found)
  } catch (e) {
    console.info(e)
    return false
  }
}

function tell(kind, ...lines) {
  const time = new Date()
  const at = two(time.getHours()) + ':' + two(time.getMinutes())
  // A draft has the Vietnamese beneath it: both are filled in.
  const filled = lines.map(([key, day]) => `<p data-s>${word(key).replace(/{time}/g, at).replace(/{day}/g, day ? dated(day) : '')}</p>`)
  told.className = `here notice ${kind}`
  told.firstElementChild.innerHTML = filled.join('')
  told.hidden = false
  listenable(told)
}

// An answer older than one this device saw before may be an old list shown again.
function older() {
  const known = +$('.standing').dataset.known
  let seen = 0
  try {
    seen = +localStorage.getItem(SEEN) || 0
    if (known > seen) localStorage.setItem(SEEN, known)
  } catch (e) { console.info(e) }
  return known < seen - SLACK && new Date(seen)
}

function report(offline) {
  const good = check()
  const newer = older()
  const lines = [[good ? 'check.here_good' : 'check.here_wrong']]
  if (offline) lines.push(['check.offline'])
  if (newer) lines.push(['check.older', newer])
  tell(good ? newer || $('.standing').dataset.state !== 'valid' ? 'warning' : 'good' : 'mend', ...lines)
}

async function again(control) {
  control.disabled = true
  let offline
  try {
    const reply = await fetch(location.href, {cache: 'no-store'})
    const found = new DOMParser().parseFromString(await reply.text(), 'text/html').querySelector('.standing')
    if (!reply.ok || !found) throw new Error(reply.status)
    const fresh = document.importNode(found, true)
    $('.standing').replaceWith(fresh)
    listenable(fresh)
  } catch (e) {
    offline = true
  }
  report(offline)
  control.disabled = false
}

if (box) {
  const control = $('.again')
  control.hidden = false
  control.onclick = () => again(control)
  report()
}

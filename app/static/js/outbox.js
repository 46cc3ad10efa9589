// What she did waits here, word for word as first written, until the province has it or has set it aside.
import {$, word} from './listen.js'
import {able, info, known, last, ready, remember} from './me.js'

const PREFIX = 'out:'
const MOST = 100

const hex = bytes => Array.from(crypto.getRandomValues(new Uint8Array(bytes)), b => (b + 256).toString(16).slice(1)).join('')

function uuid7() {
  const digits = `${Date.now().toString(16).padStart(12, '0')}7${hex(2).slice(1)}a${hex(8).slice(1)}`
  return digits.replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

// An entry whose person is not known yet: the same room as hers will take, so that settling it never needs more.
const OPEN = `?{"person":"${'-'.repeat(36)}"`

const waiting = () => able ? Object.keys(localStorage).filter(key => key.startsWith(PREFIX)) : []
const held = () => waiting().map(key => localStorage.getItem(key)).filter(Boolean)
const settled = () => held().filter(body => body[0] === '{')

function count() {
  const n = waiting().length
  const line = $('.waiting')
  line.hidden = !n
  if (n) line.innerHTML = word('outbox.waiting').replace(/\{n\}/g, n)
}

/** What she who is there did in this lesson and the province does not have yet. */
export const mine = () => held().filter(body => body[0] === '?' || body.startsWith(`{"person":"${known()}"`))
  .map(body => JSON.parse(body.slice(body.indexOf('{')))).filter(one => one.course === info.course && one.lesson === info.lesson)

// A guest's id, where it is known that nobody is there.
function someone() {
  if (last()) return known()
  const guest = uuid7()
  remember('+' + guest)
  return guest
}

// Gives entries their person; from then on their bytes never change.
function settle() {
  const open = held().filter(body => body[0] === '?')
  const person = open.length && someone()
  if (person) open.map(body => body.replace(OPEN, `{"person":"${person}"`)).forEach(body => localStorage.setItem(PREFIX + JSON.parse(body).id, body))
  flush()
}

/** Writes one entry down at once, and sends it when it is known whose it is; throws where this phone has no room. */
export function record(fields) {
  const id = uuid7()
  const entry = JSON.stringify(Object.assign({id, claimed_at: Date.now(), salt: hex(8)}, fields))
  localStorage.setItem(PREFIX + id, `${OPEN},${entry.slice(1)}`)
  count()
  ready.then(settle)
}

async function post(entries) {
  const reply = await fetch('/outbox', {
    method: 'POST',
    headers: {'Content-Type': 'application/json'},
    body: JSON.stringify({entries}),
  })
  if (!reply.ok) throw new Error(`outbox: ${reply.status}`)
  const {at_province, set_aside} = await reply.json()
  at_province.concat(set_aside.map(one => one.id)).forEach(id => localStorage.removeItem(PREFIX + id))
  dispatchEvent(new Event('sent'))
}

async function send() {
  const bodies = settled()
  for (let from = 0; from < bodies.length; from += MOST) await post(bodies.slice(from, from + MOST))
}

let flight = Promise.resolve()
const flush = () => { flight = flight.then(send).catch(console.info).then(count) }

// Before another sits down here, what was answered is hers who answered.
addEventListener('submit', event => event.defaultPrevented || known() && settle())
addEventListener('online', flush)
document.addEventListener('visibilitychange', () => document.hidden || flush())
count()
flush()
ready.then(settle)

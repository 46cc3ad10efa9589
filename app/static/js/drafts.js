// What she writes waits here, word for word, until the server has it: through a lost line, a closed page, a dead server.
const EVERY = 3000
const ALIVE = 20000
const AGAIN = 5000

const hex = bytes => Array.from(crypto.getRandomValues(new Uint8Array(bytes)), b => (b + 256).toString(16).slice(1)).join('')

/** The id of an edit, made where it is typed. */
export function editId() {
  const digits = `${Date.now().toString(16).padStart(12, '0')}7${hex(2).slice(1)}a${hex(8).slice(1)}`
  return digits.replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

/**
 * A queue of edits of one course by one author. `heads` says by part which edit she last saw; `told(kind, detail)` is
 * called with `count` (how many wait), `answer` (what the server said of all), `refused`, `out` (signed out), `full`.
 */
export function drafts(course, staff, lesson, heads, since, told) {
  const prefix = `edit:${staff}:${course}:`, refusedKey = part => `refused:${staff}:${course}:${part}`
  let number = 0, flight = null, timer = 0, seq = since, failed = false, begun = false

  const keys = () => Object.keys(localStorage).filter(key => key.startsWith(prefix)).sort()
  const held = () => keys().map(key => ({key, edit: JSON.parse(localStorage.getItem(key))}))
  const keep = (key, edit) => localStorage.setItem(key, JSON.stringify(edit))
  const next = () => `${prefix}${Date.now().toString(36).padStart(9, '0')}${(number++).toString(36).padStart(3, '0')}${hex(2)}`

  // What was refused stays in this browser too, with the reason, until she writes it anew or throws it away.
  const refused = () => Object.keys(localStorage).filter(key => key.startsWith(refusedKey(''))).sort().map(key => JSON.parse(localStorage.getItem(key)))
  const drop = part => localStorage.removeItem(refusedKey(part))

  // One that was never sent takes the new words; one that may have arrived stays as it is, and another follows it.
  function put(part, fields) {
    const mine = held().filter(one => one.edit.part === part)
    const last = mine[mine.length - 1]
    const open = last && !last.edit.sent
    const base = open ? last.edit.base : last ? last.edit.id : heads[part] || ''
    try {
      keep(open ? last.key : next(), {id: open ? last.edit.id : editId(), part, base, fields, lesson})
      drop(part)
    } catch (error) {
      told('full')
    }
    told('count', held().length)
    soon()
  }

  const waits = part => localStorage.getItem(refusedKey(part)) !== null || held().some(one => one.edit.part === part)
  const pending = () => held().map(one => one.edit)

  // The oldest of each part: what follows it is made upon what becomes of it.
  function batch() {
    const parts = new Set()
    return held().filter(({edit}) => !parts.has(edit.part) && parts.add(edit.part)).slice(0, 100)
  }

  async function send(last) {
    const sent = batch()
    for (const {key, edit} of sent) if (!edit.sent) keep(key, Object.assign(edit, {sent: true}))
    const edits = sent.map(({edit}) => ({id: edit.id, part: edit.part, base: edit.base, fields: edit.fields}))
    const reply = await fetch(`/teach/courses/${course}/edits`, {
      method: 'POST',
      credentials: 'same-origin',
      redirect: 'manual',
      keepalive: last,
      headers: {'Content-Type': 'application/json'},
      body: JSON.stringify({edits, since: seq, lesson}),
    })
    if (reply.type === 'opaqueredirect' || reply.status === 401 || reply.status === 403 || reply.status === 404) {
      failed = true
      return told('out')
    }
    if (!reply.ok) throw new Error(`edits: ${reply.status}`)
    const answer = await reply.json()
    answer.outcomes.forEach((outcome, at) => took(sent[at], outcome))
    failed = false
    seq = answer.seq
    told('answer', answer)
  }

  function took({key, edit}, outcome) {
    localStorage.removeItem(key)
    if (outcome.result === 'refused') {
      const later = held().filter(one => one.edit.base === edit.id)
      later.forEach(one => keep(one.key, Object.assign(one.edit, {base: edit.base})))
      if (!later.length) {
        try {
          keep(refusedKey(edit.part), Object.assign(edit, {field: outcome.field, why: outcome.why}))
        } catch (error) {
          told('full')
        }
      }
      return told('refused', {part: edit.part, outcome})
    }
    // Until the page shows what became of it, she goes on from what she wrote: others may have written behind it since.
    heads[edit.part] = edit.id
    told('taken', {part: edit.part, outcome})
  }

  // One at a time; what came meanwhile goes next.
  function flush(last) {
    clearTimeout(timer)
    if (!begun) return undefined
    if (flight) return last ? send(true).catch(console.info) : flight
    flight = send(last).catch(() => { failed = true }).then(() => {
      flight = null
      const n = held().length
      told('count', n)
      clearTimeout(timer)
      timer = setTimeout(flush, failed ? AGAIN : n ? 50 : ALIVE)
    })
    return flight
  }

  function soon() {
    clearTimeout(timer)
    timer = setTimeout(flush, failed ? AGAIN : EVERY)
  }

  addEventListener('online', () => flush())
  addEventListener('pagehide', () => held().length && flush(true))
  document.addEventListener('visibilitychange', () => document.hidden ? held().length && flush(true) : flush())
  // Only once the page shows what waits: else what comes back would meet a page that is older.
  const begin = () => { begun = true; flush() }
  return {put, waits, pending, refused, drop, flush, begin, failing: () => failed}
}

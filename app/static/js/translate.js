// The translation desk: saves as one types, says what strikes one, and writes Tai Viet by its own keys or from Latin letters.
import {$, made, plain} from './listen.js'
import {candidates} from './tai.js'

const PAUSE = 1200
const AGAIN = 8000
const place = form => `desk:${location.pathname}:${form.elements.part.value}`

function putAway(key, value) {
  try {
    if (value) localStorage.setItem(key, value)
    else localStorage.removeItem(key)
  } catch (full) { /* the page still holds it */ }
}

function recalled(key) {
  try {
    return JSON.parse(localStorage.getItem(key))
  } catch (none) {
    return null
  }
}

function keeping(form) {
  const area = form.elements.text
  const note = form.querySelector('.kept')
  let timer = 0
  let kept = area.value
  let going = null
  let held = false
  const away = done => putAway(place(form), JSON.stringify({text: area.value, base: form.elements.base.value, done}))
  const tell = key => { note.textContent = key ? plain(key) : '' }

  const later = wait => {
    clearTimeout(timer)
    timer = setTimeout(send, wait)
  }

  function show(html) {
    const said = made(html.trim())
    form.querySelector('.said').replaceWith(said)
    form.elements.base.value = said.dataset.base
    form.elements.met.value = said.dataset.met
    form.elements.made_from.value = said.dataset.from
    held = Boolean(said.dataset.met)
    return !said.dataset.why
  }

  async function post(text, leaving) {
    const body = new URLSearchParams(new FormData(form))
    body.set('text', text)
    body.set('quiet', '1')
    const reply = await fetch(form.action, {method: 'POST', body, keepalive: leaving})
    if (!reply.ok || reply.redirected) throw Object.assign(new Error(), {refused: reply.status === 404})
    return show(await reply.text())
  }

  // One at a time; what was typed meanwhile goes next. Where it met another's words she says herself which to take.
  function send(sure, leaving) {
    clearTimeout(timer)
    if (going) return going.then(() => send(sure, leaving))
    const text = area.value
    if ((text === kept || held) && sure !== true) return Promise.resolve(true)
    tell('desk.saving')
    going = post(text, leaving).then(good => {
      going = null
      kept = text
      if (area.value === text) {
        if (good) away(true)
        tell(good ? 'desk.saved' : '')
      } else later(PAUSE)
      return good
    }, error => {
      going = null
      tell('desk.unsent')
      if (!error.refused) later(AGAIN)
      return false
    })
    return going
  }

  area.addEventListener('input', () => {
    away(false)
    later(PAUSE)
  })
  area.addEventListener('blur', () => send())
  addEventListener('online', () => send())
  addEventListener('pagehide', () => send(false, true))
  form.addEventListener('submit', async event => {
    event.preventDefault()
    if (!await send(true)) return
    const next = form.elements.next.value && document.getElementById(form.elements.next.value)
    const box = next && next.querySelector('textarea')
    if (box) box.focus()
    else location.reload()
  })

  // What was kept just before this page came may be newer than the page; edits are numbered in the order of time.
  const left = recalled(place(form))
  putAway(place(form))
  if (!left || left.text.trim() === area.value.trim() || (left.done && left.base <= form.elements.base.value)) return
  area.value = left.text
  form.elements.base.value = left.base
  if (left.done) {
    kept = left.text
    return
  }
  away(false)
  tell('desk.restored')
  later(PAUSE)
}

document.documentElement.classList.add('scripted')
document.querySelectorAll('form.typed').forEach(keeping)
try {
  Object.keys(localStorage).filter(key => key.startsWith('desk:') && (recalled(key) || {}).done).forEach(key => putAway(key))
} catch (none) { /* nothing is kept here */ }

// Tai Viet.

const stored = $('#tai-tables')

/** What of the text before the caret is being typed in Latin letters: not within an address or what the program fills in. */
const LATIN = /(?:^|[\s*_("“‘])([A-Za-z\u00c0-\u024f\u1ea0-\u1ef9\u0300-\u036f]+)$/

function put(area, text, back) {
  const at = area.selectionStart - (back || 0)
  area.setRangeText(text, at, area.selectionEnd, 'end')
  area.dispatchEvent(new Event('input', {bubbles: true}))
}

function typing(tables) {
  const known = new Set(tables.known)
  const panel = document.importNode($('.tai-panel').content, true).firstElementChild
  const row = panel.querySelector('.candidates')
  const keys = panel.querySelector('.keys')
  const tool = name => panel.querySelector(`[data-tool=${name}]`)
  const on = name => tool(name).getAttribute('aria-pressed') === 'true'
  let area = null
  let writing = false

  const before = () => area.value.slice(0, area.selectionStart)
  const spelt = word => /.[A-Z\u00c0-\u00dd]/.test(word) ? [] : candidates(word, tables, known)

  function offer() {
    row.textContent = ''
    const word = on('latin') && LATIN.exec(before())
    for (const tai of word ? spelt(word[1]) : []) {
      const choice = made(`<button type="button" lang="blt-Tavt">${tai}</button>`)
      choice.onclick = () => { write(word[1], `${tai} `); area.focus() }
      row.append(choice)
    }
  }

  function write(word, tai) {
    writing = true
    put(area, tai, word.length)
    writing = false
    offer()
  }

  function typed() {
    if (writing) return
    const text = before()
    const end = /[\s.,;:!?…)”’]$/.exec(text)
    const word = on('latin') && end && LATIN.exec(text.slice(0, -1))
    const first = word && spelt(word[1])[0]
    if (first) write(word[1] + end[0], first + end[0])
    else offer()
  }

  function press(button) {
    const name = button.dataset.tool
    tool(name).setAttribute('aria-pressed', !on(name))
    keys.hidden = !on('keys')
    panel.querySelector('.how').hidden = !on('latin')
    if (area) area.inputMode = on('keys') && !on('latin') ? 'none' : ''
    offer()
  }

  panel.addEventListener('mousedown', event => { if (event.target.closest('button')) event.preventDefault() })
  panel.addEventListener('click', event => {
    const button = event.target.closest('button')
    if (!button || !area) return
    if (button.dataset.tool) press(button)
    if (button.dataset.key === '') put(area, '', area.selectionStart === area.selectionEnd && area.selectionStart ? 1 : 0)
    else if (button.dataset.key) put(area, button.dataset.key)
  })
  document.addEventListener('focusin', event => {
    const box = event.target
    if (!box.matches('form.typed textarea') || box === area) return
    if (area) area.removeEventListener('input', typed)
    area = box
    area.addEventListener('input', typed)
    area.inputMode = on('keys') && !on('latin') ? 'none' : ''
    area.after(panel)
    offer()
  })
}

if (stored) typing(JSON.parse(stored.textContent))

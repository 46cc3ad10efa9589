// Building a practice: rectangles are drawn on the picture, what is typed is kept by itself, pictures are picked by sight.
import {$} from './listen.js'
import {pictures} from './pictures.js'
import {drawing} from './spots.js'

const sheet = $('#screen')
const field = name => sheet.querySelector(`[name="${name}"]`)
const press = does => $(`button[name=do][value="${does}"]`).click()

/* Keeping. What the page shows of the whole is drawn anew by the server. */
let due = 0
let running = Promise.resolve()
let busy = false
let pressed = null
const kept = $('#kept')

// It lies in this browser too until the server has it: through a lost line, a closed page, words that are refused.
const place = screen => `screen:${sheet.dataset.staff}:${sheet.getAttribute('action')}:${screen}`
const own = () => place(field('screen').value)
const filled = () => new URLSearchParams(new FormData(sheet))

function hold() {
  try {
    localStorage.setItem(own(), filled())
  } catch (error) {
    console.info(error)
  }
}

function reached() {
  localStorage.removeItem(own())
  kept.textContent = kept.dataset.kept
}

function takeUp() {
  for (const key of Object.keys(localStorage).filter(each => each.startsWith(place('')))) {
    const held = new URLSearchParams(localStorage.getItem(key))
    if (key !== own()) {
      fetch(sheet.action, {method: 'POST', body: held}).then(reply => reply.ok && localStorage.removeItem(key)).catch(console.info)
    } else if (!sheet.querySelector('[aria-invalid]')) fill(held)
  }
}

function fill(held) {
  const before = String(filled())
  for (const each of sheet.elements) {
    if (each.type === 'checkbox') each.checked = held.getAll(each.name).includes(each.value)
    else if (each.type !== 'hidden' && held.has(each.name) && held.get(each.name) !== '+') each.value = held.get(each.name)
  }
  if (String(filled()) === before) return reached()
  field('since').value = held.get('since')
  later(300)
}

function read(html) {
  const page = new DOMParser().parseFromString(html, 'text/html')
  field('since').value = page.querySelector('[name=since]').value
  $('#map').replaceWith(page.querySelector('#map'))
}

function answered(reply) {
  if (reply.status === 422) return press('')
  if (!reply.ok) throw new Error(reply.status)
  if (/both=1/.test(reply.url)) location.href = reply.url
  return reply.text().then(html => {
    read(html)
    if (!due) reached()
    $('.looking iframe').contentWindow.location.reload()
  })
}

function keep() {
  if (!due || busy) return
  clearTimeout(due)
  due = 0
  busy = true
  running = fetch(sheet.action, {method: 'POST', body: filled()})
    .then(reply => {
      busy = false
      return answered(reply)
    })
    .catch(error => {
      busy = false
      console.info(error)
      kept.textContent = kept.dataset.waits
      later(5000)
    })
}

function later(ms) {
  clearTimeout(due)
  due = setTimeout(busy ? () => later(500) : keep, ms)
}

/* Drawing. */
const SIDES = ['x', 'y', 'w', 'h']

function drawable(box) {
  const show = drawing(box, {
    drawn(found) {
      SIDES.forEach((side, n) => { field(`new.${side}`).value = found[n] })
      press('spot-add')
    },
    changed(id, found) {
      SIDES.forEach((side, n) => { field(`hotspots.${id}.${side}`).value = found[n] })
      hold()
      later(300)
    },
    opened: id => document.querySelector(`[data-spot="${id}"] textarea`).focus(),
  })
  const shown = () => show(Array.from(sheet.querySelectorAll('.rw[data-spot]'), row => ({
    id: row.dataset.spot,
    name: row.querySelector('textarea').value,
    sides: SIDES.map(side => Number(field(`hotspots.${row.dataset.spot}.${side}`).value)),
  })))
  box.parentElement.firstElementChild.hidden = false
  sheet.addEventListener('input', shown)
  shown()
}

if (sheet) {
  document.querySelectorAll('.draw .over').forEach(drawable)
  document.querySelectorAll('.pick').forEach(link => {
    link.onclick = event => {
      event.preventDefault()
      pictures(link, link.dataset.close, name => {
        link.closest('.pic').querySelector('input').value = name
        press('')
      }).catch(() => { kept.textContent = link.dataset.lost })
    }
  })
  takeUp()
  const away = $('#away')
  if (away) away.onclick = () => localStorage.removeItem(own())
  sheet.addEventListener('input', () => {
    hold()
    later(2000)
  })
  sheet.onchange = event => {
    const {name, value, tagName} = event.target
    if (value === '+' || name === 'end') press('')
    else if (tagName === 'SELECT' && name !== 'kind') later(300)
  }
  addEventListener('click', event => { pressed = event.target.closest('button') || pressed })
  // What is on its way is waited for: the next is made upon it.
  sheet.onsubmit = event => {
    clearTimeout(due)
    due = 0
    if (!busy) return
    event.preventDefault()
    running.then(() => pressed.click())
  }
  addEventListener('pagehide', () => due && navigator.sendBeacon(sheet.action, filled()))
  document.addEventListener('visibilitychange', () => document.hidden && keep())
}

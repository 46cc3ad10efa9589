// Building a practice: rectangles are drawn on the picture, what is typed is kept by itself, pictures are picked by sight.
import {$, made} from './listen.js'

const sheet = $('#screen')
const field = name => sheet.querySelector(`[name="${name}"]`)
const press = does => $(`button[name=do][value="${does}"]`).click()
const LEAST_DRAWN = 4

/* Keeping. What the page shows of the whole is drawn anew by the server. */
let due = 0
let running = Promise.resolve()
let busy = false
let pressed = null
const kept = $('#kept')

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
    if (!due) kept.textContent = kept.dataset.kept
    $('.looking iframe').contentWindow.location.reload()
  })
}

function keep() {
  if (!due || busy) return
  clearTimeout(due)
  due = 0
  busy = true
  running = fetch(sheet.action, {method: 'POST', body: new URLSearchParams(new FormData(sheet))})
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
const at = (box, event) => {
  const around = box.getBoundingClientRect()
  const share = (of, from, whole) => Math.max(0, Math.min(100, Math.round((of - from) * 100 / whole)))
  return [share(event.clientX, around.left, around.width), share(event.clientY, around.top, around.height)]
}

function place(rect, x, y, w, h) {
  rect.setAttribute('x', x)
  rect.setAttribute('y', y)
  rect.setAttribute('width', w)
  rect.setAttribute('height', h)
}

const sides = rect => ['x', 'y', 'width', 'height'].map(name => Number(rect.getAttribute(name)))

function drawable(box) {
  const svg = box.querySelector('svg')
  let held = null
  svg.onpointerdown = event => {
    event.preventDefault()
    svg.setPointerCapture(event.pointerId)
    const rect = event.target.closest('rect')
    const [x, y] = at(svg, event)
    if (rect) held = {rect, x, y, was: sides(rect)}
    else {
      const drawn = document.createElementNS('http://www.w3.org/2000/svg', 'rect')
      svg.append(drawn)
      held = {rect: drawn, x, y}
    }
    held.rect.classList.add('on')
  }
  svg.onpointermove = event => {
    if (!held) return
    const [x, y] = at(svg, event)
    if (!held.was) return place(held.rect, Math.min(x, held.x), Math.min(y, held.y), Math.abs(x - held.x), Math.abs(y - held.y))
    const [left, top, w, h] = held.was
    place(held.rect, Math.max(0, Math.min(100 - w, left + x - held.x)), Math.max(0, Math.min(100 - h, top + y - held.y)), w, h)
  }
  svg.onpointerup = () => {
    if (!held) return
    const {rect, was} = held
    held = null
    rect.classList.remove('on')
    const found = sides(rect)
    if (was) return moved(rect, found)
    if (found[2] < LEAST_DRAWN || found[3] < LEAST_DRAWN) return rect.remove()
    ;['x', 'y', 'w', 'h'].forEach((side, n) => { field(`new.${side}`).value = found[n] })
    press('spot-add')
  }
  svg.onpointercancel = () => {
    if (held && held.was) place(held.rect, ...held.was)
    else if (held) held.rect.remove()
    held = null
  }
}

function moved(rect, found) {
  const name = `hotspots.${rect.dataset.spot}`
  ;['x', 'y', 'w', 'h'].forEach((side, n) => { field(`${name}.${side}`).value = found[n] })
  document.getElementById(name).scrollIntoView({block: 'nearest'})
  later(300)
}

/* Pictures by sight. */
async function pick(link) {
  const html = await fetch(link.href).then(reply => reply.text())
  const page = new DOMParser().parseFromString(html, 'text/html')
  const box = made('<div class="picker" role="dialog"></div>')
  box.setAttribute('aria-label', link.textContent)
  box.append(made(`<button type="button" class="btn">✕</button>`))
  box.firstChild.setAttribute('aria-label', link.dataset.close)
  box.firstChild.onclick = () => { box.remove(); link.focus() }
  page.querySelectorAll('.grid').forEach(grid => {
    grid.querySelectorAll('li').forEach(item => {
      const button = made('<button type="button"></button>')
      button.append(...item.childNodes)
      item.append(button)
      button.onclick = () => {
        link.closest('.pic').querySelector('input').value = item.dataset.name
        box.remove()
        press('')
      }
    })
    box.append(grid)
  })
  box.onkeydown = event => event.key === 'Escape' && box.firstChild.click()
  document.body.append(box)
  box.firstChild.focus()
}

if (sheet) {
  document.querySelectorAll('.draw').forEach(box => {
    box.hidden = false
    drawable(box.querySelector('.over'))
  })
  document.querySelectorAll('.pick').forEach(link => {
    link.onclick = event => {
      event.preventDefault()
      pick(link).catch(() => { location.href = link.href })
    }
  })
  sheet.oninput = () => later(2000)
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
  addEventListener('pagehide', () => due && navigator.sendBeacon(sheet.action, new URLSearchParams(new FormData(sheet))))
  document.addEventListener('visibilitychange', () => document.hidden && keep())
}

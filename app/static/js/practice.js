// A pretend phone: its screens are links already; here are holding, swiping and typing.
import {$, hear, notice, reveal, word} from './listen.js'

const HOLD = 500
const SWIPE = 40

function swiped({x, y}, event) {
  const right = event.clientX - x
  const down = event.clientY - y
  if (Math.max(Math.abs(right), Math.abs(down)) < SWIPE) return ''
  if (Math.abs(right) > Math.abs(down)) return right > 0 ? 'swipe-right' : 'swipe-left'
  return down > 0 ? 'swipe-down' : 'swipe-up'
}

function gestured(link) {
  const wanted = link.dataset.g
  let start = null
  let tries = 0
  const go = () => { location.hash = link.hash || link.href.baseVal }
  link.onpointerdown = event => {
    link.setPointerCapture(event.pointerId)
    start = {x: event.clientX, y: event.clientY, time: Date.now()}
  }
  link.onpointerup = event => {
    const done = start && (wanted === 'long' ? Date.now() - start.time >= HOLD : swiped(start, event) === wanted)
    start = null
    if (!done) return
    tries = 1
    go()
  }
  link.ondragstart = link.oncontextmenu = event => event.preventDefault()
  // A keyboard and a screen reader send clicks alone (detail 0); who taps a second time cannot hold or swipe.
  link.onclick = event => {
    if (!event.detail || tries++) return
    event.preventDefault()
    notice(`<p>${word(wanted === 'long' ? 'practice.long' : 'practice.swipe')}</p>`)
  }
}

function fielded(form) {
  const input = form.querySelector('input')
  const wrong = form.querySelector('.wrong')
  const values = new RegExp(`^(?:${input.pattern})$`)
  form.noValidate = true
  form.onsubmit = event => {
    event.preventDefault()
    const right = values.test(input.value.trim())
    reveal(wrong, !right)
    if (!right) return input.focus()
    input.value = ''
    location.hash = form.dataset.to
  }
}

document.querySelectorAll('[data-g]').forEach(gestured)
document.querySelectorAll('.practice form').forEach(fielded)
addEventListener('hashchange', () => {
  const screen = $('.screen:target')
  if (!screen) return
  screen.focus({preventScroll: true})
  if (document.documentElement.dataset.hear) hear(screen.querySelector('[data-s]'))
})

// Cards: one at a time, each with its own address, so that Back works and another language opens the same card.
import {$, hear, notice, reveal, word} from './listen.js'
import {able, info} from './me.js'
import {record} from './outbox.js'

export const form = $('main > form')
const cards = [...document.querySelectorAll('main .card')]
const [back, next] = document.querySelectorAll('.bar .btn')
const way = $('.way')
const banner = $('.banner')
let at = -1
let read = false

/** Keeps what was done. Where there is no room for it, its part of the form is posted at once, and she is told. */
export function keep(entry) {
  try {
    record(Object.assign({}, info, entry))
  } catch (error) {
    const fields = [...new FormData(form)].filter(([name]) => ['structure', entry.question].includes(name.split('.')[0]))
    fetch(form.action, {method: 'POST', body: new URLSearchParams(fields)}).catch(console.warn)
    $('.send').hidden = false
    notice(`<p>${word('outbox.full')}</p>`)
  }
}

function finish() {
  if (read || !able) return
  read = true
  keep({type: 'read/1'})
}

export const turn = (link, card) => {
  reveal(link, card)
  if (card) link.hash = card.id
}

function show(now) {
  cards.forEach((card, n) => { card.hidden = n !== now })
  turn(back, cards[now - 1])
  turn(next, cards[now + 1])
  way.value = (now + 1) / cards.length
  scrollTo(0, 0)
  if (banner) banner.hidden = now > 0
  if (at >= 0) {
    cards[now].tabIndex = -1
    cards[now].focus({preventScroll: true})
  }
  at = now
  if (now === cards.length - 1) finish()
  if (document.documentElement.dataset.hear) hear(cards[now].querySelector('[data-s]'))
}

function open() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)))
  const card = cards.indexOf(target && target.closest('.card'))
  if (card !== at || at < 0) show(Math.max(card, 0))
  document.querySelectorAll('.langs nav a').forEach(link => { link.hash = location.hash })
}

document.querySelectorAll('[data-play]').forEach(link => {
  link.onclick = event => {
    event.preventDefault()
    const old = link.closest('.card').querySelector(link.dataset.play)
    const player = old || document.createElement(link.dataset.play)
    player.controls = player.autoplay = true
    player.src = link.href
    link.replaceWith(player)
  }
})

document.cookie = `lang=${info.lang};path=/;max-age=31536000;samesite=lax`
$('.send').hidden = able
way.hidden = false
document.body.classList.add('carded')
addEventListener('hashchange', open)
open()

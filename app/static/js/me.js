// Who is there: the thin personal layer over pages that are the same for everyone.
import {$, listenable, made, word} from './listen.js'

const REST = 10 * 60 * 1000
const node = $('.info')
export const info = node ? JSON.parse(node.textContent) : {}

/** Whether this phone keeps anything for us at all. */
export const able = (() => {
  try {
    return localStorage.able = 1
  } catch (e) {
    return 0
  }
})()

export const remember = value => {
  try { localStorage.setItem('person', value) } catch (e) { console.warn(e) }
}
/** Who was there last: her id, `+` and the id of a guest only this phone knows of, `?` while it asks, or nothing. */
export const last = () => able && localStorage.getItem('person') || ''
export const known = () => last().replace(/[+?]/, '')

function face({name, face}) {
  const shown = made('<span class="face"><img alt="" width="96" height="96"><b translate="no"></b></span>')
  shown.firstChild.src = face
  shown.lastChild.textContent = name
  return shown
}

function ask({faces}) {
  const box = made(`<section class="asking"><h2 data-s>${word('who.ask')}</h2><div class="faces"></div><a class="btn" href="/who" data-s>${word('who.someone_else')}</a></section>`)
  faces.forEach(one => {
    const link = made(`<a href="/who/${one.id}"></a>`)
    link.append(face(one))
    box.querySelector('.faces').append(link)
  })
  $('main').prepend(box)
  listenable(box)
  box.querySelector('a').focus()
}

function greet(me, before) {
  const {person} = me
  if (me.kiosk) import(me.kiosk)
  if (last() === before) remember(person ? person.id : me.guest || (me.asked ? '?' : before.startsWith('+') ? before : ''))
  if (me.hear_first) document.documentElement.dataset.hear = 1
  const who = $('.top .who')
  if (person) {
    who.textContent = ''
    who.append(face(person))
  }
  const keep = $('.keep')
  if (keep) keep.hidden = !!person
  if (me.asked && !location.pathname.startsWith('/who')) ask(me)
  return me
}

document.querySelectorAll('[data-guest]').forEach(input => { input.value = input.value || known() })

let seen
/** Asks who is there and what counts for her; gives what `/me.json` says, or nothing where it cannot be reached. */
export function look() {
  const before = last()
  seen = Date.now()
  return fetch('/me.json' + (info.course ? `?course=${info.course}&lesson=${info.lesson}&lang=${info.lang}` : ''))
    .then(reply => reply.json()).then(me => greet(me, before))
    .catch(console.info)
}
/** Fulfilled when it is known who is there, or known that nobody can say. */
export let ready = look()

document.addEventListener('visibilitychange', () => {
  if (!document.hidden && Date.now() - seen > REST) ready = look()
})

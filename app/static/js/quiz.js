// A quiz graded on the spot: try as often as you like; what was answered goes to the outbox.
import {grade} from './grading.js'
import {$, icon, listenable, made, plain, reveal, word} from './listen.js'
import {form, keep, turn} from './lesson.js'
import {able, look, ready} from './me.js'
import {mine} from './outbox.js'

const keys = JSON.parse($('.keys').textContent).filter(key => document.getElementById(key.id))
// Her best in each question she has answered, from 0 to 100.
const best = {}

const values = (card, name) => [...card.querySelectorAll(`[name="${name}"]`)]
  .filter(input => input.checked || !/radio|checkbox/.test(input.type)).map(input => input.value)

const places = (card, key) => Object.keys(key.right).reduce((placed, item) => {
  const [place] = values(card, `${key.id}.${item}`)
  return place ? Object.assign(placed, {[item]: place}) : placed
}, {})

function answer(card, key) {
  if (key.kind === 'order') return [...card.querySelectorAll('.order li')].map(item => item.dataset.id)
  if (key.kind === 'groups' || key.kind === 'pairs') return places(card, key)
  const chosen = values(card, key.id)
  return key.kind === 'several' || key.kind === 'spot' ? chosen : chosen[0] || ''
}

function verdict(card, kind, words) {
  const old = card.querySelector('.verdict')
  if (old) old.remove()
  const said = card.querySelector('.said')
  said.insertAdjacentHTML('afterbegin', `<div class="verdict ${kind}">${icon(kind)}<b data-s>${word(words)}</b></div>`)
  listenable(said)
  said.scrollIntoView({block: 'center'})
}

const better = (id, score) => { best[id] = Math.max(best[id] || 0, score) }

// What is answered, what is right, and what is left: gives the first question that is.
function result() {
  const of = keys.length
  const left = keys.filter(key => !(key.id in best))
  const counts = {of, given: of - left.length, right: keys.filter(key => best[key.id] > 99).length}
  reveal($('.finished'), !left[0])
  turn($('.left'), left[0])
  if (of) $('.result').innerHTML = `<progress max="${of}" value="${counts.right}" aria-hidden="true"></progress><p>${word('quiz.standing').replace(/\{(\w+)\}/g, (_, name) => counts[name])}</p>`
  return left[0]
}

function told(me) {
  if (!me) return
  Object.keys(me.scores).forEach(id => better(id, me.scores[id]))
  const ending = $('.ending')
  ending.innerHTML = me.ending
  listenable(ending)
  result()
}

function check(card, key) {
  const given = answer(card, key)
  const graded = grade(key, given)
  card.querySelectorAll('[data-k]').forEach(one => reveal(one, graded && graded.feedback.includes(`${key.id}.${one.dataset.k}`)))
  if (!graded) return verdict(card, 'mend', 'quiz.choose_first')
  keep({type: 'answered/1', question: key.id, answer: given})
  better(key.id, graded.score)
  verdict(card, graded.right ? 'good' : 'mend', graded.right ? 'quiz.right' : graded.score >= 50 ? 'quiz.nearly' : 'quiz.try_again')
  result()
}

function movable(list) {
  const number = () => [...list.children].forEach((item, n) => { item.querySelector('select').value = n + 1 })
  const button = (item, arrow, words, move) => {
    const mover = made(`<button class="btn move" type="button">${arrow}</button>`)
    mover.setAttribute('aria-label', `${plain(words)}: ${item.firstElementChild.textContent.trim()}`)
    mover.onclick = () => { move(item); number(); mover.focus() }
    item.append(mover)
  }
  ;[...list.children].forEach(item => {
    item.querySelector('select').hidden = true
    button(item, '↑', 'quiz.up', one => one.previousElementSibling && one.previousElementSibling.before(one))
    button(item, '↓', 'quiz.down', one => one.nextElementSibling && one.nextElementSibling.after(one))
  })
  number()
}

function tappable(card) {
  card.querySelectorAll('rect').forEach(place => {
    const box = card.querySelector(`[value="${place.dataset.id}"]`)
    place.onclick = () => box.click()
    box.addEventListener('change', () => place.classList.toggle('on', box.checked))
  })
}

function start() {
  form.onsubmit = () => !$('.send').hidden
  keys.forEach(key => {
    const card = document.getElementById(key.id)
    const button = card.querySelector('.check')
    button.hidden = false
    button.firstElementChild.onclick = () => check(card, key)
    card.onkeydown = event => event.key !== 'Enter' || !/text/.test(event.target.type) || (check(card, key), false)
    if (key.kind === 'order') movable(card.querySelector('.order'))
    if (key.kind === 'spot') tappable(card)
    mine().forEach(one => one.question === key.id && better(key.id, grade(key, one.answer).score))
  })
  result()
  ready.then(told)
  addEventListener('sent', () => result() || look().then(told))
}

if (able) start()

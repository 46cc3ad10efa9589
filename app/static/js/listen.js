// Listening: one control beside everything that has words. One sound at a time; the same control stops it.
export const $ = selector => document.querySelector(selector)
/** One element from its HTML, which must be ours. Icons made in a template stay empty in Chrome 74. */
export function made(html) {
  const box = document.createElement('span')
  box.innerHTML = html
  return box.firstChild
}

const shelf = $('.words').content

export const word = key => shelf.querySelector(`[data-w="${key}"]`).innerHTML
export const icon = name => shelf.querySelector('.i').outerHTML.replace(/#\w+/, `#${name}`)

// For attributes, which cannot carry a draft's mark: the Vietnamese beneath it.
export const plain = key => {
  const words = shelf.querySelector(`[data-w="${key}"]`)
  return (words.querySelector('small') || words).innerText
}

const voice = () => window.speechSynthesis && speechSynthesis.getVoices().find(v => /^vi/i.test(v.lang))
voice()

let stop = () => {}

function hush() {
  const old = $('.say')
  if (old) old.remove()
}

export function notice(html) {
  hush()
  const box = made(`<div class="say" role="status"><div>${html}</div><button class="btn" type="button">${word('listen.close')}</button></div>`)
  box.lastChild.onclick = hush
  document.body.append(box)
  return box
}

const recording = el => /^\//.test(el.dataset.s) && el.dataset.s.split(' ')[0]
const vietnamese = el => el.matches(':lang(vi)') ? el : el.querySelector('[lang=vi]')
const sounds = el => recording(el) || voice() && vietnamese(el) && !el.querySelector('.draft')

// One part after the other, each marked while it is heard.
function say([el, ...rest], control) {
  if (!el) return
  const url = recording(el)
  const sound = url ? new Audio(url) : new SpeechSynthesisUtterance(el.innerText)
  const mark = on => {
    el.classList.toggle('speaking', on)
    control.setAttribute('aria-pressed', on)
  }
  stop = () => {
    stop = () => {}
    sound.onended = sound.onend = sound.onerror = null
    mark(false)
    if (url) sound.pause()
    else speechSynthesis.cancel()
  }
  sound.onerror = () => stop()
  sound.onended = sound.onend = () => { stop(); say(rest, control) }
  mark(true)
  if (url) return sound.play().catch(sound.onerror)
  sound.voice = voice()
  sound.lang = 'vi-VN'
  sound.rate = 0.85
  speechSynthesis.speak(sound)
}

// No voice in this language: say so, and offer the Vietnamese, on this page or on its Vietnamese twin.
function offer(parts, control) {
  const told = parts.map(vietnamese)
  const words = word('listen.vietnamese')
  const more = !told.every(Boolean) ? `<a class="btn main" href="${$('.langs [hreflang=vi]').href}">${words}</a>`
    : voice() ? `<button class="btn main" type="button">${words}</button>`
      : told[0] === parts[0] ? '' : `<p>${word('listen.read_vietnamese')} <span lang="vi">${told.map(el => el.innerHTML).join('<br>')}</span></p>`
  const box = notice(`<p>${word(voice() ? 'listen.none_but_vietnamese' : 'listen.none')}</p>${more}`)
  const button = box.querySelector('button.main')
  if (button) button.onclick = () => { hush(); say(told, control) }
}

// The heading of a question is heard with what stands under it, without its hint and what is said of an answer.
const parts = el => el.dataset.s === '*'
  ? [...el.parentNode.querySelectorAll('[data-s]')].filter(one => !one.closest('.said,.btn,details'))
  : [el]

function play(el, control) {
  const was = control.matches('[aria-pressed=true]')
  stop()
  if (was) return
  const all = parts(el)
  if (!all.every(sounds)) return offer(all, control)
  say(all.map(one => recording(one) ? one : vietnamese(one)), control)
}

const controls = new WeakMap()

/** Whether all of it can be heard here and now. */
export const audible = el => parts(el).every(sounds)

export const hear = el => el && controls.has(el) && play(el, controls.get(el))

/** Shows or hides words together with their control. */
export function reveal(el, shown) {
  el.hidden = !shown
  if (controls.has(el)) controls.get(el).hidden = !shown
}

export function listenable(root) {
  root.querySelectorAll('[data-s]').forEach(el => {
    if (controls.has(el)) return
    const size = el.dataset.s.split(' ')[1]
    const control = made(`<button class="s" type="button" aria-pressed="false">${icon('listen')}</button>`)
    if (size) control.append(made(`<small>${size} KB</small>`))
    control.hidden = el.hidden
    control.setAttribute('aria-label', [plain('listen.play'), control.textContent, el.textContent.trim().slice(0, 40)].filter(Boolean).join(' · '))
    control.onclick = () => play(el, control)
    const holder = el.matches('summary') ? el.parentNode : el.closest('a,button,label')
    if (el.matches('legend')) el.append(control)
    else if (holder) holder.after(control)
    else el.before(control)
    controls.set(el, control)
  })
}

addEventListener('pagehide', () => stop())
addEventListener('hashchange', () => { stop(); hush() })
listenable(document)

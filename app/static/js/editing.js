// A lesson being written: every field is saved by the part it belongs to; buttons work at once, with or without a line.
import {drafts} from './drafts.js'
import {pictures} from './pictures.js'
import {drawing} from './spots.js'

const one = (selector, root) => (root || document).querySelector(selector)
const all = (selector, root) => Array.from((root || document).querySelectorAll(selector))
const json = id => JSON.parse(document.getElementById(id).textContent)
const data = json('draft'), says = json('says')
const form = document.getElementById('lesson')
const here = `/teach/courses/${data.course}/${data.lesson}`
const ORDER = `${data.lesson}/lesson`
const LISTED = 'abcdefghijklmnopqrstuvwxyz0123456789'
const LETTERS = {spots: 's', steps: 's', groups: 'g', targets: 't'}
const OLD_FONTS = /(?:face=|font-family:)[^;>]*(?:tai ?d.m|thai ?d.m|thai ?den)/i
const undone = []

const owner = field => field.dataset.part || field.closest('[data-part]').dataset.part
const isField = field => field.name && field.type !== 'submit' && field.closest('[data-part]') && (field.checked || !/^(?:radio|checkbox)$/.test(field.type))
const fieldsOf = part => Array.from(form.elements).filter(field => isField(field) && owner(field) === part).map(field => [field.name, field.value])
const put = part => queue.put(part, fieldsOf(part))
const section = at => document.getElementById(at)

// Empty sections and rows come once, at the beginning, so that adding needs no line.
let blanks = null, without = false
const ready = fetch(`${here}/blanks`, {credentials: 'same-origin'}).then(reply => reply.text()).then(text => {
  blanks = new DOMParser().parseFromString(text, 'text/html')
}).catch(() => { without = true })

/** Nodes of a template, with ids and numbers in their places. */
function made(name, ids) {
  const fresh = document.createElement('template')
  fresh.innerHTML = Object.keys(ids).reduce((html, key) => html.split(key).join(ids[key]), one(`template[${name}]`, blanks).innerHTML)
  return document.importNode(fresh.content, true).firstElementChild
}

function newId(sort) {
  const signs = crypto.getRandomValues(new Uint8Array(6))
  return sort[0] + Array.from(signs, sign => LISTED[sign % LISTED.length]).join('')
}

function filled(root) {
  for (const field of all('textarea', root || form)) {
    if (field.scrollHeight > field.clientHeight) field.style.height = `${field.scrollHeight + 4}px`
  }
}

function numbered() {
  for (const secs of all('.secs')) all('section .no', secs).forEach((no, at) => { no.textContent = at + 1 })
  for (const rows of all('.rws', form)) {
    all('.rw', rows).forEach((row, at) => all('.fd label', row).slice(0, 1).concat(all('.tool', row)).forEach(node => counted(node, at + 1)))
  }
  all('.draw', form).forEach(drawn)
}

function counted(node, n) {
  if (node.tagName === 'LABEL') node.textContent = node.textContent.replace(/\d+/, n)
  else for (const name of ['title', 'aria-label']) node.setAttribute(name, node.title.replace(/\d+/, n))
}

// The places of a tap question, drawn on its picture as the fields beneath it say.
const SIDES = ['x', 'y', 'w', 'h']
const sidesOf = row => SIDES.map(side => one(`[name$=".${side}"]`, row))
function drawn(box) {
  const sec = box.closest('.ed'), rows = one('.rws[data-list=spots]', sec)
  const rowOf = id => all('.rw', rows).find(row => row.dataset.row === id)
  const say = (row, sides) => sidesOf(row).forEach((field, n) => { field.value = sides[n] })
  box.show = box.show || drawing(one('.over', box), {
    drawn(sides) {
      remember(rows, owner(sec))
      const row = newRow(sec, rows, 'spots')
      say(row, sides)
      changedList(rows, owner(sec))
      box.show(places(rows), row.dataset.row)
    },
    changed(id, sides) {
      say(rowOf(id), sides)
      put(owner(sec))
    },
    opened: id => one('textarea', rowOf(id)).focus(),
  })
  one('.how', box).hidden = false
  box.show(places(rows))
}

const places = rows => all('.rw', rows).map(row => ({
  id: row.dataset.row,
  sides: sidesOf(row).map(field => Number(field.value) || 0),
  name: one('textarea', row).value,
  right: one('.right input', row).checked,
}))

// Which of the groups an item belongs to is chosen by what they are called.
function placed(sec) {
  const selects = all('select[name$=".place"]', sec)
  if (!selects.length) return
  const rows = all('.rws[data-list=groups] .rw, .rws[data-list=targets] .rw', sec)
  for (const select of selects) {
    const was = select.value
    while (select.options.length > 1) select.remove(1)
    rows.forEach((row, at) => select.add(new Option(`${at + 1}. ${one('textarea', row).value}`, row.dataset.row)))
    select.value = was
  }
}

// What can be taken back: the children of a list as they stood, and the part that says so.
function remember(list, part) {
  undone.push({list, part, children: Array.from(list.children)})
  undoButton()
}

function undoButton() {
  let button = one('.saving .undo')
  if (!button) {
    button = document.createElement('button')
    button.className = 'btn undo'
    button.name = 'do'
    button.value = 'undo'
    button.textContent = says.undo
    one('#saved').before(button, ' ')
  }
  button.hidden = !undone.length && !form.elements.was.value
}

function undo() {
  const last = undone.pop()
  while (last.list.firstChild) last.list.firstChild.remove()
  last.children.forEach(child => last.list.append(child))
  changedList(last.list, last.part)
  undoButton()
}

function changedList(list, part) {
  numbered()
  if (list.closest('.ed')) placed(list.closest('.ed'))
  put(part)
}

function add(sort, kind) {
  const id = newId(sort), list = one(`.secs[data-sort=${sort}]`)
  remember(list, ORDER)
  list.append(made(`data-new="${sort}.${kind}"`, {NEWID: id, NUMBER: list.children.length + 1}))
  grip()
  put(`${data.lesson}/${sort}/${id}`)
  changedList(list, ORDER)
  show(`${sort}.${id}`)
}

function show(at, field) {
  const sec = section(at)
  if (!sec) return
  const box = one('details', sec)
  if (box) box.open = true
  const target = field && document.getElementById(field) || one('textarea', sec)
  for (let outer = target && target.closest('details'); outer; outer = outer.parentElement.closest('details')) outer.open = true
  sec.scrollIntoView()
  if (target) target.focus({preventScroll: !field})
  filled(sec)
}

function renamed(root, from, to) {
  const name = new RegExp(`(^|[./ ])${from}(?=$|[./ ]|-error)`, 'g')
  for (const node of [root].concat(all('*', root))) {
    for (const attribute of Array.from(node.attributes)) {
      if (/^(?:name|id|for|value|data-part|aria-describedby)$/.test(attribute.name)) attribute.value = attribute.value.replace(name, `$1${to}`)
    }
  }
}

function copied(sec, sort, id) {
  const twin = sec.cloneNode(true), fresh = newId(sort)
  const was = all('textarea, input, select', sec)
  all('textarea, input, select', twin).forEach((field, at) => {
    if (field.type !== 'hidden') field.value = was[at].value
    field.checked = was[at].checked
    field.defaultChecked = was[at].checked
  })
  renamed(twin, id, fresh)
  remember(sec.parentElement, ORDER)
  sec.after(twin)
  grip()
  new Set(Array.from(all('input, textarea, select', twin), owner)).forEach(part => part !== ORDER && put(part))
  changedList(sec.parentElement, ORDER)
  show(`${sort}.${fresh}`)
}

function shift(item, by) {
  const beside = by < 0 ? item.previousElementSibling : item.nextElementSibling
  if (beside) by < 0 ? beside.before(item) : beside.after(item)
}

function moved(sec, by, focus) {
  remember(sec.parentElement, ORDER)
  shift(sec, by)
  changedList(sec.parentElement, ORDER)
  focus.focus()
  sec.scrollIntoView({block: 'nearest'})
  const n = Array.from(sec.parentElement.children).indexOf(sec) + 1
  saved(says.moved.replace('{what}', one('h3', sec).textContent.trim()).replace('{n}', n))
}

function rowDone(verb, sort, id, list, rowId, button) {
  const sec = section(`${sort}.${id}`), rows = one(`.rws[data-list=${list}]`, sec), part = owner(sec)
  remember(rows, part)
  const row = rowId && all('.rw', rows).find(each => each.dataset.row === rowId)
  if (verb === 'row-add') one('textarea', newRow(sec, rows, list)).focus()
  else if (verb === 'row-remove') row.remove()
  else shift(row, verb === 'row-up' ? -1 : 1)
  changedList(rows, part)
  if (verb === 'row-up' || verb === 'row-down') button.focus()
}

function newRow(sec, rows, list, wanted) {
  const taken = new Set(all('.rw', rows).map(row => row.dataset.row)), begins = LETTERS[list]
  const ids = begins ? Array.from({length: 99}, (_, at) => `${begins}${at + 1}`) : Array.from(LISTED)
  const id = wanted || ids.find(each => !taken.has(each))
  const at = sec.id.split('.')
  const row = made(`data-row="${sec.dataset.kind}.${list}"`, {NEWID: at[1], NEWROW: id, NUMBER: rows.children.length + 1})
  rows.append(row)
  return row
}

function does(button) {
  const [verb, sort, id, list, row] = button.value.split(' ')
  if (verb === 'undo') return undo()
  if (!verb) return queue.flush()
  if (verb === 'add') return add(sort, document.getElementById(`kind.${sort}`).value)
  if (verb.slice(0, 4) === 'row-') return rowDone(verb, sort, id, list, row, button)
  const sec = section(`${sort}.${id}`)
  if (verb === 'copy') return copied(sec, sort, id)
  if (verb === 'remove') {
    const after = sec.nextElementSibling || sec.previousElementSibling
    remember(sec.parentElement, ORDER)
    const list = sec.parentElement
    sec.remove()
    changedList(list, ORDER)
    toast(says.removed.replace('{what}', one('h3', sec).textContent.trim()))
    if (after) one('summary', after).focus()
    return undefined
  }
  return moved(sec, verb === 'up' ? -1 : 1, button)
}

function toast(words) {
  all('.toast').forEach(old => old.remove())
  const line = document.createElement('p'), said = document.createElement('span'), back = document.createElement('button')
  line.className = 'toast'
  line.setAttribute('role', 'status')
  said.textContent = words
  back.className = 'btn'
  back.type = 'button'
  back.textContent = says.undo
  back.onclick = () => { undo(); line.remove() }
  line.append(said, back)
  document.body.append(line)
  setTimeout(() => line.remove(), 10000)
}

// Moving by drag: the handle shows only where a script runs. Arrow keys on it move too. All are closed while one is moved.
const EDGE = 96, STEP = 10
function grip() { all('.drag', form).forEach(handle => { handle.hidden = false }) }

// The others move around it: what is taken out of the page hears no more of the finger that holds it.
function passed(sec, other, isBefore) {
  const all = Array.from(sec.parentElement.children), from = all.indexOf(sec), to = all.indexOf(other)
  if (to < from) sec.after(...all.slice(isBefore ? to : to + 1, from))
  else sec.before(...all.slice(from + 1, isBefore ? to : to + 1))
}

form.addEventListener('pointerdown', event => {
  const handle = event.target.closest('.drag')
  if (!handle) return
  event.preventDefault()
  const sec = handle.closest('.ed'), list = sec.parentElement, was = Array.from(list.children)
  let y = event.clientY
  remember(list, ORDER)
  list.classList.add('sorting')
  sec.classList.add('moving')
  scrollBy(0, sec.getBoundingClientRect().top + 20 - y)
  handle.setPointerCapture(event.pointerId)
  const place = () => {
    const within = Math.max(EDGE, Math.min(y, innerHeight - EDGE))
    const over = document.elementFromPoint(list.getBoundingClientRect().left + 40, within)
    const other = over && over.closest('.ed')
    if (!other || other === sec || other.parentElement !== list) return
    const box = other.getBoundingClientRect()
    passed(sec, other, within < box.top + box.height / 2)
  }
  const follow = move => {
    y = move.clientY
    place()
  }
  const scrolling = setInterval(() => {
    if (y > EDGE && y < innerHeight - EDGE) return
    scrollBy(0, y < EDGE ? -STEP : STEP)
    place()
  }, 30)
  const drop = () => {
    clearInterval(scrolling)
    handle.removeEventListener('pointermove', follow)
    handle.removeEventListener('pointerup', drop)
    handle.removeEventListener('pointercancel', drop)
    list.classList.remove('sorting')
    sec.classList.remove('moving')
    sec.scrollIntoView({block: 'nearest'})
    if (was.some((each, at) => each !== list.children[at])) return changedList(list, ORDER)
    undone.pop()
    undoButton()
  }
  handle.addEventListener('pointermove', follow)
  handle.addEventListener('pointerup', drop)
  handle.addEventListener('pointercancel', drop)
})
form.addEventListener('keydown', event => {
  const handle = event.target.closest('.drag')
  const by = {ArrowUp: -1, ArrowDown: 1}[event.key]
  if (!handle || !by) return
  event.preventDefault()
  moved(handle.closest('.ed'), by, handle)
})

form.addEventListener('click', event => {
  const button = event.target.closest('button[name=do]')
  if (button && !without && !(full && !button.value) && (button.value !== 'undo' || undone.length)) {
    event.preventDefault()
    ready.then(() => does(button))
  }
})
form.addEventListener('submit', event => {
  if (full || event.submitter || document.activeElement.value === 'undo') return
  event.preventDefault()
  queue.flush()
})
form.addEventListener('input', event => {
  const field = event.target
  if (!field.closest('[data-part]')) return
  refused(field.id, '')
  filled(field.parentElement)
  const sec = field.closest('.ed')
  if (sec) all('.draw', sec).forEach(drawn)
  if (sec && field.tagName === 'TEXTAREA') {
    if (field.name === `w.${sec.id.split('.')[1]}`) one('.sum', sec).textContent = field.value.slice(0, 90)
    placed(sec)
  }
  put(owner(field))
})
form.addEventListener('paste', event => {
  if (!OLD_FONTS.test(event.clipboardData.getData('text/html'))) return
  event.preventDefault()
  refused(event.target.id, says.old_letters)
})
form.addEventListener('toggle', event => event.target.open && filled(event.target), true)

function refused(id, words) {
  const line = document.getElementById(`${id}-error`), field = document.getElementById(id)
  if (!line || !field) return
  line.textContent = words
  line.hidden = !words
  words ? field.setAttribute('aria-invalid', 'true') : field.removeAttribute('aria-invalid')
}

const fieldOf = (part, field) => field || Array.from(form.elements).filter(each => each.name && each.type !== 'hidden' && each.closest('[data-part]') && owner(each) === part).map(each => each.id)[0]

// What the server would not take is listed above the lesson; a link leads to it, a button gives back what is saved.
function unsaved() {
  const mine = queue.refused().filter(edit => edit.part.split('/')[0] === data.lesson)
  const box = document.getElementById('unsaved'), list = one('ul', box)
  const told = JSON.stringify(mine)
  if (list.dataset.told === told) return
  list.dataset.told = told
  list.textContent = ''
  box.hidden = !mine.length
  for (const {part, field, why} of mine) list.append(refusal(part, document.getElementById(fieldOf(part, field)), why))
}

function refusal(part, field, why) {
  const item = document.createElement('li'), link = document.createElement('a'), away = document.createElement('button')
  const label = field && one(`label[for="${field.id}"]`), sec = field && field.closest('section')
  link.href = `#${field ? field.id : 'top'}`
  link.dataset.open = sec ? sec.id : 'top'
  link.textContent = `${label ? label.textContent : part}: ${field ? field.value.slice(0, 90) : ''}`
  away.type = 'button'
  away.className = 'btn'
  away.textContent = says.throw_away
  away.onclick = () => {
    queue.drop(part)
    location.reload()
  }
  item.append(link, ' ', why, ' ', away)
  return item
}

// What waited in this browser since last time is put back where it was typed.
function restore(edits) {
  const rank = edit => ({block: 0, question: 0, lesson: 1}[edit.part.split('/')[1]] === undefined ? 2 : {block: 0, question: 0, lesson: 1}[edit.part.split('/')[1]])
  edits.slice().sort((a, b) => rank(a) - rank(b)).forEach(edit => {
    const [, sort, id] = edit.part.split('/')
    if (sort === 'block' || sort === 'question') restoreSection(sort, id, edit.fields)
    if (sort === 'lesson') restoreOrder(edit.fields)
    set(edit.fields, edit.part)
  })
  numbered()
}

function restoreSection(sort, id, fields) {
  const kind = fields.find(([name]) => name === `${sort}.${id}.kind`)
  if (!kind) return
  let sec = section(`${sort}.${id}`)
  if (!sec) {
    const list = one(`.secs[data-sort=${sort}]`)
    sec = made(`data-new="${sort}.${kind[1]}"`, {NEWID: id, NUMBER: list.children.length + 1})
    list.append(sec)
  }
  for (const rows of all('.rws', sec)) {
    const wanted = fields.filter(([name]) => name === `${sec.id}.${rows.dataset.list}`).map(pair => pair[1])
    const held = new Map(all('.rw', rows).map(row => [row.dataset.row, row]))
    held.forEach((row, key) => wanted.includes(key) || row.remove())
    wanted.forEach(key => rows.append(held.get(key) || newRow(sec, rows, rows.dataset.list, key)))
  }
  placed(sec)
}

function restoreOrder(fields) {
  for (const sort of ['block', 'question']) {
    const list = one(`.secs[data-sort=${sort}]`)
    const wanted = fields.filter(([name]) => name === `${sort}s`).map(([, id]) => section(`${sort}.${id}`)).filter(Boolean)
    Array.from(list.children).forEach(sec => wanted.includes(sec) || sec.remove())
    wanted.forEach(sec => list.append(sec))
  }
}

function set(fields, part) {
  const mine = Array.from(form.elements).filter(field => field.name && field.closest('[data-part]') && owner(field) === part)
  for (const field of mine) {
    if (field.type === 'hidden' || field.type === 'submit' || field.type === 'button') continue
    const values = fields.filter(([name]) => name === field.name).map(pair => pair[1])
    if (/^(?:radio|checkbox)$/.test(field.type)) field.checked = values.includes(field.value)
    else if (values.length) field.value = values[0]
  }
}

// What others wrote meanwhile comes into the page, but never into what she is at. She is taken to have seen what it shows.
let behind = false
async function refresh() {
  const reply = await fetch(here, {credentials: 'same-origin'})
  if (!reply.ok || reply.redirected) return
  const page = new DOMParser().parseFromString(await reply.text(), 'text/html')
  const heads = JSON.parse(page.getElementById('draft').textContent).heads
  const seen = part => { if (heads[part]) data.heads[part] = heads[part] }
  const orderWaits = queue.waits(ORDER)
  for (const list of all('.secs', page)) {
    const ours = one(`.secs[data-sort=${list.dataset.sort}]`)
    const wanted = Array.from(list.children)
    if (!orderWaits) Array.from(ours.children).forEach(sec => wanted.some(each => each.id === sec.id) || sec.remove())
    const order = wanted.map(each => each.id)
    wanted.forEach(fresh => takeOver(ours, fresh, orderWaits, seen))
    if (!orderWaits) inOrder(ours, order)
  }
  takeOver(one('.writing'), page.getElementById('top'), true, seen)
  if (!orderWaits) seen(ORDER)
  behind = Object.keys(heads).some(part => heads[part] !== data.heads[part] && !queue.waits(part) && one(`#lesson [data-part="${part}"]`))
  undone.length = 0
  undoButton()
  grip()
  numbered()
}

const busy = field => field === document.activeElement
const partsOf = root => new Set(all('input[name], textarea[name], select[name]', root).map(owner).filter(part => part !== ORDER))

function takeOver(list, fresh, keepsOrder, seen) {
  const old = document.getElementById(fresh.id), parts = partsOf(fresh)
  if (!old && keepsOrder) return
  if (old && (old.contains(document.activeElement) || Array.from(partsOf(old)).some(queue.waits))) {
    takeWords(old, fresh, seen)
  } else {
    const box = old && one('details', old), next = one('details', fresh), node = document.adoptNode(fresh)
    if (box && next) next.open = box.open
    if (old) old.replaceWith(node)
    else list.append(node)
    parts.forEach(seen)
  }
}

// Moving what she is at would take the focus from her.
function inOrder(list, ids) {
  if (Array.from(list.children).every((sec, at) => sec.id === ids[at])) return
  const at = document.activeElement
  ids.map(section).filter(Boolean).forEach(sec => list.append(sec))
  if (list.contains(at)) at.focus({preventScroll: true})
}

// Of a section she is at, the words she is not at.
function takeWords(old, fresh, seen) {
  for (const field of all('textarea[data-part]', fresh)) {
    const mine = document.getElementById(field.id), part = owner(field)
    if (mine && !busy(mine) && !queue.waits(part)) {
      mine.value = field.value
      seen(part)
    }
  }
}

let lateBeside = 0
function beside() {
  clearTimeout(lateBeside)
  lateBeside = setTimeout(async () => {
    const reply = await fetch(`${here}/state`, {credentials: 'same-origin'}).catch(() => null)
    if (!reply || !reply.ok || reply.redirected) return
    const fresh = new DOMParser().parseFromString(await reply.text(), 'text/html').getElementById('beside')
    const both = one('#waiting', fresh), held = one('#waiting'), met = both.children.length > held.children.length
    held.replaceWith(document.adoptNode(both))
    if (met) both.scrollIntoView()
    const was = all('#beside details').map(box => box.open)
    all('details', fresh).forEach((box, at) => { box.open = Boolean(was[at]) })
    if (!one('#beside').contains(document.activeElement)) one('#beside').replaceWith(document.adoptNode(fresh))
    reload()
  }, 800)
}

// The real page, as large as a telephone, in the language she chooses.
const tongues = json('tongues')
const frame = document.createElement('iframe')
function preview() {
  const box = document.createElement('details'), title = document.createElement('summary'), line = document.createElement('p')
  const label = document.createElement('label'), choice = document.createElement('select')
  title.textContent = says.preview
  label.textContent = says.language
  label.htmlFor = choice.id = 'tongue'
  tongues.forEach(([slug, name]) => choice.add(new Option(name, slug)))
  line.className = 'row'
  line.append(label, choice)
  frame.title = says.preview
  const load = () => { frame.src = `/teach/courses/${data.course}/preview/${choice.value}/${data.lesson}?drafts=1` }
  choice.onchange = load
  box.addEventListener('toggle', () => box.open && !frame.src && load())
  box.append(title, line, frame)
  one('#looking').append(box)
  box.open = matchMedia('(min-width:60em)').matches
}
function reload() {
  if (frame.src && frame.contentWindow) frame.contentWindow.location.reload()
}

// Pictures are chosen by tapping them.
form.addEventListener('click', event => {
  const link = event.target.closest('.pick')
  if (!link) return
  event.preventDefault()
  pictures(link, says.close, (name, picture, words) => {
    const pic = link.closest('.pic'), field = one('input', pic), large = picture.cloneNode()
    described(one('textarea', pic.nextElementSibling), words)
    field.value = name
    all('img', pic).forEach(old => old.remove())
    pic.prepend(picture)
    for (const box of all('.draw', link.closest('.ed'))) {
      all('img', box).forEach(old => old.remove())
      one('.over', box).prepend(large)
      box.hidden = false
    }
    put(owner(field))
  }).catch(() => inVain(says.no_pictures))
})

// What is in it is said by the words lessons have for it, where she said nothing herself.
function described(field, words) {
  if (field.value === words || field.value.trim() && field.value !== field.dataset.proposed) return
  field.value = field.dataset.proposed = words
  filled(field.parentElement)
  put(owner(field))
}

// A practice belongs to a block the server has: what waits goes first. Out of reach she stays where she is.
form.addEventListener('click', async event => {
  const link = event.target.closest('a[href*="/practice"]')
  if (!link) return
  event.preventDefault()
  let tries = 0
  do await queue.flush()
  while (queue.pending().length && ++tries < 3)
  if (queue.pending().length || out) return
  if (queue.failing()) inVain(says.out_of_reach)
  else location.href = link.href
})

document.addEventListener('click', event => {
  const link = event.target.closest('[data-open]')
  if (!link) return
  event.preventDefault()
  show(link.dataset.open, decodeURIComponent(link.hash.slice(1)))
})

function saved(words) { document.getElementById('saved').textContent = words }

// What waits is said as long as it waits; what was tapped in vain, until the next tap.
let waiting = '', vain = ''
function lined() {
  const line = document.getElementById('line')
  line.textContent = vain || waiting
  line.hidden = !line.textContent
}

function banner(words) {
  waiting = words
  lined()
}

function inVain(words) {
  vain = words
  lined()
}
document.addEventListener('click', () => inVain(''), true)

// Signed out: only she can mend that. Full: this browser keeps no more, so that saving must be a form's.
let out = false, full = false

const told = {
  count(n) {
    unsaved()
    if (full || out) return
    if (!n) banner('')
    else if (queue.failing()) banner(says.waiting.replace('{n}', n))
    saved(n ? queue.failing() ? '' : says.saving : queue.refused().length ? '' : says.saved)
  },
  answer(answer) {
    const names = answer.present, line = document.getElementById('here')
    line.textContent = names.map(name => says.also.replace('{name}', name)).join(' ')
    line.hidden = !names.length
    out = false
    if (!full) banner('')
    const met = answer.outcomes.some(outcome => outcome.result === 'conflict' || outcome.result === 'merged')
    if (met || behind || answer.changed.some(part => part.split('/')[0] === data.lesson)) refresh().catch(console.info)
    if (answer.outcomes.length || answer.changed.length || answer.waiting.length !== all('#waiting .both').length) beside()
  },
  refused({part, outcome}) {
    refused(fieldOf(part, outcome.field), outcome.why)
  },
  taken() {},
  out() {
    out = true
    banner(says.signed_out)
  },
  full() {
    full = true
    banner(says.full)
  },
}

const queue = drafts(data.course, data.staff, data.lesson, data.heads, data.seq, (kind, detail) => told[kind](detail))
ready.then(() => {
  const mine = edit => edit.part.split('/')[0] === data.lesson
  if (!without) restore(queue.refused().concat(queue.pending()).filter(mine))
  queue.refused().filter(mine).forEach(edit => refused(fieldOf(edit.part, edit.field), edit.why))
  unsaved()
  grip()
}).catch(console.info).then(queue.begin)
preview()
filled()
if (!undone.length && !form.elements.was.value) undoButton()
const first = decodeURIComponent(location.hash.slice(1))
if (section(first) && first !== 'top') show(first)

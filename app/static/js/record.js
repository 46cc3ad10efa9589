// A recording session: one text after the other. What was spoken is kept here until the server has it.
const session = document.querySelector('.session')
const said = document.querySelector('template.said').content
const told = document.querySelector('.kept')
const cards = [...session.querySelectorAll('.take-one')].filter(card => card.querySelector('.take'))
const able = !!(navigator.mediaDevices && navigator.mediaDevices.getUserMedia && window.MediaRecorder)
const RETRY = 15000

const hex = bytes => Array.from(crypto.getRandomValues(new Uint8Array(bytes)), b => (b + 256).toString(16).slice(1)).join('')
const uuid7 = () => `${Date.now().toString(16).padStart(12, '0')}7${hex(2).slice(1)}a${hex(8).slice(1)}`.replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')

function tell(name, more) {
  told.innerHTML = ''
  told.append(said.querySelector(`[data-say=${name}]`).cloneNode(true), more === undefined ? '' : ` ${more}`)
  told.hidden = false
}

// A small cupboard on this device; where there is none, the page's own memory.
const memory = new Map()
const cupboard = new Promise(resolve => {
  try {
    const asked = indexedDB.open('voices', 1)
    asked.onupgradeneeded = () => asked.result.createObjectStore('voice', {keyPath: 'id'})
    asked.onsuccess = () => resolve(asked.result)
    asked.onerror = () => resolve(null)
  } catch (error) {
    resolve(null)
  }
})

async function kept(mode, work) {
  const db = await cupboard
  if (!db) return work(null)
  return new Promise((resolve, reject) => {
    const asked = work(db.transaction('voice', mode).objectStore('voice'))
    asked.transaction.oncomplete = () => resolve(asked.result)
    asked.transaction.onabort = asked.onerror = () => reject(asked.error)
  })
}

const put = one => kept('readwrite', store => store ? store.put(one) : memory.set(one.id, one)).catch(() => memory.set(one.id, one))
const away = id => { memory.delete(id); return kept('readwrite', store => store ? store.delete(id) : null) }
const all = async () => [...await kept('readonly', store => store ? store.getAll() : []), ...memory.values()]

async function send(one) {
  const body = new FormData()
  Object.keys(one.fields).forEach(name => body.append(name, one.fields[name]))
  body.append('file', one.voice, 'voice')
  const reply = await fetch(one.to, {method: 'POST', body, headers: {Accept: 'application/json'}, redirect: 'manual'})
  if (reply.type === 'opaqueredirect') throw new Error('door')
  if (!reply.ok && reply.status !== 422 && reply.status !== 413) throw new Error(reply.status)
  await away(one.id)
  return reply.status === 422 ? (await reply.json()).error : reply.ok ? '' : session.dataset.large
}

let busy = false
async function flush() {
  if (busy) return
  busy = true
  let complaint = ''
  try {
    for (const one of await all()) {
      tell('waiting', (await all()).length)
      complaint = await send(one) || complaint
    }
    if (!told.hidden) tell('sent', complaint)
  } catch (error) {
    tell(error.message === 'door' ? 'door' : 'waiting', error.message === 'door' ? undefined : (await all()).length)
    setTimeout(flush, RETRY)
  }
  busy = false
}

function show(at) {
  cards.forEach((card, n) => { card.hidden = n !== at })
  if (cards[at]) cards[at].querySelector('button:not([hidden])').focus()
  else session.append(said.querySelector('[data-say=done]').cloneNode(true))
}

const next = card => show(cards.indexOf(card) + 1)

function watch(stream, meter) {
  const Context = window.AudioContext || window.webkitAudioContext
  if (!Context) return () => {}
  const context = new Context()
  const ear = context.createAnalyser()
  context.createMediaStreamSource(stream).connect(ear)
  const wave = new Uint8Array(ear.fftSize)
  meter.hidden = false
  const look = () => {
    if (meter.hidden) return
    ear.getByteTimeDomainData(wave)
    meter.value = Math.min(1, Math.max(...wave.map(v => Math.abs(v - 128))) / 90)
    requestAnimationFrame(look)
  }
  look()
  return () => { meter.hidden = true; context.close() }
}

function byFile(card) {
  card.querySelector('.by-file').hidden = false
  card.querySelector('.recorder').querySelectorAll('[data-do=begin]').forEach(one => { one.hidden = true })
}

// The form's own fields, under an id of this very recording.
function fields(form) {
  const found = {}
  form.querySelectorAll('input[type=hidden]').forEach(one => { found[one.name] = one.value })
  return Object.assign(found, {id: uuid7()})
}

function give(card, voice) {
  const form = card.querySelector('.take')
  const one = {fields: fields(form), voice, to: session.dataset.send}
  one.id = one.fields.id
  return put(one).then(() => { flush(); next(card) })
}

function equip(card) {
  const form = card.querySelector('.take')
  form.append(document.importNode(document.querySelector('template.recorder').content, true))
  const box = form.querySelector('.recorder')
  const [meter, sound] = [box.querySelector('meter'), box.querySelector('audio')]
  const offer = names => box.querySelectorAll('[data-do]').forEach(one => { one.hidden = one.closest('p').hidden = !names.includes(one.dataset.do) })
  let recorder, voice
  const doing = {
    async begin() {
      const stream = await navigator.mediaDevices.getUserMedia({audio: true})
      const quiet = watch(stream, meter)
      const parts = []
      recorder = new MediaRecorder(stream)
      recorder.ondataavailable = event => parts.push(event.data)
      recorder.onstop = () => {
        quiet()
        stream.getTracks().forEach(track => track.stop())
        voice = new Blob(parts, {type: recorder.mimeType})
        sound.src = URL.createObjectURL(voice)
        sound.hidden = false
        offer(['keep', 'again'])
        box.querySelector('[data-do=keep]').focus()
      }
      recorder.start()
      sound.hidden = true
      offer(['end'])
      box.querySelector('[data-do=end]').focus()
    },
    end() { recorder.stop() },
    keep() { sound.pause(); give(card, voice) },
    again() { sound.pause(); doing.begin().catch(refuse) },
    skip() { next(card) },
  }
  const refuse = () => { tell('no_microphone'); cards.forEach(byFile) }
  box.querySelectorAll('[data-do]').forEach(one => {
    one.onclick = () => Promise.resolve(doing[one.dataset.do]()).catch(refuse)
  })
  const file = form.querySelector('[type=file]')
  form.onsubmit = event => { event.preventDefault(); if (file.files[0]) give(card, file.files[0]) }
  offer(able ? ['begin', 'skip'] : ['skip'])
  card.querySelector('.by-file').hidden = able
}

cards.forEach(equip)
if (cards.length) show(0)
addEventListener('online', flush)
addEventListener('beforeunload', event => { if (memory.size) event.preventDefault() })
flush()

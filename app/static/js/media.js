// Sending a file: how much is sent, and how far the work on it is. Everything also works as a plain form.
const form = document.querySelector('.upload')
const bar = form.querySelector('.sending')
const stop = form.querySelector('.stop')
const error = form.querySelector('.error')
const works = () => [...document.querySelectorAll('.work')].filter(one => one.querySelector('progress'))

function say(words) {
  error.textContent = words
  error.hidden = !words
}

form.onsubmit = event => {
  event.preventDefault()
  const file = form.querySelector('[type=file]').files[0]
  const most = {image: form.dataset.picture, audio: form.dataset.sound, video: form.dataset.video}[file.type.split('/')[0]]
  if (file.size > most * 1024 * 1024) return say(form.dataset.large)
  const call = new XMLHttpRequest()
  const end = words => { bar.hidden = stop.hidden = true; say(words) }
  call.open('POST', form.action)
  call.setRequestHeader('Accept', 'application/json')
  call.upload.onprogress = at => { bar.value = 100 * at.loaded / at.total }
  call.onload = () => {
    if (call.status === 200) return location.reload()
    let words = ''
    try { words = JSON.parse(call.responseText).error } catch (broken) { words = '' }
    end(words || form.dataset.failed)
  }
  call.onerror = () => end(form.dataset.failed)
  stop.onclick = () => { call.abort(); end('') }
  bar.hidden = stop.hidden = false
  say('')
  call.send(new FormData(form))
}

async function look() {
  if (!works().length) return
  const reply = await fetch(`${form.action}/work.json`)
  const rows = reply.ok ? await reply.json() : []
  const states = new Map(rows.map(one => [one.id, one]))
  const over = works().some(one => {
    const row = states.get(one.dataset.id)
    if (row) one.querySelector('progress').value = row.done
    return reply.ok && (!row || row.state === 'refused')
  })
  if (over && !bar.offsetParent && !form.querySelector('[type=file]').files.length) location.reload()
  else setTimeout(look, 2000)
}
setTimeout(look, 1500)

// On a device that everybody uses in turn: when nobody has touched it for two minutes, back to its start.
const REST = 2 * 60 * 1000
let waiting

function goBack() {
  const form = document.createElement('form')
  form.method = 'post'
  form.action = '/kiosk/rest'
  document.body.append(form)
  form.submit()
}

function touched() {
  clearTimeout(waiting)
  waiting = setTimeout(goBack, REST)
}

for (const kind of ['pointerdown', 'keydown', 'scroll']) addEventListener(kind, touched, true)
touched()

// Pictures are chosen by sight: their page is laid over this one. A group comes when it is opened, all of them to be searched.
const sought = text => text.normalize('NFD').replace(/[\u0300-\u036f]/g, '').toLowerCase().replace(/đ/g, 'd').split(/[^\p{L}\p{N}]+/u).filter(Boolean)
const within = (root, selector) => Array.from(root.querySelectorAll(selector))

async function laidOpen(address) {
  const reply = await fetch(address, {credentials: 'same-origin'})
  if (!reply.ok || reply.redirected) throw new Error(reply.status)
  return document.adoptNode(new DOMParser().parseFromString(await reply.text(), 'text/html').getElementById('pictures'))
}

function tappable(root) {
  for (const item of within(root, '.grid li')) {
    const button = document.createElement('button')
    button.type = 'button'
    button.append(...item.childNodes)
    item.append(button)
  }
}

/** Opens what a link to pictures leads to; `chosen` is called with the name of one, its `img` and its words. Rejects where there is no line. */
export async function pictures(link, close, chosen) {
  const found = await laidOpen(link.href)
  const box = document.createElement('dialog'), button = document.createElement('button')
  const field = found.querySelector('[type=search]')
  box.className = 'picker'
  box.setAttribute('aria-label', link.textContent.trim())
  button.className = 'btn'
  button.type = 'button'
  button.textContent = close
  button.onclick = () => box.close()
  box.append(button, found)
  tappable(found)

  function fill(groups) {
    for (const group of within(groups, 'details')) {
      const mine = within(found, 'details').find(each => each.id === group.id), grid = group.querySelector('.grid')
      if (!grid || !mine || mine.querySelector('.grid')) continue
      tappable(group)
      mine.lastElementChild.replaceWith(grid)
    }
  }

  const lost = is => { found.querySelector('#lost').hidden = !is }
  const fetched = address => laidOpen(address).then(fill).then(() => lost(false))
  const failed = () => lost(true)

  let opened = null
  function show() {
    const wanted = sought(field.value), groups = within(found, 'section, details')
    if (wanted.length && !opened) opened = groups.filter(group => group.open)
    for (const group of groups) {
      const items = within(group, '.grid li'), number = group.firstElementChild.querySelector('[data-n]')
      items.forEach(item => {
        const has = wanted.length ? sought(within(item, 'span, code').map(each => each.textContent).join(' ')) : []
        item.hidden = !wanted.every(word => has.some(each => each.startsWith(word)))
      })
      const n = items.filter(item => !item.hidden).length
      if (number && items.length) number.textContent = n
      group.hidden = wanted.length && !n
      if (opened) group.open = wanted.length ? !group.hidden : opened.includes(group)
    }
    if (!wanted.length) opened = null
    found.querySelector('#none').hidden = groups.some(group => !group.hidden)
  }

  // All of them come with the first letter, once.
  let all = null
  const seek = () => {
    all = all || fetched(`${link.href}?of=*`)
    all.then(show).catch(() => {
      all = null
      failed()
    })
  }
  field.oninput = seek
  found.querySelector('form').onsubmit = event => {
    event.preventDefault()
    seek()
  }
  found.addEventListener('toggle', event => {
    const more = event.target.open && event.target.querySelector('a')
    if (more) fetched(more.href).catch(failed)
  }, true)
  found.addEventListener('click', event => {
    const item = event.target.closest('li'), more = event.target.closest('details a')
    if (item) {
      box.close()
      chosen(item.dataset.name, item.querySelector('img'), within(item, 'span').map(each => each.textContent).join(''))
    } else if (more) {
      event.preventDefault()
      fetched(more.href).catch(failed)
    }
  })
  box.onclose = () => {
    box.remove()
    link.focus()
  }
  document.body.append(box)
  box.showModal()
}

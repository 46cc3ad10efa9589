// Places on a picture, each four numbers of per cent: drawn, moved and stretched by thumb, by mouse and by arrow keys.
const SMALLEST = 4
const SHAPES = 'http://www.w3.org/2000/svg'
const ARROWS = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]}
const between = (n, most) => Math.max(0, Math.min(most, n))
const shifted = ([x, y, w, h], right, down) => [between(x + right, 100 - w), between(y + down, 100 - h), w, h]
const stretched = ([x, y, w, h], right, down) => [x, y, Math.max(SMALLEST, between(w + right, 100 - x)), Math.max(SMALLEST, between(h + down, 100 - y))]

/**
 * `box` holds a picture and an svg over it. `told` has `drawn(sides)` for a new place, `changed(id, sides)` and `opened(id)`,
 * where somebody wants its words. Gives `show(places, chosen)`, each place `{id, sides, name, right}`.
 */
export function drawing(box, told) {
  const svg = box.querySelector('svg'), grip = document.createElement('i')
  let places = [], held = null, on = ''

  box.querySelectorAll('.grip').forEach(old => old.remove())
  svg.removeAttribute('aria-hidden')
  svg.setAttribute('role', 'group')
  grip.className = 'grip'
  box.append(grip)

  function shape(name, text, numbers) {
    const node = document.createElementNS(SHAPES, name)
    node.textContent = text
    svg.append(node)
    return numbers ? laid(node, numbers) : node
  }

  function laid(node, [x, y, w, h]) {
    Object.entries({x, y, width: w, height: h}).forEach(([side, n]) => node.setAttribute(side, n))
    return node
  }

  function draw() {
    svg.textContent = ''
    places.forEach(({id, sides, name, right}, n) => {
      const rect = shape('rect', '', sides)
      rect.dataset.spot = id
      rect.setAttribute('role', 'button')
      rect.setAttribute('tabindex', '0')
      rect.setAttribute('aria-label', `${n + 1}. ${name}`)
      rect.setAttribute('class', (right ? 'right' : '') + (id === on ? ' on' : ''))
      const number = shape('text', n + 1)
      number.setAttribute('x', sides[0] + 2)
      number.setAttribute('y', sides[1] + 9)
    })
    const chosen = find(on)
    grip.hidden = !chosen
    if (chosen) {
      grip.style.left = `${chosen.sides[0] + chosen.sides[2]}%`
      grip.style.top = `${chosen.sides[1] + chosen.sides[3]}%`
    }
  }

  const find = id => places.find(place => place.id === id)
  const node = id => svg.querySelector(`[data-spot="${id}"]`)

  function choose(id) {
    on = id
    draw()
    if (node(id)) node(id).focus({preventScroll: true})
  }

  function at(event) {
    const around = svg.getBoundingClientRect()
    const share = (of, from, whole) => between(Math.round((of - from) * 100 / whole), 100)
    return [share(event.clientX, around.left, around.width), share(event.clientY, around.top, around.height)]
  }

  box.onpointerdown = event => {
    if (event.button) return
    event.preventDefault()
    box.setPointerCapture(event.pointerId)
    const [x, y] = at(event), touched = event.target.closest('rect')
    if (touched) choose(touched.dataset.spot)
    const place = touched || event.target === grip ? find(on) : null
    held = {x, y, place, was: place && place.sides, change: touched ? shifted : stretched}
    if (!place) held.fresh = shape('rect', '', [x, y, 0, 0])
  }
  box.onpointermove = event => {
    if (!held) return
    const [x, y] = at(event)
    if (held.fresh) {
      held.sides = [Math.min(x, held.x), Math.min(y, held.y), Math.abs(x - held.x), Math.abs(y - held.y)]
      return laid(held.fresh, held.sides)
    }
    held.place.sides = held.change(held.was, x - held.x, y - held.y)
    draw()
  }
  box.onpointerup = () => {
    const {fresh, sides, place, was} = held || {}
    held = null
    if (fresh) {
      fresh.remove()
      if (sides && sides[2] >= SMALLEST && sides[3] >= SMALLEST) told.drawn(sides)
    } else if (place) {
      node(place.id).focus({preventScroll: true})
      if (place.sides !== was) told.changed(place.id, place.sides)
    }
  }
  box.onpointercancel = () => {
    if (held && held.place) held.place.sides = held.was
    held = null
    draw()
  }
  svg.addEventListener('focusin', event => event.target.dataset.spot !== on && choose(event.target.dataset.spot))
  svg.addEventListener('keydown', event => {
    const place = find(event.target.dataset.spot), by = ARROWS[event.key]
    if (!place || !(by || event.key === 'Enter' || event.key === ' ')) return
    event.preventDefault()
    if (!by) return told.opened(place.id)
    place.sides = (event.shiftKey ? stretched : shifted)(place.sides, ...by)
    choose(place.id)
    told.changed(place.id, place.sides)
  })
  return (all, chosen) => {
    const focused = svg.contains(document.activeElement)
    places = all
    if (chosen) on = chosen
    draw()
    if (chosen || focused && find(on)) choose(on)
  }
}

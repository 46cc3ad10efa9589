// Before a group the sound is on: each step is heard as it comes. Where it has no voice the page stays silent.
import {$, audible, hear} from './listen.js'

const step = $('main [data-s="*"]') || $('main [data-s]')
const begin = () => audible(step) && hear(step)

if (step && document.body.classList.contains('sound')) {
  if (audible(step) || !window.speechSynthesis) begin()
  else speechSynthesis.addEventListener('voiceschanged', begin, {once: true})
}

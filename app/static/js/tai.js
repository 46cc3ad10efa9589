// Tai Viet typed in Latin letters: the twin of courses/scripts/typing.py, which gives the tables.
const SIGNS = '\u0300\u0301\u0303\u0309\u0323'
const CLASSES = [
  [{'\u0300': '', '\u0301': '\uaabf', '\u0309': '\uaac1'}, '\u0301', '\uaabf'],
  [{'\u0303': '', '': '\uaabf', '\u0323': '\uaac1'}, '\u0323', '\uaac1'],
]
const CHOICES = 6

/** A Latin syllable without its tone, and that tone's combining sign. */
export function bareSyllable(word) {
  let tone = ''
  const rest = [...word.toLowerCase().normalize('NFD')].filter(one => {
    if (!SIGNS.includes(one)) return true
    tone = tone || one
    return false
  })
  return [rest.join('').normalize('NFC'), tone]
}

function written(onset, [before, glide, mark, after, final], tone) {
  const first = glide && after ? tone : ''
  const word = before + onset + first + glide + mark + (first ? '' : tone) + after + final
  return word.normalize('NFC').replace(/\uaab0\uaa9a$/, '\uaa9a\uaabe')
}

function spelt(pair, rime, tone, into) {
  pair.forEach((onset, high) => {
    const [tones, stop, marked] = CLASSES[high]
    if (rime[5] === 'any') {
      if (tone in tones) into.push(written(onset, rime, tones[tone]))
    } else if (tone === stop) into.push(written(onset, rime, rime[5] === 'must' ? marked : ''))
  })
}

/** The spellings of one Latin syllable, those that are known first. */
export function candidates(word, tables, known) {
  const [latin, tone] = bareSyllable(word)
  const found = []
  for (let end = Math.min(3, latin.length - 1); end >= 0; end--) {
    for (const pair of tables.onsets[latin.slice(0, end)] || [])
      for (const rime of tables.rimes[latin.slice(end)] || []) spelt(pair, rime, tone, found)
  }
  for (const said in tables.signs) if (bareSyllable(said).join() === `${latin},${tone}`) found.push(tables.signs[said])
  return [...new Set(found)].sort((a, b) => known.has(b) - known.has(a)).slice(0, CHOICES)
}

// Draws what stands in main anew every so many seconds, until it asks for that no more. Without a line it stays as it is.
const seen = () => document.querySelector('main [data-anew]')

async function drawAnew() {
  try {
    const reply = await fetch(location.href, {headers: {Accept: 'text/html'}})
    if (reply.ok) {
      const main = new DOMParser().parseFromString(await reply.text(), 'text/html').querySelector('main')
      if (!main || !main.querySelector('[data-anew]')) return location.reload()
      document.querySelector('main').innerHTML = main.innerHTML
    }
  } catch (error) {
    console.info(error)
  }
  later()
}

function later() {
  if (seen()) setTimeout(drawAnew, seen().dataset.anew * 1000)
}

later()

// Ed25519 (RFC 8032), verifying only, where a page over plain http has no WebCrypto. The field, the curve and the reduction
// are those of TweetNaCl.js (ed25519.LICENSE.txt); both products are summed in one pass, since nothing here is secret.

/** verified(signature, message, key): whether 64 bytes sign the message by the public key of 32 bytes. All Uint8Array. */
export const verified = (() => {
  const K = '428a2f98d728ae227137449123ef65cdb5c0fbcfec4d3b2fe9b5dba58189dbbc3956c25bf348b53859f111f1b605d019923f82a4af194f9bab1c5ed5da6d8118d807aa98a303024212835b0145706fbe243185be4ee4b28c550c7dc3d5ffb4e272be5d74f27b896f80deb1fe3b1696b19bdc06a725c71235c19bf174cf692694e49b69c19ef14ad2efbe4786384f25e30fc19dc68b8cd5b5240ca1cc77ac9c652de92c6f592b02754a7484aa6ea6e4835cb0a9dcbd41fbd476f988da831153b5983e5152ee66dfaba831c66d2db43210b00327c898fb213fbf597fc7beef0ee4c6e00bf33da88fc2d5a79147930aa72506ca6351e003826f142929670a0e6e7027b70a8546d22ffc2e1b21385c26c9264d2c6dfc5ac42aed53380d139d95b3df650a73548baf63de766a0abb3c77b2a881c2c92e47edaee692722c851482353ba2bfe8a14cf10364a81a664bbc423001c24b8b70d0f89791c76c51a30654be30d192e819d6ef5218d69906245565a910f40e35855771202a106aa07032bbd1b819a4c116b8d2d0c81e376c085141ab532748774cdf8eeb9934b0bcb5e19b48a8391c0cb3c5c95a634ed8aa4ae3418acb5b9cca4f7763e373682e6ff3d6b2b8a3748f82ee5defb2fc78a5636f43172f6084c87814a1f0ab728cc702081a6439ec90befffa23631e28a4506cebde82bde9bef9a3f7b2c67915c67178f2e372532bca273eceea26619cd186b8c721c0c207eada7dd6cde0eb1ef57d4f7fee6ed17806f067aa72176fba0a637dc5a2c898a6113f9804bef90dae1b710b35131c471b28db77f523047d8432caab7b40c724933c9ebe0a15c9bebc431d67c49c100d4c4cc5d4becb3e42b6597f299cfc657e2a5fcb6fab3ad6faec6c44198c4a475817'
  const START = '6a09e667f3bcc908bb67ae8584caa73b3c6ef372fe94f82ba54ff53a5f1d36f1510e527fade682d19b05688c2b3e6c1f1f83d9abfb41bd6b5be0cd19137e2179'
  // 64-bit words are four of 16 bits, the lowest first.
  const word64 = hex => [12, 8, 4, 0].map(at => parseInt(hex.substr(at, 4), 16))
  const words = hex => hex.match(/.{16}/g).map(word64)
  const sum = (...all) => {
    let carry = 0
    return [0, 1, 2, 3].map(i => {
      carry = all.reduce((total, one) => total + one[i], carry)
      const kept = carry & 65535
      carry = carry >>> 16
      return kept
    })
  }
  const each = (f, ...all) => [0, 1, 2, 3].map(i => f(...all.map(one => one[i])))
  // Shifted right by n; what falls out comes back in from the left where it turns.
  const shift = (x, n, turns) => [0, 1, 2, 3].map(i => {
    const at = i + (n >> 4)
    const part = k => turns || k < 4 ? x[k & 3] : 0
    return (part(at) >>> (n & 15) | part(at + 1) << 16 - (n & 15)) & 65535
  })
  const mixed = (x, a, b, c, turns) => each((i, j, k) => i ^ j ^ k, shift(x, a, 1), shift(x, b, 1), shift(x, c, turns))

  function sha512(message) {
    const padded = new Uint8Array((message.length + 17 + 127 >> 7) << 7)
    padded.set(message)
    padded[message.length] = 128
    new DataView(padded.buffer).setUint32(padded.length - 4, message.length * 8)
    const constants = words(K)
    let state = words(START)
    for (let at = 0; at < padded.length; at += 128) {
      const w = []
      for (let i = 0; i < 16; i++) w.push([6, 4, 2, 0].map(j => padded[at + i * 8 + j] << 8 | padded[at + i * 8 + j + 1]))
      for (let i = 16; i < 80; i++) w.push(sum(w[i - 16], mixed(w[i - 15], 1, 8, 7), w[i - 7], mixed(w[i - 2], 19, 61, 6)))
      let [a, b, c, d, e, f, g, h] = state
      for (let i = 0; i < 80; i++) {
        const t = sum(h, mixed(e, 14, 18, 41, 1), each((x, y, z) => x & y ^ ~x & z, e, f, g), constants[i], w[i])
        const u = sum(mixed(a, 28, 34, 39, 1), each((x, y, z) => x & y ^ x & z ^ y & z, a, b, c))
        h = g, g = f, f = e, e = sum(d, t), d = c, c = b, b = a, a = sum(t, u)
      }
      state = [a, b, c, d, e, f, g, h].map((one, i) => sum(one, state[i]))
    }
    const out = new Uint8Array(64)
    state.forEach((one, i) => one.forEach((part, j) => {
      out[i * 8 + 6 - j * 2] = part >> 8
      out[i * 8 + 7 - j * 2] = part & 255
    }))
    return out
  }

  // Elements of the field are sixteen numbers of about 16 bits, the lowest first; points are X, Y, Z, T.
  const element = hex => Float64Array.from((hex || '').padStart(64, '0').match(/.{4}/g).reverse(), part => parseInt(part, 16))
  const ZERO = element('')
  const ONE = element('1')
  const D = element('52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3')
  const D2 = element('2406d9dc56dffce7198e80f2eef3d13000e0149a8283b156ebd69b9426b2f159')
  const ROOT = element('2b8324804fc1df0b2b4d00993dfbd7a72f431806ad2fe478c4ee1b274a0ea0b0')
  const X = element('216936d3cd6e53fec0a4e231fdd6dc5c692cc7609525a7b2c9562d608f25d51a')
  const Y = element('6666666666666666666666666666666666666666666666666666666666666658')
  const ORDER = [0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10]

  function carried(o) {
    for (let i = 0; i < 16; i++) {
      const c = Math.floor(o[i] / 65536)
      o[i] -= c * 65536
      o[(i + 1) % 16] += i < 15 ? c : 38 * c
    }
    return o
  }
  const plus = (a, b) => a.map((one, i) => one + b[i])
  const minus = (a, b) => a.map((one, i) => one - b[i])
  function times(a, b) {
    const t = new Float64Array(32)
    for (let i = 0; i < 16; i++) for (let j = 0; j < 16; j++) t[i + j] += a[i] * b[j]
    for (let i = 0; i < 16; i++) t[i] += 38 * t[i + 16]
    return carried(carried(t.slice(0, 16)))
  }
  // To the power 2^bits - 1, but for the factors whose bit is left out.
  function power(base, bits, without) {
    let found = base
    for (let i = bits - 2; i >= 0; i--) {
      found = times(found, found)
      if (!without.includes(i)) found = times(found, base)
    }
    return found
  }
  function packed(a) {
    let t = carried(carried(carried(a.slice())))
    for (let twice = 0; twice < 2; twice++) {
      const m = new Float64Array(16)
      let borrow = 0
      for (let i = 0; i < 16; i++) {
        const left = t[i] - (i ? i < 15 ? 0xffff : 0x7fff : 0xffed) - borrow
        borrow = left < 0 ? 1 : 0
        m[i] = left + borrow * 65536
      }
      if (!borrow) t = m
    }
    const out = new Uint8Array(32)
    t.forEach((one, i) => {
      out[2 * i] = one & 255
      out[2 * i + 1] = one >> 8
    })
    return out
  }
  const same = (a, b) => a.every((one, i) => one === b[i])
  const equal = (a, b) => same(packed(a), packed(b))
  const odd = a => packed(a)[0] & 1

  function add(p, q) {
    const a = times(minus(p[1], p[0]), minus(q[1], q[0]))
    const b = times(plus(p[0], p[1]), plus(q[0], q[1]))
    const c = times(times(p[3], q[3]), D2)
    const d = times(p[2], plus(q[2], q[2]))
    const [e, f, g, h] = [minus(b, a), minus(d, c), plus(d, c), plus(b, a)]
    return [times(e, f), times(h, g), times(g, f), times(e, h)]
  }
  // The negative of the point a key stands for; nothing where it stands for none.
  function negative(key) {
    const y = new Float64Array(16).map((none, i) => key[2 * i] | key[2 * i + 1] << 8)
    y[15] = y[15] & 0x7fff
    const square = times(y, y)
    const over = minus(square, ONE)
    const under = plus(ONE, times(square, D))
    const cube = times(times(under, under), under)
    let x = times(power(times(times(times(cube, cube), under), over), 252, [1]), times(cube, over))
    if (!equal(times(times(x, x), under), over)) x = times(x, ROOT)
    if (!equal(times(times(x, x), under), over)) return
    if (odd(x) === key[31] >> 7) x = minus(ZERO, x)
    return [x, y, ONE, times(x, y)]
  }
  function reduced(hash) {
    const x = Float64Array.from(hash)
    for (let i = 63; i >= 32; i--) {
      let carry = 0
      let j = i - 32
      for (; j < i - 12; j++) {
        x[j] += carry - 16 * x[i] * ORDER[j - i + 32]
        carry = Math.floor((x[j] + 128) / 256)
        x[j] -= carry * 256
      }
      x[j] += carry
      x[i] = 0
    }
    const top = Math.floor(x[31] / 16)
    let carry = 0
    for (let j = 0; j < 32; j++) {
      x[j] += carry - top * ORDER[j]
      carry = Math.floor(x[j] / 256)
      x[j] -= carry * 256
    }
    for (let j = 0; j < 32; j++) x[j] -= carry * ORDER[j]
    for (let j = 0; j < 31; j++) {
      const over = Math.floor(x[j] / 256)
      x[j + 1] += over
      x[j] -= over * 256
    }
    return x
  }
  const below = (s, bound) => {
    for (let i = 31; i >= 0; i--) if (s[i] !== bound[i]) return s[i] < bound[i]
    return false
  }

  return (signature, message, key) => {
    const s = signature.subarray(32)
    const a = key.length === 32 && signature.length === 64 && below(s, ORDER) && negative(key)
    if (!a) return false
    const hashed = new Uint8Array(64 + message.length)
    hashed.set(signature.subarray(0, 32))
    hashed.set(key, 32)
    hashed.set(message, 64)
    const h = reduced(sha512(hashed))
    const base = [X, Y, ONE, times(X, Y)]
    const chosen = [, base, a, add(base, a)]
    let point = [ZERO, ONE, ONE, ZERO]
    for (let i = 255; i >= 0; i--) {
      const bit = from => from[i >> 3] >> (i & 7) & 1
      point = add(point, point)
      if (bit(s) + bit(h)) point = add(point, chosen[bit(s) + 2 * bit(h)])
    }
    const z = power(point[2], 255, [2, 4])
    const found = packed(times(point[1], z))
    found[31] ^= odd(times(point[0], z)) << 7
    return same(found, signature.subarray(0, 32))
  }
})()

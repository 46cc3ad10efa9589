// Twin of courses/grading.py: both run tests/vectors/grading.json.

const tidy = text =>
  text.normalize("NFKC").toLowerCase().replace(/[ \t\r\n]+/g, " ").replace(/^ | $/g, "");

// Tai Viet in one order, however it was typed: vowel mark, tone, vowel after; a spacing tone where a combining one stands.
const tai = text => text
  .replace(/([ꪀ-ꪯ][ꪰꪲ-ꪴꪷꪸꪾ]*)([ꪱꪺꪽꪮꪯ]?[ꪀꪒꪚꪉꪙꪣꪥꪫ]?)([ꫀꫂ])/g, "$1$3$2")
  .replace(/([꪿-ꫂ])ꪫ(?=[ꪀ-ꪺꪽꪾ])/g, "ꪫ$1")
  .replace(/[ꪰꪲ-ꪴꪷꪸꪾ-ꫂꪱꪺꪽ]+/g, run => run.replace(/[꪿-ꫂꪱꪺꪽ]/g, "") + run.replace(/[^꪿-ꫂ]/g, "") + run.replace(/[^ꪱꪺꪽ]/g, ""))
  .replace(/([ꪀ-ꪭ])ꪮ([꪿-ꫂ])/g, "$1$2ꪮ").replace(/ꫀ/g, "꪿").replace(/ꫂ/g, "꫁");

const fold = (text, marks) =>
  tai(marks ? tidy(text) : tidy(text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "")).replace(/đ/g, "d")).normalize("NFC");

const NUMBER = /^(-?)([1-9]\d{0,2}([., ])\d{3}(?:\3\d{3}){0,2}|\d{1,12})(?:[.,](\d{1,3})0*)?$/;

function thousandths(text) {
  const found = NUMBER.exec(tidy(text).replace("\u2212", "-").replace(/[đ₫%]+$/, "").replace(/ $/, ""));
  if (!found) return NaN;
  const value = found[2].replace(/[., ]/g, "") * 1000 + +((found[4] || "") + "000").slice(0, 3);
  return found[1] ? -value : value;
}

const share = hits => Math.floor((hits.filter(Boolean).length * 100) / hits.length);

const distinct = (answer, known) =>
  Array.isArray(answer) && answer.length && new Set(answer).size === answer.length &&
  answer.every(id => known.includes(id));

function set({ ids, right }, answer) {
  if (!distinct(answer, ids)) return null;
  const hits = answer.filter(id => right.includes(id)).length;
  return Math.floor((Math.max(0, 2 * hits - answer.length) * 100) / Math.max(1, right.length));
}

function order({ right }, answer) {
  if (!distinct(answer, right) || answer.length < right.length) return null;
  return share(right.map((id, n) => answer[n] === id));
}

function placed({ ids, right }, answer) {
  const items = Object.keys(right);
  if (!answer || Array.isArray(answer) || !distinct(Object.keys(answer), items) || Object.keys(answer).length < items.length) return null;
  if (!items.every(item => ids.includes(answer[item]))) return null;
  return share(items.map(item => answer[item] === right[item]));
}

function typed({ kind, right, within, marks }, answer) {
  if (typeof answer !== "string" || !tidy(answer)) return null;
  return 100 * (kind === "text" ? right.includes(fold(answer, marks)) : Math.abs(thousandths(answer) - right) <= within);
}

/** {score, right, feedback: keys of words}, or null where the answer makes no sense. */
export function grade(question, answer) {
  const { id, kind, ids } = question;
  const chosen = kind === "one" || kind === "truefalse" ? [answer] : answer;
  const chooses = chosen !== answer || kind === "several" || kind === "spot";
  const grader = chooses ? set : kind === "order" ? order : ids ? placed : typed;
  const score = grader(question, chosen);
  if (score === null) return null;
  const said = chooses ? ids.filter(one => chosen.includes(one)).map(one => one + ".feedback")
    : [score === 100 ? "right" : "wrong"];
  return { score, right: score === 100, feedback: said.map(word => id + "." + word) };
}

/** Checks answers in the page of an exercise. sealed_answers.py says how the answers are kept. */

(() => {
  "use strict";
  /** @typedef {{asked: string, salt: string, answers: Record<string, string>}} Question */
  /** @type {{peppers: number, width: number, zero: number, names: string[], words: Record<string, string>, sets: Question[][]}} */
  const kept = JSON.parse(document.querySelector("#kept")?.textContent ?? "");
  const { peppers, width, zero, names, words, sets } = kept;
  const PEPPER_BITS = 20; // of a word; what is above counts hashes
  const AT_ONCE = 8192; // hashes before the page is drawn again

  // SHA-256 as FIPS 180-4 has it, of messages that fill one block: the constants are parts of roots of primes.
  /** @type {number[]} */
  const primes = [];
  for (let n = 2; primes.length < 64; n += 1) if (primes.every((p) => n % p)) primes.push(n);
  /** @param {number} root */
  const fraction = (root) => ((root - Math.floor(root)) * 2 ** 32) | 0;
  const START = Int32Array.from(primes.slice(0, 8), (p) => fraction(Math.sqrt(p)));
  const ROUND = Int32Array.from(primes, (p) => fraction(Math.cbrt(p)));
  const w = new Int32Array(64);
  const hash = new Int32Array(8);

  /** Hash a block of 16 words into `hash`. @param {Int32Array} block */
  function digest(block) {
    w.set(block);
    for (let i = 16; i < 64; i += 1) {
      const x = w[i - 15], y = w[i - 2];
      w[i] = w[i - 16] + w[i - 7] + (((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)) + (((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10));
    }
    let a = START[0], b = START[1], c = START[2], d = START[3], e = START[4], f = START[5], g = START[6], h = START[7];
    for (let i = 0; i < 64; i += 1) {
      const one = (h + (((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))) + ((e & f) ^ (~e & g)) + ROUND[i] + w[i]) | 0;
      const two = ((((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + one) | 0; d = c; c = b; b = a; a = (one + two) | 0;
    }
    hash[0] = START[0] + a; hash[1] = START[1] + b; hash[2] = START[2] + c; hash[3] = START[3] + d;
    hash[4] = START[4] + e; hash[5] = START[5] + f; hash[6] = START[6] + g; hash[7] = START[7] + h;
  }

  /** Salt, place of the pepper and cell as a block. @param {string} salt @param {string} cell */
  function blockOf(salt, cell) {
    const bytes = new DataView(new ArrayBuffer(64));
    for (let i = 0; i < 16; i += 1) bytes.setUint8(i, parseInt(salt.slice(2 * i, 2 * i + 2), 16));
    [...cell].forEach((letter, i) => bytes.setUint8(20 + i, letter.charCodeAt(0)));
    bytes.setUint8(20 + cell.length, 0x80);
    bytes.setUint32(60, 8 * (20 + cell.length));
    return Int32Array.from({ length: 16 }, (_, i) => bytes.getInt32(4 * i));
  }

  /** @param {number} value */
  function cellOf(value) {
    const size = Math.abs(value);
    return size <= zero ? "0" : `${value < 0 ? "-" : "+"}${Math.floor(Math.log(size) / width)}`;
  }

  /** @param {number} word */
  const hex = (word) => (word >>> 0).toString(16).padStart(8, "0");

  /** What is known of the numbers in a cell: each with its distance and mistakes. @param {Question} question @param {string} cell @returns {Promise<[number, number, number[]][]>} */
  async function opened({ salt, answers }, cell) {
    const block = blockOf(salt, cell);
    const starts = new Map(Object.keys(answers).map((tag) => [parseInt(tag.slice(0, 8), 16) | 0, tag]));
    for (let pepper = 0; pepper < peppers; pepper += 1) {
      if (pepper % AT_ONCE === 0) await new Promise((resolve) => setTimeout(resolve));
      block[4] = pepper;
      digest(block);
      const tag = starts.get(hash[0]);
      if (tag === hex(hash[0]) + hex(hash[1])) return unsealed(block, answers[tag]);
    }
    return [];
  }

  /** @param {Int32Array} block @param {string} sealed */
  function unsealed(block, sealed) {
    const pepper = block[4];
    const bytes = Uint8Array.from(atob(sealed), (letter) => letter.charCodeAt(0));
    for (let i = 0; i < bytes.length; i += 1) {
      if (i % 32 === 0) {
        block[4] = ((i / 32 + 1) << PEPPER_BITS) | pepper;
        digest(block);
      }
      bytes[i] ^= hash[(i % 32) >> 2] >>> (24 - 8 * (i % 4));
    }
    return JSON.parse(new TextDecoder().decode(bytes));
  }

  /** A decimal number or a fraction; NaN of anything else. @param {string} text */
  function numberOf(text) {
    const plain = text.normalize("NFKC").replace(/\u2212/g, "-").replace(/\s/g, "").replace(/^([+-]?\d*),(\d+)$/, "$1.$2");
    const parts = plain.split("/");
    const isNumber = parts.length <= 2 && parts.every((part) => /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(part));
    const value = isNumber ? Number(parts[0]) / Number(parts[1] ?? 1) : NaN;
    return Number.isFinite(value) ? value : NaN;
  }

  const chooser = /** @type {HTMLSelectElement | null} */ (document.querySelector("#set"));
  const sections = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("section.set")]);
  const copied = /** @type {HTMLElement} */ (document.querySelector("#copied"));
  const written = /** @type {HTMLTextAreaElement} */ (document.querySelector("#answers"));
  const chosen = () => (chooser ? chooser.selectedIndex : 0);
  /** @param {HTMLElement} section @returns {HTMLInputElement[]} */
  const fieldsOf = (section) => [...section.querySelectorAll("input")];

  /** @param {HTMLElement} status @param {string} kind @param {string} text */
  function say(status, kind, text) {
    status.className = `said ${kind}`;
    status.textContent = text;
  }

  /** @param {Question} question @param {HTMLFormElement} form */
  function ready(question, form) {
    const field = /** @type {HTMLInputElement} */ (form.querySelector("input"));
    const status = /** @type {HTMLElement} */ (form.querySelector(".said"));
    let checks = 0;
    field.addEventListener("input", () => {
      checks += 1;
      say(status, "", "");
      field.removeAttribute("aria-invalid");
    });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const own = (checks += 1);
      const value = numberOf(field.value);
      if (Number.isNaN(value)) return say(status, "", words["no-number"]);
      say(status, "", words.checking);
      const known = (await opened(question, cellOf(value))).find(([number, near]) => Math.abs(value - number) <= near);
      if (own !== checks) return;
      const isRight = known?.[2].length === 0;
      field.setAttribute("aria-invalid", String(!isRight));
      if (isRight) say(status, "right", words.right);
      else say(status, "wrong", known ? words.look.replace("{names}", () => known[2].map((k) => names[k]).join("; ")) : words.unknown);
    });
  }

  sections.forEach((section, k) => [...section.querySelectorAll("form")].forEach((form, i) => ready(sets[k][i], form)));
  chooser?.addEventListener("change", () => {
    sections.forEach((section, k) => (section.hidden = k !== chosen()));
    written.hidden = true;
    say(copied, "", "");
  });
  document.querySelector("#copy")?.addEventListener("click", async () => {
    const k = chosen();
    const given = fieldsOf(sections[k]).map((field, i) => /** @type {const} */ ([sets[k][i].asked, numberOf(field.value)]));
    const answers = Object.fromEntries([["variant", k + 1], ...given.filter(([, value]) => !Number.isNaN(value))]);
    written.value = JSON.stringify(answers, null, 1);
    written.rows = written.value.split("\n").length;
    written.hidden = false;
    written.select();
    const isCopied = await Promise.resolve(navigator.clipboard?.writeText(written.value).then(() => true)).catch(() => false);
    say(copied, "", isCopied ? words.copied : words["copy-this"]);
  });
  document.body.dataset.loaded = "";
})();

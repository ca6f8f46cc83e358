/** Korean particles that fit the word before them, as it is read. Pure. */

/** The forms that follow a consonant; each has a partner that follows a vowel. */
const AFTER_CONSONANT = new Set(["이", "은", "을", "과", "으로", "이라는", "이나", "이어야"]);
/** The form that follows ㄹ as it follows a vowel. */
const ALSO_AFTER_L = "으로";

/** How what is no Hangul ends when it is read: 0 is 영, 1 is 일, L is 엘, ε is 엡실론. All others end in a vowel. */
const CONSONANTS = "036mnεου′";
const ENDING_IN_L = "178lr";
/** "10⁵" is 10의 5제곱. */
const POWERS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
/** What is not read at the end of a word. A bracket by itself is 괄호. */
const SILENT = new Set(" \t\n\"'`“”‘’.,;:…)]}⟩");

const FIRST_SYLLABLE = 0xac00;
const LAST_SYLLABLE = 0xd7a3;
const FINALS = 28;
const FINAL_L = 8;

/**
 * @param {string} word  what stands before the particle
 * @param {string} pair  both forms, such as 이/가
 * @returns {string} the form that fits
 */
export function particle(word, pair) {
  const forms = pair.split("/");
  const closed = forms.find((form) => AFTER_CONSONANT.has(form));
  const open = forms.find((form) => form !== closed);
  if (closed === undefined || open === undefined) return pair;
  const end = ending(word);
  return end === "consonant" || (end === "ㄹ" && closed !== ALSO_AFTER_L) ? closed : open;
}

/**
 * @param {string} word
 * @returns {"vowel" | "consonant" | "ㄹ"} how it ends when it is read
 */
export function ending(word) {
  const letters = Array.from(word.normalize("NFC"));
  const at = letters.findLastIndex((letter) => !SILENT.has(letter));
  if (at < 0) return "vowel";
  const last = letters[at];
  if (POWERS.includes(last)) return "consonant";
  if (/[ㄱ-ㅎ]/.test(last)) return last === "ㄹ" ? "ㄹ" : "consonant";
  const letter = last.normalize("NFKC").toLowerCase();
  const code = letter.charCodeAt(0);
  if (code >= FIRST_SYLLABLE && code <= LAST_SYLLABLE) {
    const final = (code - FIRST_SYLLABLE) % FINALS;
    return final === 0 ? "vowel" : final === FINAL_L ? "ㄹ" : "consonant";
  }
  if (ENDING_IN_L.includes(letter)) return "ㄹ";
  if (CONSONANTS.includes(letter)) return "consonant";
  return letter === "g" && letters[at - 1]?.toLowerCase() === "n" ? "consonant" : "vowel"; // embedding
}

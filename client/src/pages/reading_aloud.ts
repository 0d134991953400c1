/** Reads a screen aloud with a voice that lives on this device. A voice that sends the text to somebody is never used. */

import { language } from "./times.js";

/** Shows the button where this device has a voice of the language; `find` gives what to read, and its language. */
export function offerReadingAloud(place: HTMLElement, find: () => { text: string; language: string }): void {
  if (!("speechSynthesis" in window)) return;
  const look = () => {
    place.hidden = findLocalVoice(find().language) === null;
  };
  place.querySelector("button")?.addEventListener("click", () => {
    const { text, language: spoken } = find();
    const isSpeaking = speechSynthesis.speaking;
    stopReading();
    if (!isSpeaking) read(text, spoken);
  });
  speechSynthesis.addEventListener?.("voiceschanged", look);
  window.addEventListener("pagehide", stopReading);
  look();
}

export function stopReading(): void {
  if ("speechSynthesis" in window) speechSynthesis.cancel();
}

function read(text: string, spoken: string): void {
  const voice = findLocalVoice(spoken);
  // Without a voice of its own the browser would choose one, and that may be somebody's server.
  if (voice === null) return;
  const utterance = new SpeechSynthesisUtterance(text);
  utterance.voice = voice;
  utterance.lang = voice.lang;
  speechSynthesis.speak(utterance);
}

function findLocalVoice(spoken: string): SpeechSynthesisVoice | null {
  const wanted = (spoken || language()).toLowerCase();
  const fits = ({ lang }: SpeechSynthesisVoice) => lang.toLowerCase().split(/[-_]/)[0] === wanted;
  return speechSynthesis.getVoices().find((voice) => voice.localService && fits(voice)) ?? null;
}

/** The organiser's page that draws invitations and sealed paper cards (spec/passes.md 3.1, 3.2, 8.4); codes leave it on paper only. */

import { encodeCode } from "../codes.js";
import { openSurroundings } from "../device.js";
import type { Bytes } from "../encoding.js";
import { drawBytes } from "../numbers.js";
import { readLog } from "../public_log.js";
import { findCurrentWave } from "../waves.js";
import { drawQr } from "./drawing.js";
import { drawInvitations, encodeInvitationUrl } from "./drawn_invitations.js";
import { begin, copyTemplate, fill, get, readErrorCode, readFacts, show } from "./page.js";
import { makePaperCard, type PaperCard } from "./paper_cards.js";
import { shuffle } from "./shuffling.js";
import { writeNumber } from "./times.js";

type Medium = "sheet" | "sealed";

const facts = readFacts();
const form = get<HTMLFormElement>("draw");
const state = get("draw-state");
const tickets = get("tickets");
const print = get<HTMLButtonElement>("print");
const bar = get<HTMLProgressElement>("draw-progress");

form.hidden = false;
print.disabled = true;
print.addEventListener("click", () => window.print());
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const fields = new FormData(form);
  const count = Math.min(Number(fields.get("count")), Number(form.dataset.most));
  if (!Number.isInteger(count) || count < 1) return;
  const medium: Medium = fields.get("medium") === "sealed" ? "sealed" : "sheet";
  begin(() => work(count, medium, fields.get("replacement") === "yes"));
});

window.addEventListener("beforeunload", (event) => {
  if (tickets.childElementCount > 0) event.preventDefault();
});

/** One batch at a time: a second one while the first is drawn would mix their sheets. */
async function work(count: number, medium: Medium, isReplacement: boolean): Promise<void> {
  const button = form.querySelector<HTMLButtonElement>("[type=submit]");
  if (button) button.disabled = true;
  show(["working", medium], state);
  bar.value = 0;
  try {
    show(await draw(count, medium, isReplacement), state);
  } finally {
    if (button) button.disabled = false;
    print.disabled = tickets.childElementCount === 0;
  }
}

/** Gives the state that the page is in afterwards. */
async function draw(count: number, medium: Medium, isReplacement: boolean): Promise<string> {
  if (medium === "sealed" && !(await hasWave())) return "no-season";
  const { secrets, hashes } = await drawInvitations(count, drawBytes);
  const outcome = await register({ hashes, medium, replacement: isReplacement });
  if (outcome !== "done") return outcome;
  tickets.replaceChildren();
  // Neither the order of drawing nor the order of the hashes is the order of the sheets.
  const mixed = shuffle(secrets, drawBytes);
  return medium === "sheet" ? addTickets(mixed) : addPaperCards(mixed);
}

async function hasWave(): Promise<boolean> {
  const { network, facts: known } = await openSurroundings(facts);
  const getFile = (path: string) => network.getFile(`${known.urls.log}/${path}`);
  return (await findCurrentWave(await readLog({ ...known.log, getFile }, null), known.community)) !== null;
}

async function register(batch: {
  readonly hashes: readonly string[];
  readonly medium: Medium;
  readonly replacement: boolean;
}): Promise<"done" | "refused" | "offline"> {
  try {
    const response = await fetch(form.dataset.send ?? "", {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(batch),
    });
    return response.ok && !response.redirected ? "done" : "refused";
  } catch {
    return "offline";
  }
}

async function addTickets(secrets: readonly Bytes[]): Promise<"done"> {
  for (const secret of secrets) {
    const ticket = copyTemplate("ticket");
    await drawQr(ticket.querySelector("canvas"), await encodeInvitationUrl(facts.urls.programme, secret));
    fill("code", await encodeCode("invitation", secret), ticket);
    tickets.append(ticket);
    bar.value = tickets.childElementCount / secrets.length;
  }
  return "done";
}

/** Cards that could not be made keep their invitation printed in the log and unused. */
async function addPaperCards(secrets: readonly Bytes[]): Promise<"done" | "some" | "failed"> {
  fill("made", writeNumber(0), state);
  fill("wanted", writeNumber(secrets.length), state);
  for (const secret of secrets) {
    try {
      tickets.append(await layOut(await makePaperCard(facts, secret)));
    } catch (error) {
      readErrorCode(error);
      return tickets.childElementCount > 0 ? "some" : "failed";
    }
    bar.value = tickets.childElementCount / secrets.length;
    fill("made", writeNumber(tickets.childElementCount), state);
  }
  return "done";
}

async function layOut(card: PaperCard): Promise<HTMLElement> {
  const sheet = copyTemplate("paper-card");
  fill("backup", card.backup, sheet);
  fill("revocation", card.revocation, sheet);
  for (const { title, when, text } of card.passes) {
    const item = copyTemplate("paper-pass");
    await drawQr(item.querySelector("canvas"), text);
    fill("title", title, item);
    fill("when", when, item);
    sheet.querySelector("[data-list=passes]")?.append(item);
  }
  return sheet;
}

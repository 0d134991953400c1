/** The organiser's page that draws invitations and sealed paper cards (spec/passes.md 3.1, 3.2, 8.4); codes never leave this page but on paper. */

import { drawInvitations, encodeCode, encodeInvitationUrl } from "../codes.js";
import { encodeCompactPass, toPaperPass } from "../compact.js";
import { openSurroundings } from "../device.js";
import type { Bytes } from "../encoding.js";
import { ClientError } from "../errors.js";
import { Journey, type Report } from "../journey.js";
import { drawBytes, shuffle } from "../numbers.js";
import { openPassingStore } from "../store.js";
import {
  drawQr,
  fetchOccasions,
  get,
  type ListedOccasion,
  pickTitle,
  readFacts,
  show,
  sleep,
  writeMoment,
} from "./page.js";

const facts = readFacts();
const form = get<HTMLFormElement>("draw");
const state = get("draw-state");
const tickets = get("tickets");
const progress = state.querySelector("progress");
const TRIES = 60;

form.hidden = false;
get<HTMLButtonElement>("print").addEventListener("click", () => window.print());
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const fields = new FormData(form);
  const count = Math.min(Number(fields.get("count")), Number(form.dataset.most));
  if (!Number.isInteger(count) || count < 1) return;
  const medium = fields.get("medium") === "sealed" ? "sealed" : "sheet";
  show("working", state);
  show(await draw(count, medium, fields.get("replacement") === "yes"), state);
});

window.addEventListener("beforeunload", (event) => {
  if (tickets.childElementCount > 0) event.preventDefault();
});

async function draw(count: number, medium: "sheet" | "sealed", isReplacement: boolean): Promise<string> {
  const { secrets, hashes } = await drawInvitations(count, drawBytes);
  const outcome = await register({ hashes, medium, replacement: isReplacement });
  if (outcome !== "done") return outcome;
  tickets.replaceChildren();
  if (medium === "sheet") {
    for (const secret of shuffle(secrets, drawBytes)) await addTicket(secret);
    return "done";
  }
  return makePaperCards(shuffle(secrets, drawBytes));
}

async function register(batch: { hashes: string[]; medium: string; replacement: boolean }): Promise<string> {
  const token = form.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")?.value ?? "";
  try {
    const response = await fetch(form.dataset.send ?? "", {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body: JSON.stringify(batch),
    });
    return response.ok ? "done" : "refused";
  } catch {
    return "offline";
  }
}

async function addTicket(secret: Bytes): Promise<void> {
  const ticket = copyTemplate("ticket");
  const canvas = ticket.querySelector("canvas");
  if (canvas) await drawQr(canvas, await encodeInvitationUrl(facts.urls.programme, secret));
  const code = ticket.querySelector(".code");
  if (code) code.textContent = await encodeCode("invitation", secret);
  tickets.append(ticket);
}

/** Each sheet joins, registers and fetches as a phone does (8.4); sheets are shuffled and drawn blind, so no wait hides anything. */
async function makePaperCards(secrets: readonly Bytes[]): Promise<string> {
  const occasions = new Map((await fetchOccasions(facts)).map((listed) => [listed.occasion, listed]));
  let done = 0;
  for (const secret of secrets) {
    try {
      await makePaperCard(secret, occasions);
    } catch (error) {
      if (error instanceof ClientError) return done > 0 ? "some" : "failed";
      throw error;
    }
    done += 1;
    if (progress) progress.value = done / secrets.length;
  }
  return "done";
}

async function makePaperCard(secret: Bytes, occasions: ReadonlyMap<string, ListedOccasion>): Promise<void> {
  const store = openPassingStore();
  const surroundings = await openSurroundings({ ...facts, register_window: 0 }, store);
  const journey = new Journey(surroundings);
  const begun = await journey.begin(secret);
  if (begun.step !== "codes-to-keep") throw new ClientError("wrong-step");
  await journey.confirmCodes();
  await goOnUntil(
    () => journey.advance(),
    (report) => report.situation.step === "member",
    async (report) => {
      // Until the card door has read the log, the invitation is unknown there.
      if (report.hindrance?.code === "refused") await journey.useOtherInvitation(secret);
    },
  );
  await goOnUntil(
    () => journey.fetchNow(),
    (report) => report.situation.step === "member" && report.situation.passes > 0,
  );
  const sheet = copyTemplate("paper-card");
  const list = sheet.querySelector<HTMLElement>("[data-list=passes]");
  for (const pass of await store.listPasses()) {
    const listed = occasions.get(pass.occasion);
    const item = copyTemplate("paper-pass");
    const canvas = item.querySelector("canvas");
    if (canvas) await drawQr(canvas, encodeCompactPass(toPaperPass(pass)));
    setText(item, "title", listed ? pickTitle(listed) : "");
    setText(item, "when", listed ? writeMoment(listed.opens_at) : "");
    list?.append(item);
  }
  setText(sheet, "backup", begun.backup);
  setText(sheet, "revocation", begun.revocation);
  tickets.append(sheet);
  await store.destroyEverything();
}

async function goOnUntil(
  step: () => Promise<Report>,
  isReached: (report: Report) => boolean,
  prepareRetry: (report: Report) => Promise<void> = async () => {},
): Promise<void> {
  for (let turn = 0; turn < TRIES; turn++) {
    const report = await step();
    if (isReached(report)) return;
    await sleep(1);
    await prepareRetry(report);
  }
  throw new ClientError("log-unreachable");
}

function copyTemplate(id: string): HTMLElement {
  const content = get<HTMLTemplateElement>(id).content.cloneNode(true) as DocumentFragment;
  return content.firstElementChild as HTMLElement;
}

function setText(within: HTMLElement, name: string, text: string): void {
  const part = within.querySelector(`[data-fill="${name}"]`);
  if (part) part.textContent = text;
}

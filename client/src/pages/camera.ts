/** Reading QR codes from the camera, frame by frame, on this device; no picture is kept or sent. */

import { act, get, sleep } from "./page.js";
import { decodeQr } from "./qr_reading.js";

const LONGEST_SIDE = 720;
const PAUSE = 0.12;

export interface Camera {
  stop(): void;
}

/** Watches until `found` says true or the camera is stopped; null when there is no camera to use. */
export async function openCamera(
  found: (text: string) => Promise<boolean> | boolean,
): Promise<Camera | null> {
  const video = get<HTMLVideoElement>("camera");
  let stream: MediaStream;
  try {
    const wanted = { facingMode: "environment", width: { ideal: 1280 } };
    stream = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
  } catch {
    return null;
  }
  let isOn = true;
  const stop = () => {
    isOn = false;
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
    video.hidden = true;
  };
  video.srcObject = stream;
  video.hidden = false;
  await video.play().catch(stop);
  const watch = async () => {
    const canvas = document.createElement("canvas");
    while (isOn) {
      const text = await readFrame(video, canvas);
      if (text !== null && isOn && (await found(text))) stop();
      await sleep(PAUSE);
    }
  };
  void watch();
  return { stop };
}

/** The buttons that open and stop the camera for one code. */
export function offerScanning(
  found: (text: string) => Promise<boolean>,
  state: (name: "scanning" | "no-camera" | "stopped") => void,
): void {
  let camera: Camera | null = null;
  act("scan", async () => {
    state("scanning");
    camera = await openCamera(found);
    if (!camera) state("no-camera");
  });
  act("stop-scan", () => {
    camera?.stop();
    state("stopped");
  });
}

async function readFrame(video: HTMLVideoElement, canvas: HTMLCanvasElement): Promise<string | null> {
  const scale = Math.min(1, LONGEST_SIDE / Math.max(video.videoWidth, video.videoHeight, 1));
  canvas.width = Math.round(video.videoWidth * scale);
  canvas.height = Math.round(video.videoHeight * scale);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context || canvas.width === 0) return null;
  context.drawImage(video, 0, 0, canvas.width, canvas.height);
  return decodeQr(context.getImageData(0, 0, canvas.width, canvas.height));
}

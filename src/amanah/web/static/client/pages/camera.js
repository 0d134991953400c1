import { decodeQr } from "../qr.js";
import { act, get, sleep } from "./page.js";
const LONGEST_SIDE = 720;
const PAUSE = 0.12;
export async function openCamera(found) {
    const video = get("camera");
    let stream;
    try {
        const wanted = { facingMode: "environment", width: { ideal: 1280 } };
        stream = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
    }
    catch {
        return null;
    }
    let isOn = true;
    const stop = () => {
        isOn = false;
        for (const track of stream.getTracks())
            track.stop();
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
            if (text !== null && isOn && (await found(text)))
                stop();
            await sleep(PAUSE);
        }
    };
    void watch();
    return { stop };
}
export function offerScanning(found, state) {
    let camera = null;
    act("scan", async () => {
        state("scanning");
        camera = await openCamera(found);
        if (!camera)
            state("no-camera");
    });
    act("stop-scan", () => {
        camera?.stop();
        state("stopped");
    });
}
async function readFrame(video, canvas) {
    const scale = Math.min(1, LONGEST_SIDE / Math.max(video.videoWidth, video.videoHeight, 1));
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    const context = canvas.getContext("2d", { willReadFrequently: true });
    if (!context || canvas.width === 0)
        return null;
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    return decodeQr(context.getImageData(0, 0, canvas.width, canvas.height));
}

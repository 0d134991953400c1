import { ClientError } from "../errors.js";
import { language } from "./times.js";
export async function fetchOccasions(programmeUrl) {
    try {
        const options = { credentials: "omit", referrerPolicy: "no-referrer", cache: "no-cache" };
        const response = await fetch(`${programmeUrl}/occasions.json`, options);
        const { occasions } = (await response.json());
        return occasions.sort((left, right) => left.opens_at - right.opens_at);
    }
    catch {
        throw new ClientError("log-unreachable");
    }
}
export function pickTitle(occasion) {
    const { titles } = occasion;
    return titles[language()] || titles.en || Object.values(titles)[0] || "";
}
